"""Search strings as they are cut from texts (D-1 to D-3, D-10)."""

from __future__ import annotations

import pytest

from tuttava.duplicates.classic.composing import compose, needed_strings


@pytest.mark.parametrize(
    ("text", "length", "first", "last"),
    [
        ('"The" Cannon Group PLC', 5, "THECA", "UPPLC"),
        ("Oslo", 5, "OSLO", "OSLO"),
        ("---", 5, "", ""),
        ("O'Brien Ltd.", 5, "O'BRI", "ENLTD"),
        ("A/S Øresund & Co.", 5, "ASØRE", "UNDCO"),
        ("info@contoso.com", 10, "INFO@CONTO", "CONTOSOCOM"),
        ("+47 22 33 44 55", 4, "4722", "4455"),
        ("", 5, "", ""),
    ],
)
def test_strings_are_cut_as_specified(text: str, length: int, first: str, last: str) -> None:  # D-1, D-2, D-3
    assert (compose(text, "first", length), compose(text, "last", length)) == (first, last)


def test_twenty_characters_do_not_count_and_all_others_do() -> None:  # D-1
    assert compose(' +"&/,.;:-_(){}#!£$\\', "first", 10) == ""
    assert compose("1@%'[]*é", "first", 10) == "1@%'[]*É"


def test_a_letter_that_grows_in_capitals_keeps_the_string_within_ten() -> None:  # D-1
    assert compose("ßßßßßßßß", "first", 10) == "SSSSSSSSSS"


@pytest.mark.parametrize(
    ("rows", "percent", "needed"),
    [
        *((16, pct, 1) for pct in (1, 6)),
        *((16, pct, 2) for pct in (7, 12)),
        *((16, 13, 3), (16, 25, 4), (16, 50, 8), (16, 60, 10), (16, 62, 10), (16, 63, 11), (16, 75, 12)),
        *((16, 90, 15), (16, 100, 16)),
        *((1, 60, 1), (2, 60, 2), (3, 60, 2), (4, 60, 3), (5, 60, 3), (6, 60, 4), (10, 60, 6), (12, 60, 8)),
        *((20, 60, 12), (0, 60, 0)),
    ],
)
def test_needed_strings_are_rounded_up(rows: int, percent: int, needed: int) -> None:  # D-10
    assert needed_strings(rows, percent) == needed
