"""Which doors the smart search stands at: whatever saves contacts, it compares them in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from tuttava.contacts.models import Contact
from tuttava.contacts.signals import (
    Removal,
    contact_emails_changed,
    contacts_deleting,
    contacts_removed,
    contacts_restored,
    contacts_saved,
    personal_data_erased,
)
from tuttava.duplicates.models import MatchingState
from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.records import Edit


def connect() -> None:
    """Listen to the register."""
    listeners = (
        (contacts_saved, _contacts_saved),
        (contact_emails_changed, _written),
        (contacts_restored, _written),
        (contacts_deleting, _contacts_deleting),
        (contacts_removed, _removed),
        (personal_data_erased, _erased),
        (company_created, _company_created),
    )
    for signal, listener in listeners:
        signal.connect(listener, dispatch_uid=f"duplicates.smart.{listener.__name__}")


def _contacts_saved(*, edits: Sequence[Edit[Contact]], **_signal: Any) -> None:
    from tuttava.duplicates.smart import checking

    checking.saved(edits)


def _written(*, ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    from tuttava.duplicates.smart import checking

    checking.refresh(ids)


def _contacts_deleting(*, removals: Sequence[Removal], **_signal: Any) -> None:
    _forget([removal.contact_id for removal in removals])


def _removed(*, ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    _forget(ids)


def _forget(ids: Sequence[uuid.UUID]) -> None:
    """Pairs of every kind: nothing is alike to a contact that is gone (D-16)."""
    from tuttava.duplicates.smart import keys, pairs

    keys.forget(ids)
    pairs.forget(ids)


def _erased(*, contact: Contact, **_signal: Any) -> None:
    """Nothing personal is kept here: neither keys and likeness, nor the name in answers."""
    from tuttava.duplicates.smart import checking, learning

    checking.refresh([contact.pk])
    learning.erase(str(contact.no))


def _company_created(**_signal: Any) -> None:
    MatchingState.objects.get_or_create(only_row=True)
