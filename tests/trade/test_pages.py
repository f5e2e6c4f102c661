"""Items and statistics in the browser."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.relations.pages import JSON, administrator, linked_customer, visitor
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.queries import hub_of
from tuttava.trade import feed
from tuttava.trade.models import CustomerLedgerEntry, Item, PostedDocument, UnitOfMeasure, ValueEntry, VendorLedgerEntry

pytestmark = pytest.mark.usefixtures("company")

THIS_YEAR = dt.date.today().year


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


@pytest.fixture
def traded() -> tuple[Contact, Customer]:
    """A company that bought bicycles, and one that bought bells too."""
    contact, customer = linked_customer(name="Fjord AS")
    other = linked_customer(name="Fjell AS")[1]
    records.create(Item, {"no": "BIKE", "description": "Bicycle"})
    records.create(Item, {"no": "BELL", "description": "Bell"})
    entry = {"document_type": "invoice", "posting_date": dt.date(THIS_YEAR, 1, 2), "due_date": dt.date(THIS_YEAR, 1, 2)}
    feed.load(
        CustomerLedgerEntry,
        [
            {**entry, "entry_no": 1, "customer_no": customer.no, "amount_lcy": 12345, "sales_lcy": 9876},
            {**entry, "entry_no": 2, "customer_no": other.no, "sales_lcy": 1},
        ],
    )
    sales = ((customer, "BIKE"), (other, "BIKE"), (other, "BELL"))
    feed.load(
        ValueEntry,
        [
            {
                "entry_no": place,
                "source_type": "customer",
                "source_no": who.no,
                "item_no": item,
                "quantity": -1,
                "sales_amount": 100,
                "document_no": f"F{place}",
                "posting_date": entry["posting_date"],
            }
            for place, (who, item) in enumerate(sales, start=1)
        ],
    )
    return contact, customer


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_card_of_a_customer_tells_how_trade_stands(client: Client, base: str, traded: Any) -> None:
    page = text_of(client, f"{base}/customers/{traded[1].pk}")
    assert "12,345" in page and "9,876" in page and f"/customers/{traded[1].pk}/statistics" in page


def test_card_of_a_contact_tells_what_was_bought(client: Client, base: str, traded: Any) -> None:
    page = text_of(client, f"{base}/contacts/{traded[0].pk}")
    assert "12,345" in page and "Bicycle" in page and f"/contacts/{traded[0].pk}/statistics" in page


def test_card_of_a_contact_without_customer_asks_nothing_about_trade(client: Client, base: str) -> None:
    contact = records.create(Contact, {"type": "company", "name": "Lonely"})
    assert 'id="box-trade"' not in text_of(client, f"{base}/contacts/{contact.pk}")


@pytest.mark.parametrize("kind", ["customers", "contacts"])
def test_statistics_show_bars_items_and_what_others_bought(client: Client, base: str, traded: Any, kind: str) -> None:
    pk = traded[0].pk if kind == "contacts" else traded[1].pk
    page = text_of(client, f"{base}/{kind}/{pk}/statistics")
    assert page.count('<svg class="chart"') == 2 and "9,876" in page
    assert "Bicycle" in page and "Bell" in page and "1 of 1 such customers" in page
    assert "style=" not in page


def test_statistics_of_a_person_show_what_names_it(client: Client, base: str, traded: Any) -> None:  # S-42
    contact, customer = traded
    person = records.create(Contact, {"type": "person", "name": "Kari", "company_no": contact.no})
    row = {"kind": "sales_invoice", "no": "F1", "account_no": customer.no, "posting_date": "2026-01-02"}
    assert "No document with items names this person" in text_of(client, f"{base}/contacts/{person.pk}/statistics")
    feed.load(PostedDocument, [row | {"main_contact_no": person.no}])
    assert "No document with items" not in text_of(client, f"{base}/contacts/{person.pk}/statistics")


def test_statistics_without_trade_say_so(client: Client, base: str) -> None:
    contact, customer = linked_customer(name="New AS")
    assert "Nothing was sold in these years" in text_of(client, f"{base}/customers/{customer.pk}/statistics")
    lonely = records.create(Contact, {"type": "company", "name": "Lonely"})
    assert "is not a customer" in text_of(client, f"{base}/contacts/{lonely.pk}/statistics")
    assert hub_of(customer) == contact


@pytest.mark.parametrize("year", ["", "x", "1800", "99999", "²024", str(THIS_YEAR - 1)])
def test_year_that_is_not_offered_is_this_year(client: Client, base: str, traded: Any, year: str) -> None:
    page = text_of(client, f"{base}/customers/{traded[1].pk}/statistics?year={year}")
    shown = year if year == str(THIS_YEAR - 1) else str(THIS_YEAR)
    assert f'href="?year={shown}" aria-current="page"' in page


@pytest.mark.parametrize("path", ["customers/{}/statistics", "contacts/{}/statistics", "items/{}"])
def test_unknown_record_is_not_found(client: Client, base: str, path: str) -> None:
    assert client.get(f"{base}/{path.format(uuid.uuid4())}").status_code in (404, 410)


def test_statistics_ask_a_fixed_number_of_questions(
    client: Client, base: str, traded: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(16):
        text_of(client, f"{base}/customers/{traded[1].pk}/statistics")


def test_name_of_a_locked_customer_is_hidden(company: Company, base: str, traded: Any) -> None:  # C-72
    records.change(traded[1], {"privacy_blocked": True})
    seen = visitor(company)
    assert "Fjord AS" not in text_of(seen, f"{base}/customers/{traded[1].pk}/statistics")
    item = Item.objects.get(no="BIKE")
    page = text_of(seen, f"{base}/items/{item.pk}")
    assert "Fjord AS" not in page and "Fjell AS" in page


def test_items_are_listed_found_and_opened(client: Client, base: str, traded: Any) -> None:
    assert "Bicycle" in text_of(client, f"{base}/items/")
    found = text_of(client, f"{base}/items/?q=bicy")
    assert "Bicycle" in found and "Bell" not in found
    page = text_of(client, f"{base}/items/{Item.objects.get(no='BIKE').pk}")
    assert "Fjord AS" in page and "Bell" in page


def test_empty_list_of_items_offers_the_first(client: Client, base: str) -> None:
    assert "No items yet" in text_of(client, f"{base}/items/")


def test_new_item_by_dialog(client: Client, base: str) -> None:
    assert "New item" in text_of(client, f"{base}/items/new")
    refused = client.post(f"{base}/items/new", {"description": ""}, headers=JSON)
    assert refused.status_code == 422 or "A name is needed" in refused.content.decode()
    client.post(f"{base}/items/new", {"description": "Bicycle", "base_unit_of_measure_code": "pcs"}, headers=JSON)
    assert Item.objects.get().base_unit_of_measure_code == "PCS"


def test_item_is_edited_in_place_and_deleted(client: Client, base: str) -> None:
    item = records.create(Item, {"description": "Bicycle"})
    address = f"{base}/items/{item.pk}"
    client.post(f"{address}/field/unit_price", {"value": "12.50"}, headers=JSON)
    item.refresh_from_db()
    assert item.unit_price == 12.5
    assert client.post(f"{address}/delete", headers=JSON).status_code == 200
    assert not Item.objects.exists()


@pytest.mark.parametrize("name", ["item-categories", "units-of-measure", "locations", "tax-groups", "return-reasons"])
def test_code_tables_have_setup_pages(client: Client, base: str, name: str) -> None:
    page = text_of(client, f"{base}/setup/{name}/")
    assert name != "units-of-measure" or UnitOfMeasure.objects.get(code="HOUR").description in page


def test_balance_leads_to_the_open_entries(client: Client, base: str, traded: Any) -> None:
    customer = traded[1]
    card = text_of(client, f"{base}/customers/{customer.pk}")
    address = f"{base}/customer-entries/?sort=-date&f=no%3Ais%3A{customer.no}&f=open%3Ayes%3A"
    assert address.replace("&", "&amp;") in card
    page = text_of(client, address)
    assert "12,345" in page and "Fjell AS" not in page
    late = text_of(client, address.replace("open", "overdue"))
    assert "12,345" in late and 'class="badge danger"' in late


def test_entries_are_found_by_document_and_number(client: Client, base: str, traded: Any) -> None:
    CustomerLedgerEntry.objects.filter(entry_no=2).update(document_no="INV-77")
    assert "Fjell AS" in text_of(client, f"{base}/customer-entries/?q=inv-7")
    found = text_of(client, f"{base}/customer-entries/?q=1")
    assert "Fjord AS" in found and "Fjell AS" not in found
    assert "Fjord AS" not in text_of(client, f"{base}/customer-entries/?q=99999999999999999999999")


def test_vendor_shows_what_we_owe(client: Client, base: str) -> None:
    vendor = records.create(Vendor, {"no": "V1", "name": "Fjell AS"})
    row = {"entry_no": 1, "vendor_no": "V1", "document_type": "invoice", "amount_lcy": -7654, "purchase_lcy": -4321}
    feed.load(VendorLedgerEntry, [row | {"posting_date": dt.date(THIS_YEAR, 1, 2)}])
    page = text_of(client, f"{base}/vendors/{vendor.pk}")
    assert "7,654" in page and "4,321" in page
    assert "-7,654.00" in text_of(client, f"{base}/vendor-entries/").replace("\u2212", "-")


def test_posted_documents_are_listed(client: Client, base: str, traded: Any) -> None:
    row = {"kind": "sales_invoice", "no": "F1", "account_no": traded[1].no, "posting_date": "2026-01-02"}
    feed.load(PostedDocument, [row])
    page = text_of(client, f"{base}/posted-documents/?q=f1")
    assert "Sales invoice" in page and "Fjord AS" in page
