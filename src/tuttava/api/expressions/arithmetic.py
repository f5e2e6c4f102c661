"""Arithmetic of A-44, total by construction (A-46).

Numbers are computed as ``numeric``; dividing by nothing gives nothing (0). Moments stay inside the calendar: what would
leave it stops at its first or last day.
"""

from __future__ import annotations

import datetime as dt

from tuttava.api.edm import BIG, DATE, DECIMAL, DURATION, INSTANT, Kind
from tuttava.api.expressions import nodes
from tuttava.api.expressions.operands import Operand, mismatch
from tuttava.api.expressions.sql import Sql, literal

_NUMBERS = {
    "add": "({0}::numeric + {1}::numeric)",
    "sub": "({0}::numeric - {1}::numeric)",
    "mul": "({0}::numeric * {1}::numeric)",
    "divby": "COALESCE({0}::numeric / NULLIF({1}::numeric, 0), 0)",
    "mod": "COALESCE(MOD({0}::numeric, NULLIF({1}::numeric, 0)), 0)",
}
_WHOLE_DIVISION = "COALESCE(DIV({0}::numeric, NULLIF({1}::numeric, 0)), 0)"
#: From the first day there is, by an interval that does not leave the calendar. Each operand stands there once.
_SHIFT = "({{2}} + LEAST(GREATEST(({{0}} - {{2}}) {sign} {{1}}, INTERVAL '0'), {{3}} - {{2}}))"
_SIGN = {"add": "+", "sub": "-"}
_FIRST = literal(dt.datetime.min.replace(tzinfo=dt.UTC), Kind.INSTANT)
_LAST = literal(dt.datetime.max.replace(tzinfo=dt.UTC), Kind.INSTANT)


def calculate(node: nodes.Arithmetic, left: Operand, right: Operand) -> Operand:
    """``left operator right`` for numbers, durations, moments. Other types are refused."""
    kinds = (left.type.kind, right.type.kind)
    if left.type.is_number and right.type.is_number:
        return _numbers(node.operator, left, right)
    if node.operator in _SIGN:
        if kinds == (Kind.DURATION, Kind.DURATION):
            return _durations(node.operator, left, right)
        if kinds[0] in (Kind.DATE, Kind.INSTANT) and kinds[1] is Kind.DURATION:
            return _shifted(node.operator, left, right)
        if node.operator == "sub" and kinds[0] is kinds[1] and kinds[0] in (Kind.DATE, Kind.INSTANT):
            return Operand(DURATION, Sql("({0} - {1})", _moment(left), _moment(right), output=Kind.DURATION))
    raise mismatch(node.position)


def negated(node: nodes.Minus, operand: Operand) -> Operand:
    """``-operand`` for numbers and durations."""
    if operand.type.is_number:
        return Operand(operand.type, Sql("(- {0}::numeric)", operand.total, output=Kind.DECIMAL))
    if operand.type.kind is Kind.DURATION:
        return Operand(DURATION, Sql("(- {0})", operand.total, output=Kind.DURATION))
    raise mismatch(node.position)


def _numbers(operator: str, left: Operand, right: Operand) -> Operand:
    whole = Kind.DECIMAL not in (left.type.kind, right.type.kind)
    if operator == "div":
        template = _WHOLE_DIVISION if whole else _NUMBERS["divby"]
    else:
        template = _NUMBERS[operator]
    result = BIG if whole and operator != "divby" else DECIMAL
    return Operand(result, Sql(template, left.total, right.total, output=Kind.DECIMAL))


def _durations(operator: str, left: Operand, right: Operand) -> Operand:
    made = Sql(f"({{0}} {_SIGN[operator]} {{1}})", left.total, right.total, output=Kind.DURATION)
    return Operand(DURATION, made)


def _shifted(operator: str, left: Operand, right: Operand) -> Operand:
    moved = Sql(_SHIFT.format(sign=_SIGN[operator]), _moment(left), right.total, _FIRST, _LAST, output=Kind.INSTANT)
    if left.type.kind is Kind.DATE:
        return Operand(DATE, Sql("({0})::date", moved, output=Kind.DATE))
    return Operand(INSTANT, moved)


def _moment(operand: Operand) -> Sql:
    """A date as the instant it begins (UTC), so that differences are intervals."""
    if operand.type.kind is Kind.DATE:
        return Sql("(({0})::timestamp AT TIME ZONE 'UTC')", operand.total, output=Kind.INSTANT)
    return Sql("{0}", operand.total, output=Kind.INSTANT)
