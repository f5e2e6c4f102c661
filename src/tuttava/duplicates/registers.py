"""Customers and vendors without a contact, compared with the contacts (D-29)."""

from __future__ import annotations

from tuttava.contacts.models import ContactBusinessRelation, ContactType
from tuttava.duplicates import smart
from tuttava.duplicates.smart import Suggestion
from tuttava.partners.models import Customer, Vendor


def is_unlinked(record: Customer | Vendor) -> bool:
    """Whether no contact stands behind the record."""
    return not ContactBusinessRelation.objects.filter(linked_id=record.pk).exists()


def contacts_like(record: Customer | Vendor, limit: int = 3) -> list[Suggestion]:
    """Contacts that may be the party of an unlinked customer or vendor, the most alike first; none of a linked one."""
    if not is_unlinked(record):
        return []
    from tuttava.duplicates.smart.columns import WATCHED  # loads the library of the search, which a card may not need

    values = {name: getattr(record, name, None) for name in WATCHED}
    return smart.check({**values, "type": getattr(record, "contact_type", ContactType.COMPANY)}, limit=limit)
