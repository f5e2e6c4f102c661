"""The primary contact on cards of customers and vendors: how it is typed, looked up and shown (B-71 to B-81)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.contacts.resolving import resolve_contact
from tuttava.contacts.search import search_ids
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.queries import primary_choices
from tuttava.ui.cards import Candidate, register_lookup
from tuttava.ui.cards.lookups import LIMIT

FIELD = "primary_contact_id"


def typed(record: Any) -> str:
    """What stands in the input: the number."""
    return str(record.primary_contact.no) if record.primary_contact_id else ""


def words(record: Any) -> str:
    """Name and number of the primary contact."""
    if not record.primary_contact_id:
        return ""
    contact = masked(record.primary_contact)
    return " · ".join(part for part in (contact.name, contact.no) if part)


def url(record: Any) -> str:
    """Its card."""
    return contact_url(record.primary_contact) if record.primary_contact_id else ""


def read(text: str, _record: Any) -> Contact | None:
    """The contact that was typed, by number or name; blank takes the primary contact off."""
    found = resolve_contact(text) if text else None
    if text and found is None:
        raise DomainError("not_found", _("There is no contact “%(text)s”.") % {"text": text}, field=FIELD)
    return found


def _owner(request: HttpRequest) -> Customer | Vendor | None:
    """The record whose card asks."""
    try:
        pk = uuid.UUID(request.GET.get("of", ""))
    except ValueError:
        return None
    return Customer.objects.filter(pk=pk).first() or Vendor.objects.filter(pk=pk).first()


def candidates(text: str, request: HttpRequest) -> list[Candidate]:
    """The contacts that may be chosen (B-81), narrowed by what was typed."""
    require("api.read", "contacts")
    owner = _owner(request)
    if owner is None:
        return []
    base = primary_choices(owner).defer("search_tokens", "search_text")
    if text.strip():
        ids = search_ids(text, limit=LIMIT, base=base)
        found = {contact.pk: contact for contact in base.filter(pk__in=ids)}
        rows = [found[pk] for pk in ids if pk in found]
    else:
        rows = list(base.order_by("type", "name", "pk")[:LIMIT])
    return [_candidate(masked(contact)) for contact in rows]


def _candidate(contact: Contact) -> Candidate:
    detail = " · ".join(part for part in (contact.job_title, contact.city, contact.no) if part)
    return Candidate(contact.no, contact.name or contact.no, detail)


register_lookup("primary-contact", candidates)
