"""The primary contact of customers and vendors (B-71 to B-82)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.register import setup
from tests.relations.parties import again, change, customer_of, firm, fresh, hub, links, person, vendor_of
from tests.relations.test_linking import alone
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.partners.models import BankAccount, Customer, Vendor
from tuttava.relations.queries import main_contact, primary_choices

pytestmark = pytest.mark.usefixtures("company")


def refused(record: Any, contact: Contact) -> tuple[str, str]:
    with pytest.raises(DomainError) as error:
        change(record, primary_contact=contact.pk)
    return error.value.code, error.value.field


def test_person_of_the_company_gives_its_name_only() -> None:  # B-71 B-74
    company = firm(phone_no="111", email="a@fjord.example")
    colleague = person(company, name="Anna Berg", phone_no="999", email="anna@fjord.example")
    customer = change(customer_of(company), primary_contact=colleague.pk)
    assert (customer.contact, customer.phone_no, customer.email) == ("Anna Berg", "111", "a@fjord.example")


def test_contact_of_another_party_is_refused() -> None:  # B-71 B-73
    for record in (customer_of(firm()), vendor_of(firm())):
        assert refused(record, person()) == ("contact.not_related", "primary_contact_id")
        assert refused(record, person(firm())) == ("contact.not_related", "primary_contact_id")
        assert refused(record, firm()) == ("contact.not_related", "primary_contact_id")


def test_person_brings_its_company_to_an_unlinked_record() -> None:  # B-72 b
    company = firm()
    customer = alone(Customer, name="Fjord Handel")
    change(customer, primary_contact=person(company).pk)
    assert links(company) == [("CUST", "customer", customer.no)]


def test_person_of_a_linked_company_is_refused_on_an_unlinked_record() -> None:  # B-72 b B-73
    company = firm()
    customer_of(company)
    assert refused(alone(Customer, name="Other"), person(company))[0] == "relation.exists"


def test_standalone_person_gets_a_company_made_from_the_record() -> None:  # B-72 c
    contact = person(name="Anna Berg")
    customer = change(alone(Customer, name="Fjord Handel", city="Voss"), primary_contact=contact.pk)
    company = hub(customer)
    assert (company.name, company.city, company.type) == ("Fjord Handel", "Voss", "company")
    assert fresh(contact).company_id == company.pk


def test_company_is_refused_on_an_unlinked_record() -> None:  # B-72 d
    assert refused(alone(Vendor, name="Other"), firm())[0] == "contact.not_related"


def test_new_customer_with_a_person_is_linked_to_its_company() -> None:  # B-49
    company = firm()
    before = Contact.objects.count() + 1
    customer = records.create(Customer, {"name": "Fjord AS", "primary_contact": person(company).pk})
    assert (hub(customer), Contact.objects.count()) == (company, before)


def test_company_as_primary_contact_brings_phone_and_email() -> None:  # B-75
    company = firm(phone_no="111", mobile_phone_no="333", email="a@fjord.example")
    customer, vendor = customer_of(company), vendor_of(company)
    for record in (customer, vendor):
        type(record)._default_manager.filter(pk=record.pk).update(phone_no="", mobile_phone_no="", email="")
        changed = change(record, primary_contact=company.pk)
        assert (changed.contact, changed.phone_no, changed.email) == ("", "111", "a@fjord.example")
    assert (again(customer).mobile_phone_no, again(vendor).mobile_phone_no) == ("333", "")


def test_clearing_the_number_clears_the_name() -> None:  # B-76
    company = firm()
    customer = change(customer_of(company), primary_contact=person(company).pk)
    assert change(customer, primary_contact=None).contact == ""


def test_typed_name_becomes_a_person_of_the_company() -> None:  # B-77
    customer = change(customer_of(firm(phone_no="111")), contact="Anna Berg")
    primary = again(customer).primary_contact
    assert primary is not None
    assert (primary.name, primary.surname, primary.company_id) == ("Anna Berg", "Berg", hub(customer).pk)
    assert (primary.phone_no, primary.contact_business_relation) == ("111", "customer")
    assert again(customer).contact == "Anna Berg"


def test_typed_name_on_a_new_vendor_becomes_a_person() -> None:  # B-77
    vendor = records.create(Vendor, {"name": "Fjord AS", "contact": "Anna Berg"})
    primary = again(vendor).primary_contact
    assert primary is not None
    assert (primary.name, primary.company_id) == ("Anna Berg", hub(vendor).pk)


def test_changing_a_filled_name_changes_only_the_text() -> None:  # B-77
    customer = change(customer_of(firm()), contact="Anna Berg")
    primary, people = again(customer).primary_contact_id, Contact.objects.count()
    change(customer, contact="Anna B.")
    assert (again(customer).contact, again(customer).primary_contact_id) == ("Anna B.", primary)
    assert Contact.objects.count() == people


def test_another_name_may_rename_the_person_or_create_another_one() -> None:  # B-77 Better
    customer = change(customer_of(firm()), contact="Anna Berg")
    anna = again(customer).primary_contact
    assert anna is not None
    with acting(answers={"q_contact_name": "rename"}):
        change(customer, contact="Anna Lie")
    assert (fresh(anna).name, again(customer).contact) == ("Anna Lie", "Anna Lie")
    with acting(answers={"q_contact_name": "create"}):
        change(customer, contact="Kari Moe")
    kari = again(customer).primary_contact
    assert kari is not None and kari != anna
    assert (kari.name, kari.company_id, again(customer).contact) == ("Kari Moe", anna.company_id, "Kari Moe")
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        change(customer, contact="Ola Dahl")
    assert [choice[0] for choice in asked.value.questions[0].choices] == ["text", "rename", "create"]


def test_blank_setup_code_stores_only_the_text() -> None:  # B-77
    setup(bus_rel_for_customers=None)
    customer = records.create(Customer, {"name": "Fjord AS", "contact": "Anna Berg"})
    assert (again(customer).contact, again(customer).primary_contact_id) == ("Anna Berg", None)
    assert not Contact.objects.filter(name="Anna Berg").exists()


def test_contact_of_a_bank_account_is_free_text() -> None:  # B.2
    bank = records.create(BankAccount, {"name": "Nordbank", "contact": "Anna Berg"})
    assert (bank.contact, hub(bank).people.exclude(pk=hub(bank).pk).count()) == ("Anna Berg", 0)


def test_renaming_the_primary_person_renames_it_on_both_records() -> None:  # B-79
    company = firm()
    colleague = person(company, name="Anna Berg")
    customer, vendor = customer_of(company), vendor_of(company)
    for record in (customer, vendor):
        change(record, primary_contact=colleague.pk)
    change(colleague, surname="Lie")
    assert (again(customer).contact, again(vendor).contact) == ("Anna Lie", "Anna Lie")


def test_further_people_leave_the_primary_contact_alone() -> None:  # B-80
    company = firm()
    customer = change(customer_of(company), primary_contact=person(company, name="Anna Berg").pk)
    person(company, name="Kari Lie")
    assert again(customer).contact == "Anna Berg"


def test_choices_are_people_and_company_of_the_party() -> None:  # B-81
    company = firm()
    colleague, stranger = person(company), person()
    assert set(primary_choices(customer_of(company))) == {company, colleague}
    assert set(primary_choices(customer_of(stranger))) == {stranger}
    other = person()
    assert other in primary_choices(alone(Customer, name="Alone"))
    assert colleague not in primary_choices(alone(Customer, name="Alone"))


def test_main_contact_is_the_primary_one_else_the_party_itself() -> None:  # B-82
    company = firm()
    customer = customer_of(company)
    assert main_contact(customer) == company
    colleague = person(company)
    assert main_contact(change(customer, primary_contact=colleague.pk)) == colleague
    assert main_contact(alone(Customer, name="Alone")) is None
