"""The contacts that a record offers to choose from (C-68)."""

from __future__ import annotations

import pytest

from tests.contacts.register import firm, person
from tuttava.contacts.models import Contact
from tuttava.contacts.resolving import contacts_to_choose

pytestmark = pytest.mark.usefixtures("company")


def names(contact: Contact | None = None, party_contact: Contact | None = None) -> list[str]:
    return [found.name for found in contacts_to_choose(contact, party_contact)]


@pytest.fixture
def fjord() -> Contact:
    found = firm(name="Fjord AS")
    person(found, name="Bo Dahl")
    person(found, name="Anna Berg")
    return found


@pytest.fixture
def other() -> Contact:
    found = firm(name="Vik AS")
    person(found, name="Cato Eng")
    return found


def test_record_of_a_party_offers_that_companys_contacts_alone(fjord: Contact, other: Contact) -> None:  # C-68
    assert names(party_contact=fjord) == ["Fjord AS", "Anna Berg", "Bo Dahl"]
    assert names(contact=other, party_contact=fjord) == ["Fjord AS", "Anna Berg", "Bo Dahl"]


def test_record_of_a_contact_offers_those_of_its_company(fjord: Contact, other: Contact) -> None:  # C-68
    anna = Contact.objects.get(name="Anna Berg")
    assert names(contact=anna) == names(contact=fjord) == ["Fjord AS", "Anna Berg", "Bo Dahl"]


def test_independent_person_is_offered_alone(fjord: Contact) -> None:  # C-68
    assert names(contact=person(name="Dag Foss")) == ["Dag Foss"]


def test_record_that_names_nobody_offers_all(fjord: Contact, other: Contact) -> None:  # C-68
    assert names() == ["Fjord AS", "Vik AS", "Anna Berg", "Bo Dahl", "Cato Eng"]
