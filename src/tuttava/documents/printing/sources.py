"""What a document, a version or a posted document gives to print: one header with its lines, whatever it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tuttava.documents.models import (
    Area,
    Document,
    DocumentArchive,
    DocumentHeader,
    DocumentType,
    PostedHeader,
    ServiceItemLine,
)
from tuttava.documents.printing.region import Region, region_for
from tuttava.documents.printing.titles import live_title, posted_title
from tuttava.trade.models import PURCHASES, PostedDocument, PostedKind

Printable = Document | DocumentArchive | PostedDocument

#: Kinds that tell what moved, not what it costs.
_GOODS = frozenset(
    {
        PostedKind.SALES_SHIPMENT,
        PostedKind.SALES_RETURN_RECEIPT,
        PostedKind.PURCHASE_RECEIPT,
        PostedKind.PURCHASE_RETURN_SHIPMENT,
        PostedKind.SERVICE_SHIPMENT,
    }
)
_BILLS = frozenset({DocumentType.INVOICE, DocumentType.CREDIT_MEMO})


@dataclass(frozen=True)
class Source:
    """A header as it is to be printed. ``lines`` have the columns of :class:`LineFields` that printing reads."""

    record: Printable
    header: DocumentHeader
    no: str
    lines: Sequence[Any]
    comments: Sequence[Any] = ()
    service_items: Sequence[ServiceItemLine] = ()
    kind: PostedKind | None = None

    @property
    def title(self) -> str:
        """What it is called, in the language in force."""
        return posted_title(self.kind) if self.kind else live_title(self.header.area, self.header.document_type)

    @property
    def tells_prices(self) -> bool:
        return self.kind not in _GOODS

    @property
    def is_bill(self) -> bool:
        """Whether it goes to who pays."""
        return self.tells_prices and self.header.document_type in _BILLS

    @property
    def asks_payment(self) -> bool:
        """Whether somebody is to pay us: our invoices."""
        bills = (PostedKind.SALES_INVOICE, PostedKind.SERVICE_INVOICE)
        draft = self.kind is None and self.header.document_type == DocumentType.INVOICE
        return self.kind in bills or (draft and self.header.area != Area.PURCHASE)

    @property
    def region(self) -> Region:
        """The language and region format of whom it is for."""
        party = self.header.payer if self.is_bill else self.header.account
        same = party is not None and (party.language_code or "") == (self.header.language_code or "")
        region = party.format_region if party is not None and same else ""
        return region_for(self.header.language_code, region, self.header.currency_code)


def source_of(record: Printable) -> Source:
    """Read what is printed of a document: three queries or so."""
    if isinstance(record, PostedDocument):
        return _posted(record)
    lines = list(record.lines.order_by("line_no"))
    comments = list(record.comments.order_by("document_line_no", "line_no"))
    items: list[ServiceItemLine] = []
    if isinstance(record, Document) and record.area == Area.SERVICE:
        items = list(record.service_items.order_by("line_no"))
    return Source(record, record, record.no, lines, comments, items)


def _posted(record: PostedDocument) -> Source:
    kind = PostedKind(record.kind)
    header: DocumentHeader | None = PostedHeader.objects.filter(posted=record).first()
    lines = list(record.lines.order_by("line_no"))
    return Source(record, header or _from_feed(record, kind), record.no, lines, kind=kind)


def _from_feed(record: PostedDocument, kind: PostedKind) -> PostedHeader:
    """The header of a document that was posted elsewhere, as far as we know it."""
    back = "credit_memo" in kind.value or "return" in kind.value
    moved = kind in _GOODS
    types = {
        (False, False): DocumentType.INVOICE,
        (False, True): DocumentType.CREDIT_MEMO,
        (True, False): DocumentType.ORDER,
        (True, True): DocumentType.RETURN_ORDER,
    }
    area = Area.PURCHASE if kind in PURCHASES else Area.SALES
    header = PostedHeader(area=area, document_type=types[moved, back], no=record.pre_assigned_no)
    for name in ("document_date", "posting_date", "due_date", "salesperson_code", "external_document_no",
                 "your_reference", "amount", "amount_including_vat"):  # fmt: skip
        setattr(header, name, getattr(record, name))
    header.customer = header.paying_customer = record.customer
    header.vendor = header.paying_vendor = record.vendor
    party = record.customer or record.vendor
    if party is not None:
        header.language_code = party.language_code
        for name in ("name", "name_2", "address", "address_2", "post_code", "city", "county", "country_code"):
            for prefix in ("", "bill_to_", "ship_to_"):
                setattr(header, f"{prefix}{name}", getattr(party, name))
    return header
