"""Customers, vendors, bank accounts and employees are found as contacts are (interface.md Habits)."""

from __future__ import annotations

import pytest

from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.models import CompanyInformation
from tuttava.foundation.search import refresh_search, search_ids
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor

pytestmark = pytest.mark.usefixtures("company")


def found(model: type[RegisterEntry], text: str) -> list[str]:
    numbers = dict(model._default_manager.values_list("pk", "no"))
    return [numbers[pk] for pk in search_ids(text, model._default_manager.all())]


@pytest.mark.parametrize(
    "typed",
    ["fjordhandel", "handel", "bergen fjord", "55102030", "+47 55 10 20 30", "kari", "NO987654321", "@fjord.no"],
)
def test_new_customer_is_found(typed: str) -> None:
    CompanyInformation.objects.update(country="NO")
    customer = records.create(
        Customer,
        {
            "name": "Fjordhandel AS",
            "city": "Bergen",
            "phone_no": "55 10 20 30",
            "contact": "Kari Åderøy",
            "vat_registration_no": "NO 987 654 321",
            "email": "post@fjord.no",
        },
    )
    records.create(Customer, {"name": "Somebody else"})
    assert found(Customer, typed) == [customer.no]


def test_changed_vendor_is_found_by_what_it_holds_now() -> None:
    vendor = records.change(records.create(Vendor, {"name": "Fjell AS"}), {"name": "Skog AS"})
    assert found(Vendor, "skog") == [vendor.no] and found(Vendor, "fjell") == []


def test_batch_of_new_records_is_found() -> None:
    rules = records.rules_of(BankAccount)
    edits = [records.Edit(BankAccount(name=name, iban=f"NO93860111179{at}"), rules) for at, name in enumerate("AB")]
    records.save_many(edits)
    assert found(BankAccount, "no93 8601 1117 91") == [edits[1].record.no]


def test_employee_is_found_by_parts_of_the_name_and_either_address() -> None:
    employee = records.create(
        Employee, {"first_name": "Ada", "last_name": "Bergström", "email": "ada@home.no", "company_email": "ab@work.no"}
    )
    for typed in ("ada bergstroem", "ström", "ada@home.no", "ab@work.no"):
        assert found(Employee, typed) == [employee.no]
    assert Employee.objects.get().search_text == "ada bergstrom"


def test_rows_written_past_the_rules_are_found_once_refreshed() -> None:
    customer = records.create(Customer, {"name": "Fjord AS"})
    Customer.objects.update(name="Skog AS")
    assert found(Customer, "skog") == []
    refresh_search(Customer, [customer.pk])
    assert found(Customer, "skog") == [customer.no]


def test_privacy_blocked_customer_is_found_by_the_number_only() -> None:  # C-72
    customer = records.create(Customer, {"name": "Secret Person", "privacy_blocked": True})
    with acting(rights=frozenset({"api.read"})):
        assert found(Customer, "secret") == [] and found(Customer, customer.no) == [customer.no]
    assert found(Customer, "secret") == [customer.no]
