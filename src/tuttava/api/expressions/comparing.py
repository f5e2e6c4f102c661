"""Comparisons (A-45, A-47): a column against constants, or two values of the row.

Blank is a value, so a comparison is never unknown where it should hold. A column against a constant stays bare
(``column = value``) wherever NULL and the blank give the same answer, so that indexes serve it.
"""

from __future__ import annotations

import datetime as dt
import operator as python
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tuttava.api.edm import Kind, Type
from tuttava.api.expressions.operands import Operand
from tuttava.api.expressions.scope import Check
from tuttava.api.expressions.sql import Column, Condition, Sql, constant, either, literal, literals, stored_kind

INVERSE = {"eq": "ne", "ne": "eq", "gt": "le", "le": "gt", "ge": "lt", "lt": "ge"}
MIRROR = {"eq": "eq", "ne": "ne", "gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}

_SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "eq": python.eq,
    "ne": python.ne,
    "gt": python.gt,
    "ge": python.ge,
    "lt": python.lt,
    "le": python.le,
}
#: The two halves of an order by lower case, then by code point: the strict one, and the one that cuts the range.
_TEXT = {
    "gt": "({0} >= {2} AND ({0} > {2} OR {1} > {3}))",
    "ge": "({0} >= {2} AND ({0} > {2} OR {1} >= {3}))",
    "lt": "({0} <= {2} AND ({0} < {2} OR {1} < {3}))",
    "le": "({0} <= {2} AND ({0} < {2} OR {1} <= {3}))",
}
_MILLISECOND = dt.timedelta(milliseconds=1)


def infix(sign: str, left: Column, right: Column) -> Sql:
    return Sql(f"({{0}} {_SIGNS[sign]} {{1}})", left, right)


def with_null(condition: Condition, operand: Operand, on_blank: bool) -> Condition:
    """``condition``, and NULL too where the blank passes."""
    if operand.nullable and on_blank:
        return either([condition, Sql("({0} IS NULL)", operand.expression)])
    return condition


@dataclass(frozen=True)
class Against(Check):
    """The value compared with one constant of its type."""

    operator: str
    value: Any
    type: Type

    @property
    def on_blank(self) -> bool:
        compare = _PYTHON[self.operator]
        if self.type.is_text and not self.type.code:
            return compare(("", ""), (self.value.lower(), self.value))
        return compare(self.type.blank, self.value)

    def inverse(self) -> Against:
        return Against(INVERSE[self.operator], self.value, self.type)

    def on(self, operand: Operand) -> Condition:
        return with_null(self._bare(operand.expression), operand, self.on_blank)

    def _bare(self, column: Column) -> Condition:
        if self.type.kind is Kind.INSTANT:
            return _moment(self.operator, column, self.value)
        value = literal(self.value, stored_kind(self.type))
        if self.type.is_text:
            return _texts(self.operator, column, value, self.type.code)
        return infix(self.operator, column, value)


@dataclass(frozen=True)
class Among(Check):
    """The value is one of the constants, or (``negated``) none of them."""

    values: tuple[Any, ...]
    type: Type
    negated: bool = False

    @property
    def on_blank(self) -> bool:
        return (self.type.blank in self.values) is not self.negated

    def inverse(self) -> Among:
        return Among(self.values, self.type, not self.negated)

    def on(self, operand: Operand) -> Condition:
        column = operand.expression
        if self.type.kind is Kind.INSTANT:
            column = Sql("DATE_TRUNC('milliseconds', {0})", column, output=Kind.INSTANT)
        template = "({0} <> ALL ({1}))" if self.negated else "({0} = ANY ({1}))"
        found = Sql(template, column, literals(self.values, stored_kind(self.type)))
        return with_null(found, operand, self.on_blank)


def against(operator: str, value: Any, kind_of: Type) -> Check:
    """The check that compares with ``value``; enums are ordered by their numbers."""
    if kind_of.enum is None or operator in ("eq", "ne"):
        return Against(operator, value, kind_of)
    compare, number = _PYTHON[operator], kind_of.enum.by_stored[value].value
    return Among(tuple(each.stored for each in kind_of.enum.members if compare(each.value, number)), kind_of)


def compare(operator: str, left: Operand, right: Operand) -> Condition:
    """Two values of the row (or constants among themselves), of one family."""
    if left.type.enum is not None and operator not in ("eq", "ne"):
        return infix(operator, rank(left), rank(right))
    first, second = _comparable(left), _comparable(right)
    if left.type.is_text:
        return _texts(operator, first, second, left.type.code and right.type.code)
    return infix(operator, first, second)


def among_values(value: Operand, members: Sequence[Operand], *, negated: bool) -> Condition:
    """Whether ``value`` equals one of ``members``, or none."""
    slots = ", ".join(f"{{{at}}}" for at in range(1, len(members) + 1))
    # An array, because the server takes IN with values of the row apart and repeats what stands before it.
    test = f"({{0}} <> ALL (ARRAY[{slots}]))" if negated else f"({{0}} = ANY (ARRAY[{slots}]))"
    return Sql(test, _comparable(value), *(_comparable(each) for each in members))


def _comparable(operand: Operand) -> Column:
    """The value without NULL; an instant in whole milliseconds."""
    if operand.type.kind is Kind.INSTANT:
        return Sql("DATE_TRUNC('milliseconds', {0})", operand.total, output=Kind.INSTANT)
    return operand.total


def rank(operand: Operand) -> Column:
    """The number of an enum's member: what enums are ordered by."""
    assert operand.type.enum is not None
    kind = stored_kind(operand.type)
    members = operand.type.enum.members
    template = " ".join(f"WHEN {{{1 + 2 * at}}} THEN {{{2 + 2 * at}}}" for at in range(len(members)))
    pairs = [part for each in members for part in (literal(each.stored, kind), literal(each.value, Kind.INT32))]
    blank = members[0].value
    return Sql(f"CASE {{0}} {template} ELSE {int(blank)} END", operand.expression, *pairs, output=Kind.INT32)


def _texts(operator: str, left: Column, right: Column, codes: bool) -> Condition:
    if codes or operator in ("eq", "ne"):
        return infix(operator, left, right)
    lowered = [Sql("LOWER({0})", each, output=Kind.STRING) for each in (left, right)]
    return Sql(_TEXT[operator], lowered[0], left, lowered[1], right)


def _moment(operator: str, column: Column, value: dt.datetime) -> Condition:
    """Stored instants count whole milliseconds (A-33): what a client read must be found again."""
    rest = dt.timedelta(microseconds=value.microsecond % 1000)
    if operator in ("eq", "ne") and rest:
        return constant(operator == "ne")
    start = value - rest
    try:
        after = start + _MILLISECOND
    except OverflowError:  # the last millisecond there is: nothing comes after it
        after = None
    first = after if rest else start
    match operator:
        case "eq" | "ne":
            template = "({0} >= {1} AND {0} < {2})" if operator == "eq" else "({0} < {1} OR {0} >= {2})"
            return Sql(template, column, _instant(start), _instant(after or dt.datetime.max.replace(tzinfo=dt.UTC)))
        case "gt" | "le":
            return _edge("ge" if operator == "gt" else "lt", column, after)
    return _edge(operator, column, first)


def _edge(operator: str, column: Column, value: dt.datetime | None) -> Condition:
    if value is None:
        return constant(operator == "lt")
    return infix(operator, column, _instant(value))


def _instant(value: dt.datetime) -> Column:
    return literal(value, Kind.INSTANT)
