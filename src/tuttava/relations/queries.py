"""Questions about who is what to us."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.partners.models import Customer, RegisterEntry, Vendor
from tuttava.partners.rules.registers import REGISTERS


def relation_of(record: RegisterEntry) -> ContactBusinessRelation | None:
    """The row that links ``record`` to its contact; of two the one that synchronises (M-35)."""
    rows = ContactBusinessRelation.objects.filter(linked_id=record.pk).select_related("contact")
    return rows.order_by("secondary", "pk").first()


def hub_of(record: RegisterEntry) -> Contact | None:
    """The contact that ``record`` is linked to."""
    relation = relation_of(record)
    return relation.contact if relation else None


def hubs_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Contact]:
    """The contacts that records of the registers are linked to, with their companies; one query."""
    rows = ContactBusinessRelation.objects.filter(linked_id__in=ids).select_related("contact__company")
    found: dict[uuid.UUID, Contact] = {}
    for relation in rows.order_by("secondary", "pk"):
        if relation.linked_id is not None:
            found.setdefault(relation.linked_id, relation.contact)
    return found


def link_of(contact_id: uuid.UUID, table: str) -> ContactBusinessRelation | None:
    """The row that links a contact to a record of this register."""
    rows = ContactBusinessRelation.objects.filter(contact_id=contact_id, link_to_table=table)
    return rows.exclude(linked_id=None).first()


def linked_record(record: RegisterEntry, table: str) -> RegisterEntry | None:
    """The record of another register that is linked to the same contact (B-69)."""
    relation = relation_of(record)
    other = link_of(relation.contact_id, table) if relation else None
    if other is None or other.linked_id is None:
        return None
    return REGISTERS[table]._default_manager.filter(pk=other.linked_id).first()


def main_contact(record: Customer | Vendor) -> Contact | None:
    """Whom to turn to: the primary contact, else the contact behind the record (B-82)."""
    return record.primary_contact or hub_of(record)


def contacts_of(record: RegisterEntry) -> QuerySet[Contact]:
    """The contacts behind a record: company and people, or the one contact itself when it has no company (B-88)."""
    relation = relation_of(record)
    if relation is None:
        return Contact.objects.none()
    hub: Contact = relation.contact
    return Contact.objects.filter(company_id=hub.pk) if hub.is_company else Contact.objects.filter(pk=hub.pk)


def primary_choices(record: Customer | Vendor) -> QuerySet[Contact]:
    """The contacts among which a primary contact is chosen (B-81)."""
    relation = relation_of(record)
    if relation is None:
        return Contact.objects.filter(Q(company=None))
    return contacts_of(record)


def considered_relations(contact: Contact) -> QuerySet[ContactBusinessRelation]:
    """The relations that a contact's status considers: its own and its company's (B-14)."""
    owners = {owner for owner in (contact.pk, contact.company_id) if owner is not None}
    return ContactBusinessRelation.objects.filter(contact_id__in=owners).order_by("business_relation")


def records_of(relations: Iterable[ContactBusinessRelation]) -> dict[uuid.UUID, RegisterEntry]:
    """The record behind each relation row that has one, by the row's id; one query a register."""
    wanted: dict[str, dict[uuid.UUID, uuid.UUID]] = defaultdict(dict)
    for row in relations:
        if row.linked_id is not None and row.link_to_table in REGISTERS:
            wanted[row.link_to_table][row.linked_id] = row.pk
    found: dict[uuid.UUID, RegisterEntry] = {}
    for table, rows in wanted.items():
        for record in REGISTERS[table]._default_manager.filter(pk__in=list(rows)):
            found[rows[record.pk]] = record
    return found
