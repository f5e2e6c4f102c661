"""Relation codes in the marketing setup, and what customers owe in their list (B.6, B-4)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from tests.relations.pages import JSON, administrator, linked_customer
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.trade.models import CustomerLedgerEntry

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


def test_setup_shows_the_four_codes_together(client: Client, base: str) -> None:  # B.6
    page = client.get(f"{base}/setup/marketing").content.decode()
    group = page[page.index('id="g-relations"') :]
    group = group[: group.index("</details>")]
    assert "Relation codes for" in group and "mark-warning" not in group
    for name in ("customers", "vendors", "bank_accounts", "employees"):
        assert f'id="f-bus_rel_for_{name}_code"' in group


def test_code_in_two_fields_is_warned_of_and_marked(client: Client, base: str) -> None:  # B-4
    address = f"{base}/setup/marketing/field/bus_rel_for_vendors_code"
    answer = client.post(address, {"value": "CUST"}, headers=JSON).json()
    assert [told["severity"] for told in answer["messages"]] == ["warning"]
    page = client.get(f"{base}/setup/marketing").content.decode()
    assert page.count("cf editable mark-warning") == 2
    records.change(marketing_setup(), {"bus_rel_for_vendors_code": "VEND"})
    assert "mark-warning" not in client.get(f"{base}/setup/marketing").content.decode()


def test_list_of_customers_says_what_they_owe(client: Client, base: str) -> None:
    _contact, customer = linked_customer(name="Fjord AS")
    day = dt.date(2026, 1, 5)
    for number, (amount, is_open) in enumerate([(1000, True), (250, True), (4000, False)], start=1):
        CustomerLedgerEntry.objects.create(
            entry_no=number, customer=customer, posting_date=day, remaining_amount_lcy=amount, open=is_open
        )
    assert "1,250.00" in client.get(f"{base}/customers/").content.decode()
    assert "1250" in b"".join(client.get(f"{base}/customers/file/csv")).decode()
