"""One record against the few it may be: the check at every door."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.features import side_of
from tuttava.matching.learning import Correction
from tuttava.matching.records import Records
from tuttava.matching.scoring import scores_of
from tuttava.matching.statistics import Statistics


def score_candidates(
    record: Records, candidates: Records, statistics: Statistics, correction: Correction | None = None
) -> NDArray[np.float32]:
    """Return the score 0..1 of the one record with each candidate, as the search of the whole base would give it."""
    many = len(candidates)
    one, two = side_of(record.normal, statistics), side_of(candidates.normal, statistics)
    left, right = np.zeros(many, dtype=np.int32), np.arange(many, dtype=np.int32)
    return scores_of(one, left, two, right, statistics, correction, 0.0)
