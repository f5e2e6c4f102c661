"""Payments that arrive by the feed settle invoices (I-142)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tuttava.foundation import records
from tuttava.partners.models import Customer, Vendor
from tuttava.trade import feed
from tuttava.trade.models import CustomerLedgerEntry, Origin, Settlement, VendorLedgerEntry

pytestmark = pytest.mark.usefixtures("company")

State = tuple[bool, int]


def row(number: int, amount: int, kind: str = "invoice", **more: Any) -> dict[str, Any]:
    """An entry of customer C1 posted on a day of its own."""
    return {
        "entry_no": number,
        "customer_no": "C1",
        "document_type": kind,
        "posting_date": dt.date(2026, 1, number),
        "amount_lcy": amount,
        **more,
    }


def payment(number: int, amount: int, **more: Any) -> dict[str, Any]:
    return row(number, -amount, "payment", **more)


def load(*rows: dict[str, Any]) -> feed.Loaded:
    return feed.load(CustomerLedgerEntry, rows)


def states() -> dict[int, State]:
    """Whether each entry is open, and what remains of it."""
    found = CustomerLedgerEntry.objects.values_list("entry_no", "open", "remaining_amount_lcy")
    return {number: (is_open, int(left)) for number, is_open, left in found}


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("by", ["payment", "invoice"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_matching_amounts_close_both(by: str, order: tuple[int, int]) -> None:  # I-142
    rows = [
        row(1, 100, closed_by_entry_no=2 if by == "invoice" else 0),
        payment(2, 100, closed_by_entry_no=1 if by == "payment" else 0),
    ]
    for place in order:
        load(rows[place])
    assert states() == {1: (False, 0), 2: (False, 0)}
    invoice = CustomerLedgerEntry.objects.get(entry_no=1)
    assert (invoice.closed_at_date, invoice.closed_by_entry_no) == (dt.date(2026, 1, 2), 2)


@pytest.mark.usefixtures("customer")
def test_other_amounts_lower_both_by_the_smaller() -> None:  # I-142
    load(row(1, 100), payment(2, 40, closed_by_entry_no=1))
    assert states() == {1: (True, 60), 2: (False, 0)}
    load(payment(3, 90, closed_by_entry_no=1))
    assert states() == {1: (False, 0), 2: (False, 0), 3: (True, -30)}


@pytest.mark.usefixtures("customer")
def test_repeated_batch_is_unchanged_after_it_settled() -> None:  # 17.11 I-142
    rows = [row(1, 100), payment(2, 40, closed_by_entry_no=1)]
    load(*rows)
    versions = list(CustomerLedgerEntry.objects.values_list("version", flat=True))
    assert load(*rows).unchanged == 2
    assert states() == {1: (True, 60), 2: (False, 0)}
    assert list(CustomerLedgerEntry.objects.values_list("version", flat=True)) == versions


@pytest.mark.usefixtures("customer")
def test_replaced_payment_settles_anew() -> None:  # I-142
    load(row(1, 100), payment(2, 40, closed_by_entry_no=1), payment(3, 10, closed_by_entry_no=1))
    assert states()[1] == (True, 50)
    load(payment(2, 25, closed_by_entry_no=1))
    assert states() == {1: (True, 65), 2: (False, 0), 3: (False, 0)}
    load(payment(2, 25))
    assert states() == {1: (True, 90), 2: (True, -25), 3: (False, 0)}
    load(row(1, 8))
    assert states() == {1: (False, 0), 2: (True, -25), 3: (True, -2)}


@pytest.mark.usefixtures("customer")
def test_deleted_payment_opens_the_invoice_again() -> None:  # I-142
    load(row(1, 100), payment(2, 100, closed_by_entry_no=1))
    records.delete(CustomerLedgerEntry.objects.get(entry_no=2))
    invoice = CustomerLedgerEntry.objects.get()
    assert (invoice.open, invoice.remaining_amount_lcy, invoice.closed_at_date) == (True, 100, None)
    assert invoice.closed_by_entry_no == 0 and not Settlement.objects.exists()


@pytest.mark.usefixtures("customer")
def test_what_the_other_program_settled_stays_as_it_says() -> None:  # I-142
    load(
        row(1, 100, remaining_amount_lcy=60),
        payment(2, 40, closed_by_entry_no=1, open=False),
        row(3, 50, open=False, closed_by_entry_no=4),
        payment(4, 50, open=False),
    )
    assert states() == {1: (True, 60), 2: (False, 0), 3: (False, 0), 4: (False, 0)}
    assert not Settlement.objects.exists()


def test_closed_payment_still_pays_what_was_posted_here(customer: Customer) -> None:  # I-142
    for number, amount in ((1, 100), (2, 30)):
        CustomerLedgerEntry.objects.create(
            entry_no=number,
            customer=customer,
            document_type="invoice",
            posting_date=dt.date(2026, 1, 1),
            amount_lcy=amount,
            remaining_amount_lcy=amount,
            closed_by_entry_no=3 if number == 2 else 0,
            origin=Origin.POSTING,
        )
    load(payment(3, 110, closed_by_entry_no=1, open=False))
    assert states() == {1: (False, 0), 2: (True, 20), 3: (False, 0)}
    assert load(payment(3, 110, closed_by_entry_no=1, open=False)).unchanged == 1
    assert states()[2] == (True, 20)


def test_payment_of_somebody_else_settles_nothing(customer: Customer) -> None:  # I-142
    records.create(Customer, {"no": "C2", "name": "Other"})
    load(row(1, 100), payment(2, 100, closed_by_entry_no=1, customer_no="C2"))
    assert states() == {1: (True, 100), 2: (True, -100)}


@pytest.mark.usefixtures("customer")
def test_only_payments_settle_invoices() -> None:  # I-142
    load(row(1, 100), row(2, -100, "credit_memo", closed_by_entry_no=1), row(3, 50, closed_by_entry_no=1))
    assert states() == {1: (True, 100), 2: (True, -100), 3: (True, 50)}


def test_payments_to_vendors_settle_as_well(vendor: Vendor) -> None:  # I-142
    common = {"vendor_no": "V1", "posting_date": "2026-01-01"}
    feed.load(
        VendorLedgerEntry,
        [
            {**common, "entry_no": 1, "document_type": "invoice", "amount_lcy": -100},
            {**common, "entry_no": 2, "document_type": "payment", "amount_lcy": 70, "closed_by_entry_no": 1},
        ],
    )
    left = VendorLedgerEntry.objects.order_by("entry_no").values_list("open", "remaining_amount_lcy")
    assert list(left) == [(True, -30), (False, 0)]
