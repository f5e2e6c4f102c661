"""Which rules of this room run when contacts or registers change."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.rules.derived import refresh_status
from tuttava.contacts.signals import Removal, contacts_deleting, contacts_saved
from tuttava.contacts.touching import touch
from tuttava.foundation.records import Edit
from tuttava.partners.models import RegisterEntry
from tuttava.partners.signals import (
    contact_name_entered,
    primary_contact_entered,
    record_deleting,
    records_holding,
    records_saved,
)
from tuttava.partners.templating import TEMPLATE
from tuttava.relations.founding import found_contacts
from tuttava.relations.marks import FROM_CONTACT
from tuttava.relations.primary import (
    bring_pictures,
    forget_primary_contacts,
    person_named,
    primary_contact_chosen,
    relate_primary_contacts,
    settle_named_people,
)
from tuttava.relations.queries import hub_of
from tuttava.relations.signals import account_deleting
from tuttava.relations.synchronising import contacts_changed, hold_contacts, records_changed


def connect() -> None:
    """Listen to both sides."""
    listeners = (
        (contacts_saved, _contacts_saved),
        (contacts_deleting, _contacts_deleting),
        (records_holding, _records_holding),
        (records_saved, _records_saved),
        (record_deleting, _record_deleting),
        (primary_contact_entered, _primary_contact_entered),
        (contact_name_entered, _contact_name_entered),
    )
    for signal, listener in listeners:
        signal.connect(listener, dispatch_uid=f"relations.{listener.__name__}")


def _contacts_saved(*, edits: Sequence[Edit[Contact]], **_signal: Any) -> None:
    contacts_changed(edits)


def _contacts_deleting(*, removals: Sequence[Removal], **_signal: Any) -> None:
    forget_primary_contacts([removal.contact_id for removal in removals])


def _records_holding(*, model: type[RegisterEntry], ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    hold_contacts(model, ids)


def _records_saved(*, edits: Sequence[Edit[RegisterEntry]], **_signal: Any) -> None:
    """New records get their contact (B-45), changed ones tell theirs (B-61), then primary contacts are settled."""
    if not edits:
        return
    relate_primary_contacts(edits)
    found_contacts([edit.record for edit in edits if edit.is_new and founds_contact(edit)], automatic=True)
    records_changed(edits)
    settle_named_people(edits)
    bring_pictures(edits)


def founds_contact(edit: Edit[RegisterEntry]) -> bool:
    """Whether a new record gets a contact: not one made from a contact, nor from a template that names one (B-45)."""
    template = edit.memory.get(TEMPLATE)
    return not edit.memory.get(FROM_CONTACT) and not getattr(template, "contact", "")


def _record_deleting(*, record: RegisterEntry, **_signal: Any) -> None:
    """The relation goes, the contact stays with a new status, its people too (B-84, B-85)."""
    account_deleting.send(sender=type(record), record=record, contact=hub_of(record))
    rows = ContactBusinessRelation.objects.filter(linked_id=record.pk)
    contacts = list(rows.values_list("contact_id", flat=True))
    rows.delete()
    touch(contacts)
    refresh_status(contacts)


def _primary_contact_entered(*, edit: Edit[Any], contact_id: uuid.UUID | None, **_signal: Any) -> None:
    primary_contact_chosen(edit, contact_id)


def _contact_name_entered(*, edit: Edit[Any], name: str, **_signal: Any) -> None:
    person_named(edit, name)
