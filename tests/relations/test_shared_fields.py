"""The table of shared fields, field by field and direction by direction (B.3, B-55 to B-65)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.register import salesperson, setup
from tests.relations.parties import (
    again,
    bank_of,
    change,
    customer_of,
    employee_of,
    firm,
    fresh,
    hub,
    person,
    vendor_of,
)
from tuttava.contacts.models import Contact
from tuttava.foundation.models import Country, Currency, Language, Territory
from tuttava.partners.models import RegisterEntry

pytestmark = pytest.mark.usefixtures("company")

#: A value for each shared field, and what the three registers and the employee call the field ("" = has it not).
#: Written out as the specification has it, not derived from the product's own table.
TABLE: tuple[tuple[str, Any, str, str, str, str], ...] = (
    ("name", "Ny AS", "name", "name", "name", ""),
    ("search_name", "NYTT NAVN", "search_name", "search_name", "search_name", ""),
    ("name_2", "avd. Bergen", "name_2", "name_2", "name_2", ""),
    ("address", "Havnegata 7", *["address"] * 4),
    ("address_2", "3. etasje", *["address_2"] * 4),
    ("city", "Testby", *["city"] * 4),
    ("post_code", "X-1234", *["post_code"] * 4),
    ("county", "Vestland", *["county"] * 4),
    ("country_code", "FI", *["country_code"] * 4),
    ("phone_no", "55 11 22 33", *["phone_no"] * 4),
    ("mobile_phone_no", "900 11 222", *["mobile_phone_no"] * 4),
    ("fax_no", "55 11 22 34", *["fax_no"] * 4),
    ("telex_no", "4711", "telex_no", "telex_no", "telex_no", ""),
    ("telex_answer_back", "NY", "telex_answer_back", "telex_answer_back", "telex_answer_back", ""),
    ("email", "post@ny.example", *["email"] * 4),
    ("home_page", "https://ny.example", "home_page", "home_page", "home_page", ""),
    ("territory_code", "TERR", "territory_code", "territory_code", "territory_code", ""),
    ("currency_code", "SEK", "currency_code", "currency_code", "currency_code", ""),
    ("language_code", "FIN", "language_code", "language_code", "language_code", ""),
    ("format_region", "fi-FI", "format_region", "format_region", "format_region", ""),
    ("salesperson_code", "NEW", "salesperson_code", "", "", ""),
    ("registration_number", "987654321", "registration_number", "registration_number", "", ""),
    ("vat_registration_no", "NO987654321MVA", "vat_registration_no", "vat_registration_no", "", ""),
)
OF_EMPLOYEES: tuple[tuple[str, Any, str], ...] = (
    ("first_name", "Kari", "first_name"),
    ("middle_name", "Moe", "middle_name"),
    ("surname", "Lie", "last_name"),
    ("job_title", "Sjef", "job_title"),
    ("initials", "KML", "initials"),
    ("pager", "123", "pager"),
)
#: Only companies have these, or persons get them with rules of their own.
NOT_OF_PERSONS = ("name", "search_name", "currency_code", "registration_number", "vat_registration_no")
MAKERS = {"customer": customer_of, "vendor": vendor_of, "bank_account": bank_of}
COLUMN = {"customer": 2, "vendor": 3, "bank_account": 4, "employee": 5}


@pytest.fixture(autouse=True)
def codes(company: object) -> None:
    """What the values above refer to."""
    for model, code in ((Country, "FI"), (Currency, "SEK"), (Language, "FIN"), (Territory, "TERR")):
        model._default_manager.get_or_create(code=code)
    salesperson("NEW")


def _pairs(table: str) -> list[tuple[str, Any, str]]:
    return [(row[0], row[1], row[COLUMN[table]]) for row in TABLE if row[COLUMN[table]]]


ALL = [(table, *pair) for table in MAKERS for pair in _pairs(table)]
IDS = [f"{table}-{name}" for table, name, *_rest in ALL]


@pytest.mark.parametrize(("table", "name", "value", "theirs"), ALL, ids=IDS)
def test_change_of_the_contact_reaches_the_record(table: str, name: str, value: Any, theirs: str) -> None:  # B-55 B-56
    contact = firm(country_code="NO")
    record: RegisterEntry = MAKERS[table](contact)
    change(contact, **{name: value})
    assert getattr(again(record), theirs) == value


@pytest.mark.parametrize(("table", "name", "value", "theirs"), ALL, ids=IDS)
def test_change_of_the_record_reaches_the_contact(table: str, name: str, value: Any, theirs: str) -> None:  # B-61 B-63
    contact = firm(country_code="NO")
    change(MAKERS[table](contact), **{theirs: value})
    assert getattr(fresh(contact), name) == value


EMPLOYEE = [*[pair for pair in _pairs("employee") if pair[0] not in NOT_OF_PERSONS], *OF_EMPLOYEES]


@pytest.mark.parametrize(("name", "value", "theirs"), EMPLOYEE, ids=[row[0] for row in EMPLOYEE])
def test_change_of_the_person_reaches_the_employee(name: str, value: Any, theirs: str) -> None:  # B-58
    contact = person(country_code="NO")
    employee = employee_of(contact)
    change(contact, **{name: value})
    assert getattr(again(employee), theirs) == value


@pytest.mark.parametrize(("name", "value", "theirs"), EMPLOYEE, ids=[row[0] for row in EMPLOYEE])
@pytest.mark.parametrize("two_way", [False, True])
def test_employee_reaches_the_person_only_where_the_setup_says_so(
    name: str, value: Any, theirs: str, two_way: bool
) -> None:  # B-65
    setup(two_way_employees=two_way)
    contact = person(country_code="NO")
    before = getattr(contact, name)
    change(employee_of(contact), **{theirs: value})
    assert getattr(fresh(contact), name) == (value if two_way else before)


def test_every_shared_field_is_in_the_table_above() -> None:  # B.3
    named = {row[0] for row in TABLE} | {row[0] for row in OF_EMPLOYEES}
    from tuttava.relations.fields import contact_fields

    assert contact_fields() - named == {"type", "privacy_blocked"}


NEVER = ("external_id", "correspondence_type", "salutation_code", "extension_no", "email_2", "minor")


@pytest.mark.parametrize("name", NEVER)
def test_other_fields_have_no_counterpart(name: str) -> None:  # B.3
    from tuttava.relations.fields import contact_fields

    assert name not in contact_fields()


def test_vendor_keeps_its_purchaser_and_the_contact_its_salesperson() -> None:  # B-56 B-63
    contact = firm(salesperson_code=salesperson("JO"))
    vendor = change(vendor_of(contact), purchaser_code=salesperson("PU"))
    change(vendor, purchaser_code="NEW")
    assert fresh(contact).salesperson_code == "JO"
    change(contact, salesperson_code="PU")
    assert again(vendor).purchaser_code == "NEW"


def test_bank_keeps_our_contact() -> None:  # B-57
    contact = firm(salesperson_code=salesperson("JO"))
    bank = change(bank_of(contact), our_contact_code="NEW")
    assert fresh(contact).salesperson_code == "JO"
    change(contact, salesperson_code="NEW")
    change(contact, salesperson_code="JO")
    assert again(bank).our_contact_code == "NEW"


def test_bank_has_a_format_region_and_no_registration_number() -> None:  # B-50
    contact = firm(registration_number="123456789")
    bank = change(bank_of(contact), format_region="fi-FI")
    assert (fresh(contact).format_region, fresh(contact).registration_number) == ("fi-FI", "123456789")
    assert not hasattr(bank, "registration_number")


def test_only_changed_fields_travel() -> None:  # B.3 Better 2
    contact = firm(phone_no="111")
    customer = customer_of(contact)
    # As after a past that nobody synchronised: the two sides differ.
    type(customer)._default_manager.filter(pk=customer.pk).update(phone_no="222", city="Voss")
    change(contact, email="post@fjord.example")
    assert (again(customer).phone_no, again(customer).city) == ("222", "Voss")
    change(customer, name_2="avd. Nord")
    assert (fresh(contact).phone_no, fresh(contact).city) == ("111", "")


def test_field_that_is_not_shared_never_touches_the_contact() -> None:  # B-64
    contact = firm()
    customer = customer_of(contact)
    Contact.objects.filter(pk=contact.pk).update(name="Omdøpt AS")
    change(customer, priority=3)
    assert fresh(contact).name == "Omdøpt AS"
    assert again(customer).name == "Fjord AS"


def test_name_reaches_a_contact_that_has_none() -> None:  # B-61
    contact = firm()
    customer = customer_of(contact)
    Contact.objects.filter(pk=contact.pk).update(name="")
    change(customer, priority=3)
    assert fresh(contact).name == "Fjord AS"


def test_privacy_block_reaches_the_other_side_when_set_and_never_when_lifted() -> None:  # B-67
    contact = firm()
    customer, vendor = customer_of(contact), vendor_of(contact)
    change(contact, privacy_blocked=True)
    assert (again(customer).privacy_blocked, again(customer).blocked) == (True, "all")
    assert again(vendor).privacy_blocked
    change(contact, privacy_blocked=False)
    assert again(customer).privacy_blocked
    change(customer, privacy_blocked=False)
    assert (again(customer).blocked, again(vendor).privacy_blocked) == ("none", True)
    change(customer, privacy_blocked=True)
    assert fresh(contact).privacy_blocked
    change(customer, privacy_blocked=False)
    assert fresh(contact).privacy_blocked


def test_unrelated_edit_of_the_customer_keeps_the_block_of_the_contact() -> None:  # B-67
    contact = firm()
    customer = customer_of(contact)
    change(contact, privacy_blocked=True)
    change(customer, privacy_blocked=False)
    change(customer, phone_no="99 88 77 66")
    assert fresh(contact).privacy_blocked


def test_type_of_the_contact_reaches_the_customer() -> None:  # B.3
    person_customer = customer_of(person())
    assert person_customer.contact_type == "person"
    change(hub(person_customer), type="company")
    assert again(person_customer).contact_type == "company"


def test_type_of_the_customer_does_not_reach_the_contact() -> None:  # B-63
    contact = firm()
    change(customer_of(contact), contact_type="person")
    assert fresh(contact).type == "company"
