"""Addresses of contacts, for pages of the register."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from tuttava.ui import registry


def contact_url(contact: Any) -> str:
    """The card of a contact."""
    return reverse("contact", kwargs={"pk": contact.pk})


def relation_url(contact: Any) -> str:
    """Where the business relation status of a contact leads (B-86); blank without the room that knows."""
    return reverse("contact-relation", kwargs={"pk": contact.pk}) if registry.has_route("contact-relation") else ""


def record_of(relation: Any) -> str:
    """The card of the record that a business relation links, whose name is that of its table."""
    known = registry.has_route(relation.link_to_table)
    return reverse(relation.link_to_table, kwargs={"pk": relation.linked_id}) if known else ""


def list_url() -> str:
    """The contact list."""
    return reverse("contacts" if any(route.name == "contacts" for route in registry.routes()) else "home")


def restore_url(no: str) -> str:
    """Where a POST brings the deleted contact back; a number may hold characters that no address carries (C-3)."""
    return reverse("contact-restore", kwargs={"no": str(no).encode().hex()})


def number_from(text: str) -> str:
    """The number in an address made by :func:`restore_url`."""
    try:
        return bytes.fromhex(text).decode()
    except ValueError as error:
        raise Http404 from error
