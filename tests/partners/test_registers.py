"""Customers, vendors, bank accounts and employees as records of their own (B.2)."""

from __future__ import annotations

import pytest

from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import UserPreference
from tuttava.partners.models import BankAccount, Customer, CustomerBlocked, Employee, Salesperson, SalesSetup, Vendor
from tuttava.partners.setups import setup_of

pytestmark = pytest.mark.usefixtures("company")


def test_number_comes_from_the_series_of_the_register() -> None:  # B-25
    customer, vendor = records.create(Customer, {"name": "Fjord AS"}), records.create(Vendor, {"name": "Fjell AS"})
    bank, employee = records.create(BankAccount, {"name": "Nordbank"}), records.create(Employee, {"first_name": "Ada"})
    assert (customer.no[0], vendor.no[0], bank.no[0], employee.no[0]) == ("C", "V", "B", "E")
    assert customer.no_series_code == "CUST"


def test_missing_series_is_named() -> None:  # B-25
    records.change(setup_of(SalesSetup), {"customer_nos": None})
    with pytest.raises(DomainError) as refused:
        records.create(Customer, {"name": "Fjord AS"})
    assert (refused.value.code, refused.value.field) == ("setup.customer_nos.missing", "customer_nos")


def test_drawn_number_in_use_is_skipped() -> None:  # B-25
    first = records.create(Customer, {"name": "A"})
    taken = f"C{int(first.no[1:]) + 10:05d}"
    records.create(Customer, {"no": taken, "name": "B"})
    assert records.create(Customer, {"name": "C"}).no == f"C{int(first.no[1:]) + 20:05d}"


def test_search_name_follows_the_name_until_edited() -> None:  # C-17
    vendor = records.create(Vendor, {"name": "Bakke"})
    vendor = records.change(vendor, {"name": "Bakke og sønn"})
    assert vendor.search_name == "BAKKE OG SØNN"
    vendor = records.change(vendor, {"search_name": "own"})
    assert records.change(vendor, {"name": "Bakke"}).search_name == "OWN"


def test_invoice_discount_code_is_the_own_number() -> None:
    customer, vendor = records.create(Customer, {"name": "A"}), records.create(Vendor, {"name": "B"})
    assert (customer.invoice_disc_code, vendor.invoice_disc_code) == (customer.no, vendor.no)


def test_salesperson_of_the_user_is_the_default() -> None:
    Salesperson.objects.create(code="QQ", name="Q")
    UserPreference.objects.update_or_create(user_name="kari", defaults={"salesperson_code": "QQ"})
    with acting(user_name="kari"):
        customer, vendor = records.create(Customer, {"name": "A"}), records.create(Vendor, {"name": "B"})
    assert (customer.salesperson_code, vendor.purchaser_code) == ("QQ", "QQ")


def test_privacy_block_blocks_the_customer_and_lifting_it_unblocks() -> None:
    customer = records.change(records.create(Customer, {"name": "A"}), {"privacy_blocked": True})
    assert customer.blocked == CustomerBlocked.ALL
    assert records.change(customer, {"privacy_blocked": False}).blocked == CustomerBlocked.NONE


def test_employee_is_found_by_the_full_name() -> None:
    employee = records.create(Employee, {"first_name": "Ada", "last_name": "Berg"})
    assert (employee.full_name, employee.search_name) == ("Ada Berg", "ADA BERG")
    assert records.change(employee, {"last_name": "Dahl"}).search_name == "ADA DAHL"


def test_many_new_records_with_phones_are_saved_together() -> None:
    """What the search needs to know of countries is read before the rows are on their way to the database."""
    edits = []
    for number in range(3):
        edit = records.Edit(records.blank(Customer), records.rules_of(Customer), typed=["name", "phone_no"])
        edit.enter("name", f"Firm {number}")
        edit.enter("phone_no", f"22 00 00 0{number}")
        edits.append(edit)
    with acting(cache={}), unit_of_work("test"):
        records.save_many(edits)
    assert Customer.objects.filter(name__startswith="Firm ").count() == 3
