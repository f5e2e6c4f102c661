"""Addresses of contacts, for pages of the register."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def contact_url(contact: Any) -> str:
    """The card of a contact."""
    return reverse("contact", kwargs={"pk": contact.pk})
