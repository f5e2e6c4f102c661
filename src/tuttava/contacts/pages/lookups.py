"""Look-ups of contacts, places and addresses behind the comboboxes of the register's pages."""

from __future__ import annotations

import uuid
import zoneinfo

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from tuttava.contacts.lookup import resolve_company
from tuttava.contacts.models import Contact, ContactAltAddress, ContactType
from tuttava.contacts.privacy import masked
from tuttava.contacts.search import search_ids
from tuttava.foundation.context import require
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import PostCode
from tuttava.ui.cards import Candidate, register_lookup
from tuttava.ui.cards.lookups import LIMIT


def company_from(text: str) -> Contact | None:
    """The company that ``text`` names (C-67); blank means none."""
    return resolve_company(text) if text.strip() else None


def _rows(text: str, kind: str = "") -> list[Contact]:
    require("api.read", "contacts")
    base = Contact.objects.filter(type=kind) if kind else Contact.objects.all()
    if not text.strip():
        return [masked(row) for row in base.order_by("-last_modified_at").defer("search_tokens", "search_text")[:LIMIT]]
    ids = search_ids(text, limit=LIMIT, base=base)
    found = {contact.pk: contact for contact in base.filter(pk__in=ids).defer("search_tokens", "search_text")}
    return [masked(found[pk]) for pk in ids if pk in found]


def _detail(contact: Contact) -> str:
    parts = [contact.company_name if contact.is_person else "", f"{contact.post_code} {contact.city}".strip()]
    return " · ".join(part for part in (*parts, contact.no) if part)


def companies(text: str, request: HttpRequest) -> list[Candidate]:
    """Companies by any part of their name, number, town or phone."""
    return [Candidate(row.no, row.name or row.no, _detail(row)) for row in _rows(text, ContactType.COMPANY)]


def contacts(text: str, request: HttpRequest) -> list[Candidate]:
    """Contacts of both types."""
    return [Candidate(row.no, row.name or row.no, _detail(row)) for row in _rows(text)]


def post_codes(text: str, request: HttpRequest) -> list[Candidate]:
    """Post codes that begin with the text."""
    require("api.read", "contacts")
    if not text.strip():
        return []
    rows = PostCode.objects.filter(code__startswith=as_code(text)).order_by("code", "city")[:LIMIT]
    return [Candidate(row.code, row.code, f"{row.city} {row.country_code or ''}") for row in rows]


def cities(text: str, request: HttpRequest) -> list[Candidate]:
    """Cities that begin with the text."""
    require("api.read", "contacts")
    if len(text.strip()) < 2:
        return []
    rows = PostCode.objects.filter(search_city__startswith=as_code(text)).order_by("search_city", "code")[: 4 * LIMIT]
    seen = {(row.city, row.country_code or ""): row for row in rows}
    return [Candidate(row.city, row.city, f"{row.code} {row.country_code or ''}") for row in [*seen.values()][:LIMIT]]


def alt_addresses(text: str, request: HttpRequest) -> list[Candidate]:
    """Alternative addresses of the contact whose card asks (``of``)."""
    require("api.read", "contacts")
    try:
        owner = uuid.UUID(request.GET.get("of", ""))
    except ValueError:
        return []
    rows = ContactAltAddress.objects.filter(contact_id=owner).order_by("code")
    if text.strip():
        rows = rows.filter(Q(code__startswith=as_code(text)) | Q(city__istartswith=text.strip()))
    return [Candidate(row.code, row.code, ", ".join(filter(None, (row.address, row.city)))) for row in rows[:LIMIT]]


def time_zones(text: str, request: HttpRequest) -> list[Candidate]:
    """Time zones by any part of their name."""
    wanted = text.strip().lower().replace(" ", "_")
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and wanted in name.lower())
    return [Candidate(name, name) for name in names[:LIMIT]]


def interface_languages(text: str, request: HttpRequest) -> list[Candidate]:
    """The languages in which the pages exist."""
    wanted = text.strip().lower()
    return [
        Candidate(code, code, str(words))
        for code, words in settings.LANGUAGES
        if wanted in code or wanted in str(words).lower()
    ]


register_lookup("time-zone", time_zones)
register_lookup("ui-language", interface_languages)
register_lookup("contact-company", companies)
register_lookup("contact", contacts)
register_lookup("post-code", post_codes)
register_lookup("city", cities)
register_lookup("alt-address", alt_addresses)
