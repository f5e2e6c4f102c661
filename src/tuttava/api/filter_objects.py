"""Filter objects: ``{"salespersonCode":"JO|AL","city":"@ber*"}`` over the properties of a set (A-114, A-117).

The conditions are those of ``$filter``: blank is a value, codes compare without case, indexes are used.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.api.declare import EntitySet
from tuttava.api.edm import Kind, Type
from tuttava.api.expressions import Condition, ExpressionError, comparing, values
from tuttava.api.expressions.operands import Operand as Column
from tuttava.api.expressions.scope import Frame, operand, usable
from tuttava.api.expressions.sql import Sql, both, constant, either, literal
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import (
    Comparison,
    FilterExpression,
    Operand,
    Range,
    bad_filter,
    date_of,
    parse,
)
from tuttava.foundation.spelling import camel


def filtered(entity_set: EntitySet, rows: QuerySet[Any], filters: Mapping[str, Any]) -> QuerySet[Any]:
    """``rows`` of the set that meet every filter of the object; raises ``bad_filter`` at the field."""
    return rows.filter(condition_of(entity_set, filters)) if filters else rows


def condition_of(entity_set: EntitySet, filters: Mapping[str, Any]) -> Condition:
    """The condition of a filter object that names fields. Relative dates count from now."""
    return both([_of_field(entity_set, name, text) for name, text in filters.items()])


def check_expression(name: str, text: str, wanted: Type) -> FilterExpression:
    """A filter over values of a type that is not a property (A-50), read; raises ``bad_filter`` at ``name``."""
    found = _parsed(name, text)
    for terms in found.alternatives:
        for term in terms:
            for each in (term.value,) if isinstance(term, Comparison) else (term.low, term.high):
                if each is not None and not each.is_pattern:
                    _at(name, _value, each, wanted)
    return found


def _parsed(name: str, text: Any) -> FilterExpression:
    if not isinstance(text, str):
        raise bad_filter(_("A filter is a text."), 1, name)
    found: FilterExpression = _at(name, parse, text)
    return found


def _at(name: str, work: Any, *arguments: Any) -> Any:
    """``work``, whose refusals belong to the field ``name``."""
    try:
        return work(*arguments)
    except DomainError as error:
        error.field = error.field or name
        raise


def _of_field(entity_set: EntitySet, name: str, text: Any) -> Condition:
    known = name if name in entity_set.by_name else camel(name)
    try:
        prop = usable(entity_set, known, 0)
    except ExpressionError as error:
        raise bad_filter(error.message, 1, name) from error
    column = operand(Frame(entity_set), prop, 0)
    found = _parsed(name, text)
    if not found:
        return constant(True)
    return either([both([_at(name, _term, term, column) for term in terms]) for terms in found.alternatives])


def _term(term: Comparison | Range, column: Column) -> Condition:
    if isinstance(term, Range):
        low = [_compared("ge", term.low, column)] if term.low else []
        high = [_compared("le", term.high, column)] if term.high else []
        return both([*low, *high])
    if term.value.is_pattern or (term.value.any_case and column.type.is_text and not column.type.code):
        return _like(term.value, column, negated=term.operator == "ne")
    return _compared(term.operator, term.value, column)


def _compared(operator: str, value: Operand, column: Column) -> Condition:
    if column.type.kind is Kind.INSTANT and not _is_blank(value):
        return _on_day(operator, date_of(value), column)
    return comparing.against(operator, _value(value, column.type), column.type).on(column)


def _on_day(operator: str, day: dt.date, column: Column) -> Condition:
    """A moment compared by its date part, in the user's time zone (A-117)."""
    start = _midnight(day)
    if day == dt.date.max:
        after = dt.datetime.max.replace(tzinfo=dt.UTC)
    else:
        after = _midnight(day + dt.timedelta(days=1))

    def edge(sign: str, moment: dt.datetime) -> Condition:
        return comparing.against(sign, moment, column.type).on(column)

    match operator:
        case "eq":
            return both([edge("ge", start), edge("lt", after)])
        case "ne":
            return either([edge("lt", start), edge("ge", after)])
        case "gt" | "le":
            return edge("ge" if operator == "gt" else "lt", after)
    return edge(operator, start)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _like(value: Operand, column: Column, *, negated: bool) -> Condition:
    """Wildcards, or a text whatever its case."""
    if not column.type.is_text:
        raise bad_filter(_("Wildcards and @ fit texts only."), value.position)
    text = value.text.upper() if column.type.code else value.text
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    pattern = escaped if value.quoted else escaped.replace("*", "%").replace("?", "_")
    sign = "ILIKE" if value.any_case and not column.type.code else "LIKE"
    found = Sql(f"({{0}} {'NOT ' if negated else ''}{sign} {{1}})", column.expression, literal(pattern, Kind.STRING))
    on_blank = (not pattern.replace("%", "")) is not negated
    return comparing.with_null(found, column, on_blank)


def _is_blank(value: Operand) -> bool:
    return value.quoted and not value.text


def _value(value: Operand, wanted: Type) -> Any:
    """A value in the type of its field; raises ``bad_filter``."""
    if _is_blank(value):
        return wanted.blank
    if wanted.enum is not None:
        found = wanted.enum.member_of(value.text)
        if found is None:
            names = ", ".join(each.name for each in wanted.enum.members)
            raise bad_filter(_("Not one of %(members)s.") % {"members": names}, value.position)
        return found.stored
    if wanted.kind is Kind.DATE or wanted.kind is Kind.INSTANT:
        return date_of(value)
    if wanted.is_text:
        return value.text.strip().upper() if wanted.code else value.text
    return _read(value, wanted)


def _read(value: Operand, wanted: Type) -> Any:
    try:
        if wanted.is_number:
            return values.number(value.text)
        if wanted.kind is Kind.BOOLEAN:
            return {"true": True, "false": False}[value.text.lower()]
        return values.QUOTED[wanted.kind](value.text)
    except (ValueError, KeyError) as error:
        raise bad_filter(
            _("“%(text)s” does not fit a field of this type.") % {"text": value.text[:40]}, value.position
        ) from error
