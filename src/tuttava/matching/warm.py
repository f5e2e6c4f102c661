"""Compiling ahead: everything a check or a search runs is compiled or loaded before anybody waits for it."""

from __future__ import annotations

import numpy as np


def warm_up() -> None:
    """Run every compiled loop once on a handful of records; later calls of this version take them from disk."""
    from tuttava.matching.checking import score_candidates
    from tuttava.matching.explaining import explain
    from tuttava.matching.finding import find_duplicates
    from tuttava.matching.keys import keys_of
    from tuttava.matching.records import Records
    from tuttava.matching.statistics import Statistics

    records = Records.of({"name": ["Warm AS", "Warm A/S", None], "phone": ["22 33 44 55", "+47 22334455", None]})
    statistics = Statistics.of(records)
    keys_of(records)
    find_duplicates(records, apart=[(0, 1)])
    score_candidates(records.take([0]), records, statistics)
    explain(records.take(np.array([0])), records.take(np.array([1])), statistics)
