"""All rules of a contact, in the order of C-5."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from tuttava.contacts.models import Contact
from tuttava.contacts.rules.fields import FieldRules
from tuttava.contacts.rules.names import NameRules
from tuttava.foundation.records import Edit, register


@register
class ContactRules(NameRules, FieldRules):
    model = Contact
    set_name = "contacts"
    delete_right = "contacts.delete"
    changed_code = "contact.changed_meanwhile"

    def before_save(self, edit: Edit[Contact]) -> None:
        super().before_save(edit)
        edit.put("last_modified_at", timezone.now())

    def after_save(self, edits: Sequence[Edit[Contact]]) -> None:
        """Followers: people, search, duplicates."""
        super().after_save(edits)
