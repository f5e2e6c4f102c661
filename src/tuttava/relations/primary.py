"""The primary contact of a customer or vendor (B-71 to B-82)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.actions import change_company
from tuttava.contacts.models import Contact
from tuttava.contacts.relations import insert_relation, known_relation_code
from tuttava.contacts.rules.relations import relation_exists
from tuttava.foundation import records
from tuttava.foundation.context import choose
from tuttava.foundation.records import Edit
from tuttava.partners.models import ContactType, Customer, RegisterEntry, Vendor
from tuttava.relations.errors import not_related
from tuttava.relations.founding import add_person, found_contacts
from tuttava.relations.images import take_pictures
from tuttava.relations.queries import hub_of, link_of

#: Keys in ``Edit.memory``: the contact chosen, the name of a person to be created, the new name of the one there is.
CHOSEN = "relations.primary"
NEW_PERSON = "relations.new_person"
RENAMED = "relations.renamed"

#: What another name for the contact may mean.
TEXT, RENAME, CREATE = "text", "rename", "create"

#: What a company that is the primary contact brings along where it is filled in (B-75).
_COPIED = {"customer": ("phone_no", "email", "mobile_phone_no"), "vendor": ("phone_no", "email")}


def primary_contact_chosen(edit: Edit[Any], contact_id: uuid.UUID | None) -> None:
    """A primary contact was entered: its name follows (B-74 to B-76). What must hold for it is checked on saving."""
    contact = Contact.objects.filter(pk=contact_id).first() if contact_id else None
    edit.memory[CHOSEN] = contact
    if contact is None or contact.is_company:
        edit.derive("contact", "")
    else:
        edit.derive("contact", contact.name)
    if contact is not None and contact.is_company:
        for name in _COPIED[edit.record.table]:
            if getattr(contact, name):
                edit.derive(name, getattr(contact, name))


def person_named(edit: Edit[Any], name: str) -> None:
    """A name was typed (B-77): where there was none, a person will be created once the record is saved.

    Where there was one the text changes; whether the person behind it is renamed too, or another one created, is
    offered (``q_contact_name``: ``text``, ``rename``, ``create``; unattended ``text``).
    """
    record, name = edit.record, name.strip()
    if record.table not in _COPIED or not name or name == edit.get("contact") or not known_relation_code(record.table):
        return
    if "primary_contact_id" in edit.typed:
        return
    if not edit.get("contact") and not edit.get("primary_contact_id"):
        edit.memory[NEW_PERSON] = name
    elif edit.get("contact"):
        wanted = _what_the_name_means(edit, name)
        if wanted in (CREATE, RENAME):
            edit.memory[NEW_PERSON if wanted == CREATE else RENAMED] = name
        if wanted == CREATE:
            edit.put("primary_contact_id", None)


def _what_the_name_means(edit: Edit[Any], name: str) -> str:
    choices = [(TEXT, _("Change the text only")), (CREATE, _("Create “%(name)s” as another person") % {"name": name})]
    if edit.get("primary_contact_id"):
        rename = _("Rename “%(old)s” to “%(name)s”") % {"old": edit.get("contact"), "name": name}
        choices.insert(1, (RENAME, rename))
    return choose("q_contact_name", _("The contact has another name now. What is meant?"), choices) or TEXT


def relate_primary_contacts(edits: Sequence[Edit[RegisterEntry]]) -> None:
    """Restore the missing relation of records whose primary contact was chosen, or refuse it (B-71, B-72)."""
    for edit in edits:
        contact = edit.memory.get(CHOSEN)
        if contact is None or not isinstance(edit.record, Customer | Vendor):
            continue
        if edit.record.primary_contact_id != contact.pk or _is_person_customer(edit.record):
            continue
        hub = _hub_or_restored(edit.record, contact)
        if hub is None or contact.company_id != hub.pk:
            raise not_related(contact, edit.record)


def bring_pictures(edits: Sequence[Edit[RegisterEntry]]) -> None:
    """A company chosen as primary contact brings its picture to a customer (B-75)."""
    pairs = [
        (contact, edit.record)
        for edit in edits
        if isinstance(edit.record, Customer) and (contact := edit.memory.get(CHOSEN)) is not None
        if contact.is_company and edit.record.primary_contact_id == contact.pk
    ]
    take_pictures(pairs)


def _is_person_customer(record: Customer | Vendor) -> bool:
    return isinstance(record, Customer) and record.contact_type == ContactType.PERSON


def _hub_or_restored(record: Customer | Vendor, contact: Contact) -> Contact | None:
    """The contact behind the record; a missing relation is restored from a person's side (B-72)."""
    hub = hub_of(record)
    if hub is not None or contact.is_company:
        return hub
    company = contact.company
    if company is None:
        return _company_founded(record, contact)
    taken = link_of(company.pk, record.table)
    if taken is not None:
        raise relation_exists(taken)
    insert_relation(company, record)
    return company


def _company_founded(record: Customer | Vendor, person: Contact) -> Contact | None:
    """A company contact made from the record, to which the person belongs from now on (B-72 c)."""
    found_contacts([record])
    hub = hub_of(record)
    if hub is not None:
        person.refresh_from_db()
        person.company_id = change_company(person, hub).company_id
    return hub


def settle_named_people(edits: Sequence[Edit[RegisterEntry]]) -> None:
    """The persons whose names were typed: created in the company behind the record, or renamed (B-77)."""
    for edit in edits:
        record = edit.record
        if not isinstance(record, Customer | Vendor):
            continue
        if NEW_PERSON in edit.memory and record.primary_contact_id is None:
            add_person(record, edit.memory[NEW_PERSON])
        primary = record.primary_contact if RENAMED in edit.memory else None
        if primary is not None and primary.is_person:
            records.change(primary, {"name": edit.memory[RENAMED]})


def forget_primary_contacts(contact_ids: Sequence[uuid.UUID]) -> None:
    """Contacts are being deleted: number and name go wherever one was primary contact (B-83, C-86)."""
    for model in (Customer, Vendor):
        model._default_manager.filter(primary_contact_id__in=contact_ids).update(primary_contact=None, contact="")
