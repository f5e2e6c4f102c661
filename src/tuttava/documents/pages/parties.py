"""Fields that name a customer, vendor or contact on a document."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.contacts.search import search_ids
from tuttava.foundation.errors import DomainError
from tuttava.foundation.former import id_by_number
from tuttava.relations.pages.others import find
from tuttava.relations.pages.registers import record_url, shown_name
from tuttava.ui.cards import CardField


def _missing(text: str, field: str) -> DomainError:
    return DomainError("not_found", _("There is no record “%(text)s”.") % {"text": text}, field=field)


def party_field(name: str, **options: Any) -> CardField:
    """A field that names a customer or vendor: ``customer_id``, ``paying_vendor_id`` ..."""
    relation = name.removesuffix("_id")
    table = "vendor" if relation.endswith("vendor") else "customer"

    def other(record: Any) -> Any:
        return getattr(record, relation)

    def words(record: Any) -> str:
        found = other(record)
        return "" if found is None else f"{shown_name(found)} · {found.no}"

    def read(text: str, _record: Any) -> Any:
        found = find(table, text)
        if text and found is None:
            raise _missing(text, name)
        return found

    return CardField(
        name,
        lookup=table,
        kind="text",
        value=words,
        text=lambda record: str(other(record).no) if other(record) else "",
        read=read,
        link=lambda record: record_url(other(record)) if other(record) else "",
        **options,
    )


def contact_named(text: str) -> Contact | None:
    """The contact that was typed, by its number or by the only name that fits."""
    if not text.strip():
        return None
    exact = id_by_number(Contact, text)
    if exact is None:
        ids = search_ids(text, limit=2, base=Contact.objects.all())
        exact = ids[0] if len(ids) == 1 else None
    return Contact.objects.filter(pk=exact).first() if exact is not None else None


def contact_field(name: str, **options: Any) -> CardField:
    """A field that names a contact: ``account_contact_id``, ``paying_contact_id``."""

    def other(record: Any) -> Contact | None:
        stored: Any = getattr(record, name)
        return Contact.objects.filter(pk=stored).first() if stored else None

    def words(record: Any) -> str:
        found = other(record)
        return "" if found is None else f"{masked(found).name or found.no} · {found.no}"

    def number(record: Any) -> str:
        found = other(record)
        return "" if found is None else str(found.no)

    def link(record: Any) -> str:
        found = other(record)
        return "" if found is None else contact_url(found)

    def read(text: str, _record: Any) -> Contact | None:
        found = contact_named(text)
        if text and found is None:
            raise _missing(text, name)
        return found

    return CardField(name, lookup="contact", kind="text", value=words, text=number, read=read, link=link, **options)
