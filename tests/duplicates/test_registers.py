"""Customers and vendors that no contact stands behind are compared with the contacts (D-29)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.contacts.register import firm, person
from tests.duplicates.test_smart_doors import LITWARE, NORDVIK
from tests.web.conftest import sign_in
from tuttava.contacts.models import ContactBusinessRelation
from tuttava.duplicates.registers import contacts_like
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.partners.models import Customer, Vendor

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


def unlinked(model: type[Customer] | type[Vendor], **values: str) -> Customer | Vendor:
    """A record that no contact stands behind, as an import of a foreign register leaves it."""
    made: Customer | Vendor = records.create(model, values)
    for relation in ContactBusinessRelation.objects.filter(linked_id=made.pk).select_related("contact"):
        relation.delete()
        records.delete(relation.contact)
    return made


@pytest.mark.parametrize("model", [Customer, Vendor])
def test_unlinked_record_finds_the_contact_of_its_party(model: type[Customer] | type[Vendor]) -> None:  # D-29
    firm(**NORDVIK)
    litware = firm(**LITWARE)
    record = unlinked(model, name="LITWARE Analytics Limited", city="London", phone_no="0044 20 7946 0018")
    found = contacts_like(record)
    assert [each.contact.pk for each in found] == [litware.pk]
    assert found[0].score >= 50


def test_record_of_a_person_finds_the_person() -> None:  # D-29
    kari = person(
        first_name="Kari", surname="Berg", email="kari.berg@nordlys.example", mobile_phone_no="+47 444 55 666"
    )
    values = {"name": "Kari Berg", "email": "kari.berg@nordlys.example", "contact_type": "person"}
    assert [each.contact.pk for each in contacts_like(unlinked(Customer, **values))] == [kari.pk]


def test_linked_record_is_compared_with_nobody() -> None:  # D-29
    contact = firm(**LITWARE)
    record = unlinked(Customer, name=LITWARE["name"], phone_no=LITWARE["phone_no"])
    assert contacts_like(record)
    relation = {"contact_id": contact.pk, "link_to_table": "customer", "linked_id": record.pk}
    ContactBusinessRelation.objects.create(business_relation_code="CUST", **relation)
    assert contacts_like(record) == []


def test_card_offers_the_link(company: Company, root: str) -> None:  # D-29
    contact = firm(**LITWARE)
    record = unlinked(Customer, no="K1", name=LITWARE["name"], phone_no=LITWARE["phone_no"])
    client: Client = sign_in(company, name="mona", sets="SUPER")
    page = client.get(f"{root}/customers/{record.pk}").content.decode()
    address = f"{root}/contacts/{contact.pk}/link/customer?no=K1&amp;party={contact.pk}"
    assert "Contacts like this" in page and address in page
    assert "K1" in client.get(address.replace("&amp;", "&")).content.decode()
    reader = sign_in(company, name="rita", sets="CRM-READ")
    shown = reader.get(f"{root}/customers/{record.pk}").content.decode()
    assert "Contacts like this" in shown and "/link/customer" not in shown
