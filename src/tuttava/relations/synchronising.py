"""Keeping a contact and the records linked to it in step (B-55 to B-67).

A change of either side carries what changed, and nothing else, to the other. Records written for a contact do not
answer; a contact changed for a record tells its other links, whose values then equal its own. So every round ends
after at most three steps: record, contact, the contact's other records and its people.

Contacts are locked before records, always: see :func:`hold_contacts`.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactBusinessRelation, RelationStatus
from tuttava.contacts.rules.derived import refresh_status
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.cleaning import same
from tuttava.foundation.context import tell
from tuttava.foundation.records import Edit
from tuttava.partners.models import Customer, RegisterEntry, Vendor
from tuttava.relations.carrying import CARRIED, Values, carry_down, carry_up, locked
from tuttava.relations.errors import caption
from tuttava.relations.fields import EMPLOYEE, contact_fields, shared_with, upward_fields


def contacts_changed(edits: Sequence[Edit[Contact]]) -> None:
    """Contacts were saved: bring what changed to the records linked to them, of their own only (B-55)."""
    due = {edit.record.pk: edit for edit in edits if _concerns_records(edit)}
    if due:
        _carry_to_records(due)
    _rename_primary_contacts(edits)


def _concerns_records(edit: Edit[Contact]) -> bool:
    """Whether this change may reach a record: a contact that is nothing to us has none."""
    if edit.is_new or edit.get("contact_business_relation") == RelationStatus.NONE:
        return False
    return bool(contact_fields().intersection(edit.changed_fields()))


def _carry_to_records(due: dict[uuid.UUID, Edit[Contact]]) -> None:
    rows = ContactBusinessRelation.objects.filter(contact_id__in=due, secondary=False).exclude(linked_id=None)
    by_table: dict[str, dict[uuid.UUID, ContactBusinessRelation]] = defaultdict(dict)
    for row in rows:
        assert row.linked_id is not None
        by_table[row.link_to_table][row.linked_id] = row
    changes: list[tuple[RegisterEntry, Values]] = []
    for table, links in by_table.items():
        records = locked(table, links)
        changes += [(record, changed_values(due[links[record.pk].contact_id], table)) for record in records]
        _drop_vanished(links, {record.pk for record in records})
    carry_down(changes)


def changed_values(edit: Edit[Contact], table: str) -> dict[str, Any]:
    """What a saved contact brings to a record of ``table``, by the record's names: only what changed (B.3)."""
    return {
        shared.name_in(table): edit.get(shared.contact)
        for shared in shared_with(table)
        if edit.changed(shared.contact) and (edit.get(shared.contact) or not shared.latch)
    }


def _drop_vanished(links: dict[uuid.UUID, ContactBusinessRelation], there: set[uuid.UUID]) -> None:
    """Remove rows whose record does not exist any more, and say so; the contact is saved all the same (B-60)."""
    gone = [row for linked, row in links.items() if linked not in there]
    for row in gone:
        tell(
            "relation.vanished",
            _("%(table)s %(no)s does not exist any more. The link to it was removed.")
            % {"table": caption(row.link_to_table), "no": row.linked_no},
            severity="warning",
        )
    if gone:
        ContactBusinessRelation.objects.filter(pk__in=[row.pk for row in gone]).delete()
        refresh_status({row.contact_id for row in gone})


def _rename_primary_contacts(edits: Sequence[Edit[Contact]]) -> None:
    """The record shows its primary contact's name as it is now (B-66, B-79, C-19)."""
    renamed = {edit.record.pk: edit.get("name") for edit in edits if _is_renamed_person(edit)}
    if not renamed:
        return
    for found in (Customer.objects.all(), Vendor.objects.all()):
        wanted = found.filter(primary_contact_id__in=renamed).select_for_update(of=("self",)).order_by("pk")
        carry_down([(r, {"contact": renamed[r.primary_contact_id]}) for r in wanted if r.primary_contact_id])


def _is_renamed_person(edit: Edit[Contact]) -> bool:
    return not edit.is_new and edit.record.is_person and edit.changed("name")


def records_changed(edits: Sequence[Edit[RegisterEntry]]) -> None:
    """Records of one register were saved: bring what changed to the contacts behind them (B-61 to B-65)."""
    due = {edit.record.pk: edit for edit in edits if not edit.is_new and not edit.memory.get(CARRIED)}
    if not due or not _reaches_contacts(edits[0].record.table):
        return
    changes: list[tuple[Contact, Values]] = []
    sent: list[_Sent] = []
    for row in ContactBusinessRelation.objects.filter(linked_id__in=due, secondary=False).select_related("contact"):
        assert row.linked_id is not None
        edit = due[row.linked_id]
        values = values_for_contact(edit, row.contact)
        if values:
            changes.append((row.contact, values))
            before = {name: getattr(row.contact, name) for name in values}
            sent.append(_Sent(edit.record, row.contact, values, before))
    carry_up(sorted(changes, key=lambda change: change[0].pk))
    carry_down([(each.record, back) for each in sent if (back := each.back())])


@dataclass
class _Sent:
    """What a record brought to its contact, and what that had before."""

    record: RegisterEntry
    contact: Contact
    values: Values
    before: Values

    def back(self) -> dict[str, Any]:
        """Values that the contact made its own former ones of, by the record's names: only the record has them.

        “Berg, Anna” is the name that the person has already. Where the contact changed, its records hear of it anyway.
        """
        return {
            shared.name_in(self.record.table): getattr(self.contact, shared.contact)
            for shared in shared_with(self.record.table)
            if shared.contact in self.values
            and same(getattr(self.contact, shared.contact), self.before[shared.contact])
            and not same(getattr(self.contact, shared.contact), self.values[shared.contact])
        }


def _reaches_contacts(table: str) -> bool:
    """Employees reach their contact only where the setup says so (B-65)."""
    return table != EMPLOYEE or marketing_setup().two_way_employees


def values_for_contact(edit: Edit[RegisterEntry], contact: Contact) -> dict[str, Any]:
    """What a saved record brings to its contact, by the contact's names; the name also where it has none (B-61)."""
    found = {}
    for name, shared in upward_fields(edit.record.table).items():
        wanted = edit.changed(name) or (shared.contact == "name" and not contact.name)
        if wanted and (edit.get(name) or not shared.latch):
            found[shared.contact] = edit.get(name)
    return found


def hold_contacts(model: type[RegisterEntry], ids: Sequence[uuid.UUID]) -> None:
    """Lock the contacts behind these records before the records themselves are locked.

    A change of a contact locks it first and its records after; the other way round two users, one on either side,
    would wait for each other.
    """
    held = Contact.objects.filter(contactbusinessrelations__linked_id__in=list(ids)).order_by("pk")
    list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
