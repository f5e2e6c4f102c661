"""The history of a record in words: units of work with the fields they changed, newest first.

Queries are bounded: one for the changes, one for the units, and one for each table whose codes or names appear.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import same
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.records import Record

#: Changes read for each unit asked for; a unit with more of them on one record continues on the next page.
CHANGES_PER_UNIT = 20


@dataclass(frozen=True)
class FieldChange:
    """One field in words. ``record`` is blank for the record itself, else what hangs on it (a comment, a group)."""

    record: str
    record_type: str
    record_id: uuid.UUID
    operation: str
    name: str
    label: str
    old: str
    new: str


@dataclass
class HistoryEntry:
    """What one user action did to a record. ``unit_id`` is None for what happened outside any action.

    ``operation``: ``I`` created, ``U`` changed, ``D`` deleted - of the record itself, else of what hangs on it.
    ``undone``: somebody took the action back; ``undoes``: the action it took back itself. ``before_id`` continues
    behind this entry.
    """

    unit_id: uuid.UUID | None
    at: dt.datetime
    before_id: int
    user_name: str = ""
    door: str = ""
    action: str = ""
    summary: str = ""
    undoes: uuid.UUID | None = None
    undone: bool = False
    operation: str = "U"
    changes: list[FieldChange] = field(default_factory=list)


def history_of(owner_id: uuid.UUID, before_id: int | None = None, limit: int = 50) -> list[HistoryEntry]:
    """The newest ``limit`` entries of a record's history, or those before the change ``before_id``."""
    query = JournalChange.objects.filter(owner_id=owner_id).order_by("-id")
    if before_id is not None:
        query = query.filter(id__lt=before_id)
    changes = list(query[: limit * CHANGES_PER_UNIT])
    groups = _grouped(changes)
    if len(changes) == limit * CHANGES_PER_UNIT and len(groups) > 1:
        groups.pop()  # perhaps not read to its end
    groups = groups[:limit]
    words = _Words([change for group in groups for change in group])
    units = {group[0].unit_id for group in groups if group[0].unit_id}
    known = {unit.pk: unit for unit in UnitOfWork.objects.filter(pk__in=units)}
    undoing = UnitOfWork.objects.filter(undoes__in=units, undone_by=None)
    return [_entry(owner_id, group, known, {unit.undoes_id for unit in undoing}, words) for group in groups]


def _grouped(changes: Iterable[JournalChange]) -> list[list[JournalChange]]:
    """Changes of one unit together (without a unit: of one transaction), in the order of their newest change."""
    groups: dict[object, list[JournalChange]] = {}
    for change in changes:
        groups.setdefault(change.unit_id or change.txid, []).append(change)
    return list(groups.values())


def _entry(
    owner_id: uuid.UUID,
    group: Sequence[JournalChange],
    units: dict[uuid.UUID, UnitOfWork],
    undone: set[uuid.UUID | None],
    words: _Words,
) -> HistoryEntry:
    oldest = group[-1]
    entry = HistoryEntry(oldest.unit_id, oldest.at, before_id=oldest.id, operation=_operation(owner_id, group))
    unit = units.get(oldest.unit_id) if oldest.unit_id else None
    if unit is not None:
        entry.at, entry.user_name, entry.door = unit.at, unit.user_name, unit.door
        entry.action, entry.summary = unit.action, unit.summary
        entry.undoes, entry.undone = unit.undoes_id, unit.pk in undone
    for change in reversed(group):
        entry.changes.extend(words.fields(change, owner_id))
    return entry


def _operation(owner_id: uuid.UUID, group: Sequence[JournalChange]) -> str:
    own = [change.operation for change in group if change.record_id == owner_id] or [c.operation for c in group]
    return next((operation for operation in ("D", "I") if operation in own), "U")


class _Words:
    """Turns stored values into what people call them; looks codes and names up once for all changes."""

    def __init__(self, changes: Sequence[JournalChange]) -> None:
        self.models = {change.record_type: _model(change.record_type) for change in changes}
        wanted: dict[models.Field[Any, Any], set[Any]] = {}
        for change in changes:
            model = self.models[change.record_type]
            for column, value in [*(change.old or {}).items(), *(change.new or {}).items()]:
                reference = _column(model, column) if model and value is not None else None
                if isinstance(reference, models.ForeignKey):
                    wanted.setdefault(reference.target_field, set()).add(value)
        self.names = {target: _names(target, values) for target, values in wanted.items()}
        self.hanging = self._hanging(changes)

    def _hanging(self, changes: Sequence[JournalChange]) -> dict[uuid.UUID, str]:
        """Names of the rows that hang on the record, where a change does not tell them itself."""
        found: dict[uuid.UUID, str] = {}
        missing: dict[type[Record], set[uuid.UUID]] = {}
        for change in changes:
            model = self.models[change.record_type]
            if model is None or change.record_id == change.owner_id:
                continue
            key = _column(model, model.key_field)
            if model.key_field in model.bookkeeping:
                found[change.record_id] = ""
                continue
            value = {**(change.new or {}), **(change.old or {})}.get(key.column if key else "")
            if key is not None and value is not None:
                found[change.record_id] = self.value(key, value)
            else:
                missing.setdefault(model, set()).add(change.record_id)
        for model, ids in missing.items():
            for row in model._default_manager.filter(pk__in=ids - found.keys()):
                found[row.pk] = str(row)
        return found

    def fields(self, change: JournalChange, owner_id: uuid.UUID) -> list[FieldChange]:
        """The fields of one change that people see."""
        model = self.models[change.record_type]
        if model is None:
            return []
        record = ""
        if change.record_id != owner_id:
            name = str(model._meta.verbose_name).capitalize()
            record = f"{name} {self.hanging.get(change.record_id, '')}".strip()
        found = []
        for shown in model._meta.concrete_fields:
            old, new = (change.old or {}).get(shown.column), (change.new or {}).get(shown.column)
            if _is_shown(model, shown) and not same(old or None, new or None):
                words = (self.value(shown, old), self.value(shown, new))
                found.append(
                    FieldChange(
                        record,
                        change.record_type,
                        change.record_id,
                        change.operation,
                        shown.attname,
                        str(shown.verbose_name),
                        *words,
                    )
                )
        return found

    def value(self, shown: models.Field[Any, Any], value: Any) -> str:
        """A stored value in words: choices, yes and no, codes with their description, dates as one writes them."""
        if value is None or value == "":
            return ""
        if isinstance(shown, models.ForeignKey):
            return self.names.get(shown.target_field, {}).get(str(value), str(value))
        if shown.choices:
            return str(dict(shown.flatchoices).get(value, value))
        if isinstance(shown, models.BooleanField):
            return _("Yes") if value else _("No")
        if isinstance(shown, models.DateTimeField):
            moment = parse_datetime(str(value))
            return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else str(value)
        if isinstance(shown, models.DateField):
            day = parse_date(str(value))
            return date_format(day, "SHORT_DATE_FORMAT") if day else str(value)
        if isinstance(shown, models.BinaryField):
            return _("(file)")
        return str(localize(value)) if isinstance(value, int | float) else str(value)


def _model(record_type: str) -> type[Record] | None:
    """The model of a journal entry; None when the product no longer has it."""
    try:
        model = apps.get_model(record_type)
    except LookupError:
        return None
    return model if issubclass(model, Record) else None


def _column(model: type[Record], name: str) -> models.Field[Any, Any] | None:
    return next((f for f in model._meta.concrete_fields if name in (f.column, f.attname, f.name)), None)


def _is_shown(model: type[Record], shown: models.Field[Any, Any]) -> bool:
    """Fields people know: neither technical nor derived ones, nor the link to the owner."""
    unseen = model.derived | model.bookkeeping | {model.journal_owner}
    return shown.editable and shown.attname not in unseen and shown.name not in unseen


def _names(target: models.Field[Any, Any], values: set[Any]) -> dict[str, str]:
    """What people call the rows of a table, by the values that refer to them."""
    rows = target.model._default_manager.filter(**{f"{target.name}__in": values})
    return {str(getattr(row, target.attname)): _name(row) for row in rows}


def _name(row: models.Model) -> str:
    words = str(getattr(row, "description", "") or getattr(row, "name", ""))
    code = str(row)
    return f"{code} {words}" if words and words != code else code
