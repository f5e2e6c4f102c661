"""Records of the registers in look-ups: who is billed or paid instead, and numbers to link with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tuttava.contacts.models import ContactBusinessRelation
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.former import id_by_number
from tuttava.foundation.search import search_ids
from tuttava.partners.models import RegisterEntry
from tuttava.relations.pages.registers import SHOWN, is_hidden, record_url, shown_name
from tuttava.ui.cards import Candidate, CardField, register_lookup
from tuttava.ui.cards.lookups import LIMIT

UNSEEN = ("search_tokens", "search_text")


def find(table: str, text: str) -> RegisterEntry | None:
    """The record of a register that was typed, by its number or by the only name that fits; None: unknown."""
    rows = SHOWN[table].model._default_manager.all()
    exact = id_by_number(SHOWN[table].model, text)
    if exact is not None:
        return rows.filter(pk=exact).first()
    if not text.strip():
        return None
    ids = search_ids(text, rows, limit=2)
    return rows.filter(pk=ids[0]).first() if len(ids) == 1 else None


def _candidates(table: str, *, unlinked: bool = False) -> Callable[[str, HttpRequest], list[Candidate]]:
    def candidates(text: str, _request: HttpRequest) -> list[Candidate]:
        require("api.read", SHOWN[table].set_name)
        rows = SHOWN[table].model._default_manager.defer(*UNSEEN)
        if unlinked:
            rows = rows.filter(~Exists(ContactBusinessRelation.objects.filter(linked_id=OuterRef("pk"))))
        if not text.strip():
            return [_candidate(record) for record in rows.order_by("-last_modified_at")[:LIMIT]]
        ids = search_ids(text, rows, limit=LIMIT)
        found = {record.pk: record for record in rows.filter(pk__in=ids)}
        return [_candidate(found[pk]) for pk in ids if pk in found]

    return candidates


def _candidate(record: Any) -> Candidate:
    place = "" if is_hidden(record) else f"{record.post_code} {record.city}".strip()
    return Candidate(record.no, shown_name(record), " · ".join(part for part in (place, record.no) if part))


for _table in SHOWN:
    register_lookup(_table, _candidates(_table))
    register_lookup(f"{_table}-unlinked", _candidates(_table, unlinked=True))

_FIELDS = {"customer": "bill_to_customer", "vendor": "pay_to_vendor"}


def bill_to(table: str) -> CardField:
    """The field that names another record of the same register, which is billed or paid instead."""
    name = _FIELDS[table]

    def other(record: Any) -> Any:
        return getattr(record, name)

    def words(record: Any) -> str:
        found = other(record)
        return "" if found is None else f"{shown_name(found)} · {found.no}"

    def read(text: str, _record: Any) -> RegisterEntry | None:
        found = find(table, text)
        if text and found is None:
            raise DomainError("not_found", _("There is no record “%(text)s”.") % {"text": text}, field=f"{name}_id")
        return found

    return CardField(
        f"{name}_id",
        lookup=table,
        kind="text",
        value=words,
        text=lambda record: str(other(record).no) if other(record) else "",
        read=read,
        link=lambda record: record_url(other(record)) if other(record) else "",
    )
