"""The search of a whole base, or of one file in another: from records to scored pairs and clusters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.blocks import candidate_pairs
from tuttava.matching.clusters import cluster_pairs
from tuttava.matching.comparing import Side
from tuttava.matching.features import side_of
from tuttava.matching.learning import Correction
from tuttava.matching.model import THRESHOLD
from tuttava.matching.records import Records
from tuttava.matching.scoring import scores_of
from tuttava.matching.statistics import Statistics
from tuttava.matching.thirds import LEAST, SURE, implied_pairs, with_third

Progress = Callable[[str, int, int], None]
STEPS = ("normalise", "candidates", "count", "score", "cluster")


@dataclass(frozen=True)
class Found:
    """Pairs taken for duplicates, each once with left < right (row numbers), and the cluster of each record.

    score is the probability 0..1 that they are the same. A record without a duplicate is a cluster of its own. With
    another file `right` counts in it, and `cluster` has its records after the first file's.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float32]
    cluster: NDArray[np.int64]


class _Pairs(NamedTuple):
    """Pairs of rows (left < right) and their scores."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float32]

    def keys(self, n: int) -> NDArray[np.int64]:
        """Return one number for each pair of `n` records."""
        return self.left * n + self.right

    def taken(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> _Pairs:
        return _Pairs(self.left[chosen], self.right[chosen], self.score[chosen])

    def and_also(self, others: _Pairs) -> _Pairs:
        return _Pairs(
            np.concatenate((self.left, others.left)),
            np.concatenate((self.right, others.right)),
            np.concatenate((self.score, others.score)),
        )

    def without(self, apart: NDArray[np.int64], n: int) -> _Pairs:
        """Return those that were not said to be apart."""
        said = np.sort(apart, axis=1)
        return self.taken(~np.isin(self.keys(n), said[:, 0] * n + said[:, 1])) if len(said) else self

    def in_order(self) -> _Pairs:
        return self.taken(np.lexsort((self.right, self.left)))


def find_duplicates(
    records: Records,
    *,
    other: Records | None = None,
    threshold: float = THRESHOLD,
    correction: Correction | None = None,
    apart: Collection[tuple[int, int]] = (),
    progress: Progress | None = None,
) -> Found:
    """Return the pairs of `records` (or across to `other`) whose score reaches `threshold`, and clusters.

    Pairs in `apart` (left, right as returned) are never returned and never end in one cluster. `progress` is told
    (step, done, of) with a step of STEPS.
    """
    tell = progress or (lambda step, done, of: None)
    split = len(records) if other is not None else None
    whole = records if other is None else records.joined(other)
    tell(STEPS[0], 0, 5)
    normal = whole.normal
    tell(STEPS[1], 1, 5)
    left, right = candidate_pairs(normal, split)
    tell(STEPS[2], 2, 5)
    statistics = Statistics.of(whole, (left, right))
    side = side_of(normal, statistics)
    tell(STEPS[3], 3, 5)
    scores = scores_of(side, left, side, right, statistics, correction, threshold)
    tell(STEPS[4], 4, 5)
    kept = np.flatnonzero(scores >= threshold)
    shifted = np.array([(a, b + (split or 0)) for a, b in apart], dtype=np.int64).reshape(-1, 2)
    found = _Pairs(left[kept].astype(np.int64), right[kept].astype(np.int64), scores[kept]).without(shifted, len(whole))
    if split is None:
        found = _with_thirds(side, found, statistics, correction, threshold).without(shifted, len(whole))
    one, two, score = found.in_order()
    cluster = cluster_pairs(len(whole), one, two, score, shifted)
    tell(STEPS[4], 5, 5)
    return Found(one, two - (split or 0), score, cluster)


def _with_thirds(
    side: Side, found: _Pairs, statistics: Statistics, correction: Correction | None, threshold: float
) -> _Pairs:
    """Return the pairs found and those that reach `threshold` by what a third says, with the score it gives them."""
    n = len(side.numbers)
    sure = found.taken(found.score >= SURE)
    one, two = implied_pairs(n, sure.left, sure.right)
    left, right = one.astype(np.int32), two.astype(np.int32)
    own = scores_of(side, left, side, right, statistics, correction, min(LEAST, threshold))
    lifted = _Pairs(one, two, with_third(own))
    lifted = lifted.taken(lifted.score >= threshold)
    rest = found.taken(~np.isin(found.keys(n), lifted.keys(n)))
    return rest.and_also(lifted)
