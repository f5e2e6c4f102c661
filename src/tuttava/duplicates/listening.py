"""When the classic index follows the contacts (D-4, D-12 to D-14, D-16)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from tuttava.contacts.models import Contact
from tuttava.contacts.setup import marketing_setup
from tuttava.contacts.signals import (
    Removal,
    checked_fields,
    company_checked,
    company_unchecked,
    contacts_deleting,
    contacts_removed,
    contacts_restored,
)
from tuttava.duplicates.classic.index import build_index, remove_index
from tuttava.duplicates.classic.setup import search_rows
from tuttava.duplicates.queries import in_open_pairs
from tuttava.duplicates.telling import tell_of_many, tell_of_pairs
from tuttava.foundation.merge_rules import records_merged
from tuttava.relations.signals import contacts_founded


def connect() -> None:
    """Listen to the register."""
    checked_fields.append(_watched)
    listeners = (
        (company_checked, _company_checked),
        (company_unchecked, _company_unchecked),
        (contacts_deleting, _contacts_deleting),
        (contacts_removed, _contacts_removed),
        (contacts_restored, _contacts_restored),
        (contacts_founded, _contacts_founded),
        (records_merged, _records_merged),
    )
    for signal, listener in listeners:
        signal.connect(listener, dispatch_uid=f"duplicates.{listener.__name__}")


def _watched() -> Collection[str]:
    """Any field that the setup names (D-13)."""
    return {row.field for row in search_rows()}


def _company_checked(*, companies: Sequence[Contact], inserted: bool, **_signal: Any) -> None:
    """D-12 to D-14, through every door; whoever saved is told of pairs when there is somebody (D-20)."""
    if marketing_setup().maintain_dupl_search_strings:
        tell_of_many(build_index(companies, inserted=inserted).cut_off)
        tell_of_pairs(companies)


def _company_unchecked(*, contacts: Sequence[Contact], **_signal: Any) -> None:
    """People have neither strings nor pairs of strings (D-4)."""
    remove_index([contact.pk for contact in contacts])


def _contacts_deleting(*, removals: Sequence[Removal], **_signal: Any) -> None:
    remove_index([removal.contact_id for removal in removals])


def _contacts_removed(*, ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    remove_index(ids)


def _contacts_restored(*, ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    """An undo is a change like any other; what a user said of a pair is not touched."""
    if not marketing_setup().maintain_dupl_search_strings:
        return
    contacts = list(Contact.objects.filter(pk__in=ids).order_by("pk"))
    remove_index([contact.pk for contact in contacts if contact.is_person], keep_separate=True, keep_smart=True)
    build_index(contacts)


def _contacts_founded(*, contacts: Sequence[Contact], **_signal: Any) -> Collection[uuid.UUID]:
    """Contacts made from registers are indexed whatever the setup says; which of them are in an open pair (B-52)."""
    if not marketing_setup().maintain_dupl_search_strings:
        build_index(contacts)
    return in_open_pairs(contact.pk for contact in contacts)


def _records_merged(*, current: Any, **_signal: Any) -> None:
    """The pairs of the one merged away are gone; those of the survivor are found anew (M-36)."""
    if isinstance(current, Contact) and marketing_setup().maintain_dupl_search_strings:
        build_index([current])
