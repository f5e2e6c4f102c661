"""What was sold, to whom, and what others bought who bought the same."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.partners.models import Customer
from tuttava.relations.queries import hub_of
from tuttava.trade import feed, queries
from tuttava.trade.models import CustomerLedgerEntry, Item, PostedDocument, ValueEntry

pytestmark = pytest.mark.usefixtures("company")

ON = dt.date(2026, 6, 30)


def sold(number: int, customer: str, item: str, amount: int = 100, **more: Any) -> dict[str, Any]:
    """One value entry of a sale."""
    return {
        "entry_no": number,
        "source_type": "customer",
        "source_no": customer,
        "item_no": item,
        "quantity": -1,
        "sales_amount": amount,
        "posting_date": dt.date(2026, 3, 1),
        "description": f"Item {item}",
        **more,
    }


@pytest.fixture
def ledger(customer: Customer) -> list[Any]:
    invoice = {"customer_no": "C1", "document_type": "invoice"}
    day = dt.date
    rows = [
        {**invoice, "posting_date": day(2026, 2, 1), "due_date": day(2026, 3, 1), "amount_lcy": 125, "sales_lcy": 100},
        {
            **invoice,
            "posting_date": day(2026, 4, 1),
            "due_date": day(2026, 5, 1),
            "sales_lcy": 50,
            "profit_lcy": 5,
            "open": False,
            "closed_at_date": day(2026, 5, 11),
        },
        {
            **invoice,
            "posting_date": day(2025, 12, 1),
            "due_date": day(2026, 1, 1),
            "sales_lcy": 7,
            "open": False,
            "closed_by_entry_no": 5,
        },
        {**invoice, "posting_date": day(2026, 6, 1), "due_date": day(2026, 7, 1), "amount_lcy": 10, "sales_lcy": 8},
        {"customer_no": "C1", "document_type": "payment", "posting_date": day(2026, 1, 21), "open": False},
        {**invoice, "posting_date": day(2025, 5, 1), "sales_lcy": 3, "open": False},
    ]
    feed.load(CustomerLedgerEntry, [row | {"entry_no": place + 1} for place, row in enumerate(rows)])
    return [customer.pk]


def test_figures_of_a_customer_in_one_query(ledger: list[Any], django_assert_num_queries: Any) -> None:  # P-44
    with django_assert_num_queries(1):
        found = queries.figures(ledger, ON)
    assert (found.balance, found.overdue) == (135, 125)
    assert (found.sales_this_year, found.sales_last_year, found.sales_last_year_so_far) == (158, 10, 3)
    assert found.last_invoice_on == dt.date(2026, 6, 1)
    assert found.average_delay == 15, "ten days late, and twenty by the date of the payment"


def test_nobody_has_no_figures(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert queries.figures([], ON) == queries.Figures()
        assert queries.sales_by_month([], 2026) == queries.items_bought([]) == queries.bought_together([]) == []


def test_leap_day_has_a_year_before(ledger: list[Any]) -> None:
    assert queries.figures(ledger, dt.date(2028, 2, 29)).sales_last_year == 0


def test_sales_by_month(ledger: list[Any], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = queries.sales_by_month(ledger, 2026)
    assert [(row.year, row.month, row.sales) for row in found] == [
        (2025, 5, 3),
        (2025, 12, 7),
        (2026, 2, 100),
        (2026, 4, 50),
        (2026, 6, 8),
    ]


def test_items_bought(customer: Customer, django_assert_num_queries: Any) -> None:
    item = records.create(Item, {"no": "A", "description": "Bicycle"})
    rows = [
        sold(1, "C1", "A", 100, quantity=-2),
        sold(2, "C1", "A", 50, posting_date=dt.date(2026, 5, 1)),
        sold(3, "C1", "B", 70),
        sold(4, "C1", "C", 0, quantity=0),
    ]
    feed.load(ValueEntry, rows)
    with django_assert_num_queries(1):
        found = queries.items_bought([customer.pk])
    assert found == [
        queries.Bought("A", "Bicycle", Decimal(3), Decimal(150), 2, dt.date(2026, 5, 1), item.pk),
        queries.Bought("B", "Item B", Decimal(1), Decimal(70), 1, dt.date(2026, 3, 1), None),
    ]
    since = queries.items_bought([customer.pk], since=dt.date(2026, 4, 1))
    assert [(row.item_no, row.amount) for row in since] == [("A", 50)]


def test_person_bought_what_stands_on_documents_that_name_it(customer: Customer) -> None:  # S-42
    hub = hub_of(customer)
    assert hub is not None
    person = records.create(Contact, {"type": "person", "name": "Kari", "company_no": hub.no})
    document = {"kind": "sales_invoice", "account_no": "C1", "posting_date": "2026-03-01"}
    feed.load(PostedDocument, [document | {"no": "F1", "main_contact_no": person.no}, document | {"no": "F2"}])
    feed.load(ValueEntry, [sold(1, "C1", "A", document_no="F1"), sold(2, "C1", "B", document_no="F2")])
    assert queries.customers_of(person) == queries.customers_of(hub) == [customer.pk]
    assert [row.item_no for row in queries.items_bought([customer.pk], person=person.pk)] == ["A"]


def test_what_buyers_of_the_same_also_bought(customer: Customer, django_assert_num_queries: Any) -> None:
    others = [records.create(Customer, {"no": f"D{n}", "name": f"D{n}"}) for n in range(3)]
    rows = [sold(1, "C1", "A"), sold(2, "C1", "B")]
    baskets = {"D0": "AX", "D1": "ABXY", "D2": "ZA"}
    for number, (who, items) in enumerate(baskets.items()):
        rows += [sold(10 + 10 * number + place, who, item) for place, item in enumerate(items)]
    feed.load(ValueEntry, rows)
    with django_assert_num_queries(1):
        found = queries.bought_together([customer.pk])
    assert [(row.item_no, row.customers, row.asked, row.percent) for row in found] == [
        ("X", 2, 3, 67),
        ("Y", 1, 3, 33),
        ("Z", 1, 3, 33),
    ]
    of_item = queries.bought_together([], items=["Z"])
    assert [(row.item_no, row.customers) for row in of_item] == [("A", 1)]
    buyers = queries.buyers_of("A")
    assert {row.no for row in buyers} == {"C1", *(other.no for other in others)}
