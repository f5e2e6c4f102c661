"""Contacts founded from customers, vendors, bank accounts and employees (B-45 to B-53)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.search import search_ids
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.models import Country
from tuttava.foundation.records import insert_many
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Salesperson, Vendor
from tuttava.relations.founding import add_person, found_contacts

pytestmark = pytest.mark.usefixtures("company")


def stored(model: type[RegisterEntry], **values: Any) -> Any:
    """A record that was there before the register was switched on: past the rules, without a contact."""
    values.setdefault("no", f"X{model._default_manager.count() + 1:05d}")
    row = model(**values)
    insert_many([row])
    return model._default_manager.get(pk=row.pk)


def founded(record: RegisterEntry, *, people: bool = False) -> Contact:
    return found_contacts([record], people=people).contacts[record.pk]


def reread(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def test_contact_takes_all_shared_fields_of_the_customer() -> None:  # B-46
    Salesperson.objects.create(code="QJ", name="J")
    values = {
        "name": "Fjord AS",
        "search_name": "FJ",
        "name_2": "Avd. Bergen",
        "address": "Strandgaten 1",
        "address_2": "2. etg.",
        "city": "Bergen",
        "post_code": "5013",
        "county": "Vestland",
        "country_code": "NO",
        "phone_no": "55 10 20 30",
        "mobile_phone_no": "912 34 567",
        "fax_no": "55 10 20 31",
        "telex_no": "T1",
        "telex_answer_back": "T2",
        "email": "post@fjord.example",
        "home_page": "https://fjord.example",
        "salesperson_code": "QJ",
        "registration_number": "987654321",
        "vat_registration_no": "NO 1",
        "format_region": "nb-NO",
        "privacy_blocked": True,
    }
    contact = reread(founded(stored(Customer, **values)))
    assert {name: getattr(contact, name) for name in values} == values
    assert (contact.type, contact.company_id, contact.company_name) == ("company", contact.pk, "Fjord AS")
    assert (contact.no[:2], contact.no_series_code) == ("CT", "CONT")
    assert contact.phone_no_normalised == "+4755102030"
    assert search_ids("post@fjord.example") == [contact.pk]


def test_relation_row_and_status_are_there_at_once() -> None:  # B-10, B-17
    customer = stored(Customer, name="Fjord AS")
    contact = founded(customer)
    row = ContactBusinessRelation.objects.get(contact=contact)
    assert (row.business_relation_code, row.link_to_table) == ("CUST", "customer")
    assert (row.linked_no, row.linked_id) == (customer.no, customer.pk)
    assert reread(contact).contact_business_relation == "customer"


def test_salesperson_of_the_contact_is_purchaser_or_our_contact() -> None:  # B-46
    Salesperson.objects.create(code="QP", name="P")
    vendor, bank = stored(Vendor, name="V", purchaser_code="QP"), stored(BankAccount, name="B", our_contact_code="QP")
    assert (founded(vendor).salesperson_code, founded(bank).salesperson_code) == ("QP", "QP")


def test_defaults_of_the_setup_are_not_applied() -> None:  # B-46
    Country.objects.get_or_create(code="SE")
    records.change(marketing_setup(), {"default_country_code": "SE", "default_correspondence_type": "email"})
    contact = founded(stored(Customer, name="Fjord AS"))
    assert (contact.country_code, contact.correspondence_type) == (None, "none")


def test_bank_s_format_region_is_the_contact_s() -> None:  # B-50
    contact = founded(stored(BankAccount, name="Nordbank", format_region="nb-NO"))
    assert (contact.format_region, contact.registration_number) == ("nb-NO", "")


def test_type_is_the_customer_s_and_company_for_vendors_and_banks() -> None:  # B-46
    person = founded(stored(Customer, name="Kari Nordmann", contact_type="person"))
    assert (person.type, person.company_id) == ("person", None)
    assert {founded(stored(model, name="X")).type for model in (Vendor, BankAccount)} == {"company"}


def test_person_s_name_is_split() -> None:  # B-53
    person = founded(stored(Customer, name="Kari Anne Nordmann", contact_type="person"))
    assert (person.first_name, person.middle_name, person.surname) == ("Kari", "Anne", "Nordmann")


def test_person_customer_is_its_own_primary_contact() -> None:  # B-47
    customer = stored(Customer, name="Kari Nordmann", contact_type="person")
    person = founded(customer)
    customer.refresh_from_db()
    assert (customer.primary_contact_id, customer.contact) == (person.pk, "Kari Nordmann")


def test_invalid_email_refuses_and_names_the_record() -> None:  # B-46
    with pytest.raises(DomainError, match="Fjord AS") as refused:
        found_contacts([stored(Customer, name="Fjord AS", email="nobody at home")], people=False)
    assert refused.value.code == "contact.email.invalid"
    assert not ContactBusinessRelation.objects.exists()


def test_tax_number_of_an_odd_shape_is_copied_as_it_is() -> None:  # B-46
    assert (
        founded(stored(Customer, name="A", vat_registration_no="ODD", country_code="NO")).vat_registration_no == "ODD"
    )


def test_missing_series_is_named_and_nothing_remains() -> None:  # B-46
    records.change(marketing_setup(), {"contact_nos_code": None})
    with pytest.raises(DomainError) as refused:
        found_contacts([stored(Customer, name="Fjord AS")], people=False)
    assert refused.value.code == "setup.contact_nos.missing"
    assert not Contact.objects.filter(name="Fjord AS").exists()


def test_blank_code_is_refused_or_passed_over_in_silence() -> None:  # B-10, B-45
    customer = stored(Customer, name="Fjord AS")
    records.change(marketing_setup(), {"bus_rel_for_customers_code": None, "contact_nos_code": None})
    assert not found_contacts([customer], people=False, automatic=True).contacts
    with pytest.raises(DomainError) as refused:
        found_contacts([customer], people=False)
    assert (refused.value.code, refused.value.field) == ("setup.missing", "bus_rel_code_for_customers")


def test_linked_record_gets_no_second_contact() -> None:  # B-48
    linked, unlinked = stored(Customer, name="A"), stored(Customer, name="B")
    founded(linked)
    again = found_contacts([linked, unlinked], people=True)
    assert again.contacts.keys() == {unlinked.pk}
    assert ContactBusinessRelation.objects.count() == 2


def test_employees_get_contacts_only_where_the_setup_says_so() -> None:  # B-45
    employee = stored(Employee, first_name="Ada", middle_name="B", last_name="van Dyk", email="a@b.example", pager="7")
    assert not found_contacts([employee], people=False).contacts
    records.change(marketing_setup(), {"create_contacts_for_employees": True})
    person = reread(founded(employee))
    assert (person.type, person.name, person.contact_business_relation) == ("person", "Ada B van Dyk", "employee")
    assert (person.first_name, person.middle_name, person.surname) == ("Ada", "B", "van Dyk")
    assert (person.email, person.pager, person.search_name) == ("a@b.example", "7", "ADA B VAN DYK")


def test_named_contact_becomes_person_of_the_company_and_primary_contact() -> None:  # B-51, B-53, B-77
    vendor = stored(Vendor, name="Bakke AS", contact="Nordmann, Kari", phone_no="55 10 20 30", country_code="NO")
    result = found_contacts([vendor], people=True)
    company, person = result.contacts[vendor.pk], reread(result.people[vendor.pk])
    vendor.refresh_from_db()
    assert (vendor.primary_contact_id, vendor.contact) == (person.pk, "Kari Nordmann")
    assert (person.first_name, person.surname) == ("Kari", "Nordmann")
    assert (person.company_id, person.company_no, person.company_name) == (company.pk, company.no, "Bakke AS")
    assert (person.phone_no, person.phone_no_normalised) == ("55 10 20 30", "+4755102030")
    assert person.contact_business_relation == "vendor"


def test_without_a_name_the_company_becomes_primary_contact() -> None:  # B-51
    customer = stored(Customer, name="Fjord AS")
    result = found_contacts([customer], people=True)
    customer.refresh_from_db()
    assert (customer.primary_contact_id, customer.contact) == (result.contacts[customer.pk].pk, "")
    assert not result.people


def test_primary_contact_chosen_before_stays() -> None:  # B-51
    chosen = records.create(Contact, {"type": "person", "name": "Ola Berg"})
    customer = stored(Customer, name="Fjord AS", contact="Ola Berg", primary_contact_id=chosen.pk)
    result = found_contacts([customer], people=True)
    customer.refresh_from_db()
    assert customer.primary_contact_id == chosen.pk and not result.people


def test_bank_s_contact_text_makes_no_person() -> None:  # B-51
    assert not found_contacts([stored(BankAccount, name="Nordbank", contact="Kari")], people=True).people


def test_typed_name_becomes_a_person_under_the_company() -> None:  # B-77
    customer = stored(Customer, name="Fjord AS", address="Kaien 1", phone_no="55 10 20 30")
    hub = reread(founded(customer))
    records.create(ContactBusinessRelation, {"contact_id": hub.pk, "business_relation_code": "LAW"})
    person = reread(add_person(customer, "Kari Nordmann"))
    customer.refresh_from_db()
    assert (person.company_id, person.address, person.phone_no) == (hub.pk, "Kaien 1", "55 10 20 30")
    assert person.contact_business_relation == "multiple"
    assert (customer.primary_contact_id, customer.contact) == (person.pk, "Kari Nordmann")


def test_typed_name_under_a_person_stands_alone() -> None:  # B-77
    customer = stored(Customer, name="Ola Berg", contact_type="person")
    founded(customer)
    person = reread(add_person(customer, "Kari Nordmann"))
    assert (person.company_id, person.contact_business_relation) == (None, "none")


def test_version_in_memory_is_the_stored_one() -> None:
    customer = stored(Customer, name="Kari Nordmann", contact_type="person")
    other = stored(Customer, name="Ola Berg", contact_type="person")
    found_contacts([customer], automatic=True)
    found_contacts([other])
    for record in (customer, other):
        fresh = Customer.objects.get(pk=record.pk)
        assert (record.version, record.contact) == (fresh.version, fresh.contact) != (1, "")


def test_everything_is_one_unit_of_work() -> None:  # B-51
    customers = [stored(Customer, name=f"Firm {n}", contact=f"Kari {n}") for n in range(3)]
    newest = JournalChange.objects.order_by("-id").values_list("id", flat=True)[0]
    found_contacts(customers, people=True)
    written = JournalChange.objects.filter(id__gt=newest).exclude(record_type__contains="series")
    counted = Counter(written.values_list("record_type", "operation"))
    assert sorted(counted.values()) == [3, 3, 6]
    assert None not in set(written.values_list("unit", flat=True)) and written.values("unit").distinct().count() == 1


def test_a_thousand_take_as_many_statements_as_one(django_assert_max_num_queries: Any) -> None:
    customers = [stored(Customer, name=f"Firm {n}", contact=f"Kari {n}", phone_no="55102030") for n in range(40)]
    found_contacts(customers[:2], people=True)
    with acting(), django_assert_max_num_queries(46):
        assert len(found_contacts(customers[2:], people=True).people) == 38
