"""What can be merged, as the pages show it: names, addresses, look-ups, what of it is personal."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import as_code
from tuttava.foundation.records import rules_of
from tuttava.foundation.search import search_ids
from tuttava.merging.models import MergeTable
from tuttava.merging.preparing import RIGHT
from tuttava.ui.cards import Candidate, CardPage, card, register_lookup
from tuttava.ui.cards.lookups import LIMIT
from tuttava.ui.cards.pictures import face, is_pictured

#: Columns that only the search reads.
_UNSEEN = ("search_tokens", "search_text")

WORDS: dict[str, Text] = {
    MergeTable.CONTACT: gettext_lazy("Contact"),
    MergeTable.CUSTOMER: gettext_lazy("Customer"),
    MergeTable.VENDOR: gettext_lazy("Vendor"),
}
#: The address of the page on which records are merged into the one on the card.
PAGES = {table: f"{table}-merge" for table in MergeTable.values}


@dataclass(frozen=True)
class Shown:
    """A record as the pages name it; ``detail`` tells it from others of the same name."""

    no: str
    name: str
    detail: str
    url: str
    face: str
    record: Any

    @property
    def letter(self) -> str:
        return self.name[:1].upper()


def page_of(table: str) -> CardPage:
    """The card of a table; 404 for one that cannot be merged."""
    if table not in MergeTable.values:
        raise Http404
    return card(table)


def set_of(table: str) -> str:
    """The set by which rights on the table go."""
    return rules_of(page_of(table).model).set_name


def may_merge() -> bool:
    """M-1: whether merging is offered to this user."""
    return current().may(RIGHT)


def find(table: str, pk: uuid.UUID) -> Any:
    """The record, with the rights to see and merge it checked (M-1)."""
    page = page_of(table)
    require("api.read", set_of(table))
    require(RIGHT)
    record = page.model._default_manager.select_related(*page.select_related).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def shown(table: str, record: Any) -> Shown:
    """The record in a few words, without what this user may not see."""
    page = page_of(table)
    hidden = page.masked(record)
    place = "" if "city" in hidden else f"{record.post_code} {record.city}".strip()
    kind = record.get_type_display() if isinstance(record, Contact) else ""
    company = record.company_name if isinstance(record, Contact) and record.is_person else ""
    detail = " · ".join(str(part) for part in (kind, company, place) if part)
    picture = face(record) if is_pictured(page) else ""
    return Shown(record.no, str(page.title(record)), detail, url_of(table, record.pk), picture, record)


def url_of(table: str, pk: uuid.UUID) -> str:
    """The card of a record."""
    return reverse(table, kwargs={"pk": pk})


def merge_url(table: str, pk: uuid.UUID) -> str:
    """Where records are merged into this one."""
    return reverse(PAGES[table], kwargs={"pk": pk})


def lookup_url(table: str, pk: uuid.UUID) -> str:
    """Where the duplicate is looked up."""
    return reverse("lookup", kwargs={"source": f"merge-{table}"}) + f"?of={pk}"


def _rows(table: str, of: str) -> Any:
    """Everything that could be merged into the record ``of``: the same type, not itself (M-4, M-37)."""
    model: Any = page_of(table).model
    rows = model._default_manager.all()
    try:
        pk = uuid.UUID(of)
    except ValueError:
        return rows
    rows = rows.exclude(pk=pk)
    if table == MergeTable.CONTACT:
        rows = rows.filter(type=Contact.objects.filter(pk=pk).values_list("type", flat=True).first() or "")
    return rows


def _candidates(table: str) -> Callable[[str, HttpRequest], list[Candidate]]:
    def candidates(text: str, request: HttpRequest) -> list[Candidate]:
        require("api.read", set_of(table))
        rows = _rows(table, request.GET.get("of", "")).defer(*_UNSEEN)
        if not text.strip():
            return [_candidate(table, record) for record in rows.order_by("-last_modified_at")[:LIMIT]]
        ids = search_ids(text, rows, limit=LIMIT)
        found = {record.pk: record for record in rows.filter(pk__in=ids)}
        return [_candidate(table, found[pk]) for pk in ids if pk in found]

    return candidates


def _candidate(table: str, record: Any) -> Candidate:
    named = shown(table, record)
    return Candidate(named.no, named.name, " · ".join(part for part in (named.detail, named.no) if part))


def typed_no(table: str, pk: uuid.UUID, text: str) -> str:
    """The number that was meant by what was typed: a number, or words that only one record fits."""
    text = text.replace("\x00", "").strip()[:100]
    rows = _rows(table, "")
    if not text or rows.filter(no=as_code(text)).exists():
        return as_code(text)
    ids = search_ids(text, _rows(table, str(pk)), limit=2)
    found = rows.filter(pk=ids[0]).values_list("no", flat=True).first() if len(ids) == 1 else None
    return str(found or text)


def question(table: str) -> str:
    """What is looked up, in words."""
    return {
        MergeTable.CONTACT: _("Contact to merge into this one"),
        MergeTable.CUSTOMER: _("Customer to merge into this one"),
        MergeTable.VENDOR: _("Vendor to merge into this one"),
    }[MergeTable(table)]


for _table in MergeTable.values:
    register_lookup(f"merge-{_table}", _candidates(_table))
