"""Posting: goods move, invoices and credit memos are booked, each step with a number of its own (I-135).

All of it is one transaction. Numbers of posted documents come from gapless series, whose lines are locked last and
until the end, so what is rolled back or killed leaves neither a posted document nor a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tuttava.documents import booking, copying
from tuttava.documents.archiving import archive_by_setup
from tuttava.documents.converting import blanket_moved
from tuttava.documents.errors import nothing_to_post
from tuttava.documents.lifecycle import changing, release_locked, store
from tuttava.documents.models import ORDERS, PROMISES, Area, Document, DocumentLine, DocumentType, PostedHeader
from tuttava.documents.names import first_description, title_of
from tuttava.documents.recording import service_order_posted
from tuttava.documents.rules.headers import move_files, remove_parts
from tuttava.documents.setups import series_for
from tuttava.documents.signals import document_posted
from tuttava.documents.totals import calculate
from tuttava.foundation import series
from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent
from tuttava.partners.models import CustomerBlocked, Vendor, VendorBlocked
from tuttava.relations.errors import privacy_blocked, refer_record
from tuttava.trade.models import LineType, Origin, PostedDocument, PostedDocumentLine, PostedKind

#: The units of work of postings, which are not taken back.
ACTION = "post document"
_NONE = Decimal(0)

#: What moving goods and invoicing make of the documents of each area.
_MOVED = {
    (Area.SALES, False): PostedKind.SALES_SHIPMENT,
    (Area.SALES, True): PostedKind.SALES_RETURN_RECEIPT,
    (Area.PURCHASE, False): PostedKind.PURCHASE_RECEIPT,
    (Area.PURCHASE, True): PostedKind.PURCHASE_RETURN_SHIPMENT,
    (Area.SERVICE, False): PostedKind.SERVICE_SHIPMENT,
}
_INVOICED = {
    (Area.SALES, False): PostedKind.SALES_INVOICE,
    (Area.SALES, True): PostedKind.SALES_CREDIT_MEMO,
    (Area.PURCHASE, False): PostedKind.PURCHASE_INVOICE,
    (Area.PURCHASE, True): PostedKind.PURCHASE_CREDIT_MEMO,
    (Area.SERVICE, False): PostedKind.SERVICE_INVOICE,
    (Area.SERVICE, True): PostedKind.SERVICE_CREDIT_MEMO,
}


@dataclass
class _Step:
    """One posted document in the making: its kind, the quantities of its lines, and whether it is booked."""

    kind: PostedKind
    quantities: dict[int, Decimal]
    booked: bool


def post(document: Document, *, ship: bool = True, invoice: bool = True) -> list[PostedDocument]:
    """Post a document; an open one is released first. Answers what was made of it (I-135).

    ``ship``: goods move (orders and return orders only); ``invoice``: what has moved is invoiced. Invoices and credit
    memos are posted wholly. Raises the refusals of :func:`release`, ``nothing_to_post``, ``contact.privacy_blocked``,
    ``customer.blocked``, ``vendor.blocked`` and ``currency.rate_missing``.
    """
    with changing(document, _("post %(document)s") % {"document": title_of(document)}, action=ACTION) as held:
        if held.document_type in PROMISES:
            raise nothing_to_post(held)
        fresh = release_locked(held)
        lines = list(DocumentLine.objects.filter(document=fresh).order_by("line_no"))
        steps = _steps(fresh, lines, ship=ship, invoice=invoice)
        if not steps:
            raise nothing_to_post(fresh)
        _check_parties(fresh, invoice=any(step.booked for step in steps))
        made = [_make(fresh, lines, step) for step in steps]
        _go_on(fresh, lines, steps, made)
        if fresh.area == Area.SERVICE and fresh.document_type == DocumentType.ORDER:
            service_order_posted(fresh)
        document_posted.send(sender=Document, order=fresh, posted=made)
        return made


def _is_return(document: Document) -> bool:
    return document.document_type in (DocumentType.CREDIT_MEMO, DocumentType.RETURN_ORDER)


def _steps(document: Document, lines: Sequence[DocumentLine], *, ship: bool, invoice: bool) -> list[_Step]:
    """What posting makes: a shipment, an invoice, or both; an invoice or credit memo one of the latter."""
    key = (Area(document.area), _is_return(document))
    if document.document_type not in ORDERS:
        whole = {line.line_no: line.quantity for line in lines if line.line_type != LineType.TEXT and line.quantity}
        return [_Step(_INVOICED[key], whole, booked=True)] if whole else []
    moving = {line.line_no: line.qty_to_ship_or_receive for line in lines if line.qty_to_ship_or_receive}
    moving = moving if ship else {}
    billed = {}
    for line in lines:
        moved = line.qty_shipped_or_received + moving.get(line.line_no, _NONE) - line.qty_invoiced
        due = min(line.qty_to_invoice, moved, key=abs) if line.qty_to_invoice * moved > 0 else _NONE
        if invoice and due:
            billed[line.line_no] = due
    steps = []
    if moving:
        steps.append(_Step(_MOVED[key], moving, booked=False))
    if billed:
        steps.append(_Step(_INVOICED[key], billed, booked=True))
    return steps


def _check_parties(document: Document, *, invoice: bool) -> None:
    """Nobody who is blocked gets goods or bills."""
    for contact in (document.account_contact, document.paying_contact):
        if contact is not None and contact.privacy_blocked:
            raise privacy_blocked(contact)
    for party in (document.account, document.payer):
        if party is None:
            continue
        hard: set[str] = {CustomerBlocked.ALL, CustomerBlocked.INVOICE} if invoice else {CustomerBlocked.ALL}
        if document.document_type in ORDERS and not _is_return(document):
            hard |= {CustomerBlocked.SHIP}
        if isinstance(party, Vendor):
            hard = {VendorBlocked.ALL}
        if party.privacy_blocked or party.blocked in hard:
            raise DomainError(
                f"{party.table}.blocked",
                _("%(record)s is blocked. Lift the block first, or choose another one.")
                % {"record": refer_record(party)},
                field=f"{party.table}_id",
                rule="I-135",
            )


def _make(document: Document, lines: Sequence[DocumentLine], step: _Step) -> PostedDocument:
    """One posted document with the lines that it holds; text lines come along."""
    held = [line for line in lines if line.line_no in step.quantities or line.line_type == LineType.TEXT]
    copies = copying.lines_of(DocumentLine, held, document=document)
    for line in copies:
        _take_part(line, step.quantities.get(line.line_no, _NONE))
    header = PostedHeader(**copying.header_values(document))
    whole = {line.line_no: line.quantity for line in lines if line.quantity} == step.quantities
    header.invoice_discount_amount = (
        document.invoice_discount_amount if whole else sum((line.invoice_discount_amount for line in copies), _NONE)
    )
    calculate(header, copies)
    posted = PostedDocument(
        kind=step.kind,
        no=series.draw(series_for(f"posted_{step.kind}")),
        origin=Origin.POSTING,
        order_no=document.no if document.document_type in ORDERS else "",
        pre_assigned_no="" if document.document_type in ORDERS else document.no,
        customer=document.paying_customer,
        vendor=document.paying_vendor,
        main_contact_id=document.account_contact_id,
        billing_contact_id=document.paying_contact_id,
        posting_date=document.posting_date or current().date,
        document_date=document.document_date,
        due_date=document.due_date,
        salesperson_code=document.salesperson_code,
        description=document.posting_description,
        external_document_no=document.external_document_no,
        your_reference=document.your_reference,
        amount=header.amount,
        amount_including_vat=header.amount_including_vat,
        user_id=current().user_name,
    )
    if document.document_type not in ORDERS:
        posted.pk = document.pk  # the same entity from now on
    if document.posting_description == first_description(document) and document.document_type not in ORDERS:
        posted.description = f"{DocumentType(document.document_type).label} {posted.no}"[:100]
    header.posted = posted
    header.posting_description = posted.description
    header.order_id = document.pk if document.document_type in ORDERS else None
    header.corrects_id = document.corrects_id
    insert_many([posted])
    insert_many([header])
    insert_many([_posted_line(posted, line) for line in copies])
    if step.booked:
        booking.book(posted, header, copies)
    return posted


def _take_part(line: DocumentLine, quantity: Decimal) -> None:
    """The line with the quantity that is posted now, discounts in proportion."""
    if not line.quantity or quantity == line.quantity:
        return
    line.line_discount_amount = booking.part(line.line_discount_amount, quantity, line.quantity)
    line.invoice_discount_amount = booking.part(line.invoice_discount_amount, quantity, line.quantity)
    line.line_amount = booking.part(line.quantity * line.unit_price, quantity, line.quantity)
    line.line_amount -= line.line_discount_amount
    line.quantity = quantity


def _posted_line(posted: PostedDocument, line: DocumentLine) -> PostedDocumentLine:
    shared = (
        "line_no", "line_type", "no", "item_id", "description", "description_2", "quantity", "unit_of_measure_code",
        "unit_price", "line_discount_pct", "line_discount_amount", "invoice_discount_amount", "tax_group_code",
        "vat_pct", "line_amount", "amount", "amount_including_vat", "location_code",
    )  # fmt: skip
    return PostedDocumentLine(document=posted, **{name: getattr(line, name) for name in shared})


def _go_on(
    document: Document, lines: Sequence[DocumentLine], steps: Sequence[_Step], made: Sequence[PostedDocument]
) -> None:
    """What is left of the document: an order remembers what moved, and goes once it is wholly invoiced."""
    if document.document_type not in ORDERS:
        remove_parts(document, files=False)
        Document.objects.filter(pk=document.pk).delete()
        return
    moved: dict[int, Decimal] = {}
    for step in steps:
        for line in lines:
            quantity = step.quantities.get(line.line_no, _NONE)
            if step.booked:
                line.qty_invoiced += quantity
            else:
                line.qty_shipped_or_received += quantity
                moved[line.line_no] = quantity
    for line in lines:
        if line.line_type != LineType.TEXT:
            line.qty_to_ship_or_receive = line.quantity - line.qty_shipped_or_received
            line.qty_to_invoice = line.quantity - line.qty_invoiced
    update_many(list(lines), ("qty_invoiced", "qty_shipped_or_received", "qty_to_ship_or_receive", "qty_to_invoice"))
    blanket_moved(list(lines), moved, document)
    store(document, _last_numbers(document, made))
    if all(line.qty_invoiced == line.quantity for line in lines if line.line_type != LineType.TEXT):
        archive_by_setup(document)
        _hand_on_files(document, made)
        remove_parts(document)
        Document.objects.filter(pk=document.pk).delete()


def _hand_on_files(document: Document, made: Sequence[PostedDocument]) -> None:
    """The files of an order that goes stay with the invoice or credit memo that was its last (A-86)."""
    for posted in made:
        if posted.kind in _INVOICED.values():
            move_files(document, getattr(AttachmentParent, posted.kind.upper(), None), posted.pk)


def _last_numbers(document: Document, made: Sequence[PostedDocument]) -> dict[str, str]:
    found = {}
    for posted in made:
        if posted.kind in _INVOICED.values():
            found["last_posting_no"] = posted.no
        elif _is_return(document):
            found["last_return_receipt_no"] = posted.no
        else:
            found["last_shipment_no"] = posted.no
    return found
