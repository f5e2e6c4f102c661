"""Reading filter expressions (segments chapter)."""

from __future__ import annotations

import datetime as dt

import pytest

from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import LONGEST, Comparison, Operand, Range, date_of, parse


def test_and_binds_tighter_than_or() -> None:  # segments chapter
    found = parse(">A & <>B | C")
    assert found.alternatives == (
        (Comparison("gt", Operand("A", 2)), Comparison("ne", Operand("B", 8))),
        (Comparison("eq", Operand("C", 12)),),
    )


@pytest.mark.parametrize(
    ("text", "low", "high"), [("a..b", "a", "b"), ("..b", None, "b"), ("a..", "a", None), ("1.5..2.5", "1.5", "2.5")]
)
def test_ranges_may_be_open(text: str, low: str | None, high: str | None) -> None:
    term = parse(text).alternatives[0][0]
    assert isinstance(term, Range)
    assert (term.low and term.low.text, term.high and term.high.text) == (low, high)


@pytest.mark.parametrize(
    ("text", "operator"), [("x", "eq"), ("=x", "eq"), ("<>x", "ne"), ("<x", "lt"), ("<=x", "le"), (">=x", "ge")]
)
def test_signs_compare(text: str, operator: str) -> None:
    term = parse(text).alternatives[0][0]
    assert isinstance(term, Comparison) and (term.operator, term.value.text) == (operator, "x")


def test_quotes_take_signs_as_they_are() -> None:
    term = parse("'A|B''s *'").alternatives[0][0]
    assert isinstance(term, Comparison) and term.value == Operand("A|B's *", 1, quoted=True)
    assert not term.value.is_pattern
    blank = parse("''").alternatives[0][0]
    assert isinstance(blank, Comparison) and (blank.value.text, blank.value.quoted) == ("", True)
    apostrophe = parse("O'Brien").alternatives[0][0]
    assert isinstance(apostrophe, Comparison) and apostrophe.value.text == "O'Brien"


def test_blank_expression_is_no_filter() -> None:
    assert not parse("") and not parse("  ")


@pytest.mark.parametrize(
    ("text", "position"),
    [("a|", 3), ("|a", 1), ("a&&b", 3), ("<>", 3), ("..", 3), ("a..b..c", 5), ("'abc", 1), ("@", 2), (">a*", 2)]
    + [("'a'b", 4), ("a*..b", 1), (">a..b", 3), ("x" * (LONGEST + 1), LONGEST + 1)],
)
def test_unreadable_expression_names_the_position(text: str, position: int) -> None:  # bad_filter
    with pytest.raises(DomainError) as refused:
        parse(text)
    assert refused.value.code == "bad_filter"
    assert f"position {position}" in str(refused.value)


def test_dates_may_be_relative() -> None:  # segments chapter, Better
    with acting(work_date=dt.date(2026, 3, 31)) as context:
        assert date_of(Operand("workdate", 1)) == dt.date(2026, 3, 31)
        assert date_of(Operand("WorkDate-1M", 1)) == dt.date(2026, 2, 28)
        assert date_of(Operand("workdate + CM", 1)) == dt.date(2026, 3, 31)
        assert date_of(Operand("today", 1)) == context.today
    assert date_of(Operand("2024-02-29", 1)) == dt.date(2024, 2, 29)
    for text in ("2024-02-30", "tomorrow", "workdate-1Q5", "workdate-"):
        with pytest.raises(DomainError, match="is not a date"):
            date_of(Operand(text, 1))
