"""What posting writes into the ledgers: who owes what, and what was sold or bought (I-135)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tuttava.documents.models import Area, DocumentHeader, DocumentLine, PostedHeader
from tuttava.documents.money import in_own_currency, rate_of, rounded
from tuttava.foundation.bulk import insert_many
from tuttava.trade.feed import next_entry_no
from tuttava.trade.models import (
    CustomerLedgerEntry,
    EntryType,
    LineType,
    Origin,
    PostedDocument,
    PostedKind,
    SourceType,
    ValueEntry,
    VendorLedgerEntry,
)
from tuttava.trade.settling import settle

_CREDITS = frozenset({PostedKind.SALES_CREDIT_MEMO, PostedKind.PURCHASE_CREDIT_MEMO, PostedKind.SERVICE_CREDIT_MEMO})


def part(amount: Decimal, quantity: Decimal, whole: Decimal) -> Decimal:
    """The share of an amount that belongs to ``quantity`` out of ``whole``."""
    return rounded(amount * quantity / whole)


def book(posted: PostedDocument, header: PostedHeader, lines: Sequence[DocumentLine]) -> None:
    """Write the ledger entry of an invoice or credit memo, and a value entry for each line with an item.

    Raises ``currency.rate_missing``.
    """
    rate = rate_of(header.currency_code)
    sign = -1 if posted.kind in _CREDITS else 1
    ledger: type[CustomerLedgerEntry] | type[VendorLedgerEntry] = CustomerLedgerEntry
    whose: dict[str, Any] = {"customer": posted.customer, "salesperson_code": posted.salesperson_code}
    if header.area == Area.PURCHASE:
        ledger, sign = VendorLedgerEntry, -sign
        whose = {"vendor": posted.vendor, "purchaser_code": posted.salesperson_code}
    net = in_own_currency(header.amount, header.currency_code, rate)
    gross = in_own_currency(header.amount_including_vat, header.currency_code, rate)
    figures = {"purchase_lcy": sign * net}
    if header.area != Area.PURCHASE:
        figures = {"sales_lcy": sign * net, "profit_lcy": sign * (net - _cost(lines))}
    entry = ledger(
        entry_no=next_entry_no(ledger),
        origin=Origin.POSTING,
        document_type=EntryType.CREDIT_MEMO if posted.kind in _CREDITS else EntryType.INVOICE,
        document_no=posted.no,
        description=posted.description,
        posting_date=posted.posting_date,
        due_date=posted.due_date,
        open=gross != 0,
        amount_lcy=sign * gross,
        remaining_amount_lcy=sign * gross,
        closed_at_date=None if gross else posted.posting_date,
        **whose,
        **figures,
    )
    insert_many([entry])
    settle([entry])
    _book_values(posted, header, lines, rate)


def _cost(lines: Sequence[DocumentLine]) -> Decimal:
    return rounded(sum((line.quantity * line.unit_cost for line in lines), Decimal(0)))


def _book_values(posted: PostedDocument, header: DocumentHeader, lines: Sequence[DocumentLine], rate: Decimal) -> None:
    """One value entry a line with an item: the stock goes down on sales, up on purchases and returns."""
    items = [line for line in lines if line.line_type == LineType.ITEM and line.no and line.quantity]
    if not items:
        return
    first = next_entry_no(ValueEntry)
    buying, back = header.area == Area.PURCHASE, posted.kind in _CREDITS
    entries = []
    for place, line in enumerate(items):
        sign = -1 if back else 1
        amount = sign * in_own_currency(line.amount, header.currency_code, rate)
        discount = line.line_discount_amount + line.invoice_discount_amount
        discount = sign * in_own_currency(discount, header.currency_code, rate)
        entries.append(
            ValueEntry(
                entry_no=first + place,
                origin=Origin.POSTING,
                source_type=SourceType.VENDOR if buying else SourceType.CUSTOMER,
                customer=None if buying else posted.customer,
                vendor=posted.vendor if buying else None,
                item_no=line.no,
                variant_code=line.variant_code,
                posting_date=posted.posting_date,
                document_no=posted.no,
                description=line.description,
                quantity=(sign if buying else -sign) * line.quantity,
                sales_amount=Decimal(0) if buying else amount,
                purchase_amount=amount if buying else Decimal(0),
                discount_amount=discount if buying else -discount,
            )
        )
    insert_many(entries)
