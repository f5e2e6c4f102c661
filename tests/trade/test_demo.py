"""A year of trade of a demo company."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F, Sum
from django.utils import timezone

from tests.demo_company import demo_company
from tuttava.contacts.models import Contact
from tuttava.partners.models import Customer, Vendor
from tuttava.trade import queries
from tuttava.trade.demo.items import Article
from tuttava.trade.demo.parties import buyers, sellers
from tuttava.trade.demo.year import Year
from tuttava.trade.models import (
    CustomerLedgerEntry,
    EntryType,
    Item,
    ItemCategory,
    PostedDocument,
    PostedDocumentLine,
    PostedKind,
    ValueEntry,
    VendorLedgerEntry,
)

__all__ = ["demo_company"]

pytestmark = pytest.mark.usefixtures("demo_company")

Ledger = type[CustomerLedgerEntry] | type[VendorLedgerEntry]


def _total(rows: Any, name: str) -> Decimal:
    return Decimal(rows.aggregate(total=Sum(name))["total"] or 0)


def test_demo_has_a_year_of_trade() -> None:  # issue 4, point 5
    invoices = PostedDocument.objects.filter(kind=PostedKind.SALES_INVOICE)
    assert invoices.count() == 1200
    today = timezone.localdate()
    dates = invoices.values_list("posting_date", flat=True)
    assert max(dates) <= today and today - dt.timedelta(days=366) <= min(dates)
    assert len({(date.year, date.month) for date in dates}) >= 12
    assert 20 <= PostedDocument.objects.filter(kind=PostedKind.SALES_CREDIT_MEMO).count() <= 60
    assert PostedDocument.objects.filter(kind=PostedKind.PURCHASE_INVOICE).count() > 200
    lines = PostedDocumentLine.objects.filter(document__kind=PostedKind.SALES_INVOICE)
    assert 1200 * 2 < lines.count() < 1200 * 6


def test_ledger_documents_and_lines_add_up() -> None:  # 17.11
    invoices = PostedDocument.objects.filter(kind=PostedKind.SALES_INVOICE)
    credits = PostedDocument.objects.filter(kind=PostedKind.SALES_CREDIT_MEMO)
    sold = _total(invoices, "amount") - _total(credits, "amount")
    assert sold > 1_000_000
    for documents in (invoices, credits):
        lines = PostedDocumentLine.objects.filter(document__in=documents)
        assert _total(lines, "line_amount") == _total(documents, "amount")
    assert _total(CustomerLedgerEntry.objects, "sales_lcy") == sold
    assert _total(ValueEntry.objects.exclude(customer=None), "sales_amount") == sold
    posted = CustomerLedgerEntry.objects.exclude(document_type=EntryType.PAYMENT)
    gross = _total(invoices, "amount_including_vat") - _total(credits, "amount_including_vat")
    assert _total(posted, "amount_lcy") == gross
    profit = _total(CustomerLedgerEntry.objects, "profit_lcy")
    assert sold * Decimal("0.3") < profit < sold * Decimal("0.6")
    bought = PostedDocument.objects.filter(kind=PostedKind.PURCHASE_INVOICE)
    assert _total(VendorLedgerEntry.objects, "purchase_lcy") == -_total(bought, "amount")


@pytest.mark.parametrize("model", [CustomerLedgerEntry, VendorLedgerEntry])
def test_payments_close_what_they_are_for(model: Ledger) -> None:  # 17.11
    entries = list(model._default_manager.order_by("entry_no"))
    assert [each.entry_no for each in entries] == list(range(1, len(entries) + 1))
    assert [each.posting_date for each in entries] == sorted(each.posting_date for each in entries)
    closing = {each.entry_no: each for each in entries if each.document_type == EntryType.PAYMENT}
    closed: dict[int, Decimal] = {}
    for each in entries:
        assert each.open == (each.closed_at_date is None)
        assert each.open or each.remaining_amount_lcy == 0
        if each.closed_by_entry_no:
            payment = closing[each.closed_by_entry_no]
            assert each.closed_at_date == payment.posting_date >= each.posting_date
            closed[payment.entry_no] = closed.get(payment.entry_no, Decimal(0)) + each.amount_lcy
    assert all(-closing[number].amount_lcy == amount for number, amount in closed.items())
    assert len(closed) > len(closing) * 0.9
    assert _total(model._default_manager, "remaining_amount_lcy") == _total(model._default_manager, "amount_lcy")


def test_some_customers_are_late() -> None:  # issue 4, point 5
    today = timezone.localdate()
    overdue = CustomerLedgerEntry.objects.filter(open=True, due_date__lt=today)
    open_entries = CustomerLedgerEntry.objects.filter(open=True)
    assert 5 < overdue.count() < open_entries.count() < 400
    assert overdue.exclude(remaining_amount_lcy=F("amount_lcy")).exists()
    invoices = CustomerLedgerEntry.objects.filter(document_type=EntryType.INVOICE)
    assert invoices.filter(closed_at_date__gt=F("due_date")).exists()
    assert invoices.filter(closed_at_date__lte=F("due_date")).exists()


def test_stock_is_what_came_and_went() -> None:  # 16.7
    assert Item.objects.count() >= 40 and ItemCategory.objects.count() >= 10
    moved = dict(ValueEntry.objects.values_list("item_no").annotate(Sum("quantity")))
    for item in Item.objects.filter(type="inventory"):
        assert item.inventory == moved[item.no] > 0, item
        on_hand = Decimal(0)
        entries = ValueEntry.objects.filter(item_no=item.no)
        for quantity in entries.order_by("posting_date", "-quantity").values_list("quantity", flat=True):
            on_hand += quantity
            assert on_hand >= 0, item


def test_documents_name_people_of_the_account() -> None:  # interactions 2.12
    sold = PostedDocument.objects.exclude(customer=None).select_related("main_contact", "customer")
    assert not sold.filter(main_contact=None).exists() and not sold.filter(billing_contact=None).exists()
    for document in sold[:50]:
        assert document.main_contact_id == document.customer.primary_contact_id
    assert sold.exclude(billing_contact=F("main_contact")).exists()


def test_blocked_customers_buy_nothing_lately() -> None:  # B.2
    blocked = Customer.objects.filter(blocked="all")
    assert blocked.exists()
    since = timezone.localdate() - dt.timedelta(days=150)
    assert not PostedDocument.objects.filter(customer__in=blocked, posting_date__gt=since).exists()


def test_statistics_have_something_to_show() -> None:  # issue 4, point 4
    today = timezone.localdate()
    for customer in Customer.objects.filter(blocked="none"):
        figures = queries.figures([customer.pk], today)
        assert figures.sales_this_year + figures.sales_last_year > 0, customer
    best = ValueEntry.objects.exclude(customer=None).values("customer").annotate(total=Sum("sales_amount"))
    customer_id = best.order_by("-total")[0]["customer"]
    assert len(queries.sales_by_month([customer_id], today.year)) >= 10
    contact = Contact.objects.get(contactbusinessrelations__linked_id=customer_id)
    assert queries.customers_of(contact) == [customer_id]


def test_every_maker_of_goods_sells_us_some() -> None:  # issue 4, point 5
    buying = set(VendorLedgerEntry.objects.values_list("vendor__no", flat=True))
    assert len(buying) == Vendor.objects.count()


def test_the_year_is_the_same_every_time() -> None:  # issue 4, point 5
    def year() -> list[tuple[str, dt.date, Decimal, str]]:
        articles = [Article(item, "", 4, "winter") for item in Item.objects.order_by("no")]
        made = Year(articles, buyers(), sellers(articles), {"freight": "Freight", "advertising": "Advertising"}, 11)
        made.trade()
        documents = (*made.sales, *made.purchases)
        return [(each.no, each.date, each.gross, each.party.record.no) for each in documents]

    assert year() == year()


def test_a_company_without_customers_has_no_trade() -> None:  # issue 4, point 5
    made = Year([], [], [], {}, 1)
    made.trade()
    assert not made.sales and not made.purchases and not made.receipts
