"""A list for each kind of documents, and documents in the palette."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.documents.masking import mask_documents, shown
from tuttava.documents.models import PROMISES, Area, Document, DocumentArchive, DocumentStatus, DocumentType
from tuttava.documents.names import title_of
from tuttava.documents.pages.kinds import KINDS, Kind, document_url, kind_of
from tuttava.foundation.fields import as_code
from tuttava.foundation.search import search_ids
from tuttava.partners.models import Customer, Salesperson, Vendor
from tuttava.ui import registry
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.values import show_number

C, F = Column, Filter
#: Customers whose documents a search by name looks through.
_PARTIES = 50


def money(name: str, width: int = 120, **options: Any) -> Column:
    """A column of amounts with two decimals and the document's currency."""

    def cell(row: Any) -> str:
        words = show_number(getattr(row, name), 2)
        return f"{words} {row.currency_code}" if row.currency_code else words

    return C(name, width=width, cell=cell, number=True, **options)


def shown_status(document: Any) -> str:
    """The status; a released document stands out."""
    tone = "accent" if document.status == DocumentStatus.RELEASED else "plain"
    return format_html('<span class="badge {}">{}</span>', tone, document.get_status_display())


def _name(document: Any) -> str:
    words = document.name or document.contact_name or gettext("No name yet")
    return format_html('<span class="row-name"><span class="row-words">{}</span></span>', words)


def _rows(kind: Kind) -> Callable[[], QuerySet[Any]]:
    return lambda: Document.objects.filter(area=kind.area, document_type=kind.document_type)


def search_documents(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    """Documents with this number or reference first, then those of customers and vendors whose name fits."""
    wanted = as_code(text.strip())
    if not wanted:
        return []
    found = list(rows.filter(no__startswith=wanted).order_by("no").values_list("pk", flat=True)[:limit])
    model: Any
    for model, column in ((Customer, "customer"), (Vendor, "vendor")):
        left = limit - len(found)
        if left <= 0:
            break
        parties = search_ids(text, model._default_manager.all(), limit=_PARTIES)
        if parties:
            more = rows.filter(**{f"{column}__in": parties}).exclude(pk__in=found).order_by("-document_date", "-id")
            found += more.values_list("pk", flat=True)[:left]
    if len(found) < limit:
        named = rows.annotate(lower_name=Lower("name")).filter(lower_name__startswith=text.strip().lower())
        found += named.exclude(pk__in=found).values_list("pk", flat=True)[: limit - len(found)]
    return found


def _versions(rows: list[Any]) -> None:
    """The highest archived version of each document of a page; who is hidden is masked (C-72)."""
    mask_documents(rows)
    ids = [row.pk for row in rows]
    found = DocumentArchive.objects.filter(source_id__in=ids).values_list("source_id").annotate(last=Max("version_no"))
    last = dict(found)
    for row in rows:
        row.archived_version = last.get(row.pk, "")


def _columns(kind: Kind) -> list[Column]:
    promises = kind.document_type in PROMISES
    dates = [
        C("document_date", width=120, kind="date", sort="date"),
        C("valid_until_date", width=120, kind="date", hidden=kind.document_type != DocumentType.QUOTE),
        C("posting_date", width=120, kind="date", hidden=True),
        C("due_date", width=120, kind="date", hidden=promises),
    ]
    service = [C("description", width=220), C("service_status", width=130)] if kind.area == Area.SERVICE else []
    return [
        C("name", width=240, sort="name", cell=_name),
        C("no", width=120, sort="no"),
        *service,
        *dates,
        C("status", width=110, cell=shown_status),
        money("amount", 140),
        money("amount_including_vat", 160),
        C("salesperson_code", _("purchaser") if kind.purchases else _("salesperson"), 120),
        C("contact_name", width=170),
        C("your_reference", width=150, hidden=True),
        C("external_document_no", width=160, hidden=True),
        C("campaign_no", _("campaign"), 120, hidden=True),
        *([C("opportunity_no", _("opportunity"), 120, hidden=True)] if kind.area == Area.SALES else []),
        C("archived_version", _("archived version"), 120, hidden=True, value=lambda row: row.archived_version),
        C("no_printed", width=110, hidden=True),
        C("last_modified_at", width=170, kind="moment", hidden=True, sort="changed"),
    ]


def _filters(kind: Kind) -> list[Filter]:
    party, label, path = (
        ("vendor", _("Vendor"), "vendor__no") if kind.purchases else ("customer", _("Customer"), "customer__no")
    )
    return [
        F("status", _("Status"), "choice", choices=DocumentStatus.choices, quick=True),
        F("dated", _("Document date"), "date", "document_date", quick=True),
        F("salesperson", _("Salesperson"), "code", "salesperson_code", model=Salesperson, quick=True),
        F(party, label, path=path, operators=("is",)),
        F("contact", _("Contact"), path="account_contact__no", operators=("is",)),
        F("campaign", _("Campaign"), "code", "campaign_no"),
        F("changed", _("Changed"), "moment", "last_modified_at"),
    ]


def _register(kind: Kind) -> ListPage:
    return register_list(
        ListPage(
            name=kind.name,
            path=f"documents/{kind.name}",
            title=kind.title,
            model=Document,
            columns=_columns(kind),
            sorts=[
                Sort("date", ("document_date", "id"), falls=True),
                Sort("no", ("no",), falls=True),
                Sort("name", (Lower("name"), "id")),
                Sort("changed", ("last_modified_at", "id"), falls=True),
            ],
            filters=_filters(kind),
            rows=_rows(kind),
            search=search_documents,
            href=document_url,
            prepare=_versions,
            parent=("documents", _("Documents")),
            new=kind.start,
            new_label=kind.new_label,
            start=Start(
                _("Nothing here yet"),
                _("Documents being worked on stand here until they are posted or converted."),
                kind.new_label,
                kind.start,
                kind.icon,
            ),
            set_name=kind.set_name,
        )
    )


#: The list of each kind.
LISTS = {kind: _register(kind) for kind in KINDS}


def _hits(text: str, limit: int) -> list[registry.Hit]:
    areas = [area for area in Area if any(kind.may_read for kind in KINDS if kind.area == area)]
    wanted = as_code(text.strip())
    if not wanted or not areas:
        return []
    rows = Document.objects.filter(Q(no__startswith=wanted), area__in=areas).order_by("no")[:limit]
    return [registry.Hit(title_of(row), document_url(row), shown(row, "name"), kind_of(row).icon) for row in rows]


registry.add_search(registry.RecordSearch("documents", _("Document"), _hits))
