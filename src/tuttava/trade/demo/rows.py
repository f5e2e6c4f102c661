"""The rows that a feed brings of a made-up year: documents, ledger entries that close each other, value entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from tuttava.partners.models import Customer
from tuttava.trade.demo.parties import Party
from tuttava.trade.demo.year import Document, Line, Payment, Year
from tuttava.trade.models import (
    CustomerLedgerEntry,
    EntryType,
    LineType,
    PostedDocument,
    SourceType,
    ValueEntry,
    VendorLedgerEntry,
)

Row = dict[str, Any]
_TYPES = {False: EntryType.INVOICE, True: EntryType.CREDIT_MEMO}


@dataclass
class Rows:
    """What ``year`` brought."""

    year: Year

    def by_model(self) -> Iterator[tuple[type[models.Model], list[Row]]]:
        """The rows of each kind of fact, in the order in which they are loaded."""
        year = self.year
        yield PostedDocument, [self._document(each) for each in (*year.sales, *year.purchases)]
        yield CustomerLedgerEntry, self._ledger(year.sales, year.receipts)
        yield VendorLedgerEntry, self._ledger(year.purchases, year.payments)
        yield ValueEntry, self._value_entries()

    def _document(self, document: Document) -> Row:
        party = document.party
        return {
            "kind": document.kind,
            "no": document.no,
            "order_no": document.order_no,
            "account_no": party.record.no,
            "main_contact_no": party.main_contact,
            "billing_contact_no": party.billing_contact,
            "posting_date": document.date,
            "document_date": document.date,
            "due_date": document.due,
            "salesperson_code": party.person_code,
            "description": party.record.name,
            "your_reference": party.record.contact[:35],
            "amount": document.amount,
            "amount_including_vat": document.gross,
            "lines": [self._line(document, line) for line in document.lines],
        }

    def _line(self, document: Document, line: Line) -> Row:
        item = line.article.item if line.article else None
        return {
            "line_type": LineType.ITEM if item else LineType.ACCOUNT,
            "no": item.no if item else "",
            "description": item.description if item else line.text,
            "quantity": line.quantity,
            "unit_of_measure_code": (item.base_unit_of_measure_code or "") if item else "",
            "unit_price": line.price,
            "line_discount_pct": line.discount,
            "vat_pct": document.party.vat,
            "line_amount": line.amount,
            "location_code": "MAIN" if line.article and line.article.is_stocked else "",
        }

    def _ledger(self, documents: Sequence[Document], payments: Sequence[Payment]) -> list[Row]:
        """Entries in the order of their dates; what a payment closed names its entry."""
        entries: list[Document | Payment] = sorted([*documents, *payments], key=lambda each: each.date)
        numbers: dict[Document | Payment, int] = {each: number for number, each in enumerate(entries, 1)}
        return [
            {"entry_no": numbers[each], **self._posted(each, numbers)}
            if isinstance(each, Document)
            else {"entry_no": numbers[each], **self._paid(each)}
            for each in entries
        ]

    def _posted(self, document: Document, numbers: dict[Document | Payment, int]) -> Row:
        party, payment = document.party, document.payment
        sign = _sign(party) * (-1 if document.is_credit else 1)
        kind = _TYPES[document.is_credit]
        cost = sum((line.cost for line in document.lines), Decimal(0))
        figures: Row = (
            {"sales_lcy": sign * document.amount, "profit_lcy": sign * (document.amount - cost)}
            if isinstance(party.record, Customer)
            else {"purchase_lcy": sign * document.amount}
        )
        return {
            **self._entry(party, kind, document.no, document.date),
            **figures,
            "due_date": document.due,
            "amount_lcy": sign * document.gross,
            "open": payment is None,
            "remaining_amount_lcy": sign * (document.gross - document.paid) if payment is None else 0,
            "closed_at_date": payment.date if payment else None,
            "closed_by_entry_no": numbers[payment] if payment else 0,
        }

    def _paid(self, payment: Payment) -> Row:
        return {
            **self._entry(payment.party, EntryType.PAYMENT, payment.no, payment.date),
            "amount_lcy": -_sign(payment.party) * payment.amount,
            "open": False,
            "remaining_amount_lcy": 0,
            "closed_at_date": payment.date,
        }

    def _entry(self, party: Party, kind: EntryType, no: str, date: dt.date) -> Row:
        return {
            ("customer_no" if _sign(party) > 0 else "vendor_no"): party.record.no,
            ("salesperson_code" if _sign(party) > 0 else "purchaser_code"): party.person_code,
            "document_type": kind,
            "document_no": no,
            "description": f"{self.year.words[kind]} {no}",
            "posting_date": date,
        }

    def _value_entries(self) -> list[Row]:
        documents = sorted([*self.year.sales, *self.year.purchases], key=lambda each: each.date)
        lines = [(each, line) for each in documents for line in each.lines if line.article is not None]
        return [{"entry_no": number, **_moved(*each)} for number, each in enumerate(lines, 1)]


def _moved(document: Document, line: Line) -> Row:
    """What a line moved: sales take from the stock, purchases and what comes back add to it."""
    assert line.article is not None, "only articles move"
    sells = _sign(document.party) > 0
    sign = -1 if document.is_credit else 1
    return {
        "source_type": SourceType.CUSTOMER if sells else SourceType.VENDOR,
        "source_no": document.party.record.no,
        "item_no": line.article.item.no,
        "posting_date": document.date,
        "document_no": document.no,
        "description": line.article.item.description,
        "quantity": -sign * line.quantity if sells else line.quantity,
        ("sales_amount" if sells else "purchase_amount"): sign * line.amount,
        "discount_amount": (-sign if sells else 1) * (line.full - line.amount),
    }


def _sign(party: Party) -> int:
    """Customers owe us, we owe vendors."""
    return 1 if isinstance(party.record, Customer) else -1
