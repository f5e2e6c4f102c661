"""The lines of a document as a sheet: cells that are entered through the rules, rows pasted, rows taken out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.documents.models import ORDERS, Area, Document, DocumentLine, DocumentStatus, LineFields
from tuttava.documents.names import title_of
from tuttava.documents.pages.actions import found
from tuttava.documents.pages.kinds import document_url, may_write
from tuttava.documents.pages.sheet import Sheet
from tuttava.documents.totals import vat_summary
from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import Text
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.search import search_ids
from tuttava.trade.models import Item, LineType
from tuttava.ui import registry, values
from tuttava.ui.answers import Answer, fragment, respond
from tuttava.ui.cards import Candidate, register_lookup, views_of
from tuttava.ui.cards.lookups import LIMIT
from tuttava.ui.sheets import Cell, Row, SheetColumn, answers, blank_row, row_html, sent_changes, sent_lines
from tuttava.ui.undo import undo_address
from tuttava.ui.values import show_number


@dataclass(frozen=True)
class LineColumn(SheetColumn):
    """A column of the sheet. ``orders``: where goods move before invoicing; ``words``: lines of text have it, too."""

    orders: bool = False
    words: bool = False


COLUMNS = (
    LineColumn(
        "line_type", gettext_lazy("Type"), "choice", choices=LineType.choices, default=LineType.ITEM, words=True
    ),
    LineColumn("no", gettext_lazy("No."), lookup="document-item", only=f"line_type:{LineType.ITEM}"),
    LineColumn("description", gettext_lazy("Description"), wide=True, words=True),
    LineColumn("quantity", gettext_lazy("Quantity"), "decimal"),
    LineColumn("unit_of_measure_code", gettext_lazy("Unit"), lookup="unitofmeasure"),
    LineColumn("unit_price", gettext_lazy("Price"), "decimal"),
    LineColumn("line_discount_pct", gettext_lazy("Discount %"), "decimal"),
    LineColumn("vat_pct", gettext_lazy("VAT %"), "decimal"),
    LineColumn("line_amount", gettext_lazy("Amount"), "decimal"),
    LineColumn("qty_to_ship_or_receive", gettext_lazy("To ship"), "decimal", orders=True),
    LineColumn("qty_shipped_or_received", gettext_lazy("Shipped"), "decimal", calculated=True, orders=True),
    LineColumn("qty_to_invoice", gettext_lazy("To invoice"), "decimal", orders=True),
    LineColumn("qty_invoiced", gettext_lazy("Invoiced"), "decimal", calculated=True, orders=True),
)
#: What the columns of quantities are called where goods come in.
_RECEIVED = {"qty_to_ship_or_receive": gettext_lazy("To receive"), "qty_shipped_or_received": gettext_lazy("Received")}


def columns_of(document: Any) -> list[LineColumn]:
    """The columns of a document's sheet."""
    return [column for column in COLUMNS if not column.orders or document.document_type in ORDERS]


def _headings(document: Any) -> list[tuple[LineColumn, Text]]:
    comes_in = (document.area == Area.PURCHASE) != (document.document_type == "return_order")
    return [
        (column, _RECEIVED.get(column.name, column.label) if comes_in else column.label)
        for column in columns_of(document)
    ]


def row_of(line: LineFields, columns: list[LineColumn], *, writable: bool) -> Row:
    """A line with the texts of its cells; lines of text have no quantities."""
    row = Row(str(line.pk), line.version, str(line.line_no))
    is_text = line.line_type == LineType.TEXT
    for column in columns:
        stored = getattr(line, column.name, "")
        applies = column.words or not is_text
        raw = values.to_text(stored, column.kind) if applies else ""
        row.cells.append(
            Cell(
                column,
                _words(line, column, stored) if applies else "",
                raw,
                writable and applies and not column.calculated,
            )
        )
    return row


def _words(line: Any, column: LineColumn, stored: Any) -> str:
    if column.kind == "choice":
        return str(line.get_line_type_display())
    if column.name == "line_amount":
        return show_number(stored, 2)
    if column.kind == "decimal":
        return show_number(stored) if stored or column.name == "quantity" else ""
    return str(stored)


def box(document: Document) -> dict[str, Any]:
    """What the box of the lines shows."""
    writable = document.status == DocumentStatus.OPEN and may_write(document)
    columns = columns_of(document)
    lines = list(DocumentLine.objects.filter(document=document).order_by("line_no"))
    return {
        "headings": _headings(document),
        "rows": [row_of(line, columns, writable=writable) for line in lines],
        "blank": blank_row(columns),
        "first": "no",
        "editable": writable,
        "locked": document.status != DocumentStatus.OPEN,
        "save_url": reverse("document-lines", kwargs={"pk": document.pk}),
        "delete_url": reverse("document-lines-delete", kwargs={"pk": document.pk}),
        **totals(document, lines),
    }


def totals(document: Any, lines: list[Any]) -> dict[str, Any]:
    """Subtotal, discount, VAT by percentage and the total, in the document's currency."""
    money = [line for line in lines if line.line_type != LineType.TEXT]
    return {
        "currency": document.currency_code or "",
        "subtotal": show_number(sum((line.line_amount for line in money), 0), 2),
        "discount": show_number(-document.invoice_discount_amount, 2) if document.invoice_discount_amount else "",
        "net": show_number(document.amount, 2),
        "vat": [(show_number(one.vat_pct), show_number(one.vat, 2)) for one in vat_summary(lines)],
        "total": show_number(document.amount_including_vat, 2),
        "including": document.prices_including_vat,
    }


def save(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Enter what was typed or pasted into cells; a refusal of one row leaves the others stored."""
    document = found(pk)
    if request.method != "POST":
        raise Http404
    return respond(request, lambda: _save(request, document), home=document_url(document))


def _save(request: HttpRequest, document: Document) -> Answer:
    require("api.write", f"{document.area}Documents")
    changes = sent_changes(request)
    before = _versions(document)
    words = _("change lines of %(document)s") % {"document": title_of(document)}
    with unit_of_work("change document lines", words) as unit:
        results = Sheet(records.lock(document)).enter(changes)
    answer = _answer(request, document, before)
    rows = {row.id: row for row in _rows(document, [result.id for result in results if result.id])}
    answer.extra["results"] = answers(request, results, rows)
    answer.undo = undo_address(unit) if len(changes) > 1 else ""
    if len(changes) > 1:
        stored = sum(not result.error for result in results)
        done = ngettext("%(count)d line is entered.", "%(count)d lines are entered.", stored)
        tell("lines.entered", done % {"count": stored})
    return answer


def remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take lines out; the notice offers to bring them back."""
    document = found(pk)
    if request.method != "POST":
        raise Http404
    return respond(request, lambda: _remove(request, document), home=document_url(document))


def _remove(request: HttpRequest, document: Document) -> Answer:
    before = _versions(document)
    lines = list(DocumentLine.objects.filter(document=document, pk__in=sent_lines(request)))
    words = _("delete lines of %(document)s") % {"document": title_of(document)}
    with unit_of_work("delete document lines", words) as unit:
        for line in lines:
            records.delete(line)
    done = ngettext("%(count)d line was deleted.", "%(count)d lines were deleted.", len(lines))
    tell("lines.deleted", done % {"count": len(lines)})
    answer = _answer(request, document, before)
    answer.extra["removed"] = [str(line.pk) for line in lines]
    answer.undo = undo_address(unit)
    return answer


def _versions(document: Document) -> dict[uuid.UUID, int]:
    return dict(DocumentLine.objects.filter(document=document).values_list("pk", "version"))


def _rows(document: Document, ids: list[str]) -> list[Row]:
    lines = DocumentLine.objects.filter(document=document, pk__in=ids).order_by("line_no")
    return [row_of(line, columns_of(document), writable=True) for line in lines]


def _answer(request: HttpRequest, document: Document, before: dict[uuid.UUID, int]) -> Answer:
    """The totals, and every line that is not what it was."""
    views = views_of("document")
    fresh = views.load(document.pk)
    lines = list(DocumentLine.objects.filter(document=document).order_by("line_no"))
    columns = columns_of(fresh)
    moved = [line for line in lines if before.get(line.pk, line.version) != line.version]
    answer = Answer(version=fresh.version)
    answer.parts["line-totals"] = fragment(request, "documents/line_totals.html", {"shown": totals(fresh, lines)})
    answer.parts["card-header"] = fragment(request, "ui/cards/header.html", views.header_context(request, fresh))
    answer.extra["changed"] = [
        {"id": str(line.pk), "html": row_html(request, row_of(line, columns, writable=True))} for line in moved
    ]
    answer.extra["boxes"] = ["timeline"]
    return answer


registry.add_route("documents/<uuid:pk>/lines", save, "document-lines")
registry.add_route("documents/<uuid:pk>/lines/delete", remove, "document-lines-delete")


def _items(text: str, _request: HttpRequest) -> list[Candidate]:
    """Items that are not blocked, by any of their words, with their price."""
    require("api.read", "items")
    rows = Item.objects.filter(blocked=False).defer("search_tokens", "search_text")
    if not text.strip():
        return [_item(item) for item in rows.order_by("-last_modified_at")[:LIMIT]]
    ids = search_ids(text, rows, limit=LIMIT)
    known = {item.pk: item for item in rows.filter(pk__in=ids)}
    return [_item(known[pk]) for pk in ids if pk in known]


def _item(item: Item) -> Candidate:
    price = show_number(item.unit_price, 2) if item.unit_price else ""
    return Candidate(item.no, item.description or item.no, " · ".join(part for part in (item.no, price) if part))


register_lookup("document-item", _items)
