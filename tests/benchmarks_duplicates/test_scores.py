"""Precision, recall and F1 as one would count them by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.duplicates import scores, sets, table


def labelled(entity: list[int], second_file: int | None = None) -> sets.LabelledSet:
    return sets.LabelledSet("test", Path("none"), np.array(entity, np.int64), second_file)


def scored(*pairs: tuple[int, int, float]) -> scores.Scored:
    left, right, score = zip(*pairs, strict=True)
    return scores.Scored(np.array(left), np.array(right), np.array(score, np.float32))


FOUND = scored((0, 1, 0.9), (2, 3, 0.8), (0, 4, 0.7), (4, 5, 0.2))


def test_pairs_below_the_threshold_do_not_count() -> None:
    quality = scores.pairwise(FOUND, labelled([1, 1, 2, 2, 3, 3]), 0.5)
    assert (quality.precision, quality.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_best_threshold_is_found_among_the_scores() -> None:
    best = scores.best_pairwise(FOUND, labelled([1, 1, 2, 2, 3, 4]))
    assert best.f1 == 1
    assert best.threshold == pytest.approx(0.8)


def test_of_two_linked_files_only_pairs_across_are_wanted() -> None:
    pairs = labelled([1, 1, 1, 2], second_file=2).pairs()
    assert sorted(zip(*(side.tolist() for side in pairs), strict=True)) == [(0, 2), (1, 2)]


def test_clusters_count_the_pairs_they_imply() -> None:
    truth = labelled([1, 1, 1, 2, 2])
    quality = scores.clustered(np.array([7, 7, 8, 8, 8]), truth, 0.5)
    assert quality.precision == pytest.approx(2 / 4)
    assert quality.recall == pytest.approx(2 / 4)


def test_clusters_of_two_linked_files_count_pairs_across() -> None:
    truth = labelled([1, 2, 1, 2], second_file=2)
    quality = scores.clustered(np.array([5, 5, 5, 6]), truth, 0.5)
    assert quality.precision == pytest.approx(1 / 2)
    assert quality.recall == pytest.approx(1 / 2)


def test_chains_of_pairs_are_one_component() -> None:
    group = scores.components(5, scored((0, 1, 1), (1, 2, 1)))
    assert group[0] == group[1] == group[2]
    assert len({group[0], group[3], group[4]}) == 3


def test_the_table_never_rounds_up_to_perfect() -> None:
    quality = {"precision": 1.0, "recall": 0.99996, "f1": 0.99998, "threshold": 0.5}
    found = {
        "set": "febrl4",
        "records": 10_000,
        "who": "Tuttava",
        "seconds": 1.0,
        "megabytes": 100.0,
        "candidates": 0.5,
        **dict.fromkeys(("pairs", "pairs_best", "clusters", "clusters_best"), quality),
    }
    text = table.text([found], [])
    assert "| Febrl 4 | Tuttava | 1.0000 / .9999 / .9999 |" in text
