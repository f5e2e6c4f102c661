"""What programs ask about records and their contacts (17.1)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service
from tests.contacts.register import firm, person
from tests.relations.test_api_actions import SETS, WORDS, ask
from tests.relations.test_api_information import alone, linked
from tuttava.contacts.models import Contact
from tuttava.partners.models import BankAccount, Customer, Employee, Vendor

pytestmark = pytest.mark.usefixtures("company")


def test_records_linked_to_the_same_contact(crm: Service) -> None:  # B-69
    contact = firm()
    customer, vendor = linked(contact), linked(contact, Vendor)
    assert ask(crm, customer, "linkedRecord(table='Vendor')").json["value"] == vendor.no
    assert ask(crm, vendor, "linkedRecord(table='Customer')").json["value"] == customer.no
    assert ask(crm, customer, "linkedRecord(table='BankAccount')").json["value"] == ""
    assert ask(crm, alone(Customer), "linkedRecord(table='Vendor')").json["value"] == ""
    anna = person()
    employee = linked(anna, Employee)
    assert ask(crm, employee, "linkedRecord(table='Customer')").json["value"] == ""
    bank = linked(contact, BankAccount)
    assert ask(crm, bank, "linkedRecord(table='Vendor')").json["value"] == vendor.no
    assert ask(crm, customer, "linkedRecord(table='Sofa')").status == 400
    assert ask(crm, customer, "linkedRecord()").status == 400


@pytest.mark.parametrize("words", ["Customer", "Vendor"])
def test_main_contact(crm: Service, words: str) -> None:  # B-82
    company = firm()
    record = linked(company, WORDS[words])
    assert ask(crm, record, "mainContact()").json["no"] == company.no
    anna = person(company)
    crm.patch(f"{SETS[words]}({record.pk})", {"primaryContactNo": anna.no})
    assert ask(crm, record, "mainContact").json["no"] == anna.no
    assert ask(crm, alone(WORDS[words]), "mainContact()").status == 204


@pytest.mark.parametrize("words", ["Customer", "Vendor"])
def test_contacts_to_choose_the_primary_one_first(crm: Service, words: str) -> None:  # C-68
    company = firm()
    anna, ole = person(company), person(company, name="Zoe Moen")
    person(firm(name="Stranger"))
    record = linked(company, WORDS[words])
    plain = [row["no"] for row in ask(crm, record, "contactChoices()").value]
    assert plain == [company.no, anna.no, ole.no]
    crm.patch(f"{SETS[words]}({record.pk})", {"primaryContactNo": ole.no})
    assert [row["no"] for row in ask(crm, record, "contactChoices()").value] == [ole.no, company.no, anna.no]
    assert len(ask(crm, linked(person(), WORDS[words]), "contactChoices()").value) == 1
    assert len(ask(crm, alone(WORDS[words]), "contactChoices()").value) == Contact.objects.count()


def test_relations_of_a_code(crm: Service) -> None:  # B.6
    contact = firm()
    linked(contact)
    rows = crm.get("businessRelations(code='CUST')/contactBusinessRelations?$expand=contact").value
    assert [row["contact"]["no"] for row in rows] == [contact.no]
