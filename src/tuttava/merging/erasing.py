"""Personal data of contacts that were merged away: it is the survivor's, and is erased with it (C-74, M-41)."""

from __future__ import annotations

import uuid

from django.db.models import Q

from tuttava.contacts.models import Contact, PersonalDataAccess
from tuttava.contacts.personal_data import names_in_journal, scrub_journal
from tuttava.contacts.signals import personal_data_erased
from tuttava.duplicates.smart.erasing import erase_names
from tuttava.merging.models import Merge, MergeStatus, MergeTable


def connect() -> None:
    """Listen to erasures."""
    personal_data_erased.connect(_erased, dispatch_uid="merging.erasing")


def is_erased(table: str, ids: list[uuid.UUID]) -> bool:
    """Whether personal data of one of these records was erased: then no merge into it comes back."""
    if table != MergeTable.CONTACT:
        return False
    return PersonalDataAccess.objects.filter(contact_id__in=ids, action="erase").exists()


def _erased(*, contact: Contact, **_signal: object) -> None:
    """Take the personal values out of the history of all that was folded into the contact, and out of the merges."""
    merges = Merge.objects.filter(table=MergeTable.CONTACT)
    merges.filter(duplicate_id=contact.pk).update(duplicate_name="")
    merges.filter(Q(duplicate_id=contact.pk) | Q(current_id=contact.pk)).update(exceptions=[])
    seen: set[uuid.UUID] = set()
    survivors = {contact.pk}
    while survivors:
        folded = list(merges.filter(current_id__in=survivors, status=MergeStatus.MERGED))
        seen |= survivors
        for merge in folded:
            gone = Contact(id=merge.duplicate_id, no=merge.duplicate_no, type=contact.type, name=merge.duplicate_name)
            scrub_journal(gone, names_in_journal(gone), [])
            erase_names(merge.duplicate_no)
        merges.filter(pk__in=[merge.pk for merge in folded]).update(duplicate_name="", exceptions=[])
        survivors = {merge.duplicate_id for merge in folded if merge.duplicate_id is not None} - seen
