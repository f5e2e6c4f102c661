"""What a user may change of a pair: the verdict alone (D-22)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from tuttava.contacts.models import Contact
from tuttava.duplicates import smart
from tuttava.duplicates.evidence import evidence_of
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.records import Edit, Rules, register


@register
class PairRules(Rules[ContactDuplicate]):
    model = ContactDuplicate
    set_name = "contactDuplicates"

    def enter_separate_contacts(self, edit: Edit[ContactDuplicate], value: bool) -> None:
        """What both look like is kept with the verdict, so that a change of both can be told from it (D-11)."""
        edit.put("separate_contacts", value)
        if not value:
            edit.put("evidence", "")
        elif not edit.old("separate_contacts"):
            both = Contact.objects.in_bulk([edit.get("contact_id"), edit.get("duplicate_id")])
            if len(both) == 2:
                edit.put("evidence", evidence_of(both[edit.get("contact_id")], both[edit.get("duplicate_id")]))

    def after_save(self, edits: Sequence[Edit[ContactDuplicate]]) -> None:
        """A verdict is an answer that teaches the search, whoever gave it and wherever (D-26)."""
        for edit in edits:
            if edit.changed("separate_contacts"):
                if edit.get("separate_contacts"):
                    smart.answer(edit.record, same=False)
                else:
                    smart.withdraw(edit.record)

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        """A pair does not come back without one of its contacts."""
        left, right = (Contact.objects.filter(pk=OuterRef(side)) for side in ("contact_id", "duplicate_id"))
        ContactDuplicate.objects.filter(pk__in=ids).exclude(Exists(left), Exists(right)).delete()

    def describe(self, record: ContactDuplicate) -> str:
        names = Contact.objects.in_bulk([record.contact_id, record.duplicate_id])
        words = [f"{each.no} {each.name}" for each in names.values()]
        return f"{record._meta.verbose_name} {' – '.join(words)}"
