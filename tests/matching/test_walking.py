"""Trees walked eight abreast say what trees walked one after the other say."""

from __future__ import annotations

import numpy as np

from tuttava.matching.measures import FEATURES
from tuttava.matching.model import Trees, shipped
from tuttava.matching.walking import ABREAST, in_order, shipped_walk, walk_of, walked


def _slowly(trees: Trees, figures: np.ndarray) -> np.float32:
    total = np.float32(0)
    for root in trees.roots:
        node = root
        while trees.feature[node] >= 0:
            figure = figures[trees.feature[node]]
            left = trees.missing_left[node] if np.isnan(figure) else figure <= trees.border[node]
            node = trees.left[node] if left else trees.right[node]
        total += trees.value[node]
    return total


def _places(figures: np.ndarray) -> np.ndarray:
    whole = in_order(figures)
    missing = np.isnan(figures)
    return np.concatenate((np.where(missing, -0x80000000, whole), np.where(missing, 0x7FFFFFFE, whole))).astype(
        np.int32
    )


def _figures(trees: Trees, count: int) -> np.ndarray:
    """Figures on both sides of borders, exactly at them, and missing."""
    chance = np.random.default_rng(5)
    inner = trees.feature >= 0
    rows = np.empty((count, len(FEATURES)), dtype=np.float32)
    for place in range(len(FEATURES)):
        borders = np.append(trees.border[inner & (trees.feature == place)], np.float32(0))
        rows[:, place] = chance.choice(borders, count) + chance.choice([-0.5, -0.0, 0.0, 0.0, 0.5], count)
    rows[chance.random(rows.shape) < 0.3] = np.nan
    return rows


def test_walking_abreast_adds_up_to_the_same() -> None:
    trees = shipped()
    rows = _figures(trees, 60)
    found = [walked(shipped_walk(), _places(row), np.float32(-1e9)) for row in rows]
    assert found == [_slowly(trees, row) for row in rows]
    assert len(set(found)) > 50


def test_a_walk_stops_only_below_what_is_asked() -> None:
    trees = shipped()
    for row in _figures(trees, 60):
        wanted = _slowly(trees, row)
        assert walked(shipped_walk(), _places(row), wanted) == wanted
        assert walked(shipped_walk(), _places(row), wanted + np.float32(3)) < wanted + np.float32(3)


def test_any_number_of_trees_is_walked() -> None:
    leaf = np.array([-1, -1], dtype=np.int16)
    ones = np.array([0.5, 0.25], dtype=np.float32)
    none = np.zeros(2, dtype=np.int32)
    trees = Trees(np.array([0, 1], dtype=np.int32), leaf, ones, leaf == 0, none, none, ones, np.zeros(3, np.float32))
    walk = walk_of(trees, len(FEATURES))
    assert len(walk.roots) % ABREAST == 0
    assert walked(walk, np.zeros(2 * len(FEATURES), dtype=np.int32), np.float32(-1e9)) == np.float32(0.75)
