"""What posting writes: posted documents with header and lines, under numbers without gaps (I-135)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuttava.documents import booking, copying
from tuttava.documents.models import ORDERS, Area, Document, DocumentLine, DocumentType, PostedHeader
from tuttava.documents.names import first_description
from tuttava.documents.setups import series_for
from tuttava.documents.totals import calculate
from tuttava.foundation import series
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.context import current
from tuttava.trade.models import LineType, Origin, PostedDocument, PostedKind

_NONE = Decimal(0)

#: What moving goods and invoicing make of the documents of each area; True: what is given back.
MOVED = {
    (Area.SALES, False): PostedKind.SALES_SHIPMENT,
    (Area.SALES, True): PostedKind.SALES_RETURN_RECEIPT,
    (Area.PURCHASE, False): PostedKind.PURCHASE_RECEIPT,
    (Area.PURCHASE, True): PostedKind.PURCHASE_RETURN_SHIPMENT,
    (Area.SERVICE, False): PostedKind.SERVICE_SHIPMENT,
}
INVOICED = {
    (Area.SALES, False): PostedKind.SALES_INVOICE,
    (Area.SALES, True): PostedKind.SALES_CREDIT_MEMO,
    (Area.PURCHASE, False): PostedKind.PURCHASE_INVOICE,
    (Area.PURCHASE, True): PostedKind.PURCHASE_CREDIT_MEMO,
    (Area.SERVICE, False): PostedKind.SERVICE_INVOICE,
    (Area.SERVICE, True): PostedKind.SERVICE_CREDIT_MEMO,
}
_BOOKED = frozenset(INVOICED.values())


@dataclass(frozen=True)
class Step:
    """One posted document in the making: its kind, the lines of its source, and how much of each it takes."""

    kind: PostedKind
    lines: Sequence[DocumentLine]
    quantities: Mapping[int, Decimal]

    @property
    def is_booked(self) -> bool:
        """Whether the ledgers hear of it: goods alone they do not count."""
        return self.kind in _BOOKED


def insert_posted(steps: Sequence[tuple[Document, Step]], rates: Mapping[uuid.UUID, Decimal]) -> list[PostedDocument]:
    """Store what these steps make of their documents, book what is to be booked. ``rates``: by document."""
    headers, copies = [], []
    for document, step in steps:
        held, header = _lines(document, step), _header(document)
        _calculate(document, step, header, held)
        headers.append(header)
        copies.append(held)
    numbers = _numbers([step for _document, step in steps])
    made = [
        _posted(document, step, header, number)
        for (document, step), header, number in zip(steps, headers, numbers, strict=True)
    ]
    insert_many(made)
    insert_many(headers)
    insert_many(
        [row for posted, held in zip(made, copies, strict=True) for row in copying.posted_lines_of(posted, held)]
    )
    parts = zip(steps, made, headers, copies, strict=True)
    booking.book(
        [
            booking.Booked(posted, header, held, rates[document.pk])
            for (document, step), posted, header, held in parts
            if step.is_booked
        ]
    )
    return made


def _lines(document: Document, step: Step) -> list[DocumentLine]:
    """The lines that a posted document holds, with the quantities that are posted now; text lines come along."""
    held = [line for line in step.lines if line.line_no in step.quantities or line.line_type == LineType.TEXT]
    copies = copying.lines_of(DocumentLine, held, document=document)
    for line in copies:
        _take_part(line, step.quantities.get(line.line_no, _NONE))
    return copies


def _take_part(line: DocumentLine, quantity: Decimal) -> None:
    """The line with the quantity that is posted now, discounts in proportion."""
    if not line.quantity or quantity == line.quantity:
        return
    line.line_discount_amount = booking.part(line.line_discount_amount, quantity, line.quantity)
    line.invoice_discount_amount = booking.part(line.invoice_discount_amount, quantity, line.quantity)
    line.line_amount = booking.part(line.quantity * line.unit_price, quantity, line.quantity)
    line.line_amount -= line.line_discount_amount
    line.quantity = quantity


def _header(document: Document) -> PostedHeader:
    header = PostedHeader(**copying.header_values(document))
    header.order_id = document.pk if document.document_type in ORDERS else None
    header.corrects_id = document.corrects_id
    return header


def _calculate(document: Document, step: Step, header: PostedHeader, held: Sequence[DocumentLine]) -> None:
    """Amounts of what is posted; a part of a document has its part of the invoice discount."""
    if {line.line_no: line.quantity for line in step.lines if line.quantity} != step.quantities:
        header.invoice_discount_amount = sum((line.invoice_discount_amount for line in held), _NONE)
    calculate(header, held)


def _numbers(steps: Sequence[Step]) -> list[str]:
    """A number for each step. Series are locked in one order, so that two postings never wait for each other."""
    counts = Counter(step.kind for step in steps)
    drawn = {kind: _drawn(kind, counts[kind]) for kind in PostedKind if counts[kind]}
    taken = _taken(drawn)
    for kind, numbers in drawn.items():
        free = [number for number in numbers if (kind, number) not in taken]
        while len(free) < len(numbers):
            more = _drawn(kind, len(numbers) - len(free))
            skipped = _taken({kind: more})
            free += [number for number in more if (kind, number) not in skipped]
        drawn[kind] = free
    following = {kind: iter(numbers) for kind, numbers in drawn.items()}
    return [next(following[step.kind]) for step in steps]


def _drawn(kind: PostedKind, count: int) -> list[str]:
    return series.draw_many(series_for(f"posted_{kind}"), count)


def _taken(drawn: Mapping[PostedKind, Sequence[str]]) -> set[tuple[str, str]]:
    """Numbers that a feed brought already; they are skipped (C-1)."""
    rows = PostedDocument.objects.filter(no__in=[number for numbers in drawn.values() for number in numbers])
    return set(rows.values_list("kind", "no"))


def _posted(document: Document, step: Step, header: PostedHeader, number: str) -> PostedDocument:
    is_order = document.document_type in ORDERS
    posted = PostedDocument(
        kind=step.kind,
        no=number,
        origin=Origin.POSTING,
        order_no=document.no if is_order else "",
        pre_assigned_no="" if is_order else document.no,
        customer_id=document.paying_customer_id,
        vendor_id=document.paying_vendor_id,
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
    if not is_order:
        posted.pk = document.pk  # the same entity from now on
        if document.posting_description == first_description(document):
            posted.description = f"{DocumentType(document.document_type).label} {posted.no}"[:100]
    header.posted = posted
    header.posting_description = posted.description
    return posted
