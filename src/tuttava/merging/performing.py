"""Carrying a merge out, all of it or nothing (M-14, M-23 to M-31, M-35)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.rules.tax_numbers import COPIED
from tuttava.duplicates import smart
from tuttava.foundation.context import acting, ask, current, require, tell
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.merge_rules import MERGE_ACTION, Sides, records_merged
from tuttava.foundation.records import Edit, check_constraints, rules_of, save
from tuttava.foundation.statement_references import looked_after
from tuttava.merging.conflicts import find_conflicts, tell_conflicts
from tuttava.merging.fields import outcome
from tuttava.merging.models import Merge, MergeStatus, MergeTable
from tuttava.merging.moving import followed, move_all, settle
from tuttava.merging.preparing import (
    MODELS,
    RIGHT,
    check_mergeable,
    not_found,
    pair_of,
    refuse_finished,
    store,
    table_name,
)
from tuttava.merging.survivors import end_of

ACTION = MERGE_ACTION


class Conflicting(Exception):
    """Rows clash that did not when the merge was looked at; nothing of it remains."""

    def __init__(self, merge: Merge) -> None:
        super().__init__(str(merge))
        self.merge = merge


def perform(merge: Merge) -> bool:
    """Fold the duplicate into the current record; whether it is done.

    With conflicts nothing changes, nothing is asked, and ``merge.conflicts`` tells how many (M-14). Otherwise
    ``merge.confirm`` is asked (default yes, M-23). Tells ``merge.done``. Raises what choosing the duplicate raises
    where a record has vanished or changed its kind meanwhile.
    """
    require(RIGHT)
    refuse_finished(merge)
    if find_conflicts(merge):
        tell_conflicts(merge)
        return False
    if not ask("merge.confirm", _("Merge %(table)s %(duplicate)s into %(current)s?") % words_of(merge), default=True):
        return False
    try:
        with unit_of_work(ACTION, summary_of([merge]), apart=True) as unit:
            fold(merge, unit)
    except Conflicting:
        merge.refresh_from_db()
        find_conflicts(merge)
        tell_conflicts(merge)
        return False
    except Exception:
        merge.refresh_from_db()
        raise
    tell_done(merge)
    return True


def fold(merge: Merge, unit: uuid.UUID) -> None:
    """The merge itself, inside the unit of work ``unit``; raises :class:`Conflicting`."""
    stored = Merge.objects.select_for_update().get(pk=merge.pk)
    refuse_finished(stored)
    record, duplicate = _locked(merge)
    check_mergeable(record, duplicate)
    if find_conflicts(merge):
        raise Conflicting(merge)
    sides = Sides(merge.table, record.pk, duplicate.pk, record.no, duplicate.no)
    with acting(interactive=False, rights=frozenset({"*"})):
        if merge.table == MergeTable.CONTACT:
            smart.answer_about(record.pk, duplicate.pk, same=True)
        settle(sides)
        end_of(merge.table, [duplicate.no], besides=merge.pk)
        with looked_after(leaving=duplicate):
            _remove(duplicate)
            _give_values(record, outcome(record, duplicate, merge.overrides))
            moved = move_all(sides, record)
        _mark(record, unit)
        current().cache.clear()
        survivor = type(record)._default_manager.get(pk=record.pk)
        records_merged.send(
            sender=type(record), table=merge.table, current=survivor, duplicate=duplicate, unit_id=unit, moved=moved
        )
    merge.current_no, merge.duplicate_no, merge.duplicate_name = record.no, duplicate.no, duplicate.name
    merge.status, merge.merged_at, merge.unit_id = MergeStatus.MERGED, timezone.now(), unit
    merge.resolving_unit_ids = stored.resolving_unit_ids
    merge.followed = followed(moved, merge.table)
    store(merge)
    check_constraints()


def _locked(merge: Merge) -> tuple[Any, Any]:
    """Both records, locked in the order of their ids; before records of the registers the contacts behind them."""
    pair_of(merge)
    model: Any = MODELS[merge.table]
    ids = [identity for identity in (merge.current_id, merge.duplicate_id) if identity is not None]
    rules_of(model).hold(ids)
    rows = model._default_manager.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    found = {row.pk: row for row in rows}
    if merge.current_id not in found:
        raise not_found(merge.table, merge.current_no, "current")
    if merge.duplicate_id not in found:
        raise not_found(merge.table, merge.duplicate_no, "duplicate")
    return found[merge.current_id], found[merge.duplicate_id]


def _remove(duplicate: Any) -> None:
    """The row alone goes: what refers to it moves, and none of the rules of deleting run (M-26)."""
    rows = type(duplicate)._default_manager.filter(pk=duplicate.pk)
    rows._raw_delete(rows.db)


def _give_values(record: Any, values: dict[str, Any]) -> None:
    """Store the chosen values as they are; what follows from them follows by the rules."""
    edit = Edit(record, rules_of(type(record)))
    edit.memory[COPIED] = True
    for name, value in values.items():
        edit.copy(name, value)
    save(edit)


_MARK = """
INSERT INTO foundation_journalchange (unit_id, txid, at, record_type, record_id, owner_id, operation, old, new)
VALUES (%s, pg_current_xact_id()::text::bigint, clock_timestamp(), %s, %s, %s, 'U', '{}', '{}')
"""


def _mark(record: Any, unit: uuid.UUID) -> None:
    """The survivor has changed, whatever of it did: its version, its history and change feeds tell so (A-83)."""
    model = type(record)
    model._default_manager.filter(pk=record.pk).update(last_modified_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [unit, model._meta.label_lower, record.pk, record.pk])


# -- words -----------------------------------------------------------------------------------------------------------


def words_of(merge: Merge) -> dict[str, str]:
    return {"table": table_name(merge.table), "duplicate": merge.duplicate_no, "current": merge.current_no}


def summary_of(merges: list[Merge]) -> str:
    """What the history says of merges into one record."""
    numbers = ", ".join(merge.duplicate_no for merge in merges)
    return _("Merge %(table)s %(duplicate)s into %(current)s") % {**words_of(merges[0]), "duplicate": numbers}


def tell_done(merge: Merge) -> None:
    """Say that it is done (M-29), and that two contacts are linked to the record now (M-35)."""
    tell("merge.done", capfirst(_("%(table)s %(duplicate)s was merged into %(current)s.") % words_of(merge)))
    contacts = contacts_to_merge(merge)
    if contacts is not None:
        text = _("Contacts %(one)s and %(two)s are both linked to %(table)s %(current)s now. Merge them too.")
        tell("merge.contacts_linked", text % {**words_of(merge), "one": contacts[0], "two": contacts[1]})


def contacts_to_merge(merge: Merge) -> tuple[str, str] | None:
    """The contacts behind both merged records, the one that synchronises first; None where there are not two (M-35)."""
    if merge.table == Contact._meta.model_name:
        return None
    rows = ContactBusinessRelation.objects.filter(linked_id=merge.current_id).order_by("secondary", "pk")
    numbers = list(rows.values_list("contact__no", flat=True)[:2])
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None
