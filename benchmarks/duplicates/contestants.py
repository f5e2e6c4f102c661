"""What every contestant of the comparison has in common, and ours."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.duplicates.scores import Scored, components, keys
from benchmarks.duplicates.sets import LabelledSet

if TYPE_CHECKING:
    from tuttava.matching.records import Records


#: Pairs with lower scores are no part of the search for the best threshold.
LOWEST = 0.002
#: Pairs that are looked up at a time.
CHUNK = 5_000_000


@dataclass(frozen=True)
class Answer:
    """Pairs at the contestant's own threshold, and clusters where it forms them itself."""

    pairs: Scored
    cluster: NDArray[np.int64]
    threshold: float


class Contestant(ABC):
    """One way to find duplicates. ``find`` is timed, from the file to the clusters; the rest is not."""

    title: str

    @abstractmethod
    def prepare(self) -> None:
        """Import and compile what a running server has imported and compiled."""

    @abstractmethod
    def find(self, data: LabelledSet) -> Answer:
        """All duplicates of a set, at the contestant's own threshold."""

    @abstractmethod
    def all_scores(self, data: LabelledSet) -> Scored:
        """Every pair with a score worth looking at, for the best threshold."""

    def clusters(self, data: LabelledSet, pairs: Scored, threshold: float) -> NDArray[np.int64]:
        return components(len(data), pairs)

    def candidates(self, data: LabelledSet) -> float | None:
        """Part of the true pairs that are compared at all, where that can be said."""
        return None


class Tuttava(Contestant):
    """The product's search, as shipped."""

    title = "Tuttava"

    def prepare(self) -> None:
        from tuttava.matching.warm import warm_up

        warm_up()

    def find(self, data: LabelledSet) -> Answer:
        from tuttava.matching.finding import THRESHOLD

        found = self._search(data)
        offset = data.second_file or 0
        pairs = Scored(found.left, found.right + offset, found.score)
        return Answer(pairs, found.cluster, THRESHOLD)

    def _search(self, data: LabelledSet, **options: Any) -> Any:
        from tuttava.matching.finding import find_duplicates

        first, second = records_of(data)
        return find_duplicates(first, other=second, **options)

    def all_scores(self, data: LabelledSet) -> Scored:
        found = self._search(data, threshold=LOWEST)
        return Scored(found.left, found.right + (data.second_file or 0), found.score)

    def clusters(self, data: LabelledSet, pairs: Scored, threshold: float) -> NDArray[np.int64]:
        from tuttava.matching.clusters import cluster_pairs

        return cluster_pairs(len(data), pairs.left, pairs.right, pairs.score)

    def candidates(self, data: LabelledSet) -> float | None:
        from tuttava.matching.blocks import candidate_pairs

        first, second = records_of(data)
        whole = first if second is None else first.joined(second)
        left, right = candidate_pairs(whole.normal, data.second_file)
        wanted, met = np.sort(keys(data.pairs(), len(data))), 0
        for start in range(0, len(left), CHUNK):
            some = slice(start, start + CHUNK)
            got = np.unique(keys((left[some].astype(np.int64), right[some].astype(np.int64)), len(data)))
            place = np.minimum(np.searchsorted(wanted, got), len(wanted) - 1)
            met += int((wanted[place] == got).sum())
        return met / len(wanted)


def records_of(data: LabelledSet) -> tuple[Records, Records | None]:
    """The records of a set as the matching core takes them; two when two files are linked."""
    from tuttava.matching.records import Records

    frame = data.records()
    columns = {name: frame[name] for name in frame.columns}
    if data.second_file is None:
        return Records.of(columns), None
    split = data.second_file
    first = Records.of({name: column[:split] for name, column in columns.items()})
    return first, Records.of({name: column[split:] for name, column in columns.items()})
