"""Create as customer, vendor, bank account, employee (B-20 to B-37)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.register import change as change_contact
from tests.contacts.register import salesperson, setup
from tests.relations.parties import (
    again,
    bank_of,
    customer_of,
    employee_of,
    firm,
    fresh,
    hub,
    links,
    person,
    vendor_of,
)
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Country, NumberSeries, NumberSeriesLine, UserPreference
from tuttava.partners.models import Customer, CustomerTemplate, EmployeeTemplate, SalesSetup, Vendor, VendorTemplate
from tuttava.partners.setups import setup_of
from tuttava.relations.actions import create_as

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def no_templates(company: object) -> None:
    """Each test brings its own templates."""
    for model in (CustomerTemplate, VendorTemplate, EmployeeTemplate):
        model._default_manager.all().delete()


def refused(contact: Contact, table: str, **options: Any) -> str:
    """The code with which creating is refused."""
    with pytest.raises(DomainError) as error:
        create_as(contact, table, **options)
    return error.value.code


def test_company_becomes_a_customer_with_its_values() -> None:  # B-26
    contact = firm(name="Fjord AS", phone_no="111", city="Voss", salesperson_code=salesperson("JO"))
    customer = customer_of(contact)
    assert (customer.name, customer.phone_no, customer.city, customer.salesperson_code) == (
        *("Fjord AS", "111", "Voss"),
        "JO",
    )
    assert customer.contact_type == "company"
    assert links(contact) == [("CUST", "customer", customer.no)]
    assert fresh(contact).contact_business_relation == "customer"


def test_blank_salesperson_of_the_contact_replaces_the_default_of_the_user() -> None:  # B-26
    contact = firm()
    UserPreference.objects.update_or_create(user_name="kari", defaults={"salesperson_code": salesperson("KA")})
    with acting(user_name="kari"):
        customer = customer_of(contact)
    assert customer.salesperson_code is None


def test_creating_a_customer_creates_no_other_contact() -> None:  # B-26 B-31
    contact = firm()
    before = Contact.objects.count()
    customer_of(contact)
    assert Contact.objects.count() == before
    person(contact)
    assert Customer.objects.count() == 1


def test_user_is_told_what_was_created() -> None:  # B-37
    with acting(messages=[]) as context:
        customer = customer_of(firm())
    assert [(message.code, customer.no in str(message.text)) for message in context.messages] == [
        ("record.created", True)
    ]


def test_person_of_a_company_makes_the_company_a_customer() -> None:  # B-23
    company = firm()
    colleague = person(company)
    customer = customer_of(colleague)
    assert (hub(customer), links(colleague)) == (company, [])
    assert customer.name == company.name
    assert fresh(colleague).contact_business_relation == "customer"


def test_standalone_person_becomes_a_person_customer() -> None:  # B-23 B-30
    contact = person(name="Anna Berg")
    customer = customer_of(contact)
    assert (customer.contact_type, customer.primary_contact_id, customer.contact) == (
        *("person", contact.pk),
        "Anna Berg",
    )


@pytest.mark.parametrize("table", ["customer", "vendor"])
def test_second_record_of_a_register_is_refused_and_the_company_named(table: str) -> None:  # B-22
    company = firm()
    colleague = person(company)
    create_as(company, table, use_template=False)
    for contact in (company, colleague):
        with pytest.raises(DomainError) as error:
            create_as(contact, table, use_template=False)
        assert (error.value.code, company.no in str(error.value.message)) == ("relation.exists", True)


@pytest.mark.parametrize("table", ["customer", "vendor", "bank_account"])
def test_blocked_contact_or_company_is_refused(table: str) -> None:  # B-24 B-34
    company = firm()
    colleague = person(company)
    change_contact(colleague, privacy_blocked=True)
    assert refused(fresh(colleague), table, use_template=False) == "contact.privacy_blocked"
    other = person(company)
    change_contact(company, privacy_blocked=True)
    assert refused(fresh(other), table, use_template=False) == "contact.privacy_blocked"


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("customer", "bus_rel_code_for_customers"),
        ("vendor", "bus_rel_code_for_vendors"),
        ("bank_account", "bus_rel_code_for_bank_accounts"),
        ("employee", "bus_rel_code_for_employees"),
    ],
)
def test_blank_relation_code_is_named_before_the_series(table: str, field: str) -> None:  # B-10
    setup(**{field.replace("_code_", "_"): None})
    records.change(setup_of(SalesSetup), {"customer_nos": None})
    contact = person(firm())
    with pytest.raises(DomainError) as error:
        create_as(contact, table, use_template=False)
    assert (error.value.code, error.value.field) == ("setup.missing", field)
    assert links(contact) == []


def test_blank_series_is_named() -> None:  # B-25
    records.change(setup_of(SalesSetup), {"customer_nos": None})
    contact = firm()
    assert refused(contact, "customer", use_template=False) == "setup.customer_nos.missing"
    assert fresh(contact).contact_business_relation == "none"


def series(code: str) -> str:
    NumberSeries.objects.get_or_create(code=code, defaults={"default_nos": True})
    NumberSeriesLine.objects.get_or_create(series_code=code, line_no=10000, defaults={"starting_no": f"{code}001"})
    return code


def test_number_comes_from_the_series_of_the_template() -> None:  # B-25
    template = records.create(CustomerTemplate, {"code": "T", "no_series_code": series("KEY")})
    customer = customer_of(firm(), use_template=True)
    assert (customer.no, customer.no_series_code, template.no_series_code) == ("KEY001", "KEY", "KEY")


def test_only_fitting_template_is_taken_silently() -> None:  # B-20
    records.create(CustomerTemplate, {"code": "CO", "contact_type": "company", "priority": 7})
    records.create(CustomerTemplate, {"code": "PE", "contact_type": "person", "priority": 8})
    assert customer_of(firm(), use_template=True).priority == 7
    # The company is linked, so its type decides, not that of the person clicked.
    assert customer_of(person(firm()), use_template=True).priority == 7
    assert customer_of(person(), use_template=True).priority == 8


def test_several_or_no_templates_abort_a_customer_unless_told_otherwise() -> None:  # B-20 B-21
    assert refused(firm(), "customer") == "customer.creation_aborted"
    for code in ("A", "B"):
        records.create(CustomerTemplate, {"code": code, "priority": ord(code)})
    assert refused(firm(), "customer") == "customer.creation_aborted"
    assert customer_of(firm(), use_template=True, template_code="b").priority == ord("B")
    assert customer_of(firm(), use_template=False).priority == 0


def test_checks_run_before_a_template_is_chosen() -> None:  # B-24
    contact = change_contact(firm(), privacy_blocked=True)
    assert refused(contact, "customer") == "contact.privacy_blocked"


def test_unknown_template_is_refused() -> None:
    assert refused(firm(), "customer", template_code="NOPE") == "not_found"


def test_vendor_without_or_with_several_templates() -> None:  # B-32
    assert refused(firm(), "vendor") == "vendor.no_template"
    assert vendor_of(firm()).name == "Fjord AS"
    records.create(VendorTemplate, {"code": "A", "priority": 3})
    assert vendor_of(firm(), use_template=True).priority == 3
    records.create(VendorTemplate, {"code": "B"})
    assert refused(firm(), "vendor") == "vendor.creation_aborted"


def test_employee_without_one_or_with_several_templates() -> None:  # B-35
    assert employee_of(person(), use_template=True).first_name == "Anna"
    records.create(EmployeeTemplate, {"code": "A", "statistics_group_code": "ADM"})
    assert employee_of(person(), use_template=True).statistics_group_code == "ADM"
    records.create(EmployeeTemplate, {"code": "B"})
    assert refused(person(), "employee") == "employee.creation_aborted"


@pytest.mark.parametrize("of_contact", ["NO", None])
@pytest.mark.parametrize("of_template", ["FI", None])
def test_contact_wins_over_the_template(of_contact: str | None, of_template: str | None) -> None:  # B-27
    for code in ("NO", "FI"):
        Country.objects.get_or_create(code=code)
    setup(default_country=None)
    records.create(CustomerTemplate, {"code": "T", "country_code": of_template})
    customer = customer_of(firm(country_code=of_contact), use_template=True)
    assert customer.country_code == (of_contact or of_template)


def test_template_never_changes_the_type() -> None:  # B-28
    records.create(CustomerTemplate, {"code": "PE", "contact_type": "person"})
    assert customer_of(firm(), template_code="PE", use_template=True).contact_type == "company"


def test_what_the_template_filled_reaches_the_contact() -> None:  # B-29
    records.create(CustomerTemplate, {"code": "T", "city": "Voss", "phone_no": "111"})
    contact = firm(phone_no="222")
    customer = customer_of(contact, use_template=True)
    assert (customer.city, fresh(contact).city, fresh(contact).phone_no) == ("Voss", "Voss", "222")


def test_vendor_keeps_the_purchaser_of_the_user() -> None:  # B-33
    UserPreference.objects.update_or_create(user_name="kari", defaults={"salesperson_code": salesperson("KA")})
    contact = firm(salesperson_code=salesperson("JO"))
    records.create(VendorTemplate, {"code": "T", "purchaser_code": salesperson("TE")})
    with acting(user_name="kari"):
        assert vendor_of(contact, use_template=True).purchaser_code == "KA"
    assert vendor_of(firm(), use_template=True).purchaser_code == "TE"


@pytest.mark.parametrize("table", ["vendor", "bank_account"])
def test_standalone_person_needs_a_company(table: str) -> None:  # B-33 B-34
    assert refused(person(), table, use_template=False) == "contact.company_required"


def test_bank_account_is_linked_to_the_company_of_a_person() -> None:  # B-34
    company = firm()
    bank = bank_of(person(company))
    assert (hub(bank), bank.name) == (company, company.name)
    assert refused(company, "bank_account") == "relation.exists"


def test_employee_is_the_person_itself() -> None:  # B-35
    company = firm()
    contact = person(company, name="Anna Maria Berg", job_title="Sjef")
    employee = employee_of(contact)
    assert (employee.first_name, employee.middle_name, employee.last_name) == ("Anna", "Maria", "Berg")
    assert (employee.job_title, hub(employee), links(company)) == ("Sjef", contact, [])
    assert refused(company, "employee") == "contact.type_must_be"
    assert refused(contact, "employee", use_template=False) == "relation.exists"


def test_employee_template_fills_blanks_only() -> None:  # B-36
    records.create(EmployeeTemplate, {"code": "T", "city": "Voss", "county": "Vestland", "gender": "female"})
    employee = employee_of(person(city="Oslo"), use_template=True)
    assert (employee.city, employee.county, employee.gender) == ("Oslo", "Vestland", "female")


def test_failure_at_the_end_leaves_nothing_behind() -> None:  # 0 (transactions)
    contact = firm()
    drawn = customer_of(firm()).no
    setup(bus_rel_for_vendors=None)
    assert refused(contact, "vendor", use_template=False) == "setup.missing"
    assert not Vendor.objects.exists()
    assert again(Customer.objects.get(no=drawn)).no == drawn
