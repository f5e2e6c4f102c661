"""Linking a contact with a record that exists (B-38 to B-43)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contacts.register import change as change_contact
from tests.contacts.register import salesperson, setup
from tests.relations.parties import again, customer_of, firm, fresh, hub, links, person, vendor_of
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import BankAccount, Customer, Employee, Vendor
from tuttava.relations.actions import differences, link, move_link

pytestmark = pytest.mark.usefixtures("company")


def alone(model: type[Any], **values: Any) -> Any:
    """A record without a contact."""
    record = records.create(model, values)
    for row in ContactBusinessRelation.objects.filter(linked_id=record.pk):
        records.delete(row)
    return record


def refused(contact: Contact, table: str, no: str, **options: Any) -> str:
    with pytest.raises(DomainError) as error:
        link(contact, table, no, **options)
    return error.value.code


def test_contact_is_master_by_default() -> None:  # B-40 B-41
    contact = firm(name="Fjord AS", phone_no="111")
    customer = alone(Customer, name="Fjord Handel", phone_no="222")
    relation = link(contact, "customer", customer.no)
    assert (relation.business_relation_code, relation.linked_no) == ("CUST", customer.no)
    assert (again(customer).name, again(customer).phone_no) == ("Fjord AS", "111")
    assert fresh(contact).contact_business_relation == "customer"


def test_record_as_master_gives_its_values_to_the_contact() -> None:  # B-41
    contact = firm(name="Fjord AS", phone_no="111", salesperson_code=salesperson("JO"))
    vendor = alone(Vendor, name="Fjord Handel", phone_no="222")
    link(contact, "vendor", vendor.no, master="record")
    assert (fresh(contact).name, fresh(contact).phone_no) == ("Fjord Handel", "222")
    assert fresh(contact).salesperson_code == "JO"


def test_person_takes_the_name_of_the_customer_and_stays_a_person() -> None:  # B-39 B-41
    contact = person(firm(), name="Anna Berg")
    customer = alone(Customer, name="Kari Lie")
    link(contact, "customer", customer.no, master="record")
    assert (fresh(contact).name, fresh(contact).surname, fresh(contact).type) == ("Kari Lie", "Lie", "person")
    assert (hub(customer), again(customer).contact_type) == (contact, "person")


@pytest.mark.parametrize("master", ["contact", "record"])
def test_blank_of_the_master_leaves_the_filled_value_and_takes_it(master: str) -> None:  # B-43
    contact = firm(name="Fjord AS", city="Voss")
    customer = alone(Customer, name="Fjord AS", phone_no="222")
    link(contact, "customer", customer.no, master=master)
    assert (fresh(contact).city, fresh(contact).phone_no) == ("Voss", "222")
    assert (again(customer).city, again(customer).phone_no) == ("Voss", "222")


def test_field_chosen_by_hand_wins_even_when_blank() -> None:  # B-43
    contact = firm(name="Fjord AS", city="Voss", phone_no="111")
    customer = alone(Customer, name="Fjord Handel", phone_no="222")
    link(contact, "customer", customer.no, fields={"city": "record", "phone_no": "record"})
    assert (fresh(contact).city, fresh(contact).phone_no, fresh(contact).name) == ("", "222", "Fjord AS")
    assert (again(customer).city, again(customer).phone_no, again(customer).name) == ("", "222", "Fjord AS")


@pytest.mark.parametrize("choice", [{"city": "nobody"}, {"external_id": "record"}, {"nonsense": "contact"}])
def test_choice_that_means_nothing_is_refused(choice: dict[str, str]) -> None:  # B-43
    customer = alone(Customer, name="Fjord AS")
    assert refused(firm(), "customer", customer.no, fields=choice) == "value_invalid"
    assert refused(firm(), "customer", customer.no, master="both") == "value_invalid"


def test_comparison_shows_what_differs_and_nothing_else() -> None:  # B-43
    contact = firm(name="Fjord AS", city="Voss", phone_no="111")
    customer = alone(Customer, name="Fjord AS", phone_no="222")
    found = {each.name: (each.contact_value, each.record_value) for each in differences(contact, customer)}
    assert (found["city"], found["phone_no"]) == (("Voss", ""), ("111", "222"))
    defaults = {"country_code", "post_code", "county", "language_code", "format_region"}
    assert found.keys() - defaults == {"city", "phone_no"}


def test_linking_reaches_the_other_links_and_people() -> None:  # B-41 B-63
    contact = firm(phone_no="111")
    colleague, vendor = person(contact), vendor_of(contact)
    customer = alone(Customer, name="Fjord AS", phone_no="222")
    link(contact, "customer", customer.no, master="record")
    assert (again(vendor).phone_no, fresh(colleague).phone_no) == ("222", "222")


def test_contact_linked_already_is_refused_and_named() -> None:  # B-38 B-22
    company = firm()
    customer_of(company)
    other = alone(Customer, name="Other")
    assert refused(company, "customer", other.no) == "relation.exists"
    assert refused(person(company), "customer", other.no) == "relation.exists"


def test_record_linked_already_is_refused() -> None:  # B-7
    customer = customer_of(firm())
    assert refused(firm(), "customer", customer.no) == "relation.entity_taken"


def test_label_of_the_same_code_gives_way() -> None:  # B-8
    contact = firm()
    ContactBusinessRelation.objects.create(contact=contact, business_relation_code="CUST")
    customer = customer_of(contact)
    assert links(contact) == [("CUST", "customer", customer.no)]


def test_checks_come_in_order() -> None:  # B-38
    blocked = change_contact(person(), privacy_blocked=True)
    vendor, bank = alone(Vendor, name="V"), alone(BankAccount, name="B")
    assert refused(blocked, "vendor", vendor.no) == "contact.privacy_blocked"
    assert refused(blocked, "bank_account", bank.no) == "contact.privacy_blocked"
    assert refused(person(), "vendor", vendor.no) == "contact.company_required"
    setup(bus_rel_for_vendors=None)
    assert refused(person(), "vendor", vendor.no) == "contact.company_required"
    assert refused(firm(), "vendor", vendor.no) == "setup.missing"


def test_unknown_number_is_refused() -> None:  # B-40
    for number in ("", "NOPE"):
        assert refused(firm(), "customer", number) == "not_found"


def test_employee_takes_the_values_of_the_person() -> None:  # B-41
    contact = person(name="Anna Berg", phone_no="111")
    employee = alone(Employee, first_name="Kari", last_name="Lie", phone_no="222", city="Voss")
    link(contact, "employee", employee.no, master="record")
    assert (again(employee).first_name, again(employee).phone_no, again(employee).city) == ("Anna", "111", "Voss")
    assert (fresh(contact).name, fresh(contact).city) == ("Anna Berg", "")
    assert refused(firm(), "employee", employee.no) == "contact.type_must_be"


def test_link_is_moved_to_another_record_with_a_chosen_master() -> None:  # B-13
    contact = firm(phone_no="111")
    first, second = customer_of(contact), alone(Customer, name="Fjord Handel", phone_no="222")
    row = ContactBusinessRelation.objects.get(linked_id=first.pk)
    moved = move_link(row, second.no, master="record")
    assert (moved.linked_no, links(contact)) == (second.no, [("CUST", "customer", second.no)])
    assert (fresh(contact).phone_no, again(first).phone_no) == ("222", "111")
    assert fresh(contact).contact_business_relation == "customer"


def test_link_stays_when_it_cannot_be_moved() -> None:  # B-13
    contact = firm()
    customer, taken = customer_of(contact), customer_of(firm())
    row = ContactBusinessRelation.objects.get(linked_id=customer.pk)
    with pytest.raises(DomainError) as refused_move:
        move_link(row, taken.no)
    assert refused_move.value.code == "relation.entity_taken"
    assert links(contact) == [("CUST", "customer", customer.no)]
