"""All rules of a contact, in the order of C-5."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from tuttava.contacts.errors import refer
from tuttava.contacts.models import Contact
from tuttava.contacts.rules import company, deletion
from tuttava.contacts.rules.defaults import take_defaults
from tuttava.contacts.rules.derived import (
    refresh_company_copies,
    refresh_status,
    set_status,
    stamp,
)
from tuttava.contacts.rules.fields import FieldRules
from tuttava.contacts.rules.inheritance import pass_on
from tuttava.contacts.rules.names import NameRules
from tuttava.contacts.rules.numbering import NumberRules, rename_in_people
from tuttava.contacts.rules.types import TypeRules, apply_type, tell_checks
from tuttava.contacts.signals import contacts_removed, contacts_restored, contacts_saved
from tuttava.foundation.records import Edit, register
from tuttava.foundation.search import refresh_search
from tuttava.foundation.search_tokens import set_search


@register
class ContactRules(NumberRules, TypeRules, company.CompanyRules, NameRules, FieldRules):
    """Every door to the register saves through these, one contact or a batch alike."""

    model = Contact
    set_name = "contacts"
    delete_right = "contacts.delete"
    changed_code = "contact.changed_meanwhile"

    def describe(self, record: Contact) -> str:
        return refer(record)

    def prepare(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Read for a batch what entering its rows looks up one by one otherwise: places, and companies by number."""
        rows = list(rows)
        super().prepare(rows)
        company.start_batch(str(row.get("company_no") or "") for row in rows)

    def before_save(self, edit: Edit[Contact]) -> None:
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[Edit[Contact]]) -> None:
        """C-5, with look-ups shared by the whole batch; a contact in which nothing changed is left alone."""
        for edit in edits:
            company.check_own_name(edit)
        due = [edit for edit in edits if edit.is_new or edit.changed_fields()]
        self.number_new(due)
        company.hold_companies(due)
        for edit in due:
            if edit.is_new:
                take_defaults(edit)
        for edit in due:
            apply_type(edit)
        set_status(due)
        company.ask_about_work(due)
        super().before_save_many(due)
        stamp(due)

    def complete(self, record: Contact) -> None:
        """What a new contact is found by; nothing else reads it."""
        set_search(record)

    def after_save(self, edits: Sequence[Edit[Contact]]) -> None:
        """What follows: the tax number log, people, history, duplicates, and the rooms above."""
        super().after_save(edits)
        company.forget_companies(edit.record for edit in edits)
        rename_in_people(edits)
        pass_on(edits)
        company.tell_moves(edits)
        tell_checks(edits)
        contacts_saved.send(sender=Contact, edits=edits)

    def before_delete(self, record: Contact) -> None:
        """C-83 to C-86."""
        deletion.remove_dependents(record)

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        """An undo wrote old values: what is not journaled, and what depends on other rows, is derived anew."""
        refresh_company_copies(ids)
        refresh_search(Contact, ids, last_modified_at=timezone.now())
        refresh_status(ids)
        contacts_restored.send(sender=Contact, ids=ids)

    def after_take_back(self, ids: Sequence[uuid.UUID]) -> None:
        """An undo took back that these contacts were created."""
        contacts_removed.send(sender=Contact, ids=ids)

    def after_delete(self, record: Contact) -> None:
        company.forget_companies([record])
