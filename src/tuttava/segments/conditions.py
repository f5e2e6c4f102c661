"""Conditions of a step as people choose them: a field, an operator, values; and the expression that they are (A-114).

A filter is stored as an expression (``workdate-3M..``). Whoever builds one chooses "in the last 3 months"; whoever
reads one sees those words again. What no operator can say stays an expression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import models

from tuttava.api.declare import CRM, EntitySet, Property
from tuttava.api.edm import Kind, Type
from tuttava.api.metadata import caption_of
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.filter_expressions import Comparison, FilterExpression, Operand, Range, exactly, parse
from tuttava.interactions.models import InteractionGroup, InteractionTemplate
from tuttava.segments.selecting import Filters, entities, filter_name, filtered_entity

#: Operators by what a field holds, the usual one first. ``last`` and ``ago``: a number and a unit of time.
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": ("is", "begins", "contains", "ends", "not", "blank", "filled", "fits"),
    "code": ("is", "not", "begins", "blank", "filled", "fits"),
    "choice": ("is", "not", "fits"),
    "flag": ("yes", "no"),
    "date": ("last", "ago", "from", "to", "between", "is", "blank", "filled", "fits"),
    "number": ("from", "to", "between", "is", "not", "fits"),
}
WITHOUT_VALUE = frozenset({"blank", "filled", "yes", "no"})
TIMES = frozenset({"last", "ago"})
UNITS = ("D", "W", "M", "Q", "Y")
#: The field of an entity that every row of it has: filled in means that there is a row at all.
ANY_ROW = {
    "mailingGroup": "mailingGroupCode",
    "jobResponsibility": "jobResponsibilityCode",
    "industryGroup": "industryGroupCode",
    "businessRelation": "businessRelationCode",
    "interactionLogEntry": "entryNo",
    "valueEntry": "entryNo",
    "segmentLine": "segmentNo",
}
#: Codes that are kept as they were, whatever became of their table.
_TABLES: dict[str, type[models.Model]] = {
    "interaction_template_code": InteractionTemplate,
    "interaction_group_code": InteractionGroup,
}
_RELATIVE = re.compile(r"(?:workdate|today)\s*-\s*(\d{1,4})\s*([DWMQY])", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"(?:'(?:[^']|'')*'|[^|])+")
_SPECIAL = re.compile(r"[|&*?@'<>=]|\.\.")


@dataclass(frozen=True)
class Condition:
    """What one field of an entity must be; ``without``: of rows that must be missing."""

    entity: str
    field: str
    operator: str
    values: tuple[str, ...] = ()
    without: bool = False

    @property
    def filter_name(self) -> str:
        return filter_name(self.entity, without=self.without)


def set_of(entity: str) -> EntitySet:
    """The set whose properties a filter on the entity names."""
    return CRM.sets[entities()[entity]]


def kind_of(prop: Property) -> str:
    """What a property holds, as operators tell it apart; blank: nothing that people choose by."""
    wanted: Type = prop.type
    if wanted.enum is not None:
        return "choice"
    if wanted.is_text:
        return "code" if wanted.code else "text"
    if wanted.is_number:
        return "number"
    return {Kind.BOOLEAN: "flag", Kind.DATE: "date", Kind.INSTANT: "date"}.get(wanted.kind, "")


def table_of(found: EntitySet, prop: Property) -> type[models.Model] | None:
    """The code table that the values of a property come from."""
    for field in found.model._meta.concrete_fields:
        if isinstance(field, CodeRef) and field.attname == prop.source:
            return field.related_model
    return _TABLES.get(prop.source)


def label_of(entity: str, name: str) -> str:
    """A field in words, as they stand within a sentence."""
    prop = set_of(entity).by_name.get(name)
    return str(caption_of(set_of(entity), prop)) if prop is not None else name


def conditions_of(filters: Filters) -> list[Condition]:
    """The filters of a step as they would be chosen."""
    found = []
    for name, fields in filters.items():
        entity, without = filtered_entity(name)
        if entity in entities():
            found += [condition_of(entity, field, str(text), without=without) for field, text in fields.items()]
    return found


def condition_of(entity: str, field: str, text: str, *, without: bool = False) -> Condition:
    """The operator and values of an expression."""
    prop = set_of(entity).by_name.get(field)
    operator, values = _chosen(text, kind_of(prop) if prop is not None else "")
    return Condition(entity, field, operator, values, without)


def _chosen(text: str, kind: str) -> tuple[str, tuple[str, ...]]:
    try:
        found = parse(text)
    except DomainError:
        return "fits", (text,)
    said = _said(found, kind)
    known = said is not None and said[0] in OPERATORS.get(kind, ())
    return said if said is not None and known else ("fits", (text,))


def _said(found: FilterExpression, kind: str) -> tuple[str, tuple[str, ...]] | None:
    alternatives = found.alternatives
    if alternatives and all(_is_one(terms, "eq") for terms in alternatives):
        values = tuple(str(_operand(terms[0]).text) for terms in alternatives)
        if kind == "flag":
            return {"true": ("yes", ()), "false": ("no", ())}.get(values[0].lower())
        return ("blank", ()) if values == ("",) else ("is", values)
    if len(alternatives) != 1:
        return None
    terms = alternatives[0]
    if all(_is_one((term,), "ne") for term in terms):
        values = tuple(_operand(term).text for term in terms)
        return ("filled", ()) if values == ("",) else ("not", values)
    return _of_term(terms[0], kind) if len(terms) == 1 else None


def _operand(term: Comparison | Range) -> Operand:
    assert isinstance(term, Comparison)
    return term.value


def _is_one(terms: Sequence[Comparison | Range], operator: str) -> bool:
    """One comparison with a plain value."""
    first = terms[0]
    return (
        len(terms) == 1 and isinstance(first, Comparison) and first.operator == operator and not first.value.is_pattern
    )


def _of_term(term: Comparison | Range, kind: str) -> tuple[str, tuple[str, ...]] | None:
    if isinstance(term, Range):
        return _of_range(term, kind)
    text = term.value.text
    if term.operator == "eq":
        inner = text.strip("*")
        shape = (text.startswith("*"), text.endswith("*"))
        if not inner or "*" in inner or "?" in inner:
            return None
        return {(True, True): "contains", (False, True): "begins", (True, False): "ends"}[shape], (inner,)
    relative = _RELATIVE.fullmatch(text) if kind == "date" else None
    if relative is not None:
        return {"ge": "last", "lt": "ago"}.get(term.operator, "fits"), (relative[1], relative[2].upper())
    return {"ge": ("from", (text,)), "le": ("to", (text,))}.get(term.operator)


def _of_range(term: Range, kind: str) -> tuple[str, tuple[str, ...]] | None:
    low, high = term.low.text if term.low else "", term.high.text if term.high else ""
    relative = _RELATIVE.fullmatch(low) if kind == "date" else None
    if relative is not None and high.lower() in ("", "workdate", "today"):
        return "last", (relative[1], relative[2].upper())
    if low and high:
        return "between", (low, high)
    return ("from", (low,)) if low else ("to", (high,))


def expression(condition: Condition) -> str:
    """The filter expression of a condition; blank where nothing was typed yet."""
    operator, values = condition.operator, [value.strip() for value in condition.values if value.strip()]
    kind = _kind(condition.entity, condition.field)
    fixed = {"blank": "''", "filled": "<>''", "yes": "true", "no": "false"}
    if operator in fixed:
        return fixed[operator]
    if not values or (operator == "between" and len(values) < 2):
        return ""
    if operator == "fits":
        return values[0]
    if operator in TIMES:
        number = values[0] if values[0].isdigit() else ""
        since = f"workdate-{number}{values[1]}" if number and len(values) > 1 else ""
        return since and (f"{since}.." if operator == "last" else f"<{since}")
    if operator in ("is", "not"):
        plain = [_plain(value, kind) for value in values]
        return "|".join(plain) if operator == "is" else "&".join(f"<>{each}" for each in plain)
    if operator in ("begins", "contains", "ends"):
        inner = _SPECIAL.sub("?", values[0])
        before, after = ("*" * (operator != "begins")), ("*" * (operator != "ends"))
        return f"{'' if kind == 'code' else '@'}{before}{inner}{after}"
    first = exactly(values[0])
    return {"from": f"{first}..", "to": f"..{first}", "between": f"{first}..{exactly(values[-1])}"}[operator]


@lru_cache(maxsize=512)
def _kind(entity: str, field: str) -> str:
    prop = set_of(entity).by_name.get(field)
    return kind_of(prop) if prop is not None else ""


def _plain(value: str, kind: str) -> str:
    """A value to be compared with; of texts the case does not matter."""
    return f"@{exactly(value)}" if kind == "text" else exactly(value)


def filters_of(conditions: Sequence[Condition]) -> dict[str, Mapping[str, str]]:
    """The filters of a step of conditions; those that say nothing yet are left out.

    Two of one field must hold both: the one is put behind the other with ``&`` where neither has alternatives.
    """
    found: dict[str, dict[str, str]] = {}
    for condition in conditions:
        text = expression(condition)
        if not text:
            continue
        fields = found.setdefault(condition.filter_name, {})
        before = fields.get(condition.field)
        fields[condition.field] = text if before is None else _both(before, text)
    return {**found}


def _both(first: str, second: str) -> str:
    """Either of the one with either of the other: ``&`` binds tighter than ``|``."""
    return "|".join(f"{one}&{other}" for one in _ALTERNATIVE.findall(first) for other in _ALTERNATIVE.findall(second))
