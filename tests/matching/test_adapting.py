"""Where duplicates begin in a base that nobody answered for."""

from __future__ import annotations

import numpy as np
import pytest

from tuttava.matching.adapting import border_of
from tuttava.matching.statistics import Statistics


def strangers(count: int, rate: float) -> np.ndarray:
    """Log-odds of strangers, from -12 up, rarer by a steady rate."""
    return -12 + np.random.default_rng(3).exponential(1 / rate, count)


def same(count: int, mean: float, spread: float) -> np.ndarray:
    return np.random.default_rng(4).normal(mean, spread, count)


def test_duplicates_that_stand_apart_begin_where_strangers_end() -> None:  # D-27
    pairs = np.concatenate((strangers(60_000, 1.5), same(2000, 8, 5.5)))
    assert -6 <= border_of(pairs) <= -2


def test_a_smooth_slope_keeps_the_border_as_shipped() -> None:  # D-27
    pairs = np.concatenate((strangers(300_000, 0.8), same(3000, 6, 3)))
    assert border_of(pairs) == 0


def test_those_who_merely_resemble_each_other_are_no_valley() -> None:  # D-27
    families = same(600, -3, 0.5)
    pairs = np.concatenate((strangers(60_000, 1.5), same(2000, 9, 2), families))
    assert border_of(pairs) == 0


@pytest.mark.parametrize("above", [0, 20])
def test_a_small_base_tells_nothing(above: int) -> None:  # D-27
    assert border_of(np.concatenate((strangers(60_000, 1.5), same(above, 8, 1)))) == 0
    assert border_of(same(500, 8, 1)) == 0


def test_the_border_is_kept_with_the_counts() -> None:
    counts = Statistics(10, np.zeros_like(_empty().filled), _empty().keys, _empty().counts, None, -3.5)
    assert Statistics.from_bytes(counts.to_bytes()).border == -3.5


def _empty() -> Statistics:
    from tuttava.matching.records import Records

    return Statistics.of(Records.of({"name": ["One"]}))
