"""Conditions as they are chosen in the browser: what is offered, rows of a form, and what was typed in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tuttava.api.declare import Property
from tuttava.api.edm import Kind
from tuttava.api.filter_objects import condition_of as sql_condition
from tuttava.api.metadata import caption_of, title_of, words_of
from tuttava.foundation.errors import DomainError
from tuttava.segments.conditions import (
    ANY_ROW,
    OPERATORS,
    TIMES,
    UNITS,
    WITHOUT_VALUE,
    Condition,
    expression,
    kind_of,
    set_of,
    table_of,
)
from tuttava.segments.selecting import entities
from tuttava.ui.cards.lookups import source_of
from tuttava.ui.values import parse_date, parse_number

#: Rows of one step; more are not read.
MOST_ROWS = 20
#: Stands for any row of an entity, whatever is in it.
ANY = "*"
#: What contacts are mostly chosen by; all other fields follow behind.
_OFTEN = (
    *("type", "city", "countryCode", "postCode", "salespersonCode", "territoryCode", "languageCode", "name"),
    *("companyName", "jobTitle", "organizationalLevelCode", "email", "correspondenceType", "contactBusinessRelation"),
)
_NEVER = frozenset(
    {"id", "noSeries", "phoneNoNormalised", "mobilePhoneNoNormalised", "searchName", "searchEmail"}
    | {"lastModifiedDateTime", "systemModifiedAt", "systemCreatedAt", "telexAnswerBack"}
)
#: Fields of a row that say whose it is: the contact has fields of its own to choose by.
_OWNER = ("contactNo", "contactName", "contactCompanyNo", "contactCompanyName", "companyName")
_LOOKUPS = {
    "contact.no": "contact",
    "contact.companyNo": "contact-company",
    "contact.city": "city",
    "contact.postCode": "post-code",
}


@dataclass(frozen=True)
class Offered:
    """A field to choose by; ``name`` is ``entity.field``."""

    name: str
    label: str


@dataclass(frozen=True)
class Row:
    """A condition on the form: what was chosen and typed, and what is wrong with it.

    ``shape``: the operator that its inputs were made for.
    """

    number: int
    entity: str
    field: str
    operator: str
    typed: tuple[str, ...] = ()
    without: bool = False
    error: str = ""
    fresh: bool = False

    @property
    def name(self) -> str:
        return f"{self.entity}.{self.field}"

    @property
    def is_any(self) -> bool:
        return self.field == ANY

    @property
    def of_rows(self) -> bool:
        """Whether contacts can lack it."""
        return self.entity != "contact"

    @property
    def prop(self) -> Property:
        return set_of(self.entity).by_name[ANY_ROW[self.entity] if self.is_any else self.field]

    @property
    def kind(self) -> str:
        return kind_of(self.prop)

    @property
    def label(self) -> str:
        if self.is_any:
            return _entity_title(self.entity)
        words = words_of(caption_of(set_of(self.entity), self.prop))
        return words if self.entity == "contact" else f"{_entity_title(self.entity)}: {words}"

    @property
    def operators(self) -> list[tuple[str, str]]:
        return [] if self.is_any else [(each, operator_words(each, self.kind)) for each in OPERATORS[self.kind]]

    @property
    def takes(self) -> str:
        """What is typed: nothing, some of the choices, a number and a unit, two values, or one."""
        if self.is_any or self.operator in WITHOUT_VALUE:
            return ""
        if self.operator in TIMES:
            return "time"
        if self.operator == "between":
            return "two"
        return "choices" if self.kind == "choice" and self.operator != "fits" else "one"

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        enum = self.prop.type.enum
        members = enum.members if enum is not None else ()
        return [(each.name, _member_words(each.caption), each.name in self.typed) for each in members]

    @property
    def units(self) -> list[tuple[str, str, bool]]:
        words = {"D": _("days"), "W": _("weeks"), "M": _("months"), "Q": _("quarters"), "Y": _("years")}
        chosen = self.typed[1] if len(self.typed) > 1 else "M"
        return [(unit, words[unit], unit == chosen) for unit in UNITS]

    @property
    def first(self) -> str:
        return self.typed[0] if self.typed else ""

    @property
    def last(self) -> str:
        return self.typed[1] if len(self.typed) > 1 else ""

    @property
    def lookup(self) -> str:
        """The look-up behind the input; blank: plain text."""
        if self.operator not in ("is", "not"):
            return ""
        if self.name in _LOOKUPS:
            return _LOOKUPS[self.name]
        if self.name in _plugged:
            return _plugged[self.name]
        table = table_of(set_of(self.entity), self.prop)
        return source_of(table) if table is not None else ""


_plugged: dict[str, str] = {}


def looks_up(name: str, source: str) -> None:
    """Let a field (``entity.field``) be chosen by a look-up."""
    _plugged[name] = source


def _member_words(caption: Any) -> str:
    return str(caption).strip() or pgettext("a value", "blank")


def _entity_title(entity: str) -> str:
    words: dict[str, Callable[[], str]] = {
        "contact": lambda: _("Contacts"),
        "mailingGroup": lambda: _("Mailing groups"),
        "jobResponsibility": lambda: _("Job responsibilities"),
        "industryGroup": lambda: _("Industry groups"),
        "businessRelation": lambda: _("Business relations"),
        "interactionLogEntry": lambda: _("Interactions"),
        "valueEntry": lambda: _("Trade in items"),
        "segmentLine": lambda: _("Segments"),
    }
    return words[entity]() if entity in words else title_of(set_of(entity), plural=True)


def operator_words(operator: str, kind: str) -> str:
    """An operator as it is chosen."""
    if kind == "date" and operator in ("from", "to"):
        return {"from": pgettext("a date", "since"), "to": pgettext("a date", "up to")}[operator]
    return {
        "is": _("is"),
        "not": _("is not"),
        "begins": _("begins with"),
        "contains": _("contains"),
        "ends": _("ends with"),
        "blank": _("is blank"),
        "filled": _("is filled in"),
        "yes": _("is yes"),
        "no": _("is no"),
        "from": pgettext("a number", "is at least"),
        "to": pgettext("a number", "is at most"),
        "between": _("is between"),
        "last": pgettext("so many days", "in the last"),
        "ago": pgettext("so many days", "longer ago than"),
        "fits": _("fits the expression"),
    }[operator]


def offered() -> list[tuple[str, list[Offered]]]:
    """All fields to choose by, in groups."""
    groups = []
    for entity in entities():
        found = [
            Offered(f"{entity}.{prop.name}", words_of(caption_of(set_of(entity), prop))) for prop in _fields(entity)
        ]
        if entity == "contact":
            often = [each for name in _OFTEN for each in found if each.name == f"contact.{name}"]
            rest = sorted((each for each in found if each not in often), key=lambda each: each.label)
            groups += [(_("Contacts"), often), (_("Contacts: further fields"), rest)]
            continue
        first = [Offered(f"{entity}.{ANY}", _("Any at all"))] if entity in ANY_ROW else []
        groups.append((_entity_title(entity), first + found))
    return groups


def _fields(entity: str) -> Iterator[Property]:
    for prop in set_of(entity).properties:
        owned = entity != "contact" and prop.name in _OWNER
        if prop.filterable and not prop.computed and not owned and prop.name not in _NEVER and kind_of(prop):
            yield prop


def is_offered(name: str) -> bool:
    entity, _dot, field = name.partition(".")
    if entity not in entities():
        return False
    return (field == ANY and entity in ANY_ROW) or any(prop.name == field for prop in _fields(entity))


def fresh_row(name: str, number: int) -> Row:
    """A row for a field just chosen; lacking is what most ask of interactions."""
    entity, _dot, field = name.partition(".")
    row = Row(number, entity, field, "", fresh=True)
    return replace(row, operator="filled" if row.is_any else OPERATORS[row.kind][0])


def read_rows(sent: QueryDict) -> list[Row]:
    """The rows of a form as they were sent, without the one to be dropped, with the one to be added."""
    dropped = sent.get("drop", "")
    found: list[Row] = []
    for number in range(MOST_ROWS):
        name = sent.get(f"c{number}", "")
        if str(number) == dropped or not is_offered(name):
            continue
        entity, _dot, field = name.partition(".")
        row = Row(len(found), entity, field, "filled", without=sent.get(f"h{number}") == "without")
        operator = sent.get(f"o{number}", "")
        if not row.is_any:
            row = replace(row, operator=operator if operator in OPERATORS[row.kind] else OPERATORS[row.kind][0])
        typed = tuple(value.strip()[:2048].replace("\x00", "") for value in sent.getlist(f"v{number}"))
        found.append(replace(row, typed=typed if row.operator == sent.get(f"s{number}", row.operator) else ()))
    added = sent.get("add", "")
    if is_offered(added) and len(found) < MOST_ROWS:
        found.append(fresh_row(added, len(found)))
    return [checked(row) for row in found]


def changes_shape(sent: QueryDict) -> bool:
    """Whether rows came, went, or ask for other inputs than those on the page."""
    operators = (number for number in range(MOST_ROWS) if f"o{number}" in sent)
    other = any(sent[f"o{number}"] != sent.get(f"s{number}", sent[f"o{number}"]) for number in operators)
    return bool(sent.get("add") or sent.get("drop")) or other


def checked(row: Row) -> Row:
    """The row with what is wrong with it, as precisely as the field's type tells."""
    try:
        condition = condition_of_row(row)
        text = expression(condition)
        if text:
            sql_condition(set_of(condition.entity), {condition.field: text})
    except DomainError as error:
        return replace(row, error=str(error))
    return row


def condition_of_row(row: Row) -> Condition:
    """What a row asks for, values in the form that expressions have. Raises ``value_invalid``."""
    if row.is_any:
        return Condition(row.entity, ANY_ROW[row.entity], "filled", (), row.without)
    return Condition(row.entity, row.field, row.operator, _values(row), row.without)


def _values(row: Row) -> tuple[str, ...]:
    typed = [value for value in row.typed if value]
    if row.operator in (*TIMES, *WITHOUT_VALUE, "fits"):
        if row.operator in TIMES and typed and typed[0] and len(typed) > 1 and not typed[0].isdigit():
            raise _unreadable(row, typed[0])
        return tuple(typed)
    if row.takes == "one" and row.operator in ("is", "not"):
        typed = [part.strip() for value in typed for part in value.split("|") if part.strip()]
    if row.kind == "date":
        return tuple(_date(row, value) for value in typed)
    if row.kind == "number":
        return tuple(_number(row, value) for value in typed)
    return tuple(typed)


def _date(row: Row, text: str) -> str:
    if text.lower().startswith(("today", "workdate")):
        return text
    try:
        found = parse_date(text)
    except ValueError as error:
        raise _unreadable(row, text) from error
    return found.isoformat() if found is not None else ""


def _number(row: Row, text: str) -> str:
    try:
        found = parse_number(text)
    except ValueError as error:
        raise _unreadable(row, text) from error
    whole = row.prop.type.kind in (Kind.INT32, Kind.INT64)
    return "" if found is None else str(int(found) if whole and found == int(found) else Decimal(found))


def _unreadable(row: Row, text: str) -> DomainError:
    return DomainError(
        "value_invalid",
        _("“%(value)s” does not fit %(field)s.") % {"value": text[:40], "field": row.label},
        field=f"v{row.number}",
    )


def conditions_of_rows(rows: Sequence[Row]) -> list[Condition]:
    """What all rows ask for. Raises ``bad_filter`` at the first row with a mistake."""
    for row in rows:
        if row.error:
            raise DomainError("bad_filter", row.error, field=f"v{row.number}")
    return [condition_of_row(row) for row in rows]


def rows_of(conditions: Sequence[Condition]) -> list[Row]:
    """Rows for conditions of a step that is taken up again."""
    found = []
    for number, each in enumerate(conditions[:MOST_ROWS]):
        any_row = each.operator == "filled" and ANY_ROW.get(each.entity) == each.field
        joined = each.operator in ("is", "not") and kind_of(set_of(each.entity).by_name[each.field]) != "choice"
        typed = ("|".join(each.values),) if joined and each.values else each.values
        found.append(Row(number, each.entity, ANY if any_row else each.field, each.operator, typed, each.without))
    return found
