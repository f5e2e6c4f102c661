"""Addresses of contacts, for pages of the register."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from tuttava.ui import registry


def contact_url(contact: Any) -> str:
    """The card of a contact."""
    return reverse("contact", kwargs={"pk": contact.pk})


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
