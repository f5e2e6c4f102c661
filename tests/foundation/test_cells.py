"""Cells that a spreadsheet would run are written as text; phone numbers stay as they are."""

from __future__ import annotations

import pytest

from tuttava.foundation.cells import neutral, plain


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "+47 22 x", "+A1", "-(A1)", "+47;1", "+47\n=1"],
)
def test_formula_is_neutralised_and_comes_back_whole(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "+47 55 10 20 30",
        "+4755102030",
        "+47 (0)22-00.00/1",
        "-12.50",
        "-",
        "Anna",
        "",
        "1=1",
        "22 00 00 00",
        "'s Gravenhage",
    ],
)
def test_phone_number_and_plain_text_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text
    assert plain(text) == text
