"""Whom an interaction is with: found by a look-up, by typed text, or by the page that the user looks at."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from tuttava.contacts.models import Contact
from tuttava.contacts.pages import lookups
from tuttava.contacts.privacy import masked
from tuttava.contacts.resolving import resolve_contact
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.queries import hub_of
from tuttava.ui.cards import Candidate, register_lookup

#: The look-up of contacts whose candidates carry the name into the field.
LOOKUP = "interaction-contact"
_BETWEEN = " · "


def words_of(contact: Contact | None) -> str:
    """A contact as it stands in the field: number and name."""
    if contact is None:
        return ""
    return _BETWEEN.join(part for part in (contact.no, masked(contact).name) if part)


def contact_from(text: str) -> Contact | None:
    """The contact that a chosen candidate or typed text means (I-27); None for a blank or unknown one."""
    text = text.strip()
    number, between, _name = text.partition(_BETWEEN)
    chosen = Contact.objects.filter(no=number.strip()).first() if between else None
    return chosen or (resolve_contact(text) if text else None)


def contact_of_page(address: str) -> Contact | None:
    """The contact that the page at ``address`` shows, or that stands behind the party it shows."""
    path = urlsplit(address).path
    parts = path.split("/", 3)
    inside = f"/{parts[3]}" if len(parts) == 4 and parts[1] == "c" else path
    try:
        match = resolve(inside)
    except Resolver404:
        return None
    pk = match.kwargs.get("pk")
    name = (match.url_name or "").split("-", 1)[0]
    if not isinstance(pk, uuid.UUID | str):
        return None
    if name == "contact":
        return Contact.objects.filter(pk=pk).first()
    model = REGISTERS.get(match.url_name or "")
    record = model._default_manager.filter(pk=pk).first() if model else None
    return hub_of(record) if record is not None else None


def _contacts(text: str, request: HttpRequest) -> list[Candidate]:
    """Contacts of both types, by any part of their name, number, town or phone."""
    found = lookups.contacts(text.partition(_BETWEEN)[0], request)
    return [
        Candidate(_BETWEEN.join(dict.fromkeys((each.value, each.label))), each.label, each.detail) for each in found
    ]


register_lookup(LOOKUP, _contacts)
