"""What a contact is to us (B-14 to B-19), and taking relations back as one action."""

from __future__ import annotations

import pytest

from tests.contacts.register import setup
from tests.relations.parties import (
    again,
    bank_of,
    change,
    customer_of,
    employee_of,
    firm,
    fresh,
    links,
    person,
    vendor_of,
)
from tuttava.contacts.models import BusinessRelation, Contact, ContactBusinessRelation
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import Customer

pytestmark = pytest.mark.usefixtures("company")


def label(contact: Contact, code: str) -> ContactBusinessRelation:
    BusinessRelation.objects.get_or_create(code=code)
    return records.create(ContactBusinessRelation, {"business_relation_code": code}, given={"contact": contact})


def status(contact: Contact) -> str:
    return fresh(contact).contact_business_relation


def test_links_by_codes_of_the_setup_are_named_after_the_register() -> None:  # B-15 B-16
    for make, name in ((customer_of, "customer"), (vendor_of, "vendor"), (bank_of, "bank_account")):
        contact = firm()
        make(contact)
        assert status(contact) == name
    single = person()
    employee_of(single)
    assert status(single) == "employee"


def test_examples_of_the_specification() -> None:  # B-16
    other = firm()
    bank_of(other)
    ContactBusinessRelation.objects.filter(contact=other).update(business_relation_code=_code("X"))
    records.change(ContactBusinessRelation.objects.get(contact=other), {"business_relation_code": _code("XX")})
    assert status(other) == "other"
    both = firm()
    customer_of(both), vendor_of(both)
    assert status(both) == "multiple"
    lawyer = firm()
    customer_of(lawyer), label(lawyer, "LAW")
    assert status(lawyer) == "multiple"
    labels = firm()
    label(labels, "LAW")
    assert status(labels) == "other"
    label(labels, "PRESS")
    assert status(labels) == "multiple"
    assert status(firm()) == "none"


def _code(code: str) -> str:
    BusinessRelation.objects.get_or_create(code=code)
    return code


def test_other_code_beside_a_link_is_multiple() -> None:  # B-16
    contact = firm()
    customer_of(contact)
    row = ContactBusinessRelation.objects.get(contact=contact)
    records.change(row, {"business_relation_code": _code("ALT")})
    vendor_of(contact)
    assert status(contact) == "multiple"


def test_people_show_what_the_company_is() -> None:  # B-14 B-19
    company = firm()
    customer = customer_of(company)
    colleague, own = person(), person()
    employee_of(own)
    ContactBusinessRelation.objects.filter(contact=own).update(business_relation_code=_code("OWN"))
    records.change(ContactBusinessRelation.objects.get(contact=own), {"business_relation_code": _code("OWN2")})
    assert (status(colleague), status(own)) == ("none", "other")
    for each in (colleague, own):
        change(each, company_no=company.no)
    assert (status(colleague), status(own)) == ("customer", "multiple")
    records.delete(again(customer))
    assert (status(colleague), status(own)) == ("none", "other")


def test_rows_that_are_not_saved_have_no_effect() -> None:  # B-17
    contact = firm()
    ContactBusinessRelation(contact=contact, business_relation_code="CUST")
    assert status(contact) == "none"


def test_company_with_a_relation_cannot_become_a_person() -> None:  # B-12
    contact = firm()
    customer_of(contact)
    with pytest.raises(DomainError) as refused:
        change(contact, type="person")
    assert "contact.type.has_business_relations" in {detail.code for detail in refused.value.details}


def test_relation_stamps_the_contact() -> None:  # B-11
    contact = firm()
    before = fresh(contact).last_modified_at
    Contact.objects.filter(pk=contact.pk).update(last_modified_at=before.replace(year=2020))
    label(contact, "LAW")
    assert fresh(contact).last_modified_at >= before


def test_same_code_in_two_fields_fails_at_the_second_link() -> None:  # B-4
    setup(bus_rel_for_vendors="CUST")
    contact = firm()
    customer_of(contact)
    with pytest.raises(DomainError):
        vendor_of(contact)


def test_creating_a_customer_is_taken_back_as_one() -> None:  # B.3 Better 4
    contact = firm(phone_no="111")
    with unit_of_work("create customer from contact") as unit:
        customer = customer_of(contact)
    undo_unit(unit)
    assert not Customer.objects.filter(pk=customer.pk).exists()
    assert (links(contact), status(contact), fresh(contact).phone_no) == ([], "none", "111")


def test_propagated_change_is_taken_back_on_every_side() -> None:  # B.3 Better 4
    contact = firm(phone_no="111")
    colleague = person(contact)
    customer, vendor = customer_of(contact), vendor_of(contact)
    with unit_of_work("change customer") as unit:
        change(customer, phone_no="222")
    assert {fresh(contact).phone_no, fresh(colleague).phone_no, again(vendor).phone_no} == {"222"}
    undo_unit(unit)
    sides = (fresh(contact), fresh(colleague), again(customer), again(vendor))
    assert [side.phone_no for side in sides] == ["111"] * 4
