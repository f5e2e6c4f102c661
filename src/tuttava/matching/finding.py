"""The search of a whole base, or of one file in another: from records to scored pairs and clusters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.blocks import candidate_pairs
from tuttava.matching.clusters import cluster_pairs
from tuttava.matching.features import side_of
from tuttava.matching.learning import Correction
from tuttava.matching.model import THRESHOLD
from tuttava.matching.records import Records
from tuttava.matching.scoring import scores_of
from tuttava.matching.statistics import Statistics

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
    one, two, score = left[kept].astype(np.int64), right[kept].astype(np.int64), scores[kept]
    shifted = np.array([(a, b + (split or 0)) for a, b in apart], dtype=np.int64).reshape(-1, 2)
    if len(shifted):
        shifted.sort(axis=1)
        free = ~np.isin(one * len(whole) + two, shifted[:, 0] * len(whole) + shifted[:, 1])
        one, two, score = one[free], two[free], score[free]
    order = np.lexsort((two, one))
    one, two, score = one[order], two[order], score[order]
    cluster = cluster_pairs(len(whole), one, two, score, shifted)
    tell(STEPS[4], 5, 5)
    return Found(one, two - (split or 0), score, cluster)
