"""Facts of trade from files, through the trade feed (17.11)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.transfer.helpers import begin, counts, messages, run
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import Customer, Vendor
from tuttava.trade.models import CustomerLedgerEntry, Origin, PostedDocument, ValueEntry, VendorLedgerEntry
from tuttava.transfer import actions
from tuttava.transfer.models import ImportJob

pytestmark = pytest.mark.usefixtures("company", "uploads", "parties")

LEDGER = (
    "Løpenr;Kundenr;Bilagstype;Bilagsnr;Bokføringsdato;Forfallsdato;Beløp;Restbeløp;Åpen\n"
    "1;K1;Invoice;F1;31.12.2025;14.01.2026;1 250,50;1 250,50;ja\n"
    "2;K1;Payment;B1;05.01.2026;;-250,50;0;nei\n"
)


@pytest.fixture
def parties(company: object) -> None:
    """The customer and the vendor that the files name."""
    records.create(Customer, {"no": "K1", "name": "Nordlys AS"})
    records.create(Vendor, {"no": "V1", "name": "Granit AB"})


def ledger(content: str, **options: object) -> ImportJob:
    return run(content, kind="customer_ledger_entries", **options)


def test_ledger_entries_are_loaded() -> None:  # 17.11
    row = ledger(LEDGER)
    assert counts(row) == (2, 0, 0, 0), [found.messages for found in row.rows.all()]
    entry = CustomerLedgerEntry.objects.get(entry_no=1)
    assert (entry.customer.no, entry.document_type, entry.document_no) == ("K1", "invoice", "F1")
    assert (entry.posting_date, entry.due_date) == (dt.date(2025, 12, 31), dt.date(2026, 1, 14))
    assert (entry.amount_lcy, entry.remaining_amount_lcy, entry.open) == (Decimal("1250.50"), Decimal("1250.50"), True)
    assert entry.origin == Origin.FEED
    assert row.rows.get(number=1).entity_id == entry.pk


def test_same_key_again_replaces_and_an_equal_row_is_passed_over() -> None:  # 17.11
    ledger(LEDGER)
    row = ledger(LEDGER.replace("F1", "F9"))
    assert counts(row) == (0, 1, 1, 0)
    assert messages(row, 2) == ["import.unchanged"]
    assert CustomerLedgerEntry.objects.get(entry_no=1).document_no == "F9"


def test_refused_rows_do_not_spoil_the_others() -> None:
    row = ledger(
        "Entry no,Customer no,Posting date,Amount\n"
        "1,K1,2026-01-05,100\n"
        "2,K9,2026-01-05,100\n"
        ",K1,2026-01-05,100\n"
        "4,K1,soon,100\n"
        "5,K1,2026-01-05,much\n"
        "6,,2026-01-05,1\n"
    )
    assert counts(row) == (1, 0, 0, 5)
    found = {r.number: (r.messages[0]["code"], r.messages[0]["field"]) for r in row.rows.filter(outcome="fail")}
    assert found == {
        2: ("not_found", "customer_no"),
        3: ("field_required", "entry_no"),
        4: ("value_invalid", "posting_date"),
        5: ("value_invalid", "amount_lcy"),
        6: ("field_required", "customer_no"),
    }


def test_what_was_posted_here_stays() -> None:  # 17.11
    ledger(LEDGER)
    CustomerLedgerEntry.objects.filter(entry_no=1).update(origin=Origin.POSTING)
    row = ledger(LEDGER.replace("F1", "F9").replace("B1", "B9"))
    assert counts(row) == (0, 1, 0, 1)
    assert messages(row, 1) == ["read_only"]


@pytest.mark.parametrize(
    ("on_match", "expected"), [("skip", (0, 0, 2, 0)), ("create", (0, 0, 0, 2)), ("ask", (0, 0, 0, 2))]
)
def test_user_says_what_happens_to_keys_that_are_there(on_match: str, expected: tuple[int, int, int, int]) -> None:
    ledger(LEDGER)
    assert counts(ledger(LEDGER.replace("F1", "F9"), on_match=on_match)) == expected
    assert CustomerLedgerEntry.objects.get(entry_no=1).document_no == "F1"


def test_key_twice_in_a_file_is_written_once() -> None:
    row = ledger("Entry no,Customer no,Posting date,Amount\n1,K1,2026-01-05,100\n1,K1,2026-01-05,200\n")
    assert row.rows_failed == 0
    assert messages(row, 2) == ["import.same_in_file"]
    assert CustomerLedgerEntry.objects.get().amount_lcy == Decimal(200)


def test_vendor_entries_value_entries_and_documents_are_loaded() -> None:
    content = "Entry no,Vendor no,Posting date,Amount,Purchases\n1,V1,2026-01-05,-100,80\n"
    assert counts(run(content, kind="vendor_ledger_entries")) == (1, 0, 0, 0)
    sold = "Entry no,Customer no,Item no,Posting date,Quantity,Sales amount\n1,K1,1000,2026-01-05,-2,500\n"
    row = run(sold, kind="value_entries")
    assert counts(row) == (1, 0, 0, 0), [found.messages for found in row.rows.all()]
    documents = "Kind,Document no,Customer no,Posting date,Amount\nSales invoice,F1,K1,2026-01-05,500\n"
    row = run(documents, kind="posted_documents")
    assert counts(row) == (1, 0, 0, 0), [found.messages for found in row.rows.all()]
    value, document = ValueEntry.objects.get(), PostedDocument.objects.get()
    assert VendorLedgerEntry.objects.get().vendor.no == "V1"
    assert (value.source_type, value.item_no, value.quantity) == ("customer", "1000", Decimal(-2))
    assert value.customer is not None
    assert (document.kind, document.no, document.amount) == ("sales_invoice", "F1", Decimal(500))


def test_dry_run_loads_nothing_and_undo_takes_all_back() -> None:
    checked = actions.check(begin(LEDGER, kind="customer_ledger_entries"), wait=True)
    assert (counts(checked), CustomerLedgerEntry.objects.count()) == ((2, 0, 0, 0), 0)
    row = actions.take_back(ledger(LEDGER), wait=True)
    assert (row.rows_kept, CustomerLedgerEntry.objects.count()) == (0, 0)


def test_feed_has_a_right_of_its_own() -> None:  # 17.12
    with acting(rights=frozenset({"api.read", "api.write"})), pytest.raises(DomainError) as refused:
        begin(LEDGER, kind="customer_ledger_entries")
    assert refused.value.code == "permission.denied"
    with acting(rights=frozenset({"api.read", "api.feed_trade_data"})):
        assert counts(ledger(LEDGER)) == (2, 0, 0, 0)
