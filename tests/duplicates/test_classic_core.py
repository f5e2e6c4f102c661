"""The comparison of a whole base on arrays (D-9, D-28)."""

from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tuttava.duplicates.classic import core
from tuttava.duplicates.classic.composing import compose

Codes = NDArray[np.int32]


def coded(rng: np.random.Generator, count: int, kinds: int) -> Codes:
    """Rows of eight columns with up to ``kinds`` strings each, some blank."""
    columns = [rng.integers(-1, rng.integers(1, kinds), count) for _column in range(8)]
    found = [np.unique(np.append(column, -1), return_inverse=True)[1][:-1] - 1 for column in columns]
    return np.stack(found, axis=1).astype(np.int32)


@pytest.mark.parametrize("longest", [200_000_000, 3])
@pytest.mark.parametrize("needed", [1, 3, 6])
def test_every_pair_that_shares_enough_is_found_once(  # D-9
    needed: int, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "MOST_COMPARED", longest)
    monkeypatch.setattr(core, "MOST_PAIRS", 300)
    monkeypatch.setattr(core, "SMALL", 5)
    for seed in range(6):
        rng = np.random.default_rng(seed)
        codes = coded(rng, int(rng.integers(2, 120)), int(rng.integers(3, 20)))
        found = core.find_pairs(codes, needed)
        shared = ((codes[:, None, :] == codes[None]) & (codes[:, None, :] >= 0)).sum(axis=2)
        left, right = np.nonzero(np.tril(shared >= needed, -1))
        wanted = dict(zip(zip(left.tolist(), right.tolist(), strict=True), shared[left, right].tolist(), strict=True))
        keys = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
        assert dict(zip(keys, found.shared.tolist(), strict=True)) == wanted and len(keys) == len(wanted)


def test_only_pairs_with_those_asked_for_are_found() -> None:  # D-15
    codes = coded(np.random.default_rng(1), 60, 6)
    asked = np.zeros(60, np.bool_)
    asked[[3, 40]] = True
    everything, some = core.find_pairs(codes, 4), core.find_pairs(codes, 4, asked=asked)
    wanted = {(a, b) for a, b in zip(everything.left, everything.right, strict=True) if asked[a] or asked[b]}
    assert wanted and set(zip(some.left, some.right, strict=True)) == wanted


def test_texts_become_the_same_strings_as_one_by_one() -> None:  # D-1, D-2
    texts = ['"The" Cannon Group PLC', "Oslo", "---", "", None, "A/S Øresund & Co.", "[x]^y\\z", "ßßßßßßßß", "😀 Café"]
    kept = core.condensed_texts(pl.Series(texts))
    for part in ("first", "last"):
        cut = core.cut_texts(kept, part, 6).to_list()
        assert [each or "" for each in cut] == [compose(text or "", part, 6) for text in texts]


def test_equal_strings_have_equal_numbers() -> None:  # D-1, D-2
    texts = ["Oslo", "oslo S", "---", None, "Ålesund", "ålesund", "Osl", "", "-Oslo-"] * 3
    rows = [("city", "first", 4), ("name", "last", 3), ("city", "last", 4)]
    codes = core.codes_of(pl.DataFrame({"city": texts, "name": texts[::-1]}), rows)
    for place, (name, part, length) in enumerate(rows):
        cut = [compose(text or "", part, length) for text in (texts if name == "city" else texts[::-1])]
        of_string = dict(zip(cut, codes[:, place].tolist(), strict=True))
        assert [of_string[string] for string in cut] == codes[:, place].tolist()
        assert sorted(of_string.values()) == list(range(-1, len(of_string) - 1)) and of_string[""] == -1


@pytest.mark.parametrize("columns", [1, 16])
def test_a_hundred_thousand_equal_records_take_bounded_time(columns: int) -> None:  # D-28
    codes = np.zeros((100_000, columns), np.int32)
    started = time.process_time()
    found = core.find_pairs(codes, max(1, columns - 6))
    assert time.process_time() - started < 20
    assert len(found.left) <= 1_000_000 and len(found.cut_off) > 99_000
    assert set(np.concatenate([found.left, found.right]).tolist()) == set(range(100_000))


def test_an_empty_base_and_one_without_strings_have_no_pairs() -> None:
    for codes in (np.empty((0, 16), np.int32), np.full((500, 16), -1, np.int32), np.zeros((1, 16), np.int32)):
        assert len(core.find_pairs(codes, 10).left) == 0
    assert len(core.find_pairs(np.zeros((5, 3), np.int32), 0).left) == 0
