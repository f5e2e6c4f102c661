"""The contestants beside us do what their makers say."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks.duplicates import classic, scores, sets


def test_search_strings_of_the_worked_examples() -> None:  # D-3
    frame = pl.DataFrame({"first_name": ['"The" Cannon Group PLC', "thecan", "xx uppl c", "---", None]})
    coded = classic.strings(frame)
    assert coded[0, 0] == coded[1, 0]  # THECA
    assert coded[0, 1] == coded[2, 1]  # UPPLC
    assert coded[3].tolist() == coded[4].tolist() == [-1, -1]


@pytest.mark.parametrize(("rows", "least"), [(16, 10), (1, 1), (2, 2), (3, 2), (5, 3), (6, 4), (12, 8), (20, 12)])
def test_needed_strings_are_rounded_up(rows: int, least: int) -> None:  # D-10
    assert classic.needed(rows) == least


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
    found = classic.counted(classic.strings(pl.DataFrame(rows)), 10, None)
    assert sorted(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1), (0, 2)]


def test_rarest_strings_lose_no_pair() -> None:
    """The candidates by rarest strings give the same pairs as comparing everything with everything."""
    from benchmarks.duplicates import worlds

    coded = classic.strings(worlds.world(1500, 3).records)
    found = classic.counted(coded, 6, None)
    equal = sum(((coded[:, None, row] == coded[None, :, row]) & (coded[:, None, row] >= 0)) for row in range(16))
    assert len(found.left) == int(((equal >= 6).sum() - (equal.diagonal() >= 6).sum()) // 2)


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
