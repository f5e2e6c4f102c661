"""Who refers to contacts, customers and vendors, and what becomes of it when two of them are merged (part M).

Every room declares its tables in its own ``merge_rules.py``, by one :func:`refers` for each column. What nobody
declared is found by :func:`without_rule`, so that no reference is ever left behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made_with
from enum import Enum
from typing import Any

from django.apps import apps
from django.db import models
from django.dispatch import Signal

from tuttava.foundation.records import Record, rules_of
from tuttava.foundation.schemas import company_app_labels

#: Two records became one, in the unit of work ``unit_id``. ``table``; ``current``: the survivor as it is now;
#: ``duplicate``: the other as it was, not stored any more; ``moved``: ids of the rows that refer to the survivor now,
#: by :attr:`Reference.name`. Sent once everything has moved: what is derived follows here.
records_merged = Signal()

#: That was taken back. ``table``, ``current_id`` and ``duplicate_id``, both of which are stored again.
merge_undone = Signal()


#: The name of the units of work in which records are merged.
MERGE_ACTION = "merge"


class Clash(Enum):
    """What happens to a row of the duplicate whose key, with the survivor in it, exists already."""

    #: It cannot: the column is not part of a key.
    NEVER = "never"
    #: The user decides (M-13).
    ASK = "ask"
    #: It falls together with the survivor's row, which stays (M-22).
    DROP = "drop"
    #: Rows are counted by line: those of the duplicate go behind the survivor's (M-27, M-28).
    APPEND = "append"
    #: Derived: rows of the duplicate are dropped, what the survivor has is made anew (M-36).
    FORGET = "forget"
    #: One a record: the survivor keeps its own, else takes the duplicate's.
    PICK = "pick"


@dataclass(frozen=True)
class Key:
    """Columns (attribute names) that are unique together with the reference, where ``filled`` is not null."""

    columns: tuple[str, ...]
    filled: str = ""


@dataclass(frozen=True)
class Sides:
    """Both records while they are being merged: ids and numbers."""

    table: str
    current_id: uuid.UUID
    duplicate_id: uuid.UUID
    current_no: str
    duplicate_no: str


#: Moves the rows of a table in its own way; answers their ids.
Mover = Callable[[Sides], list[uuid.UUID]]
#: A field of the survivor, or what to make of it.
Copied = str | Callable[[Any], Any]


@dataclass(frozen=True)
class Reference:
    """One column that names a record of ``target``; column names are attribute names.

    ``where``: what else such a row holds; ``key``: the columns that are unique together with it, ``keys`` further ones;
    ``gives_way``: of two clashing rows one in which this column is null is dropped silently, and the duplicate's where
    both hold the same; ``copies``: columns that repeat a field of the record, with what they repeat; ``line``: the line
    number of rows that are appended, ``noted``: behind a line that says where they come from; ``mover``: does the whole
    of it in its own way. ``hidden``: a table that no user knows.
    """

    target: str
    model: type[models.Model]
    field: str
    key: tuple[str, ...] = ()
    where: Mapping[str, Any] = made_with(default_factory=dict, hash=False)
    holds: str = "id"
    clash: Clash = Clash.NEVER
    set_name: str = ""
    keys: tuple[Key, ...] = ()
    gives_way: str = ""
    copies: Mapping[str, Copied] = made_with(default_factory=dict, hash=False)
    line: str = ""
    noted: bool = False
    mover: Mover | None = made_with(default=None, hash=False, compare=False)
    hidden: bool = False

    @property
    def name(self) -> str:
        """What tells references apart: ``contacts.contactemail.contact_id``."""
        return f"{self.model._meta.label_lower}.{self.field}"

    @property
    def all_keys(self) -> tuple[Key, ...]:
        """Every set of columns that is unique together with this one."""
        return (*([Key(self.key)] if self.key else []), *self.keys)

    @property
    def in_key(self) -> bool:
        """Whether the column is part of the row's key (M-10)."""
        return bool(self.all_keys) or bool(self.line) or self.clash is Clash.PICK


#: What can be merged, by the names of the models.
TARGETS = ("contact", "customer", "vendor")

_references: dict[str, dict[tuple[str, str], Reference]] = {target: {} for target in TARGETS}
_elsewhere: set[tuple[str, str]] = set()


def refers(
    target: str,
    model: type[models.Model],
    field: str,
    *,
    key: tuple[str, ...] = (),
    where: Mapping[str, Any] | None = None,
    holds: str = "id",
    clash: Clash = Clash.NEVER,
    set_name: str = "",
    **more: Any,
) -> None:
    """Declare that ``field`` of ``model`` names a record of ``target``: its ``id`` or its ``no``, as ``holds`` says.

    The other arguments, and those of ``more``, as :class:`Reference` has them; without ``set_name`` it is that of the
    model's rules.
    """
    if not set_name and issubclass(model, Record):
        set_name = rules_of(model).set_name
    made = Reference(target, model, field, key, dict(where or {}), holds, clash, set_name, **more)
    _references[target][(model._meta.label_lower, field)] = made


def points_elsewhere(model: type[models.Model], *fields: str) -> None:
    """Declare that these columns never name a record that can be merged, or tell what once was."""
    _elsewhere.update((model._meta.label_lower, name) for name in fields)


def references_of(target: str) -> tuple[Reference, ...]:
    """Every column that names records of ``target``, in the order of declaration."""
    return tuple(_references.get(target, {}).values())


def without_rule() -> list[str]:
    """Columns of the company's tables that (may) name a contact, customer or vendor and of which nobody has told."""
    labels = company_app_labels()
    return [
        f"{model._meta.label}.{column.attname}"
        for model in apps.get_models()
        if model._meta.app_label in labels and model._meta.managed
        for column in model._meta.concrete_fields
        if any((model._meta.label_lower, column.attname) not in _references[target] for target in _named_by(column))
    ]


def _named_by(column: models.Field[Any, Any]) -> set[str]:
    """What can be merged and (possibly) is named by the column.

    That is what a foreign key refers to; and for an id without one, as rows have that hang on records of any kind,
    whatever a choice beside it offers. Where no choice tells, it may be a contact.
    """
    if isinstance(column, models.ForeignKey):
        return {str(column.related_model._meta.model_name)} & set(TARGETS) if column.target_field.primary_key else set()
    known = (column.model._meta.label_lower, column.attname)
    if not isinstance(column, models.UUIDField) or column.primary_key or known in _elsewhere:
        return set()
    offered = {
        value for each in column.model._meta.concrete_fields if each.choices for value, _words in each.flatchoices
    }
    told = {target for target in TARGETS if known in _references[target]}
    return (offered & set(TARGETS)) or told or {TARGETS[0]}


def connect() -> None:
    """Declare the tables of this floor: they hang on records of rooms, which tell what becomes of them."""
    from tuttava.foundation.journal import JournalChange
    from tuttava.foundation.models import DocumentAttachment

    points_elsewhere(JournalChange, "record_id", "owner_id")
    points_elsewhere(DocumentAttachment, "content_id")
