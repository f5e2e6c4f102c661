"""The functions of A-44 that give values. Each is total: no argument makes the database refuse (A-46)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.api.edm import BIG, DATE, DECIMAL, TIME, Kind, Type, text
from tuttava.api.expressions import nodes
from tuttava.api.expressions.errors import ExpressionError
from tuttava.api.expressions.operands import MAX_SIZE, Constant, Operand, is_constant, mismatch, own_type, standalone
from tuttava.api.expressions.sql import Sql
from tuttava.foundation.context import current

_TEXT, _INTEGER, _NUMBER = (Kind.STRING,), (Kind.INT64, Kind.INT32), (Kind.DECIMAL, Kind.INT64, Kind.INT32)
_DAYS, _CLOCK, _MOMENT = (Kind.DATE, Kind.INSTANT), (Kind.TIME, Kind.INSTANT), (Kind.INSTANT,)
#: The blanks of Unicode.
_BLANKS = "".join(chr(at) for at in range(1, 0x3001) if chr(at).isspace())
#: Positions in texts are kept in this range, so that adding two of them stays an integer.
_POSITION = "LEAST(GREATEST(TRUNC({%d}), 0), 1000000000)::integer"


@dataclass(frozen=True)
class Function:
    """Parameters as kinds allowed, the type of the result, its SQL over the arguments; ``optional`` ones at the end."""

    parameters: tuple[tuple[Kind, ...], ...]
    result: Type
    template: str
    optional: int = 0
    size: Callable[[Sequence[Operand]], int] = lambda arguments: arguments[0].size if arguments else 0


def _replaced(arguments: Sequence[Operand]) -> int:
    return arguments[0].size * max(1, arguments[2].size)


def _part(name: str, kinds: tuple[Kind, ...]) -> Function:
    return Function((kinds,), BIG, f"FLOOR(EXTRACT({name} FROM {{0}}))::bigint")


_SUBSTRING = f"SUBSTR({{0}}, {_POSITION % 1} + 1)"
_SUBSTRING_OF_LENGTH = f"SUBSTR({{0}}, {_POSITION % 1} + 1, {_POSITION % 2})"

FUNCTIONS: dict[str, Function] = {
    "length": Function((_TEXT,), BIG, "CHAR_LENGTH({0})"),
    "indexof": Function((_TEXT, _TEXT), BIG, "(STRPOS({0}, {1}) - 1)"),
    "substring": Function((_TEXT, _INTEGER, _INTEGER), text(), _SUBSTRING_OF_LENGTH, optional=1),
    "tolower": Function((_TEXT,), text(), "LOWER({0})"),
    "toupper": Function((_TEXT,), text(), "UPPER({0})"),
    "trim": Function((_TEXT,), text(), f"BTRIM({{0}}, '{_BLANKS}')"),
    "concat": Function((_TEXT, _TEXT), text(), "({0} || {1})", size=lambda given: given[0].size + given[1].size),
    "replace": Function((_TEXT, _TEXT, _TEXT), text(), "REPLACE({0}, {1}, {2})", size=_replaced),
    "year": _part("YEAR", _DAYS),
    "month": _part("MONTH", _DAYS),
    "day": _part("DAY", _DAYS),
    "hour": _part("HOUR", _CLOCK),
    "minute": _part("MINUTE", _CLOCK),
    "second": _part("SECOND", _CLOCK),
    "date": Function((_DAYS,), DATE, "({0})::date"),
    "time": Function((_CLOCK,), TIME, "({0})::time"),
    "round": Function((_NUMBER,), DECIMAL, "ROUND({0}::numeric)"),
    "floor": Function((_NUMBER,), DECIMAL, "FLOOR({0}::numeric)"),
    "ceiling": Function((_NUMBER,), DECIMAL, "CEILING({0}::numeric)"),
}


def _now() -> dt.datetime:
    """One instant for the whole of a request, however often it is named."""
    instant: dt.datetime = current().cache.setdefault("api.now", timezone.now())
    return instant


_MOMENTS: dict[str, Callable[[], dt.datetime]] = {
    "now": _now,
    "mindatetime": lambda: dt.datetime.min.replace(tzinfo=dt.UTC),
    "maxdatetime": lambda: dt.datetime.max.replace(tzinfo=dt.UTC),
}
#: Functions that are conditions: they have a module of their own.
PREDICATES = ("contains", "startswith", "endswith", "matchespattern")


def known(call: nodes.Call) -> None:
    """Refuse an unknown function and a wrong number of arguments."""
    if call.name in PREDICATES:
        counts: tuple[int, ...] = (2,)
    elif call.name in _MOMENTS:
        counts = (0,)
    elif call.name in FUNCTIONS:
        function = FUNCTIONS[call.name]
        counts = tuple(range(len(function.parameters) - function.optional, len(function.parameters) + 1))
    else:
        raise ExpressionError(_("There is no function “%(name)s”.") % {"name": call.name}, call.position, call.name)
    if len(call.arguments) not in counts:
        message = _("“%(name)s” takes %(count)s arguments.")
        raise ExpressionError(message % {"name": call.name, "count": "/".join(map(str, counts))}, call.position)


def moment(call: nodes.Call) -> nodes.Literal | None:
    """The constant that ``now``, ``mindatetime`` and ``maxdatetime`` stand for."""
    made = _MOMENTS.get(call.name)
    if made is None:
        return None
    known(call)
    return nodes.Literal(call.position, made(), Kind.INSTANT)


def argument(node: nodes.Node, kinds: tuple[Kind, ...], value: Callable[[nodes.Node], Operand]) -> Operand:
    """One argument of a kind that the function takes; ``null`` is that kind's blank."""
    if is_constant(node):
        constant: Any = node
        return _constant(constant, kinds)
    found = value(node)
    if found.type.kind not in kinds or found.type.many:
        raise mismatch(node.position)
    return found


def _constant(node: Constant, kinds: tuple[Kind, ...]) -> Operand:
    if isinstance(node, nodes.Literal) and node.kind is None:
        return standalone(node, Type(kinds[0]))
    if isinstance(node, nodes.EnumLiteral) or own_type(node).kind not in kinds:
        raise mismatch(node.position)
    return standalone(node)


def apply(call: nodes.Call, value: Callable[[nodes.Node], Operand]) -> Operand:
    """The value of a function call; ``value`` binds its arguments."""
    known(call)
    function = FUNCTIONS[call.name]
    pairs = zip(call.arguments, function.parameters, strict=False)
    arguments = [argument(node, kinds, value) for node, kinds in pairs]
    template = function.template
    if call.name == "substring" and len(arguments) == 2:
        template = _SUBSTRING
    size = function.size(arguments) if function.result.is_text else 0
    if size > MAX_SIZE:
        raise ExpressionError(_("The text made here would be too long."), call.position)
    made = Sql(template, *(each.total for each in arguments), output=function.result.kind)
    return Operand(function.result, made, size=size)
