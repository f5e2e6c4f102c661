"""Business relations from files (B-1, B-5 to B-8)."""

from __future__ import annotations

import pytest

from tests.transfer.helpers import counts, messages, run
from tuttava.contacts.models import BusinessRelation, Contact, ContactBusinessRelation
from tuttava.foundation import records
from tuttava.partners.models import Customer
from tuttava.relations.queries import hub_of
from tuttava.transfer.models import ImportJob

pytestmark = pytest.mark.usefixtures("company", "uploads", "places", "law")


@pytest.fixture
def law(company: object) -> None:
    BusinessRelation.objects.get_or_create(code="LAW", defaults={"description": "Lawyer"})


@pytest.fixture
def firm(company: object) -> Contact:
    return records.create(Contact, {"no": "F1", "name": "Nordlys AS"})


def relations(content: str) -> ImportJob:
    return run(content, kind="contact_business_relations")


def test_labels_come_from_a_file_with_reserved_codes_too(firm: Contact) -> None:  # B-1
    row = relations("Contact no,Business relation\nF1,Lawyer\nF1,CUST\nF9,LAW\nF1,NEVER\n")
    assert counts(row) == (2, 0, 0, 2), [found.messages for found in row.rows.all()]
    codes = ContactBusinessRelation.objects.filter(contact=firm).values_list("business_relation_code", flat=True)
    assert set(codes) == {"LAW", "CUST"}
    assert (messages(row, 3), messages(row, 4)) == (["import.contact_unknown"], ["not_found"])


def test_same_relation_again_changes_nothing(firm: Contact) -> None:
    content = "Contact no,Business relation\nF1,LAW\n"
    relations(content)
    assert counts(relations(content)) == (0, 0, 1, 0)


def test_link_takes_a_record_that_nobody_has(firm: Contact) -> None:  # B-7, B-13
    linked = records.create(Customer, {"no": "K1", "name": "Granit AB"})
    assert hub_of(linked) is not None
    row = relations("Name,Business relation,Linked to,Linked no\nNordlys AS,CUST,Customer,K1\nNordlys AS,LAW,,K1\n")
    assert counts(row) == (0, 0, 0, 2)
    assert (messages(row, 1), messages(row, 2)) == (["relation.entity_taken"], ["field_required"])
    records.delete(ContactBusinessRelation.objects.get(linked_id=linked.pk))
    row = relations("Name,Business relation,Linked to,Linked no\nNordlys AS,CUST,Customer,k1\n")
    assert counts(row) == (1, 0, 0, 0), [found.messages for found in row.rows.all()]
    assert hub_of(linked) == firm


def test_contacts_come_with_their_labels() -> None:  # B-1
    row = run("Name,Business relations\nGranit AB,LAW; CUST\n")
    assert counts(row) == (1, 0, 0, 0), [found.messages for found in row.rows.all()]
    found = ContactBusinessRelation.objects.filter(contact__name="Granit AB")
    assert set(found.values_list("business_relation_code", flat=True)) == {"LAW", "CUST"}
