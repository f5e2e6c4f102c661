"""A record's history in words: unit by unit, field by field, old and new, who, when, through which door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.errors import Text
from tuttava.foundation.journal import JournalChange, UnitOfWork, long_unit_at, newest_changes
from tuttava.foundation.records import Record
from tuttava.ui import values
from tuttava.ui.cards.declare import card_of
from tuttava.ui.undo import is_final

PAGE = 60
#: Rows of a unit of work of which the pages behind the first tell no more.
LONG_UNIT = 200
MASK = "•••"
#: For each record the fields whose values this user may not see.
Hidden = Mapping[uuid.UUID | None, frozenset[str]]
DOORS: dict[str, Text] = {
    "browser": gettext_lazy("in the browser"),
    "api": gettext_lazy("through the API"),
    "import": gettext_lazy("by import"),
    "command": gettext_lazy("on the command line"),
    "job": gettext_lazy("by a job"),
    "system": gettext_lazy("by the system"),
}


@dataclass(frozen=True)
class FieldChange:
    """One value: what it was and what it became."""

    label: str
    old: str
    new: str


@dataclass
class RecordChange:
    """One row that was added, changed or deleted, in the history of ``owner``."""

    kind: str
    title: str
    fields: list[FieldChange]
    owner: uuid.UUID | None = None


@dataclass
class UnitChange:
    """One user action with everything it wrote that this record's history shows."""

    id: uuid.UUID | None
    at: dt.datetime
    who: str
    door: str
    title: str
    undone: bool = False
    final: bool = False
    changes: list[RecordChange] = field(default_factory=list)

    @property
    def can_undo(self) -> bool:
        return self.id is not None and not self.undone and not self.final


@dataclass
class History:
    """A page of history; ``before`` continues it (None: that was all)."""

    units: list[UnitChange]
    before: int | None


def history(
    owners: Sequence[uuid.UUID],
    before: int | None = None,
    limit: int = PAGE,
    *,
    until: dt.datetime | None = None,
    hidden: Hidden | None = None,
    without_new: Sequence[str] = (),
) -> History:
    """What was written about the records ``owners``, newest first, ``limit`` rows at most, in a few queries.

    ``before`` is the journal position to go on from, ``until`` a moment: only what happened before it; ``hidden`` names
    for each owner the fields whose values this user may not see; ``without_new`` leaves out added rows of these types.
    Of a unit of work that wrote very much (a merge) one page tells, however long it is.
    """
    long = long_unit_at(before, LONG_UNIT) if before is not None else None
    changes = newest_changes(
        owners, limit + 1, before_id=before, until=until, without_new=without_new, without_unit=long
    )
    more = len(changes) > limit
    return History(in_words(changes[:limit], hidden or {}), changes[limit - 1].id if more else None)


def in_words(changes: Sequence[JournalChange], hidden: Hidden) -> list[UnitChange]:
    """Group journal rows by unit of work and say them in words; rows without anything to show are left out."""
    ids = {change.unit_id for change in changes if change.unit_id}
    units = {unit.pk: unit for unit in UnitOfWork.objects.filter(pk__in=ids)} if ids else {}
    undone = set(UnitOfWork.objects.filter(undoes_id__in=ids).values_list("undoes_id", flat=True)) if ids else set()
    names = _names(changes)
    found: dict[Any, UnitChange] = {}
    for change in changes:
        words = _record_change(change, names, hidden.get(change.owner_id, frozenset()))
        if words is None:
            continue
        key = change.unit_id or change.id
        if key not in found:
            unit = units.get(change.unit_id) if change.unit_id else None
            found[key] = _unit_change(change, unit, change.unit_id in undone)
        found[key].changes.append(words)
    for unit_change in found.values():
        unit_change.title = unit_change.title or _title(unit_change)
    return list(found.values())


def _unit_change(change: JournalChange, unit: UnitOfWork | None, undone: bool) -> UnitChange:
    if unit is None:
        return UnitChange(None, change.at, "", str(DOORS["system"]), "")
    summary = _("Undone") if unit.undoes_id else unit.summary
    door = str(DOORS.get(unit.door, unit.door))
    return UnitChange(unit.pk, unit.at, unit.user_name, door, summary, undone, is_final(unit.action))


def _title(unit: UnitChange) -> str:
    """What happened, from the rows themselves."""
    kinds = {change.kind for change in unit.changes}
    if kinds == {"I"}:
        return _("Added")
    if kinds == {"D"}:
        return _("Deleted")
    return _("Changed")


def model_of(record_type: str) -> type[models.Model] | None:
    """The model behind a journal row's type; None when it no longer exists."""
    try:
        return apps.get_model(record_type)
    except (LookupError, ValueError):
        return None


def _record_change(change: JournalChange, names: dict[Any, str], hidden: frozenset[str]) -> RecordChange | None:
    model = model_of(change.record_type)
    if model is None or not issubclass(model, Record):
        return None
    row = change.new or change.old or {}
    fields = _field_changes(model, change, names, hidden)
    marked = change.old == {} and change.new == {}
    if not fields and not marked and change.operation == JournalChange.Operation.UPDATE:
        return None
    own = change.owner_id == change.record_id
    title = "" if own else _record_title(model, row, names)
    return RecordChange(change.operation, title, fields, change.owner_id)


def _record_title(model: type[Record], row: dict[str, Any], names: dict[Any, str]) -> str:
    """What people call a row: its kind, and its key where they know one."""
    name = str(model._meta.verbose_name)
    key = "" if model.key_field in model.bookkeeping else row.get(model.key_field)
    return f"{name[:1].upper()}{name[1:]}" + (f" {key}" if key else "")


def shown_fields(model: type[Record]) -> Iterable[models.Field[Any, Any]]:
    """The fields whose changes people want to read: what is entered, not what follows from it."""
    unseen = {"id", model.journal_owner, *model.derived, *model.bookkeeping}
    for found in model._meta.concrete_fields:
        if found.editable and found.attname not in unseen and found.name not in unseen:
            yield found


def _field_changes(
    model: type[Record], change: JournalChange, names: dict[Any, str], hidden: frozenset[str]
) -> list[FieldChange]:
    old, new = change.old or {}, change.new or {}
    found = []
    for stored in shown_fields(model):
        if stored.column in old or stored.column in new:
            was, now = (_words(stored, side.get(stored.column), names) for side in (old, new))
            if stored.attname in hidden:
                was, now = (MASK if words else "" for words in (was, now))
                found.append(FieldChange(_label(stored), was, now))
            elif was != now:
                found.append(FieldChange(_label(stored), was, now))
    return found


def _label(stored: models.Field[Any, Any]) -> str:
    label = str(stored.verbose_name)
    return label[:1].upper() + label[1:]


def _words(stored: models.Field[Any, Any], value: Any, names: dict[Any, str]) -> str:
    if value is None or value == "":
        return ""
    if stored.choices:
        return str(dict(stored.flatchoices).get(value, value)).strip()
    if isinstance(stored, models.BinaryField):
        return _("(file)")
    if isinstance(stored, models.ForeignKey) and (stored.related_model, str(value)) in names:
        return names[stored.related_model, str(value)]
    if isinstance(stored, models.DateTimeField):
        value = parse_datetime(str(value)) or value
    elif isinstance(stored, models.DateField):
        value = parse_date(str(value)) or value
    return values.show(value)


def _names(changes: Sequence[JournalChange]) -> dict[Any, str]:
    """Words for the ids that foreign keys held, one query a referenced table."""
    wanted: dict[type[models.Model], set[str]] = defaultdict(set)
    for change in changes:
        model = model_of(change.record_type)
        if model is None or not issubclass(model, Record):
            continue
        for stored in shown_fields(model):
            if isinstance(stored, models.ForeignKey) and stored.target_field.name == "id":
                sides = (side.get(stored.column) for side in (change.old or {}, change.new or {}))
                wanted[stored.related_model].update(str(value) for value in sides if value)
    return {
        (model, str(row.pk)): _called(row)
        for model, ids in wanted.items()
        if ids
        for row in model._default_manager.filter(pk__in=ids)
    }


def _called(row: models.Model) -> str:
    """Its name, or its number where this user may not see the name."""
    name = str(getattr(row, "name", ""))
    page = card_of(type(row)) if name else None
    secret = page is not None and "name" in page.masked(row)
    return str(getattr(row, "no", MASK)) if secret else name or str(row)
