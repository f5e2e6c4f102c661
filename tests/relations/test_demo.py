"""The registers of a demo company."""

from __future__ import annotations

import pytest

from tests.demo_company import demo_company
from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactType
from tuttava.partners.models import (
    BankAccount,
    Customer,
    Employee,
    OrderAddress,
    RegisterEntry,
    Salesperson,
    ShipToAddress,
    Vendor,
    VendorBankAccount,
)
from tuttava.relations.queries import contacts_of, hub_of

__all__ = ["demo_company"]

pytestmark = pytest.mark.usefixtures("demo_company")

REGISTERS: tuple[type[RegisterEntry], ...] = (Customer, Vendor, BankAccount, Employee)


def test_every_record_of_the_demo_has_one_contact_behind_it() -> None:  # B.7
    for model in REGISTERS:
        ids = set(model._default_manager.values_list("pk", flat=True))
        linked = list(
            ContactBusinessRelation.objects.filter(link_to_table=model.table).values_list("linked_id", flat=True)
        )
        assert ids and sorted(linked) == sorted(ids), model


def test_nobody_of_a_related_company_is_without_status() -> None:  # B.7, B-14
    related = ContactBusinessRelation.objects.values("contact_id")
    people = Contact.objects.filter(company_id__in=related)
    assert people.count() > 300
    assert not people.filter(contact_business_relation="none").exists()
    statuses = set(Contact.objects.values_list("contact_business_relation", flat=True))
    assert {"customer", "vendor", "bank_account", "employee", "other", "multiple", "none"} <= statuses


def test_demo_is_a_trading_company() -> None:  # section B.7
    assert 55 <= Customer.objects.count() <= 75 and 25 <= Vendor.objects.count() <= 40
    assert BankAccount.objects.count() == 2 and Employee.objects.count() == 7
    assert {each.salesperson_code for each in Employee.objects.all()} == set(
        Salesperson.objects.values_list("code", flat=True)
    )
    assert ShipToAddress.objects.count() == 9 and OrderAddress.objects.count() == 4
    assert VendorBankAccount.objects.count() == 12
    labels = ContactBusinessRelation.objects.filter(linked_id=None)
    assert {"LAW", "PRESS", "ACCOUNT"} <= set(labels.values_list("business_relation_code", flat=True))


def test_demo_shows_founding_from_both_sides() -> None:  # B-26, B-45, B-77
    made_from_contact = Customer.objects.get(name="Tindblikk Friluft AS")
    hub = hub_of(made_from_contact)
    assert hub is not None and hub.vat_registration_no == made_from_contact.vat_registration_no
    brought_its_contact = Customer.objects.get(name="Aittapuoti Oy")
    hub = hub_of(brought_its_contact)
    assert hub is not None and hub.city == brought_its_contact.city == "Tampere"
    person = brought_its_contact.primary_contact
    assert person is not None and person.name == "Päivi Rautiainen" and person.company_id == hub.pk


def test_demo_templates_give_what_they_should() -> None:  # B-20, B-27
    for country, terms in (("NO", "30 DAYS"), ("FI", "14 DAYS")):
        firms = Customer.objects.filter(country=country, contact_type=ContactType.COMPANY)
        assert firms.count() > 5 and {each.payment_terms_code for each in firms} == {terms}
    private = Customer.objects.filter(contact_type=ContactType.PERSON)
    assert {each.payment_terms_code for each in private} == {"7 DAYS"}


def test_primary_contacts_belong_to_their_customers() -> None:  # B-71, B-74
    companies = Customer.objects.filter(contact_type=ContactType.COMPANY)
    assert not companies.filter(primary_contact=None).exists()
    for customer in companies.select_related("primary_contact"):
        assert customer.primary_contact in contacts_of(customer) and customer.contact == customer.primary_contact.name


def test_demo_has_the_odd_ones() -> None:  # B-67, B.7
    both = Contact.objects.get(name="Noorderlicht Groothandel B.V.")
    assert both.contact_business_relation == "multiple"
    assert set(Customer.objects.exclude(blocked="none").values_list("blocked", flat=True)) == {"all", "ship"}
    locked = Customer.objects.get(privacy_blocked=True)
    hub = hub_of(locked)
    assert hub is not None and hub.privacy_blocked


def test_demo_registers_reach_nobody_real() -> None:  # B.7
    for model in (Customer, Vendor, BankAccount):
        for record in model._default_manager.all():
            assert record.email.endswith(".example"), record
            assert not record.home_page or record.home_page.endswith(".example"), record
    assert all(each.company_email.endswith(".example") for each in Employee.objects.all())
