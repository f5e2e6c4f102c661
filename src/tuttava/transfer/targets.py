"""What a column can be imported into: a field with its label, and how the text of a cell becomes its value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from django.db import models

from tuttava.contacts.models import IndustryGroup, JobResponsibility, MailingGroup, OrganizationalLevel
from tuttava.foundation.cleaning import attribute, has_field
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.models import Country, Territory
from tuttava.foundation.records import Record


class Conversion(Enum):
    """How a cell becomes a value."""

    TEXT = "text"
    COUNTRY = "country"
    CODE = "code"
    CODES = "codes"
    BOOLEAN = "boolean"
    DATE = "date"
    AMOUNT = "amount"
    INTEGER = "integer"
    CHOICE = "choice"
    COMMENT = "comment"


@dataclass(frozen=True)
class CodeTableOf:
    """The table behind a coded field: ``text`` its descriptive column; ``creatable``: an import may add codes."""

    model: type[Record]
    text: str = "description"
    creatable: bool = False


@dataclass(frozen=True)
class Target:
    """A field a column can fill.

    ``table`` is what codes are looked up in, ``choices`` the pairs of stored values and words. ``key``: it says which
    record a row belongs to and is not stored.
    """

    name: str
    label: Text
    conversion: Conversion = Conversion.TEXT
    table: CodeTableOf | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    key: bool = False


#: Tables of codes that an import may add to.
CREATABLE: frozenset[type[Record]] = frozenset(
    {OrganizationalLevel, Territory, MailingGroup, IndustryGroup, JobResponsibility}
)


def code_table(model: type[Record]) -> CodeTableOf:
    """How codes of ``model`` are found by their words, and whether an import may add some."""
    return CodeTableOf(model, "name" if has_field(model, "name") else "description", model in CREATABLE)


def field_target(model: type[models.Model], name: str, label: Text = "") -> Target:
    """The target of a stored field; what its cells hold follows from the type of the field."""
    field = attribute(model, name)
    label = label or field.verbose_name
    if isinstance(field, CodeRef):
        if field.related_model is Country:
            return Target(name, label, Conversion.COUNTRY)
        return Target(name, label, Conversion.CODE, code_table(cast("type[Record]", field.related_model)))
    if field.choices:
        return Target(name, label, Conversion.CHOICE, choices=_choices(field))
    for kind, conversion in _BY_TYPE:
        if isinstance(field, kind):
            return Target(name, label, conversion)
    return Target(name, label)


_BY_TYPE: tuple[tuple[type[models.Field[Any, Any]], Conversion], ...] = (
    (models.BooleanField, Conversion.BOOLEAN),
    (models.DateField, Conversion.DATE),
    (models.DecimalField, Conversion.AMOUNT),
    (models.IntegerField, Conversion.INTEGER),
)


def _choices(field: models.Field[Any, Any]) -> tuple[tuple[str, Text], ...]:
    return tuple((str(value), words) for value, words in field.flatchoices)


def field_targets(model: type[models.Model], names: Iterable[str]) -> list[Target]:
    """The targets of several stored fields."""
    return [field_target(model, name) for name in names]


def links_target(name: str, label: Text, model: type[Record]) -> Target:
    """Several codes in one cell, each a row of its own beside the record."""
    return Target(name, label, Conversion.CODES, code_table(model))
