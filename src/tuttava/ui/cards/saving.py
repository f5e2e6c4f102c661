"""Saving what was typed on a card: one field or a whole group, with the version that the user saw."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute, same
from tuttava.foundation.errors import ChangedMeanwhile, DomainError
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.records import Record, snapshot
from tuttava.ui import values
from tuttava.ui.cards.declare import CardPage
from tuttava.ui.cards.fields import model_field

MOST_CHANGES = 200


@dataclass(frozen=True)
class Theirs:
    """A value that somebody else changed while this user looked at an older one."""

    name: str
    label: str
    was: str
    now: str


class Conflict(Exception):
    """Somebody else saved first: ``theirs`` lists what, ``version`` is the record's version now."""

    def __init__(self, error: ChangedMeanwhile, theirs: list[Theirs], version: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.theirs = theirs
        self.version = version


def save(page: CardPage, record: Record, typed: Mapping[str, str], version: int | None) -> Record:
    """Enter ``typed`` texts (by field name) and save; returns the fresh record.

    Raises :class:`Conflict` when fields that people enter were changed since ``version``. Bookkeeping by the product
    itself (a date of last change, say) is no conflict.
    """
    entered = {name: _value(page, record, name, text) for name, text in typed.items()}
    seen = as_seen(record, version)
    try:
        if page.save is not None:
            own: Record = page.save(seen, entered, seen.version)
            return own
        return records.change(seen, entered, version=seen.version)
    except ChangedMeanwhile as error:
        fresh = type(record)._default_manager.get(pk=record.pk)
        raise Conflict(error, _theirs(seen, fresh, error), fresh.version) from error


def _value(page: CardPage, record: Record, name: str, text: str) -> Any:
    card_field = page.field_named(name)
    stored = model_field(page, card_field) if card_field is not None else None
    computed = card_field is not None and card_field.value is not None and card_field.read is None
    if card_field is None or stored is None or computed or not stored.editable:
        raise DomainError("field_unknown", f"There is no field “{name}” to change here.", field=name)
    if card_field.read is not None:
        return card_field.read(text.strip(), record)
    return values.parse(text, stored, card_field.kind or values.kind_of(stored))


def as_seen(record: Record, version: int | None) -> Record:
    """``record`` as the user saw it at ``version``, wound back by the journal.

    The record itself when nothing that people enter has changed since, so that its own follow-up work is no conflict.
    """
    behind = record.version - version if version is not None else 0
    if behind <= 0:
        return record
    seen = copy.copy(record)
    changes = JournalChange.objects.filter(record_id=record.pk, operation=JournalChange.Operation.UPDATE)
    for change in changes.order_by("-id")[: min(behind, MOST_CHANGES)]:
        for column, value in (change.old or {}).items():
            _restore(seen, column, value)
    now = snapshot(record)
    hidden = {"version", *record.derived}
    if all(same(value, now[name]) for name, value in snapshot(seen).items() if name not in hidden):
        return record
    seen.version = version if version is not None else record.version
    return seen


def _restore(seen: Record, column: str, value: Any) -> None:
    """Set an attribute from the journal's JSON; columns that no longer exist are passed over."""
    field = next((found for found in seen._meta.concrete_fields if found.column == column), None)
    if field is not None and not isinstance(field, models.BinaryField):
        setattr(seen, field.attname, field.to_python(value) if value is not None else None)


def _theirs(seen: Record, fresh: Record, error: ChangedMeanwhile) -> list[Theirs]:
    found = []
    for name, now in error.theirs.items():
        field = attribute(type(fresh), name)
        if field.editable:
            label = str(field.verbose_name)
            was = _words(field, getattr(seen, name))
            found.append(Theirs(name, label[:1].upper() + label[1:], was, _words(field, now)))
    return found


def _words(field: models.Field[Any, Any], value: Any) -> str:
    if field.choices:
        return str(dict(field.flatchoices).get(value, value)).strip()
    return values.show(value)
