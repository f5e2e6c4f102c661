"""Where the number of a record leads that was merged away (M-41)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from tuttava.contacts.models import Contact
from tuttava.contacts.signals import contacts_deleting, contacts_saved
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import register_former, register_former_ids
from tuttava.merging.models import Merge, MergeStatus
from tuttava.merging.preparing import MODELS
from tuttava.partners.models import RegisterEntry
from tuttava.partners.signals import record_deleting, records_saved

K = TypeVar("K")


def survivor_of(table: str, no: str) -> uuid.UUID | None:
    """The record that ``no`` leads to since its own was merged away; None: it never was, or the number is used anew."""
    return survivors_of(table, [no]).get(as_code(no))


def survivors_of(table: str, numbers: Collection[str]) -> Mapping[str, uuid.UUID]:
    """The same for many numbers, by number as a code; follows chains of merges."""
    wanted = {as_code(number) for number in numbers} - {""}
    model = MODELS.get(table)
    if model is None or not wanted:
        return {}
    merges = Merge.objects.filter(table=table, duplicate_no__in=wanted, status=MergeStatus.MERGED, reused=False)
    leads = {row[0]: row[1] for row in merges.order_by("merged_at").values_list("duplicate_no", "current_id")}
    if not leads:
        return {}
    taken = set(model._default_manager.filter(no__in=list(leads)).values_list("no", flat=True))
    return _followed(table, {no: identity for no, identity in leads.items() if no not in taken})


def survivors_by_id(table: str, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
    """Where links lead to records that were merged away, by the ids that are gone."""
    if table not in MODELS:
        return {}
    merges = Merge.objects.filter(table=table, duplicate_id__in=ids, status=MergeStatus.MERGED)
    rows = merges.order_by("merged_at").values_list("duplicate_id", "current_id")
    return _followed(table, {gone: current for gone, current in rows if gone is not None})


def _followed(table: str, leads: dict[K, uuid.UUID | None]) -> dict[K, uuid.UUID]:
    """Follow survivors that were merged away themselves until a record is there; a ring leads nowhere."""
    seen: set[uuid.UUID] = set()
    found: dict[K, uuid.UUID] = {}
    while leads:
        ids = {identity for identity in leads.values() if identity is not None}
        there = set(MODELS[table]._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
        found |= {no: identity for no, identity in leads.items() if identity is not None and identity in there}
        seen |= ids
        merges = Merge.objects.filter(table=table, duplicate_id__in=ids - there, status=MergeStatus.MERGED)
        further = dict(merges.order_by("merged_at").values_list("duplicate_id", "current_id"))
        leads = {
            no: further[identity]
            for no, identity in leads.items()
            if identity in further and further[identity] not in seen
        }
    return found


def end_of(table: str, numbers: Collection[str], *, besides: uuid.UUID | None = None) -> None:
    """Somebody else has had these numbers since: they lead to the survivor no more (M-41)."""
    rows = Merge.objects.filter(table=table, duplicate_no__in=numbers, status=MergeStatus.MERGED, reused=False)
    (rows.exclude(pk=besides) if besides else rows).update(reused=True)


def connect() -> None:
    """Answer for old numbers, and notice which of them were given to new records that are gone again."""
    register_former(survivors_of)
    register_former_ids(survivors_by_id)
    contacts_deleting.connect(_contacts_deleting, dispatch_uid="merging.survivors")
    contacts_saved.connect(_contacts_saved, dispatch_uid="merging.survivors")
    record_deleting.connect(_record_deleting, dispatch_uid="merging.survivors")
    records_saved.connect(_records_saved, dispatch_uid="merging.survivors")


def _contacts_deleting(*, removals: Any, **_signal: Any) -> None:
    ids = [removal.contact_id for removal in removals]
    end_of("contact", list(Contact.objects.filter(pk__in=ids).values_list("no", flat=True)))


def _contacts_saved(*, edits: Any, **_signal: Any) -> None:
    _renumbered("contact", edits)


def _record_deleting(*, record: RegisterEntry, **_signal: Any) -> None:
    if record.table in MODELS:
        end_of(record.table, [record.no])


def _records_saved(*, edits: Any, **_signal: Any) -> None:
    if edits and edits[0].record.table in MODELS:
        _renumbered(edits[0].record.table, edits)


def _renumbered(table: str, edits: Any) -> None:
    left = [edit.old("no") for edit in edits if not edit.is_new and edit.changed("no")]
    if left:
        end_of(table, left)
