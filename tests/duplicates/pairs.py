"""Pairs of contacts to ask about."""

from __future__ import annotations

from typing import Any

from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation import records


def firm(name: str, **values: Any) -> Contact:
    """A company."""
    return records.create(Contact, {"type": "company", "name": name, **values})


def person(name: str, **values: Any) -> Contact:
    """Somebody."""
    return records.create(Contact, {"type": "person", "name": name, **values})


def pair(contact: Contact, duplicate: Contact, score: int | None = 90, **values: Any) -> ContactDuplicate:
    """The two as a pair that likeness found, whatever a search would say of them."""
    ContactDuplicate.objects.filter(contact_id__in=[contact.pk, duplicate.pk]).delete()
    ContactDuplicate.objects.filter(duplicate_id__in=[contact.pk, duplicate.pk]).delete()
    return ContactDuplicate.objects.create(
        contact=contact, duplicate=duplicate, **{"score": score, "smart": True, **values}
    )
