"""Quotes become orders or invoices, blanket orders become orders (I-134, B-93)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tuttava.documents import copying
from tuttava.documents.archiving import archive_by_setup
from tuttava.documents.errors import account_required, nothing_to_release
from tuttava.documents.lifecycle import changing, with_account
from tuttava.documents.models import (
    Document,
    DocumentComment,
    DocumentLine,
    DocumentType,
    ServiceItemLine,
)
from tuttava.documents.money import rounded
from tuttava.documents.names import title_of
from tuttava.documents.rules.headers import attachment_parent, drop_extras, move_files, remove_documents
from tuttava.documents.signals import quote_converted, quote_converting
from tuttava.documents.totals import refresh
from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.errors import DomainError
from tuttava.trade.models import LineType

_NONE = Decimal(0)


def make_order(document: Document, *, create_customer: bool | None = None, **close: Any) -> Document:
    """A new open order from a quote, which goes, or from a blanket order, which stays (I-134).

    ``close``: the values to close an open opportunity with; the opportunities' room takes them. Raises
    ``account_required``, ``opportunity_still_open``, ``nothing_to_release``.
    """
    if document.document_type == DocumentType.BLANKET_ORDER:
        return _from_blanket(document)
    return _from_quote(document, DocumentType.ORDER, create_customer, close)


def make_invoice(document: Document, *, create_customer: bool | None = None, **close: Any) -> Document:
    """A new open invoice from a quote, which goes (I-134)."""
    return _from_quote(document, DocumentType.INVOICE, create_customer, close)


def _from_quote(
    document: Document, kind: DocumentType, create_customer: bool | None, close: dict[str, Any]
) -> Document:
    if document.document_type != DocumentType.QUOTE:
        raise DomainError(
            "value_invalid",
            _("%(document)s is no quote. Only quotes become orders or invoices.") % {"document": title_of(document)},
            rule="I-134",
        )
    with changing(document, _("make %(kind)s of %(document)s") % _words(kind, document)) as held:
        quote = with_account(held, create_customer=create_customer)
        quote_converting.send(sender=Document, quote=quote, close=close)
        made = _made(quote, kind, {"quote_no": quote.no})
        _copy_parts(quote, made)
        archive_by_setup(quote)
        quote_converted.send(sender=Document, quote=quote, document=made)
        move_files(quote, attachment_parent(made), made.pk)
        drop_extras([quote])
        remove_documents([quote])
        return made


def _from_blanket(document: Document) -> Document:
    """An order for what is to ship of each line of a blanket order."""
    with changing(document, _("make order of %(document)s") % {"document": title_of(document)}) as blanket:
        if blanket.account is None:
            raise account_required(blanket)
        lines = list(DocumentLine.objects.filter(document=blanket).order_by("line_no"))
        due = [line for line in lines if line.line_type == LineType.TEXT or _left(line)]
        if not any(_left(line) for line in due):
            raise nothing_to_release(blanket)
        made = _made(blanket, DocumentType.ORDER, {"blanket_order_no": blanket.no})
        fresh = copying.lines_of(DocumentLine, due, document=made)
        for line, source in zip(fresh, due, strict=True):
            line.blanket_line_no = source.line_no
            _restart(line, _left(source))
        insert_many(fresh)
        insert_many(copying.comments_of(DocumentComment, blanket.comments.all(), document=made))
        copying.copy_dimensions([(blanket.pk, made.pk)])
        refresh([made])
        return made


def _left(line: DocumentLine) -> Decimal:
    """What is to be ordered now of a blanket line: what was entered, else what has not moved yet."""
    rest = line.quantity - line.qty_shipped_or_received
    wanted = line.qty_to_ship_or_receive or rest
    return Decimal(min(wanted, rest, key=abs)) if rest else _NONE


def _made(source: Document, kind: DocumentType, named: dict[str, str]) -> Document:
    return copying.begun_from(source, document_type=kind, valid_until_date=None, **named)


def _copy_parts(quote: Document, made: Document) -> None:
    """Lines, comments, items to service and dimensions."""
    lines = copying.lines_of(DocumentLine, quote.lines.order_by("line_no"), document=made)
    for line in lines:
        _restart(line, line.quantity)
    insert_many(lines)
    insert_many(copying.comments_of(DocumentComment, quote.comments.all(), document=made))
    items = [
        ServiceItemLine(
            document=made,
            line_no=item.line_no,
            service_item_no=item.service_item_no,
            description=item.description,
            repair_status=item.repair_status,
        )
        for item in quote.service_items.order_by("line_no")
    ]
    insert_many(items)
    copying.copy_dimensions([(quote.pk, made.pk)])
    refresh([made])


def _restart(line: DocumentLine, quantity: Decimal) -> None:
    """A line of a new order: all of it is still to ship and to invoice."""
    if line.quantity and quantity != line.quantity:
        part = quantity / line.quantity
        line.line_discount_amount = rounded(line.line_discount_amount * part)
        line.line_amount = rounded(quantity * line.unit_price) - line.line_discount_amount
    line.quantity = quantity
    line.qty_to_ship_or_receive = line.qty_to_invoice = quantity
    line.qty_shipped_or_received = line.qty_invoiced = _NONE


def blanket_moved(lines: list[DocumentLine], moved: dict[int, Decimal], order: Document) -> None:
    """What an order shipped counts on the lines of its blanket order."""
    if not order.blanket_order_no or not moved:
        return
    blanket = Document.objects.filter(
        area=order.area, document_type=DocumentType.BLANKET_ORDER, no=order.blanket_order_no
    ).first()
    if blanket is None:
        return
    by_no = {line.line_no: line for line in blanket.lines.select_for_update(of=("self",))}
    changed = []
    for line in lines:
        source = by_no.get(line.blanket_line_no)
        if source is not None and moved.get(line.line_no):
            source.qty_shipped_or_received += moved[line.line_no]
            rest = source.quantity - source.qty_shipped_or_received
            source.qty_to_ship_or_receive = min(source.qty_to_ship_or_receive, rest, key=abs)
            changed.append(source)
    update_many(changed, ("qty_shipped_or_received", "qty_to_ship_or_receive"))


def _words(kind: DocumentType, document: Document) -> dict[str, object]:
    return {"kind": kind.label, "document": title_of(document)}
