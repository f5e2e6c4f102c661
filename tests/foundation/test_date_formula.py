"""Date formulas: every worked example, the grammar, round trips and words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tuttava.foundation.date_formula import LOCAL_LETTERS, UNITS, DateFormula, Term, normalised, parse
from tuttava.foundation.errors import DomainError

EXAMPLES = [
    ("<1D>", "2025-03-14", "2025-03-15"),
    ("-WD2", "1996-05-21", "1996-05-14"),
    ("-1W", "2025-03-14", "2025-03-07"),
    ("WD5", "2025-03-14", "2025-03-21"),
    ("2W+1D", "2025-03-14", "2025-03-29"),
    ("WD1", "2025-03-14", "2025-03-17"),
    ("1W-2D", "2025-03-14", "2025-03-19"),
    ("-WD1", "2025-03-14", "2025-03-10"),
    ("1M", "2025-01-31", "2025-02-28"),
    ("-WD5", "2025-03-14", "2025-03-07"),
    ("1M", "2024-01-31", "2024-02-29"),
    ("WD7", "2025-03-16", "2025-03-23"),
    ("-1M", "2025-03-31", "2025-02-28"),
    ("WD4", "2019-11-05", "2019-11-07"),
    ("1Q", "2025-11-30", "2026-02-28"),
    ("D15", "2013-09-23", "2013-10-15"),
    ("1Y", "2024-02-29", "2025-02-28"),
    ("D10", "2019-11-05", "2019-11-10"),
    ("CW", "2025-03-14", "2025-03-16"),
    ("D14", "2025-03-14", "2025-04-14"),
    ("-CW", "2025-03-14", "2025-03-10"),
    ("-D10", "2025-03-14", "2025-03-10"),
    ("CW", "2025-03-16", "2025-03-16"),
    ("-D20", "2025-03-14", "2025-02-20"),
    ("CM", "2025-03-14", "2025-03-31"),
    ("D31", "2025-02-10", "2025-02-28"),
    ("-CM", "2025-03-14", "2025-03-01"),
    ("D31", "2025-04-30", "2025-05-31"),
    ("CM+1D", "2025-03-14", "2025-04-01"),
    ("D1-1M", "2025-03-14", "2025-03-01"),
    ("CM+1M", "2025-02-23", "2025-03-28"),
    ("D15+1M", "2013-09-23", "2013-11-15"),
    ("1M+CM", "2025-02-23", "2025-03-31"),
    ("1M+D15", "2013-09-23", "2013-11-15"),
    ("-CM-1D", "2025-03-14", "2025-02-28"),
    ("CM+D10+90D", "2013-09-23", "2014-01-08"),
    ("CQ", "2025-03-14", "2025-03-31"),
    ("3M-CQ+WD1", "2021-06-15", "2021-07-05"),
    ("-CQ", "2025-05-02", "2025-04-01"),
    ("5M-CY+7M-1D", "2019-10-15", "2020-07-31"),
    ("CQ+1M-10D", "1996-05-21", "1996-07-20"),
    ("5M-CY+7M-1D", "2019-06-15", "2019-07-31"),
    ("CM+30D", "1996-05-21", "1996-06-30"),
    ("M6", "2025-03-14", "2025-06-14"),
    ("CY", "2025-03-14", "2025-12-31"),
    ("M3", "2025-03-14", "2026-03-14"),
    ("-CY", "2025-03-14", "2025-01-01"),
    ("Q4", "2025-03-14", "2025-12-14"),
    ("-CY+6M", "2025-03-14", "2025-07-01"),
    ("W20", "2025-03-14", "2025-05-16"),
    ("CD", "2025-03-14", "2025-03-14"),
    ("", "2025-03-14", "2025-03-14"),
    ("W5", "2025-03-14", "2026-01-30"),
]

ADD = st.builds(
    Term, st.just("add"), st.sampled_from(["D", "W", "M", "Q", "Y"]), st.from_regex("[0-9]{1,3}", fullmatch=True)
)
NEXT = st.one_of(
    *(
        st.builds(Term, st.just("next"), st.just(unit), st.integers(1, top).map(str))
        for unit, top in (("WD", 7), ("D", 31), ("W", 53), ("M", 12), ("Q", 4))
    ),
    st.builds(Term, st.just("next"), st.just("Y"), st.integers(1000, 9999).map(str)),
)
CURRENT = st.builds(Term, st.just("current"), st.sampled_from(UNITS))
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1))


def _signed(terms: list[Term], signs: list[str]) -> DateFormula:
    first, *rest = terms
    head = Term(first.kind, first.unit, first.digits, "-" if signs[0] == "-" else "")
    return DateFormula((head, *(Term(t.kind, t.unit, t.digits, s) for t, s in zip(rest, signs[1:], strict=False))))


FORMULAS = st.builds(
    _signed,
    st.lists(st.one_of(ADD, NEXT, CURRENT), min_size=1, max_size=4),
    st.lists(st.sampled_from("+-"), min_size=4, max_size=4),
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(("formula", "date", "result"), EXAMPLES)
def test_worked_example(formula: str, date: str, result: str) -> None:  # F-1 to F-9
    assert parse(formula).apply(day(date)) == day(result)


@pytest.mark.parametrize(
    ("formula", "date", "result"),
    [
        ("-M3", "2025-03-14", "2024-03-14"),
        ("-Q4", "2025-03-14", "2024-12-14"),
        ("Q2", "2025-01-31", "2025-04-30"),
        ("Y2024", "2025-03-14", "2024-03-14"),
        ("-Y2028", "2024-02-29", "2028-02-29"),
        ("Y2025", "2024-02-29", "2025-02-28"),
        ("W11", "2025-03-14", "2026-03-13"),
        ("-W11", "2025-03-14", "2024-03-15"),
        ("W53", "2025-03-14", "2027-01-01"),
        ("-W53", "2025-03-14", "2021-01-01"),
        ("D31", "2025-02-28", "2025-03-31"),
        ("-D31", "2025-02-28", "2025-01-31"),
        ("-D30", "2025-03-01", "2025-02-28"),
        ("-CWD", "2025-03-14", "2025-03-14"),
        ("0D", "2025-03-14", "2025-03-14"),
    ],
)
def test_rare_terms(formula: str, date: str, result: str) -> None:  # F-8, F-9
    assert parse(formula).apply(day(date)) == day(result)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" < cm + 1d > ", "CM+1D"),
        ("+1W", "1W"),
        ("<>", ""),
        ("  ", ""),
        ("1M1D", "1M1D"),
        ("-cw", "-CW"),
        ("CM1D", "CM1D"),
    ],
)
def test_formula_is_stored_without_blanks_brackets_and_leading_plus(text: str, stored: str) -> None:  # F-13
    assert normalised(text) == stored
    assert parse(text) == parse(stored)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("D1M", 4),
        ("1WD", 2),
        ("1X", 2),
        ("1", 2),
        ("+", 2),
        ("C", 2),
        ("1D+", 4),
        ("12345D", 5),
        ("D0", 2),
        ("D32", 2),
        ("WD8", 3),
        ("W54", 2),
        ("M13", 2),
        ("Q5", 2),
        ("Y25", 2),
        ("Y0000", 2),
        ("<1D", 4),
        ("1D>", 3),
        ("1D 2", 5),
        ("1D--1D", 4),
        ("١D", 1),
        ("1111D+1111D+1111D+1111D+1111D+1111D", 30),
    ],
)
def test_nonsense_is_refused_at_its_position(text: str, place: int) -> None:  # F-3, F-10, F-11
    with pytest.raises(DomainError) as refused:
        parse(text)
    assert refused.value.code == "date_formula_invalid"
    assert f"position {place}." in str(refused.value)


@pytest.mark.parametrize(
    ("formula", "date"),
    [("1D", "9999-12-31"), ("-1D", "0001-01-01"), ("9999Y", "2025-01-01"), ("-W1", "0001-01-01"), ("D5", "9999-12-31")],
)
def test_date_outside_the_calendar_is_refused(formula: str, date: str) -> None:  # F-12
    with pytest.raises(DomainError) as refused:
        parse(formula).apply(day(date))
    assert refused.value.code == "date_out_of_range"


def test_empty_formula_is_blank() -> None:  # F-1
    assert not parse("") and parse("CD")


@given(FORMULAS)
def test_stored_text_reads_back_to_an_equal_formula(formula: DateFormula) -> None:  # F-13
    if len(str(formula)) <= 32:
        assert parse(str(formula)) == formula
        assert str(parse(f"< {str(formula).lower()} >")) == str(formula)


@given(FORMULAS, st.sampled_from(sorted(LOCAL_LETTERS)))
def test_letters_of_a_language_read_back_to_an_equal_formula(formula: DateFormula, language: str) -> None:  # F-14
    if len(str(formula)) <= 32:
        assert parse(formula.local_text(language), language) == formula
        assert parse(str(formula), language) == formula


@given(DATES, st.integers(1, 7))
def test_weekday_is_the_nearest_strictly_after_and_before(date: dt.date, number: int) -> None:  # F-7
    after, before = parse(f"WD{number}").apply(date), parse(f"-WD{number}").apply(date)
    assert after.isoweekday() == before.isoweekday() == number
    assert 1 <= (after - date).days <= 7 and 1 <= (date - before).days <= 7


@given(DATES, st.integers(1, 53))
def test_week_keeps_the_weekday(date: dt.date, number: int) -> None:  # F-9
    after = parse(f"W{number}").apply(date)
    assert after.isocalendar()[1:] == (number, date.isoweekday()) and after > date


@pytest.mark.parametrize(
    ("language", "text", "stored"),
    [
        ("da", "1T", "1D"),
        ("da", "LM+1U", "CM+1W"),
        ("nb", "-1å+lk", "-1Y+CQ"),
        ("nb", "UD5", "WD5"),
        ("nl", "1J-CK", "1Y-CQ"),
        ("fi", "TKK+2VK", "CM+2W"),
        ("fi", "1V+3PV", "1Y+3D"),
        ("de", "1T+LJ", "1D+CY"),
        ("sv", "1V+VD1", "1W+WD1"),
    ],
)
def test_units_may_be_typed_in_ones_language(language: str, text: str, stored: str) -> None:  # F-14
    with translation.override(language):
        assert normalised(text) == stored


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("CM+1D", "end of month + 1 day"),
        ("-CM-1D", "start of month - 1 day"),
        ("2W", "2 weeks"),
        ("-1Y", "minus 1 year"),
        ("1M+CM", "1 month, then end of month"),
        ("WD5", "next Friday"),
        ("M6", "same day of the next June"),
        ("", "the same day"),
    ],
)
def test_meaning_in_words(formula: str, words: str) -> None:  # F-14 Better
    with translation.override("en"):
        assert parse(formula).words() == words


def test_meaning_with_the_date_it_gives() -> None:
    with translation.override("en"):
        assert parse("CM+1D").explain(day("2025-03-14")) == "end of month + 1 day: April 1, 2025"
