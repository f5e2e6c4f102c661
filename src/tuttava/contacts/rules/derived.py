"""What is derived from other rows: the business relation status and the time of the last change (C-79, C-80)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q
from django.utils import timezone

from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactType, LinkToTable, RelationStatus
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.bulk import update_many
from tuttava.foundation.records import Edit
from tuttava.foundation.search_tokens import set_search

#: Rows that one statement of a set-based rule reads or writes.
BATCH = 1000

# A relation as its status needs it: code, kind of record, number of the record.
Relation = tuple[str, str, str]

#: Key in ``Edit.memory``: the relations that count for this new contact, known already to whoever makes it (B-17).
RELATIONS = "contacts.relations"


def stamp(edits: Sequence[Edit[Contact]]) -> None:
    """Renew what every save renews: the time of the change and what the contact is found by (C-80).

    What a new contact is found by is set last of all, see :meth:`ContactRules.complete`.
    """
    now = timezone.now()
    for edit in edits:
        if not edit.is_new and not edit.changed_fields():
            continue
        edit.copy("last_modified_at", now)
        if not edit.is_new and edit.changed(*Contact.searched.fields):
            set_search(edit.record)


def refresh_company_copies(ids: Sequence[uuid.UUID]) -> None:
    """Have these persons show number and name of their company as they are now: it may have changed or gone."""
    alone = Q(company__isnull=True) & ~Q(company_no="", company_name="")
    other = Q(company__isnull=False) & ~Q(company_no=F("company__no"), company_name=F("company__name"))
    for start in range(0, len(ids), BATCH):
        people = Contact.objects.filter(pk__among=ids[start : start + BATCH], type=ContactType.PERSON)
        stale = list(people.filter(alone | other).select_related("company"))
        for person in stale:
            shown = (person.company.no, person.company.name) if person.company else ("", "")
            person.company_no, person.company_name = shown
        update_many(stale, ["company_no", "company_name"])


def set_status(edits: Sequence[Edit[Contact]]) -> None:
    """The business relation status of new contacts and of those whose company changed (C-79)."""
    for edit in edits:
        if RELATIONS in edit.memory:
            edit.copy("contact_business_relation", status_of(edit.memory[RELATIONS]))
    due = [edit for edit in edits if RELATIONS not in edit.memory and (edit.is_new or edit.changed("company_id"))]
    if not due:
        return
    owners = {edit.get("company_id") for edit in due} | {edit.record.pk for edit in due if not edit.is_new}
    relations = _relations_of(owners - {edit.record.pk for edit in due if edit.is_new} - {None})
    for edit in due:
        edit.copy("contact_business_relation", _status(relations, edit.record.pk, edit.get("company_id")))


def refresh_status(ids: Iterable[uuid.UUID]) -> None:
    """Recalculate the status of these contacts and of all their people: one of their relations changed (C-79)."""
    wanted = list(ids)
    if not wanted:
        return
    found = Contact.objects.filter(Q(pk__in=wanted) | Q(company_id__in=wanted)).order_by("pk")
    rows = list(found.values_list("pk", "company_id", "contact_business_relation"))
    for start in range(0, len(rows), BATCH):
        _refresh(rows[start : start + BATCH])


def _refresh(rows: Sequence[tuple[uuid.UUID, uuid.UUID | None, str]]) -> None:
    relations = _relations_of({owner for pk, company_id, _old in rows for owner in (pk, company_id) if owner})
    changed = defaultdict(list)
    for pk, company_id, old in rows:
        new = _status(relations, pk, company_id)
        if new != old:
            changed[new].append(pk)
    for status, ids in changed.items():
        Contact.objects.filter(pk__in=ids).update(contact_business_relation=status, last_modified_at=timezone.now())


def _relations_of(ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, list[Relation]]:
    found: dict[uuid.UUID, list[Relation]] = defaultdict(list)
    wanted = list(ids)
    if wanted:
        rows = ContactBusinessRelation.objects.filter(contact_id__in=wanted)
        for row in rows.values_list("contact_id", "business_relation_code", "link_to_table", "linked_no"):
            found[row[0]].append((str(row[1]), row[2], row[3]))
    return found


def _status(relations: Mapping[uuid.UUID, list[Relation]], pk: uuid.UUID, company_id: uuid.UUID | None) -> str:
    return status_of([relation for owner in {pk, company_id} if owner for relation in relations.get(owner, ())])


def status_of(relations: Sequence[Relation]) -> str:
    """What a contact with these relations, its company's included, is to us (C-79)."""
    if len(relations) != 1:
        return RelationStatus.MULTIPLE if relations else RelationStatus.NONE
    code, table, number = relations[0]
    setup = marketing_setup()
    known = {
        setup.bus_rel_for_customers_code,
        setup.bus_rel_for_vendors_code,
        setup.bus_rel_for_bank_accounts_code,
        setup.bus_rel_for_employees_code,
    }
    linked = table != LinkToTable.BLANK and number and code in known
    return RelationStatus(table) if linked else RelationStatus.OTHER
