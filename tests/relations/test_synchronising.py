"""How changes travel: chains, persons, answers, what has vanished (B-55 to B-69, B.8)."""

from __future__ import annotations

import pytest

from tests.contacts.register import salesperson
from tests.relations.parties import (
    again,
    bank_of,
    change,
    customer_of,
    employee_of,
    firm,
    fresh,
    hub,
    links,
    person,
    vendor_of,
)
from tuttava.contacts.models import ContactBusinessRelation
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import UserPreference
from tuttava.partners.models import BankAccount, Customer, Vendor
from tuttava.relations.queries import linked_record

pytestmark = pytest.mark.usefixtures("company")


def test_worked_example() -> None:  # B.8
    contact = firm(phone_no="111", salesperson_code=salesperson("JO"), name="Fabrikam")
    first, second = person(contact), person(contact, phone_no="999")
    customer = customer_of(contact)
    vendor = change(vendor_of(contact), purchaser_code=salesperson("PU"))
    change(customer, phone_no="222")
    assert [fresh(contact).phone_no, again(vendor).phone_no, fresh(first).phone_no, fresh(second).phone_no] == [
        *["222"] * 3,
        "999",
    ]
    assert (again(vendor).purchaser_code, fresh(contact).salesperson_code) == ("PU", "JO")
    change(vendor, purchaser_code=salesperson("PX"))
    assert (fresh(contact).salesperson_code, again(customer).salesperson_code) == ("JO", "JO")
    change(contact, salesperson_code=salesperson("AL"))
    assert (again(customer).salesperson_code, again(vendor).purchaser_code) == ("AL", "PX")
    records.delete(again(customer))
    assert [fresh(each).contact_business_relation for each in (contact, first, second)] == ["vendor"] * 3
    records.delete(fresh(contact))
    assert change(vendor, phone_no="333").phone_no == "333"


def test_change_of_the_company_does_not_reach_records_of_its_people_past_inheritance() -> None:  # B-55 B-59
    company = firm(phone_no="111")
    follower, own = person(company), person(company, phone_no="999")
    follows, stays = employee_of(follower), employee_of(own)
    change(company, phone_no="222")
    assert (again(follows).phone_no, again(stays).phone_no) == ("222", "999")


def test_change_of_a_person_does_not_reach_the_record_of_the_company() -> None:  # B-55
    company = firm(phone_no="111")
    colleague = person(company)
    customer = customer_of(company)
    change(colleague, phone_no="999")
    assert again(customer).phone_no == "111"


def test_person_customer_renames_the_person_in_parts() -> None:  # B-63
    customer = customer_of(person(name="Anna Berg"))
    change(customer, name="Anna Maria Lie")
    contact = hub(customer)
    assert (contact.first_name, contact.middle_name, contact.surname) == ("Anna", "Maria", "Lie")
    assert (contact.search_name, again(customer).search_name) == ("ANNA MARIA LIE", "ANNA MARIA LIE")


def test_name_as_the_contact_keeps_it_comes_back() -> None:  # B-63
    customer = customer_of(person(name="Anna Berg"))
    change(customer, name="Lie, Anna")
    assert (hub(customer).name, again(customer).name) == ("Anna Lie", "Anna Lie")


def test_search_name_edited_by_hand_stays() -> None:  # B-63
    contact = firm(name="Fjord AS")
    customer = change(customer_of(contact), search_name="EGEN")
    change(customer, name="Fjell AS")
    assert (fresh(contact).search_name, fresh(contact).name) == ("EGEN", "Fjell AS")


def test_bad_email_of_the_record_is_refused_and_nothing_changes() -> None:  # B-63
    contact = firm(email="a@fjord.example")
    customer = customer_of(contact)
    with pytest.raises(DomainError):
        change(customer, email="no address")
    assert (fresh(contact).email, again(customer).email) == ("a@fjord.example", "a@fjord.example")


def test_stamps_move_on_every_linked_side() -> None:  # B-56 B-58
    contact = person()
    customer, employee = customer_of(contact), employee_of(contact)
    before = (again(customer).last_modified_at, again(employee).last_modified_at)
    change(contact, phone_no="77 88 99 00")
    assert again(customer).last_modified_at > before[0]
    assert again(employee).last_modified_at > before[1]


def test_employee_runs_its_own_rules() -> None:  # B-58
    contact = person(name="Anna Berg")
    employee = employee_of(contact)
    change(contact, surname="Lie")
    assert (again(employee).last_name, again(employee).search_name) == ("Lie", "ANNA LIE")


def test_customer_shows_its_primary_contact_by_the_new_name() -> None:  # B-66
    customer = customer_of(person(name="Anna Berg"))
    assert (customer.primary_contact_id, customer.contact) == (hub(customer).pk, "Anna Berg")
    change(customer, name="Anna Lie")
    assert again(customer).contact == "Anna Lie"


def test_vanished_record_is_reported_and_its_row_removed() -> None:  # B-60
    contact = firm()
    customer = customer_of(contact)
    Customer.objects.filter(pk=customer.pk).delete()
    with acting(messages=[]) as context:
        changed = change(contact, phone_no="11 22 33 44")
    assert [message.code for message in context.messages] == ["relation.vanished"]
    assert (changed.phone_no, links(contact), fresh(contact).contact_business_relation) == ("11 22 33 44", [], "none")


def test_record_without_relation_changes_alone() -> None:  # B-62
    contact = firm()
    customer = customer_of(contact)
    records.delete(ContactBusinessRelation.objects.get(linked_id=customer.pk))
    change(customer, phone_no="11 22 33 44")
    assert (fresh(contact).phone_no, again(customer).phone_no) == ("", "11 22 33 44")


def test_unlinked_sides_may_be_linked_anew() -> None:  # B-44
    contact = firm(phone_no="111")
    customer = customer_of(contact)
    records.delete(ContactBusinessRelation.objects.get(linked_id=customer.pk))
    assert fresh(contact).contact_business_relation == "none"
    assert again(customer).phone_no == "111"
    assert customer_of(contact).no != customer.no


def test_new_customer_and_its_contact_have_the_same_salesperson() -> None:  # B-68
    UserPreference.objects.update_or_create(user_name="kari", defaults={"salesperson_code": salesperson("KA")})
    with acting(user_name="kari"):
        customer = records.create(Customer, {"name": "Fjord AS"})
    assert (customer.salesperson_code, hub(customer).salesperson_code) == ("KA", "KA")


def test_record_of_another_register_of_the_same_party() -> None:  # B-69
    contact = firm()
    customer, vendor = customer_of(contact), vendor_of(contact)
    assert linked_record(customer, "vendor") == vendor
    assert linked_record(vendor, "customer") == customer
    assert linked_record(customer, "bank_account") is None


def test_deleting_a_contact_leaves_the_records() -> None:  # B-83
    contact = firm()
    customer, bank = customer_of(contact), bank_of(contact)
    records.delete(fresh(contact))
    assert Customer.objects.filter(pk=customer.pk).exists()
    assert BankAccount.objects.filter(pk=bank.pk).exists()
    assert not ContactBusinessRelation.objects.filter(linked_id__in=[customer.pk, bank.pk]).exists()


def test_deleting_a_primary_contact_clears_number_and_name() -> None:  # B-83
    company = firm()
    colleague = person(company, name="Anna Berg")
    customer, vendor = customer_of(company), vendor_of(company)
    for record in (customer, vendor):
        change(record, primary_contact=colleague.pk)
    records.delete(fresh(colleague))
    for record in (customer, vendor):
        assert (again(record).primary_contact_id, again(record).contact) == (None, "")


@pytest.mark.parametrize("kind", ["customer", "vendor", "bank_account", "employee"])
def test_deleting_a_record_removes_its_row_and_renews_the_status(kind: str) -> None:  # B-84 B-85
    contact = person(firm()) if kind == "employee" else firm()
    makers = {"customer": customer_of, "vendor": vendor_of, "bank_account": bank_of, "employee": employee_of}
    record = makers[kind](contact)
    assert fresh(contact).contact_business_relation == kind
    records.delete(again(record))
    assert (links(contact), fresh(contact).contact_business_relation) == ([], "none")


def test_changing_one_side_needs_few_queries(django_assert_max_num_queries: object) -> None:  # B-55
    contact = firm()
    customer_of(contact), vendor_of(contact), bank_of(contact)
    with django_assert_max_num_queries(38):  # type: ignore[operator]
        change(contact, phone_no="12 34 56 78")
    assert Vendor.objects.get().phone_no == "12 34 56 78"
