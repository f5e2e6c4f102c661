"""What posting writes into the ledgers: who owes what, and what was sold or bought (I-135)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tuttava.documents.models import Area, Document, DocumentLine, PostedHeader
from tuttava.documents.money import in_own_currency, rate_of, rounded
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.context import current
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
#: A ledger entry, without its number.
_Entry = dict[str, Any]
_NONE = Decimal(0)


@dataclass(frozen=True)
class Booked:
    """An invoice or credit memo with what it says; ``rate``: of its currency."""

    posted: PostedDocument
    header: PostedHeader
    lines: Sequence[DocumentLine]
    rate: Decimal

    @property
    def sign(self) -> int:
        return -1 if self.posted.kind in _CREDITS else 1

    @property
    def is_purchase(self) -> bool:
        return self.header.area == Area.PURCHASE


def part(amount: Decimal, quantity: Decimal, whole: Decimal) -> Decimal:
    """The share of an amount that belongs to ``quantity`` out of ``whole``."""
    return rounded(amount * quantity / whole)


def rates_for(documents: Iterable[Document]) -> dict[uuid.UUID, Decimal]:
    """The exchange rate of each document on its posting date. Raises ``currency.rate_missing``."""
    found: dict[tuple[str | None, dt.date], Decimal] = {}
    by_document: dict[uuid.UUID, Decimal] = {}
    for document in documents:
        key = (document.currency_code, document.posting_date or current().date)
        if key not in found:
            found[key] = rate_of(*key)
        by_document[document.pk] = found[key]
    return by_document


def book(found: Sequence[Booked]) -> None:
    """Write a ledger entry for each invoice or credit memo, and a value entry for each of their lines with an item."""
    _book_ledger(CustomerLedgerEntry, [each for each in found if not each.is_purchase])
    _book_ledger(VendorLedgerEntry, [each for each in found if each.is_purchase])
    values = [entry for each in found for entry in _values(each)]
    if values:
        first = next_entry_no(ValueEntry)
        insert_many([ValueEntry(entry_no=first + place, **entry) for place, entry in enumerate(values)])


def _book_ledger(ledger: type[CustomerLedgerEntry] | type[VendorLedgerEntry], found: Sequence[Booked]) -> None:
    if not found:
        return
    first = next_entry_no(ledger)
    entries = [ledger(entry_no=first + place, **_owed(each)) for place, each in enumerate(found)]
    insert_many(entries)
    settle(entries)


def _owed(each: Booked) -> _Entry:
    """What the bill-to customer owes us, or we the pay-to vendor."""
    posted, header, sign = each.posted, each.header, each.sign
    net = in_own_currency(header.amount, header.currency_code, each.rate)
    gross = in_own_currency(header.amount_including_vat, header.currency_code, each.rate)
    if each.is_purchase:
        sign = -sign
        own: _Entry = {"vendor_id": posted.vendor_id, "purchaser_code": posted.salesperson_code}
        own["purchase_lcy"] = sign * net
    else:
        own = {"customer_id": posted.customer_id, "salesperson_code": posted.salesperson_code}
        own |= {"sales_lcy": sign * net, "profit_lcy": sign * (net - _cost(each.lines))}
    return {
        "origin": Origin.POSTING,
        "document_type": EntryType.CREDIT_MEMO if posted.kind in _CREDITS else EntryType.INVOICE,
        "document_no": posted.no,
        "description": posted.description,
        "posting_date": posted.posting_date,
        "due_date": posted.due_date,
        "open": gross != 0,
        "amount_lcy": sign * gross,
        "remaining_amount_lcy": sign * gross,
        "closed_at_date": None if gross else posted.posting_date,
        **own,
    }


def _cost(lines: Sequence[DocumentLine]) -> Decimal:
    return rounded(sum((line.quantity * line.unit_cost for line in lines), _NONE))


def _values(each: Booked) -> Iterator[_Entry]:
    """One value entry a line with an item: the stock goes down on sales, up on purchases and returns."""
    posted, header, sign, buying = each.posted, each.header, each.sign, each.is_purchase
    for line in each.lines:
        if line.line_type != LineType.ITEM or not line.no or not line.quantity:
            continue
        amount = sign * in_own_currency(line.amount, header.currency_code, each.rate)
        discount = line.line_discount_amount + line.invoice_discount_amount
        discount = sign * in_own_currency(discount, header.currency_code, each.rate)
        yield {
            "origin": Origin.POSTING,
            "source_type": SourceType.VENDOR if buying else SourceType.CUSTOMER,
            "customer_id": None if buying else posted.customer_id,
            "vendor_id": posted.vendor_id if buying else None,
            "item_no": line.no,
            "variant_code": line.variant_code,
            "posting_date": posted.posting_date,
            "document_no": posted.no,
            "description": line.description,
            "quantity": (sign if buying else -sign) * line.quantity,
            "sales_amount": _NONE if buying else amount,
            "purchase_amount": amount if buying else _NONE,
            "discount_amount": discount if buying else -discount,
        }
