"""Signed links by which somebody leaves the mailings, and what mails of segments say of them.

A link names company and contact and is signed, so that nobody can make one up or learn from one who else there is. It
is good for as long as the mail is kept: who finds it after years may still want to leave.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from tuttava.config import runtime
from tuttava.foundation.context import current
from tuttava.foundation.directory.models import Company
from tuttava.foundation.schemas import current_schema
from tuttava.interactions.models import InteractionLogEntry

#: Where the links lead, outside of every company.
PATH = "unsubscribe/"
_SALT, _COMPANY = "tuttava.unsubscribe", "unsubscribe.company"


@dataclass(frozen=True)
class Asked:
    """What a link says: the contact ``contact_id`` of the company with ``schema``."""

    company: str
    schema: str
    contact_id: uuid.UUID


def link_of(contact_id: uuid.UUID) -> str:
    """The address under which the contact leaves the mailings of the company at hand."""
    named = base64.urlsafe_b64encode(_company_id().bytes + contact_id.bytes).decode().rstrip("=")
    return f"{runtime.public_url()}/{PATH}{_signer().sign(named)}"


def headers_of(entry: InteractionLogEntry) -> dict[str, str]:
    """What lets mail programs offer a button for it, with mails of segments (RFC 2369, and 8058 over TLS)."""
    if entry.contact_id is None or not (entry.segment_no or entry.logged_segment_entry_no):
        return {}
    link = link_of(entry.contact_id)
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if link.startswith("https:") else {}
    return {"List-Unsubscribe": f"<{link}>"} | one_click


def read(token: str) -> Asked | None:
    """What a link says; None when it is none of ours, or its company is gone."""
    try:
        named = base64.urlsafe_b64decode(_signer().unsign(token) + "==")
    except (BadSignature, binascii.Error, ValueError):
        return None
    if len(named) != 32:
        return None
    company = Company.objects.filter(pk=uuid.UUID(bytes=named[:16]), ready=True).first()
    return Asked(str(company), company.schema, uuid.UUID(bytes=named[16:])) if company else None


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")


def _company_id() -> uuid.UUID:
    cache, key = current().cache, (_COMPANY, current_schema())
    if key not in cache:
        cache[key] = Company.objects.only("id").get(schema=current_schema()).pk
    found: uuid.UUID = cache[key]
    return found
