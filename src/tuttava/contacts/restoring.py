"""Bringing deleted contacts back from the journal (C-87)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactAffiliation, ContactBusinessRelation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import survivors
from tuttava.foundation.journal import JournalChange, unit_of_work
from tuttava.foundation.merge_rules import MERGE_ACTION
from tuttava.foundation.records import check_constraints
from tuttava.foundation.undo import UndoConflict, restore_rows
from tuttava.foundation.undo_plan import Part

_CONTACT = Contact._meta.label_lower
_AFFILIATION = ContactAffiliation._meta.label_lower
_RELATION = ContactBusinessRelation._meta.label_lower


@dataclass(frozen=True)
class DeletedContact:
    """A contact that can be brought back."""

    no: str
    name: str
    type: str
    deleted_at: dt.datetime
    deleted_by: str


def restorable(limit: int = 100) -> list[DeletedContact]:
    """Contacts deleted within the days that the setup keeps them and still gone, the latest first."""
    deletions = list(_deletions().select_related("unit").order_by("-at", "-id")[:limit])
    ids = [row.record_id for row in deletions]
    back = set(Contact.objects.filter(pk__in=ids).values_list("pk", flat=True)) | survivors(Contact, ids).keys()
    return [_deleted(row) for row in deletions if row.record_id not in back]


def _deleted(row: JournalChange) -> DeletedContact:
    old = _old(row)
    return DeletedContact(old["no"], old["name"], old["type"], row.at, row.unit.user_name if row.unit else "")


def _old(change: JournalChange) -> dict[str, Any]:
    """The whole row that was deleted."""
    return dict(change.old or {})


def _deletions() -> QuerySet[JournalChange]:
    """Contacts that were deleted; one that was merged away comes back by undoing the merge."""
    since = timezone.now() - dt.timedelta(days=marketing_setup().restore_days)
    rows = JournalChange.objects.filter(record_type=_CONTACT, operation=JournalChange.Operation.DELETE, at__gt=since)
    return rows.exclude(unit__action=MERGE_ACTION)


def restore(no: str) -> Contact:
    """Bring the contact deleted last under this number back, with its id, all its fields and what went with it.

    Its history stays where it went. Raises ``already_exists`` when the number was given away, ``nothing_to_restore``
    when there is nothing (any more) to bring back.
    """
    require("contacts.delete", "contacts")
    number = as_code(no)
    deletion = _deletions().alias(number=KT("old__no")).filter(number=number).order_by("-id").first()
    if deletion is None or Contact.objects.filter(pk=deletion.record_id).exists() or _was_merged(deletion):
        raise DomainError(
            "nothing_to_restore",
            _("No deleted contact with the number “%(no)s” can be brought back.") % {"no": number},
            rule="C-87",
        )
    with unit_of_work("restore contact", number, undoes=deletion.unit_id):
        _put_back(deletion)
        check_constraints()
    return Contact.objects.get(pk=deletion.record_id)


def _was_merged(deletion: JournalChange) -> bool:
    """Whether the contact lives on in another one; then its merge is to be undone (M-41)."""
    return bool(survivors(Contact, [deletion.record_id]))


def _put_back(deletion: JournalChange) -> None:
    """Bring the contact back, its people and all that hung on them; say what had to stay away."""
    assert deletion.unit_id is not None
    changes = JournalChange.objects.filter(unit_id=deletion.unit_id, operation=JournalChange.Operation.DELETE)
    of_company = changes.filter(record_type=_CONTACT, old__company_id=str(deletion.record_id))
    contacts = [deletion, *of_company.exclude(pk=deletion.pk)]
    _check_numbers(contacts)
    ids = [contact.record_id for contact in contacts]
    affiliated = changes.filter(record_type=_AFFILIATION, old__company_id__in=[str(identity) for identity in ids])
    part = Part(ids, list(affiliated.values_list("record_id", flat=True)))
    taken = _taken_relations(changes.filter(record_type=_RELATION, owner_id__in=ids))
    result = restore_rows(deletion.unit_id, part, skip=list(taken))
    for number in sorted(set(taken.values())):
        _tell_lost(number)
    for conflict in result.conflicts:
        _tell_conflict(conflict)


def _check_numbers(contacts: Sequence[JournalChange]) -> None:
    taken = Contact.objects.filter(no__in=[_old(row)["no"] for row in contacts]).values_list("no", flat=True).first()
    if taken is not None:
        raise DomainError(
            "already_exists",
            _("The number %(no)s belongs to another contact now. Give that one another number first.") % {"no": taken},
            field="no",
            rule="C-87",
        )


def _taken_relations(changes: Iterable[JournalChange]) -> dict[uuid.UUID, str]:
    """Deleted business relations whose other side another contact has taken meanwhile, with its number."""
    wanted = {row.record_id: (_old(row)["link_to_table"], _old(row)["linked_no"]) for row in changes}
    linked = Q()
    for table, number in {pair for pair in wanted.values() if pair[1]}:
        linked |= Q(link_to_table=table, linked_no=number)
    relations = ContactBusinessRelation.objects.filter(linked) if linked else ContactBusinessRelation.objects.none()
    taken = set(relations.values_list("link_to_table", "linked_no"))
    return {pk: pair[1] for pk, pair in wanted.items() if pair in taken}


def _tell_conflict(conflict: UndoConflict) -> None:
    """Name each code or record that was lost, or the row that another has taken the place of."""
    model = apps.get_model(conflict.record_type)
    fields = {field.column: str(field.verbose_name) for field in model._meta.concrete_fields}
    for column, key in conflict.lost:
        _tell_lost(f"{fields[column]} {key}")
    if not conflict.lost:
        _tell_lost(str(model._meta.verbose_name))


def _tell_lost(what: str) -> None:
    tell(
        "contact.restored_without",
        _("Brought back without %(what)s, which is not there or not free any more.") % {"what": what},
        severity="warning",
    )
