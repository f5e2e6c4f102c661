"""The grammar (A-44), and that everything else is refused with its place (A-46)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuttava.api.edm import Kind
from tuttava.api.expressions import ExpressionError, parse
from tuttava.api.expressions.nodes import Arithmetic, Call, Comparison, Literal, Logical, Minus, Negation, Path

GUID = "5d115c9c-44e3-ea11-bb43-000d3a2feca1"
LITERALS: list[tuple[str, Any, Kind | None]] = [
    ("'it''s'", "it's", Kind.STRING),
    ("''", "", Kind.STRING),
    ("'a or (b'", "a or (b", Kind.STRING),
    ("true", True, Kind.BOOLEAN),
    ("null", None, None),
    ("42", 42, Kind.INT64),
    ("-42", -42, Kind.INT64),
    ("+42", 42, Kind.INT64),
    ("- -42", 42, Kind.INT64),
    ("3.14", Decimal("3.14"), Kind.DECIMAL),
    ("-1.5e-3", Decimal("-0.0015"), Kind.DECIMAL),
    ("1E+2", Decimal("1E+2"), Kind.DECIMAL),
    (GUID, uuid.UUID(GUID), Kind.GUID),
    (GUID.upper(), uuid.UUID(GUID), Kind.GUID),
    ("2024-02-29", dt.date(2024, 2, 29), Kind.DATE),
    ("0001-01-01", dt.date.min, Kind.DATE),
    ("10:30", dt.time(10, 30), Kind.TIME),
    ("10:30:15.25", dt.time(10, 30, 15, 250000), Kind.TIME),
    ("2024-01-31T10:00:00Z", dt.datetime(2024, 1, 31, 10, tzinfo=dt.UTC), Kind.INSTANT),
    ("2024-01-31T10:00Z", dt.datetime(2024, 1, 31, 10, tzinfo=dt.UTC), Kind.INSTANT),
    ("2024-01-31t01:00:00.1234567+02:00", dt.datetime(2024, 1, 30, 23, 0, 0, 123456, tzinfo=dt.UTC), Kind.INSTANT),
    ("duration'PT30M'", dt.timedelta(minutes=30), Kind.DURATION),
    ("duration'-P1DT2H3M4.5S'", -dt.timedelta(days=1, hours=2, minutes=3, seconds=4.5), Kind.DURATION),
]


@pytest.mark.parametrize(("text", "value", "kind"), LITERALS, ids=[each[0] for each in LITERALS])
def test_literal_has_value_and_kind(text: str, value: object, kind: Kind | None) -> None:
    found = parse(text)
    assert isinstance(found, Literal)
    assert (found.value, found.kind) == (value, kind)
    assert type(found.value) is type(value)


def name(text: str, at: int) -> Path:
    return Path(at, (text,), (at,))


def test_multiplication_binds_before_addition_before_comparison_before_and_before_or() -> None:
    found = parse("a or b and c eq d add e mul f")
    assert isinstance(found, Logical) and not found.every
    conjunction = found.terms[1]
    assert isinstance(conjunction, Logical) and conjunction.every
    comparison = conjunction.terms[1]
    assert isinstance(comparison, Comparison)
    total = comparison.right
    assert isinstance(total, Arithmetic) and total.operator == "add"
    assert isinstance(total.right, Arithmetic) and total.right.operator == "mul"


def test_subtraction_and_division_group_from_the_left() -> None:
    found = parse("a sub b sub c")
    assert found == Arithmetic(9, "sub", Arithmetic(3, "sub", name("a", 1), name("b", 7)), name("c", 13))
    found = parse("-a div b mul c")
    assert found == Arithmetic(10, "mul", Arithmetic(4, "div", Minus(1, name("a", 2)), name("b", 8)), name("c", 14))


def test_not_covers_the_comparison_behind_it_with_and_without_brackets() -> None:
    for text in ("not a eq 1 and b", "not(a eq 1) and b"):
        found = parse(text)
        assert isinstance(found, Logical) and found.every
        assert isinstance(found.terms[0], Negation) and isinstance(found.terms[0].operand, Comparison)


def test_blanks_are_free_around_and_inside() -> None:
    tight, loose = parse("contains(a/b,'x')and(c eq 1)"), parse("  contains ( a / b ,\t'x' ) and ( c  eq\n1 ) ")
    assert isinstance(tight, Logical) and isinstance(loose, Logical)
    first, second = tight.terms[0], loose.terms[0]
    assert isinstance(first, Call) and isinstance(second, Call)
    assert (first.arguments[0], tight.terms[1]) != (second.arguments[0], loose.terms[1])
    assert [type(each) for each in first.arguments] == [type(each) for each in second.arguments] == [Path, Literal]


def test_words_of_the_grammar_can_be_names() -> None:
    assert parse("date") == name("date", 1)
    assert parse("not") == name("not", 1)
    found = parse("in in (1,2) and eq eq ne")
    assert isinstance(found, Logical) and len(found.terms) == 2


REFUSED: list[tuple[str, int]] = [
    ("", 1),
    ("  ", 3),
    ("a eq", 5),
    ("a eq eq eq", 11),
    ("a EQ 1", 3),
    ("a = 1", 3),
    ("a eq 'x", 6),
    ("a eq contactType'x", 17),
    ("(a eq 1", 8),
    ("a eq 1)", 7),
    ("a in ()", 7),
    ("a in 1", 6),
    ("a in (1,)", 9),
    ("a b", 3),
    ("f(a,)", 5),
    ("nav/any(x)", 10),
    ("nav/any(x:)", 11),
    ("nav/all()", 9),
    ("nav/any($it:1)", 9),
    ("a/", 3),
    ("a/'b'", 3),
    ("1-2", 1),
    ("1.5.2 eq a", 1),
    ("2024-02-30", 1),
    ("0000-01-01", 1),
    ("2023-02-29T10:00:00Z", 1),
    ("0001-01-01T00:00:00+05:00", 1),
    ("2024-01-01T10:00:00", 1),
    ("25:00", 1),
    ("duration'P'", 1),
    ("duration'PT'", 1),
    ("duration'P1Y'", 1),
    ("duration'P9999999D'", 1),
    ("1e999", 1),
    ("1e-999", 1),
    ("9" * 41, 1),
    ("a eq 'x\0'", 8),
    ("a eq '\ud800'", 7),
    ("a eq #", 6),
    ("a; drop", 2),
    ("'a' -- x", 5),
]


@pytest.mark.parametrize(("text", "position"), REFUSED, ids=[repr(each[0][:30]) for each in REFUSED])
def test_what_is_no_expression_is_refused_with_its_place(text: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.position == position
    assert str(position) in str(caught.value)


def refused(text: str, aliases: dict[str, str] | None = None) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(text, aliases)
    return caught.value


def test_error_in_an_alias_is_reported_where_it_is_used() -> None:
    assert refused("a eq @p", {"@p": "1 eq"}).position == 6
    assert refused("a eq @p", {"@p": "@q", "@q": "@p"}).position == 6


def test_aliases_that_multiply_each_other_are_refused() -> None:
    aliases = {f"@a{at}": f"@a{at + 1} eq 1 or @a{at + 1} eq 2 or @a{at + 1} eq 3" for at in range(60)}
    assert refused("@a0", aliases).position == 1


def test_limits_are_answered_and_one_more_is_refused() -> None:
    for word in ("or", "and"):
        found = parse(f" {word} ".join(["a eq 1"] * 2000))
        assert isinstance(found, Logical) and len(found.terms) == 2000
        refused(f" {word} ".join(["a eq 1"] * 2001))
    parse(f"id in ({','.join([GUID] * 5000)})")
    refused(f"id in ({','.join([GUID] * 5001)})")
    for opening in ("(", "not(", "f("):
        parse(opening * 100 + "a" + ")" * 100)
        refused(opening * 101 + "a" + ")" * 101)
    parse(" add ".join(["a"] * 101))
    refused(" add ".join(["a"] * 102))
    refused(" eq ".join(["a"] * 200))
    refused("a eq '" + "x" * 1_000_000 + "'")


def test_long_signs_and_negations_do_not_nest() -> None:
    assert parse("- " * 3001 + "5") == Literal(1, -5, Kind.INT64)
    assert isinstance(parse("not " * 3001 + "a"), Negation)
    assert isinstance(parse("not " * 3000 + "a"), Path)


PIECES = "a|nav/any(x:|x/b|not |(|)|,| eq | and | or | in |-|1|1e5|'s'|'|$it|/$count|all(|/|:|.| |2024-01-31|10:30"
WORDS = st.sampled_from([*PIECES.split("|"), "T10:00:00Z", "duration'P1D'", "ns.t'm'", "@p", "null"])


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(WORDS, max_size=25).map("".join)))
def test_any_text_gives_a_tree_or_this_refusal(text: str) -> None:
    try:
        parse(text, {"@p": text})
    except ExpressionError as error:
        assert 1 <= error.position <= len(text) + 1
        assert str(error)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_can_be_quoted(value: str) -> None:
    quoted = value.replace("'", "''")
    assert parse(f"'{quoted}'") == Literal(1, value, Kind.STRING)
