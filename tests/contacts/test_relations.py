"""Business relations: labels typed by hand, links inserted by the program."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.contacts.register import change, firm, fresh, person, setup
from tuttava.contacts.models import BusinessRelation, Contact, ContactBusinessRelation, MarketingSetup
from tuttava.contacts.relations import insert_relation, new_relation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import save_many
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor

pytestmark = pytest.mark.usefixtures("company")
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
SETUP_CODES = [("CUST", "customers"), ("VEND", "vendors"), ("BANK", "bank_accounts"), ("EMP", "employees")]


@pytest.fixture(autouse=True)
def alone(company: object) -> None:
    """Records of the registers come without contacts of their own here (B-45)."""
    codes = {f"bus_rel_for_{name}": None for _code, name in SETUP_CODES}
    setup(**codes)


def switch_on() -> None:
    setup(**{f"bus_rel_for_{name}": code for code, name in SETUP_CODES})


def register(model: type[RegisterEntry], name: str = "Fjord AS") -> Any:
    """A record that no contact stands behind."""
    named = {"last_name": name} if model is Employee else {"name": name}
    return records.create(model, named)


def label(contact: Contact, code: str, **values: Any) -> ContactBusinessRelation:
    return records.create(ContactBusinessRelation, {"contact": contact, "business_relation": code, **values})


def codes_of(contact: Contact) -> set[str]:
    return set(contact.contactbusinessrelations.values_list("business_relation_code", flat=True))


@pytest.mark.parametrize("code", [code for code, _name in SETUP_CODES])
def test_codes_of_registers_cannot_be_typed(code: str) -> None:  # B-1
    switch_on()
    for write in (
        lambda: label(firm(), code),
        lambda: records.change(label(firm(), "LAW"), {"business_relation": code}),
    ):
        with pytest.raises(DomainError) as refused:
            write()
        assert (refused.value.code, refused.value.field) == ("relation.code_reserved", "business_relation_code")
        assert code in str(refused.value)


def test_rows_of_an_import_are_not_checked() -> None:  # B-1
    switch_on()
    with acting(door="import"):
        assert label(firm(), "CUST")


def test_renaming_a_code_renames_it_in_every_field_of_the_setup_and_keeps_the_status() -> None:  # B-2
    switch_on()
    setup(bus_rel_for_vendors="CUST")
    contact, customer = firm(), None
    setup(bus_rel_for_customers=None)
    customer = register(Customer)
    setup(bus_rel_for_customers="CUST")
    insert_relation(contact, customer)
    records.change(BusinessRelation.objects.get(code="CUST"), {"code": "KUNDE"})
    assert codes_of(contact) == {"KUNDE"}
    found = MarketingSetup.objects.get()
    assert (found.bus_rel_for_customers_code, found.bus_rel_for_vendors_code) == ("KUNDE", "KUNDE")
    assert marketing_setup().bus_rel_for_customers_code == "KUNDE"
    assert fresh(contact).contact_business_relation == "customer"


def test_a_code_in_use_cannot_be_deleted() -> None:  # B-3
    label(firm(), "LAW")
    setup(bus_rel_for_customers="PRESS")
    for code in ("LAW", "PRESS"):
        with pytest.raises(DomainError) as refused:
            records.delete(BusinessRelation.objects.get(code=code))
        assert refused.value.code == "code.in_use"
    records.delete(BusinessRelation.objects.get(code="TRAVEL"))


def test_setup_warns_of_a_code_in_two_fields() -> None:  # B-4
    with acting(messages=[]) as context:
        records.change(marketing_setup(), {"bus_rel_for_customers": "LAW"})
        assert not [each for each in context.messages if each.code == "setup.relation_code_shared"]
        records.change(MarketingSetup.objects.get(), {"bus_rel_for_vendors": "LAW"})
        told = [each for each in context.messages if each.code == "setup.relation_code_shared"]
        records.change(MarketingSetup.objects.get(), {"search_hit_pct": 61})
    assert len(told) == 1 and told[0].severity == "warning" and "LAW" in str(told[0].text)


def test_second_link_under_a_shared_code_is_refused() -> None:  # B-4
    contact, customer, vendor = firm(), register(Customer), register(Vendor)
    setup(bus_rel_for_customers="CUST", bus_rel_for_vendors="CUST")
    insert_relation(contact, customer)
    with pytest.raises(DomainError) as refused:
        insert_relation(contact, vendor)
    assert refused.value.code == "already_exists"


def test_companies_carry_labels_one_per_code_and_persons_none() -> None:  # B-5, B-9
    contact = firm()
    label(contact, "LAW")
    label(contact, "PRESS")
    assert fresh(contact).contact_business_relation == "multiple"
    with pytest.raises(DomainError) as refused:
        label(contact, "LAW")
    assert refused.value.code == "already_exists"
    with pytest.raises(DomainError) as refused:
        label(person(), "LAW")
    assert refused.value.code == "contact.wrong_type"


@pytest.mark.parametrize("model", [Customer, Vendor, BankAccount, Employee])
def test_program_links_contact_and_record_under_the_code_of_the_setup(model: type[RegisterEntry]) -> None:  # B-10
    contact, record = person(), register(model)
    with pytest.raises(DomainError) as refused:
        insert_relation(contact, record)
    assert refused.value.code == "setup.missing" and refused.value.field == f"bus_rel_code_for_{model.table}s"
    assert not codes_of(contact)
    switch_on()
    relation = insert_relation(contact, record)
    assert (relation.link_to_table, relation.linked_no, relation.linked_id) == (model.table, record.no, record.pk)
    assert (
        relation.business_relation_code
        == dict(zip(("customer", "vendor", "bank_account", "employee"), ("CUST", "VEND", "BANK", "EMP"), strict=True))[
            model.table
        ]
    )
    assert fresh(contact).contact_business_relation == model.table


def test_a_contact_has_one_record_of_a_register_whatever_the_code() -> None:  # B-6
    contact, first, second = firm(), register(Customer), register(Customer)
    label(contact, "LAW", link_to_table="customer", linked_no=first.no)
    switch_on()
    with pytest.raises(DomainError) as refused:
        insert_relation(contact, second)
    assert refused.value.code == "relation.exists"
    assert contact.no in str(refused.value) and first.no in str(refused.value) and second.no not in str(refused.value)
    with pytest.raises(DomainError) as refused:
        label(contact, "PRESS", link_to_table="customer", linked_no=second.no)
    assert refused.value.code == "relation.exists"


def test_a_record_belongs_to_one_contact() -> None:  # B-7
    mine, other, customer = firm(), firm(name="Fjell AS"), register(Customer)
    switch_on()
    insert_relation(mine, customer)
    with pytest.raises(DomainError) as refused:
        insert_relation(other, customer)
    assert refused.value.code == "relation.entity_taken"
    assert customer.no in str(refused.value) and mine.no in str(refused.value)


def test_row_of_a_vanished_record_does_not_block_its_number() -> None:  # B-7
    mine, other, customer = firm(), firm(name="Fjell AS"), register(Customer)
    number = customer.no
    setup(bus_rel_for_customers="CUST")
    insert_relation(mine, customer)
    Customer.objects.filter(pk=customer.pk).delete()
    setup(bus_rel_for_customers=None)
    again = records.create(Customer, {"no": number, "name": "Again"})
    setup(bus_rel_for_customers="CUST")
    assert insert_relation(other, again).linked_no == number


def test_label_with_the_code_gives_way_to_the_link() -> None:  # B-8
    contact, customer = firm(), register(Customer)
    label(contact, "PROS")
    label(contact, "LAW")
    setup(bus_rel_for_customers="PROS")
    insert_relation(contact, customer)
    assert codes_of(contact) == {"PROS", "LAW"}
    assert contact.contactbusinessrelations.get(business_relation="PROS").linked_no == customer.no


def test_typing_changing_and_removing_a_relation_touches_the_contact() -> None:  # B-11
    contact = firm()
    row = label(contact, "LAW")
    for act in (
        lambda: label(contact, "PRESS"),
        lambda: records.change(row, {"business_relation": "JOB"}),
        lambda: records.delete(row),
    ):
        Contact.objects.filter(pk=contact.pk).update(last_modified_at=LONG_AGO)
        act()
        assert fresh(contact).last_modified_at > LONG_AGO


def test_company_with_a_relation_cannot_become_a_person() -> None:  # B-12
    contact = firm()
    row = label(contact, "LAW")
    with pytest.raises(DomainError) as refused:
        change(contact, type="person")
    assert "contact.type.has_business_relations" in {refused.value.code, *(d.code for d in refused.value.details)}
    records.delete(row)
    assert change(contact, type="person").type == "person"


def test_new_row_may_be_typed_with_an_existing_record_and_only_its_code_changes() -> None:  # B-13
    contact, customer, other = firm(), register(Customer, "Other name"), register(Customer)
    row = label(contact, "LAW", link_to_table="customer", linked_no=customer.no.lower())
    assert (row.linked_id, row.linked_no) == (customer.pk, customer.no)
    assert fresh(contact).name == "Fjord AS" and Customer.objects.get(pk=customer.pk).name == "Other name"
    for values in ({"linked_no": other.no}, {"linked_no": ""}, {"link_to_table": "vendor"}):
        with pytest.raises(DomainError) as refused:
            records.change(row, values)
        assert (refused.value.code, refused.value.field) == ("read_only", next(iter(values)))
    same = {"linked_no": customer.no, "link_to_table": "customer"}
    assert records.change(row, {"business_relation": "PRESS", **same}).business_relation_code == "PRESS"


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"link_to_table": "customer"}, "field_required", "linked_no"),
        ({"linked_no": "C1"}, "field_required", "link_to_table"),
        ({"link_to_table": "vendor", "linked_no": "NOPE"}, "not_found", "linked_no"),
        ({"link_to_table": "sofa", "linked_no": "C1"}, "value_invalid", "link_to_table"),
    ],
)
def test_half_a_link_is_refused(values: dict[str, str], code: str, field: str) -> None:  # B-13
    with pytest.raises(DomainError) as refused:
        label(firm(), "LAW", **values)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_link_under_a_reserved_code_may_be_typed() -> None:  # B-1, B-13
    customer = register(Customer)
    switch_on()
    contact = firm()
    label(contact, "CUST", link_to_table="customer", linked_no=customer.no)
    assert fresh(contact).contact_business_relation == "customer"


def test_link_shows_the_number_that_its_record_has_now() -> None:
    contact, customer, other = firm(), register(Customer), register(Customer)
    switch_on()
    insert_relation(contact, customer)
    records.change(customer, {"no": "C-NEW"})
    records.change(other, {"no": "C-OTHER"})
    assert contact.contactbusinessrelations.get().linked_no == "C-NEW"


def test_a_batch_of_links_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    pairs = [(firm(name=f"Firm {n}"), register(Customer)) for n in range(5)]
    switch_on()
    with acting(), django_assert_max_num_queries(12):
        save_many([new_relation(contact, record) for contact, record in pairs])
    assert {fresh(contact).contact_business_relation for contact, _record in pairs} == {"customer"}
    with pytest.raises(DomainError) as refused:
        save_many([new_relation(*pairs[0])])
    assert refused.value.code == "relation.exists"
