"""Which doors the smart search stands at: whatever saves contacts, it compares them in the same transaction.

Only what a long import saves is compared beside it (:mod:`.beside`), whichever signal tells of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from tuttava.config.lifetime import beside_first_requests
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
from tuttava.duplicates.smart import beside, standing, warming
from tuttava.duplicates.smart.erasing import erase_names
from tuttava.duplicates.telling import tell_of_likeness
from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.records import Edit
from tuttava.foundation.worker import beside_jobs


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
    beside_first_requests(warming.warm)
    beside_jobs(warming.catch_up)


def _contacts_saved(*, edits: Sequence[Edit[Contact]], **_signal: Any) -> None:
    if warming.is_cold():
        warming.pass_over([edit.record.pk for edit in edits if not edit.is_new])
        return
    from tuttava.duplicates.smart import checking

    if job := beside.in_force():
        job.take(*checking.due(edits))
        return
    alike = checking.saved(edits)
    tell_of_likeness([edit.record for edit in edits if edit.record.pk in alike])


def _written(*, ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    if warming.is_cold():
        warming.pass_over(ids)
        return
    if job := beside.in_force():
        job.take([], ids)
        return
    from tuttava.duplicates.smart import checking

    checking.refresh(ids)


def _contacts_deleting(*, removals: Sequence[Removal], **_signal: Any) -> None:
    _forget([removal.contact_id for removal in removals])


def _removed(*, ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    _forget(ids)


def _forget(ids: Sequence[uuid.UUID]) -> None:
    """Nothing is alike to a contact that is gone; its pairs go with the strings (D-16)."""
    warming.pass_over(ids)


def _erased(*, contact: Contact, **_signal: Any) -> None:
    """Nothing personal is kept here: neither keys and likeness, nor the name in answers."""
    _written(ids=[contact.pk])
    erase_names(str(contact.no))


def _company_created(**_signal: Any) -> None:
    MatchingState.objects.get_or_create(only_row=True)
    standing.mark_whole()
