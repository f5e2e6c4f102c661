"""The contestants beside us do what their makers say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.duplicates import classic, scores, sets


def test_classic_rule_finds_the_pairs_of_the_worked_example(tmp_path: Path) -> None:  # D.7
    rows = {
        "name": ["Litware, Inc.", "LITWARE Incorporated", "Litware Inc"],
        "address": ["20 Church Road", "20, Church Rd.", "20 Church Road"],
        "city": ["London"] * 3,
        "phone": ["+44 (0)20 7946 0018", "020 7946 0018", "+44 20 7946 0018"],
        "vat_number": ["GB123456789", "GB123456789", None],
        "post_code": ["GB-N12 5XY", "N12 5XY", "GB-N12 5XY"],
        "email": ["info@litware.com", "info@litware.com", "sales@litware.com"],
        "mobile_phone": [None, "+44 7700 900123", None],
    }
    pl.DataFrame(rows).write_parquet(tmp_path / "set.parquet")
    data = sets.LabelledSet("test", tmp_path / "set.parquet", np.array([1, 1, 1]))
    answer = classic.Classic().find(data)
    assert sorted(zip(answer.pairs.left.tolist(), answer.pairs.right.tolist(), strict=True)) == [(0, 1), (0, 2)]
    assert answer.threshold == 10 / 16
    assert len(set(answer.cluster.tolist())) == 1


def test_files_without_full_names_use_every_column() -> None:
    frame = pl.DataFrame({"first_name": ["a"], "surname": ["b"]})
    assert [row[:2] for row in classic.setup_of(frame)] == [
        ("first_name", "first"),
        ("first_name", "last"),
        ("surname", "first"),
        ("surname", "last"),
    ]


def test_splink_finds_most_duplicates_of_a_small_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("splink")
    from benchmarks.duplicates.splinks import Splink

    monkeypatch.setenv("TUTTAVA_BENCH_DATA", str(tmp_path))
    monkeypatch.setattr("tuttava.linkage.fields.RANDOM_PAIRS", 1e5)
    data = sets.load(sets.world_name(2000, 5))
    splink = Splink()
    splink.prepare()
    answer = splink.find(data)
    assert scores.pairwise(answer.pairs, data, answer.threshold).f1 > 0.5
    assert scores.best_pairwise(splink.all_scores(data), data).f1 > 0.6
    compared = splink.candidates(data)
    assert compared is not None
    assert 0.6 < compared < 1
