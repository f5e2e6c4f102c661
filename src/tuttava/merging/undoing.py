"""Taking a merge back at any later date, with all that resolved conflicts for it (M-41)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tuttava.foundation import undo
from tuttava.foundation import undo_plan as plan
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import acting, current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange, UnitOfWork, unit_of_work
from tuttava.foundation.merge_rules import merge_undone, references_of
from tuttava.foundation.records import check_constraints, rules_of
from tuttava.foundation.undo import UndoConflict, UndoResult
from tuttava.merging import resolving
from tuttava.merging.erasing import is_erased
from tuttava.merging.judging import Merged, judge
from tuttava.merging.models import Merge, MergeStatus
from tuttava.merging.performing import ACTION, summary_of
from tuttava.merging.preparing import MODELS, RIGHT, table_name
from tuttava.merging.tables import reference_named

#: The name of the units of work that take merges back.
UNDO_ACTION = "undo merge"


#: Exceptions that a merge keeps row by row; all are counted.
MOST_KEPT = 100


@dataclass(frozen=True)
class UndoException:
    """A field that stays as it is, or a row (then ``field`` is what kept it): in which set, which row, why.

    ``reason``: as :class:`~tuttava.foundation.undo.UndoConflict`.
    """

    set_name: str
    key: str
    field: str
    reason: str
    message: str
    record_type: str
    record_id: uuid.UUID


@dataclass
class Undone:
    """``merges``: all that were taken back (those of one step go together); ``exceptions``: what stays (M-41)."""

    merges: list[Merge]
    unit_id: uuid.UUID
    exceptions: list[UndoException] = field(default_factory=list)


def undo_merge(merge: Merge) -> Undone:
    """Take a merge back, and with it those of the same step.

    What was changed by hand since stays and is listed, told as ``merge.undo_exception`` each. Raises
    ``merge.undo_blocked``, with nothing changed, when it is not merged or undone already, its survivor was deleted or
    merged away itself, or the old number is in use.
    """
    require(RIGHT)
    with transaction.atomic():
        merges = _locked(merge)
        units = _units(merges)
        summary = _("Undo: %(what)s") % {"what": summary_of(merges)}
        with (
            unit_of_work(UNDO_ACTION, summary, undoes=merge.unit_id, apart=True) as own,
            acting(interactive=False, rights=frozenset({"*"})),
        ):
            exceptions = _take_back(merges, units)
        now = timezone.now()
        for each in merges:
            each.status, each.undone_at, each.version = MergeStatus.UNDONE, now, each.version + 1
            each.exceptions, each.left = [_kept(exception) for exception in exceptions[:MOST_KEPT]], len(exceptions)
            each.save()
    current().cache.clear()
    merge.refresh_from_db()
    for exception in exceptions:
        tell("merge.undo_exception", exception.message, severity="warning", target=exception.field)
    return Undone(merges, own, exceptions)


def _blocked(merge: Merge, reason: str) -> DomainError:
    text = _("The merge of %(table)s %(duplicate)s into %(current)s cannot be undone: %(reason)s")
    words = {"table": table_name(merge.table), "duplicate": merge.duplicate_no, "current": merge.current_no}
    return DomainError("merge.undo_blocked", text % {**words, "reason": reason}, rule="M-41")


def _locked(merge: Merge) -> list[Merge]:
    """All merges of the step, the last one first, with their survivor locked; refuses what blocks the undo."""
    if merge.unit_id is None:
        raise _blocked(merge, _("it has not been carried out."))
    rows = Merge.objects.select_for_update().filter(unit_id=merge.unit_id).order_by("-merged_at", "-pk")
    merges = list(rows)
    if not merges or any(each.status != MergeStatus.MERGED for each in merges):
        raise _blocked(merge, _("it has been undone already."))
    model: Any = MODELS[merge.table]
    survivors = [each.current_id for each in merges if each.current_id is not None]
    rules_of(model).hold(survivors)
    there = model._default_manager.filter(pk__in=survivors).order_by("pk").select_for_update(of=("self",))
    if is_erased(merge.table, survivors):
        raise _blocked(merge, _("the personal data of %(no)s was erased since.") % {"no": merge.current_no})
    if not there.values_list("pk", flat=True):
        raise _blocked(merge, _("%(no)s was deleted or merged away itself since.") % {"no": merge.current_no})
    numbers = [each.duplicate_no for each in merges]
    taken = model._default_manager.filter(no__in=numbers).values_list("no", flat=True).first()
    if taken is not None:
        raise _blocked(merge, _("the number %(no)s belongs to another record now.") % {"no": taken})
    return merges


def _units(merges: Sequence[Merge]) -> list[uuid.UUID]:
    """The units of work to take back, the merge first, then what resolved its conflicts, the latest first."""
    resolved = [uuid.UUID(unit) for each in merges for unit in each.resolving_unit_ids]
    undone = UnitOfWork.objects.filter(undoes__in=resolved, undone_by=None).values_list("undoes_id", flat=True)
    order = UnitOfWork.objects.filter(pk__in=set(resolved) - set(undone)).order_by("-at").values_list("pk", flat=True)
    assert merges[0].unit_id is not None
    return [merges[0].unit_id, *order]


def _take_back(merges: Sequence[Merge], units: Sequence[uuid.UUID]) -> list[UndoException]:
    merged = Merged(
        merges[0].table,
        tuple({each.current_id for each in merges if each.current_id is not None}),
        tuple(each.duplicate_id for each in merges if each.duplicate_id is not None),
        tuple(units),
    )
    until = (JournalChange.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    exceptions: list[UndoException] = []
    for unit in units:
        undo.take_back(unit, partial(judge, merged=merged, until=until))
        exceptions += [each for conflict in _conflicts() for each in _exceptions(conflict, merged)]
    if MODELS[merged.table]._default_manager.filter(pk__in=merged.duplicates).count() < len(merged.duplicates):
        raise _blocked(merges[0], _("the record could not be restored."))
    for each in merges:
        _bring_back_followed(each)
    for each in merges:
        merge_undone.send(
            sender=MODELS[each.table], table=each.table, current_id=each.current_id, duplicate_id=each.duplicate_id
        )
    check_constraints()
    return exceptions


def _bring_back_followed(merge: Merge) -> None:
    """Rows that the journal does not know refer to the duplicate again, unless they refer to somebody else by now."""
    for name, ids in merge.followed.items():
        reference = reference_named(merge.table, name)
        ours, theirs = (merge.current_id, merge.duplicate_id)
        values = (ours, theirs) if reference.holds == "id" else (merge.current_no, merge.duplicate_no)
        rows = reference.model._default_manager.filter(**{"pk__in": ids, reference.field: values[0]})
        rows.update(**{reference.field: values[1]})


# -- exceptions ------------------------------------------------------------------------------------------------------


def _conflicts() -> list[tuple[UndoConflict, dict[str, Any]]]:
    """What the plan at hand left as it is, with what would have been restored."""
    found = plan.rows(
        "SELECT record_type, record_id, columns, ARRAY(SELECT ARRAY[key, value] FROM jsonb_each_text(lost)),"
        " coalesce(problem, CASE WHEN columns = '{{}}' THEN 'missing' ELSE 'changed' END), coalesce(restore, left_as)"
        " FROM undo_plan WHERE problem IS NOT NULL OR columns <> '{{}}' OR lost <> '{{}}' ORDER BY place"
    )
    return [
        (
            UndoConflict(kind, row, reason, tuple(columns), tuple((name, key) for name, key in lost)),
            json.loads(values or "{}"),
        )
        for kind, row, columns, lost, reason, values in found
    ]


def _exceptions(found: tuple[UndoConflict, dict[str, Any]], merged: Merged) -> list[UndoException]:
    """One for each field that stays; of a row that is gone or cannot come back, the column that led to the record."""
    conflict, values = found
    model: Any = apps.get_model(conflict.record_type)
    row = model._default_manager.filter(pk=conflict.record_id).first()
    reference = next((each.field for each in references_of(merged.table) if each.model is model), "")
    columns = conflict.columns or tuple(name for name, _key in conflict.lost) or (reference,)
    own = str(getattr(row, "no", "") or row or _former_key(conflict, values, model.key_field))
    return [
        UndoException(
            rules_of(model).set_name or model._meta.label,
            own,
            column,
            conflict.reason,
            _told(conflict, own, column),
            conflict.record_type,
            conflict.record_id,
        )
        for column in columns
    ]


def _told(conflict: UndoConflict, key: str, column: str) -> str:
    model: Any = apps.get_model(conflict.record_type)
    text = _("%(what)s %(key)s, %(field)s, stays as it is: %(reason)s")
    what = capfirst(str(model._meta.verbose_name))
    return text % {"what": what, "key": key, "field": _label(model, column), "reason": conflict.message}


def _kept(exception: UndoException) -> dict[str, str]:
    """An exception as the merge keeps it, in no language."""
    return {
        "type": exception.record_type,
        "id": str(exception.record_id),
        "key": exception.key,
        "field": exception.field,
        "reason": exception.reason,
    }


def left_as_it_was(merge: Merge) -> list[str]:
    """What the undo of a merge left as it was, in the language of who asks: :data:`MOST_KEPT` at most (M-41)."""
    return [
        _told(UndoConflict(each["type"], uuid.UUID(each["id"]), each["reason"]), each["key"], each["field"])
        for each in merge.exceptions
    ]


def _label(model: type[models.Model], column: str) -> str:
    return str(attribute(model, column).verbose_name) if column else ""


def _former_key(conflict: UndoConflict, values: dict[str, Any], key_field: str) -> str:
    """The key of a row that is not there (any more)."""
    if key_field not in values:
        rows = JournalChange.objects.filter(record_id=conflict.record_id, operation=JournalChange.Operation.DELETE)
        deleted = rows.order_by("-id").first()
        values = dict(deleted.old or {}) if deleted else {}
    return str(values.get(key_field) or conflict.record_id)


# -- the general door ------------------------------------------------------------------------------------------------


def connect() -> None:
    """Whoever takes back a unit of work of this room does it in the room's way."""
    undo.taken_back_by(ACTION, _undo_merges_of)
    undo.taken_back_by(UNDO_ACTION, _refuse_repeating)
    undo.taken_back_by(resolving.ACTION, _refuse_resolved)


def _undo_merges_of(unit: UnitOfWork) -> UndoResult | None:
    merge = Merge.objects.filter(unit_id=unit.pk).order_by("pk").first()
    if merge is None:
        return None
    done = undo_merge(merge)
    conflicts = [UndoConflict(each.record_type, each.record_id, each.reason) for each in done.exceptions]
    return UndoResult(conflict_count=len(conflicts), conflicts=conflicts[: undo.NAMED], unit_id=done.unit_id)


def _refuse_repeating(_unit: UnitOfWork) -> UndoResult | None:
    raise DomainError(
        "merge.undo_blocked",
        _("A merge that was undone is not repeated by undoing that. Merge the two again instead."),
        rule="M-41",
    )


def _refuse_resolved(unit: UnitOfWork) -> UndoResult | None:
    """A conflict resolved for a merge that was carried out comes back with the merge only."""
    merge = Merge.objects.filter(resolving_unit_ids__contains=[str(unit.pk)], status=MergeStatus.MERGED).first()
    if merge is None:
        return None
    raise _blocked(merge, _("undo the merge itself, and this comes back with it."))
