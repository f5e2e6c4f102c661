"""Contacts of records and people of customers in the standard service (16.2, 16.3)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Json, Service, SignIn
from tests.contacts.register import firm, person, setup
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.relations import insert_relation
from tuttava.foundation import records
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor

pytestmark = pytest.mark.usefixtures("company")

KINDS = [(Customer, "Customer"), (Vendor, "Vendor"), (BankAccount, "Bank Account"), (Employee, "Employee")]
FIELDS = ["contactId", "contactNumber", "contactName", "contactType", "relatedId", "relatedType"]


def alone(model: type[RegisterEntry], **values: Any) -> Any:
    """A record that no contact stands behind."""
    setup(bus_rel_for_customers=None, bus_rel_for_vendors=None, bus_rel_for_bank_accounts=None)
    made = records.create(model, {"last_name" if model is Employee else "name": "Fjord AS", **values})
    setup(bus_rel_for_customers="CUST", bus_rel_for_vendors="VEND", bus_rel_for_bank_accounts="BANK")
    return made


def linked(contact: Contact, model: type[RegisterEntry] = Customer) -> Any:
    record = alone(model)
    insert_relation(contact, record)
    return record


def of(api: Service, record: RegisterEntry, kind: str, more: str = "") -> list[Json]:
    address = f"contactsInformation?$filter=relatedId eq {record.pk} and relatedType eq '{kind}'{more}"
    return api.get(address).value


@pytest.mark.parametrize(("model", "kind"), KINDS)
def test_company_and_people_of_the_linked_contact(api: Service, model: type[RegisterEntry], kind: str) -> None:  # 16.2
    company = firm()
    anna, ole = person(company), person(company, name="Ole Moen")
    person(firm(name="Other"))
    record = linked(company, model)
    found = of(api, record, kind)
    assert [row["contactId"] for row in found] == [str(company.pk), *sorted([str(anna.pk), str(ole.pk)], key=_no)]
    assert [key for key in found[0] if "@" not in key] == FIELDS
    assert found[0] == {
        "contactId": str(company.pk),
        "contactNumber": company.no,
        "contactName": "Fjord AS",
        "contactType": "Company",
        "relatedId": str(record.pk),
        "relatedType": kind.replace(" ", "_x0020_"),
    }


def _no(contact_id: str) -> str:
    return str(Contact.objects.get(pk=contact_id).no)


def test_a_linked_person_is_alone(api: Service) -> None:  # 16.2
    anna = person(firm(name="Employer"))
    assert [row["contactId"] for row in of(api, linked(anna, Employee), "Employee")] == [str(anna.pk)]
    loner = person()
    assert [row["contactId"] for row in of(api, linked(loner), "Customer")] == [str(loner.pk)]


def test_record_without_relation_has_none(api: Service) -> None:  # 16.2
    assert of(api, alone(Customer), "Customer") == []
    assert api.get(f"customers({alone(Customer).pk})/contactsInformation").value == []


def test_customers_and_vendors_lead_there(api: Service) -> None:  # 16.2, E-3
    company = firm(email="post@fjord.example")
    person(company)
    customer, vendor = linked(company), linked(company, Vendor)
    for name, record in (("customers", customer), ("vendors", vendor)):
        found = api.get(f"{name}({record.pk})/contactsInformation?$expand=contact($select=email)").value
        assert [row["relatedId"] for row in found] == [str(record.pk)] * 2
        assert found[0]["contact"]["id"] == str(company.pk) and found[0]["contact"]["email"] == "post@fjord.example"
        expanded = api.get(f"{name}({record.pk})?$expand=contactsInformation($filter=contactType eq 'Person')").json
        assert [row["contactName"] for row in expanded["contactsInformation"]] == ["Anna Berg"]
    assert api.get(f"customers({uuid.uuid4()})/contactsInformation").status == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?$filter=relatedId eq {id}",
        "?$filter=relatedType eq 'Customer'",
        "?$filter=relatedId eq {id} or relatedType eq 'Customer'",
        "?$filter=relatedId ne {id} and relatedType eq 'Customer'",
        "?$filter=not (relatedId eq {id} and relatedType eq 'Customer')",
        "?$filter=relatedId in ({id}) and relatedType eq 'Customer'",
        "/$count",
    ],
)
def test_without_both_filters_it_is_refused(api: Service, query: str) -> None:  # 16.2
    answer = api.get("contactsInformation" + query.replace("{id}", str(linked(firm()).pk)))
    assert (answer.status, answer.code) == (400, "Application_DialogException")
    assert answer.domain_code == "api.related_record_required"


def test_filters_can_be_turned_round_and_narrowed(api: Service) -> None:  # 16.2
    company = firm()
    person(company)
    record = linked(company)
    for condition, count in (
        (f"'Customer' eq relatedType and ({record.pk} eq relatedId and contactType eq 'Person')", 1),
        (
            f"relatedId eq '{record.pk}' and relatedType eq Microsoft.NAV.contactBusinessRelationLinkToTable'Customer'",
            2,
        ),
        (f"relatedId eq {record.pk} and relatedType eq 'Customer' and startswith(contactName,'Anna')", 1),
    ):
        answer = api.get(f"contactsInformation?$filter={condition}")
        assert answer.status == 200 and len(answer.value) == count, answer.content


def test_unknown_record_is_not_found(api: Service) -> None:  # 16.2
    record = linked(firm())
    for related, kind in ((uuid.uuid4(), "Customer"), (record.pk, "Vendor"), (record.pk, " ")):
        answer = api.get(f"contactsInformation?$filter=relatedId eq {related} and relatedType eq '{kind}'")
        assert (answer.status, answer.code) == (404, "Internal_RecordNotFound")


def test_it_is_read_only(api: Service) -> None:  # 16.2
    assert api.post("contactsInformation", {"contactName": "X"}).status == 405


def test_blocked_contacts_show_masks(api: Service, sign_in: SignIn) -> None:  # C-72
    anna = person()
    record = linked(anna)
    Contact.objects.filter(pk=anna.pk).update(privacy_blocked=True)
    assert "Anna" not in of(api, record, "Customer")[0]["contactName"]
    assert of(sign_in("SUPER"), record, "Customer")[0]["contactName"] == "Anna Berg"


def test_a_page_of_records_reads_its_contacts_at_once(api: Service) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            rows = api.get("customers?$expand=contactsInformation($expand=contact)").value
        assert len(rows[-1]["contactsInformation"]) == 2
        return len(queries)

    def add(number: int) -> None:
        company = firm(name=f"Firm {number}")
        person(company)
        linked(company)

    add(1)
    cost()
    before = cost()
    for number in range(2, 6):
        add(number)
    assert cost() == before


def test_people_of_customers(api: Service) -> None:  # 16.3
    company = firm()
    anna = person(company, email="anna@fjord.example", job_title="Buyer", phone_no="555")
    person(firm(name="Prospect"))
    customer = linked(company)
    found = api.get("customerContacts").value
    assert [key for key in found[0] if "@" not in key] == [
        *("id", "email", "firstName", "lastName", "professionalTitle", "customerId", "customerName"),
        *("primaryPhoneNumber", "lastModifiedDateTime"),
    ]
    row = next(row for row in found if row["id"] == str(anna.pk))
    assert (row["firstName"], row["lastName"], row["professionalTitle"]) == ("Anna", "Berg", "Buyer")
    assert (row["customerId"], row["customerName"]) == (str(customer.pk), customer.name)
    assert (row["email"], row["primaryPhoneNumber"]) == ("anna@fjord.example", "555")
    assert {row["id"] for row in found} == {str(anna.pk)}
    assert api.post("customerContacts", {"email": "x@y.example"}).status == 405
    filtered = api.get(f"customerContacts?$filter=customerId eq {customer.pk} and customerName eq '{customer.name}'")
    assert len(filtered.value) == 1


def test_patch_changes_the_person_and_moves_the_link(api: Service) -> None:  # 16.3
    company = firm()
    anna = person(company)
    customer, other = linked(company), alone(Customer)
    address = f"customerContacts({anna.pk})"
    assert api.patch(address, {"firstName": "Eva", "professionalTitle": "CEO"}).json["firstName"] == "Eva"
    assert Contact.objects.get(pk=anna.pk).name == "Eva Berg"
    moved = api.patch(address, {"customerId": str(other.pk)})
    assert (moved.status, moved.json["customerId"], moved.json["customerName"]) == (200, str(other.pk), other.name)
    relation = ContactBusinessRelation.objects.get(contact=company)
    assert (relation.linked_id, relation.linked_no, relation.business_relation_code) == (other.pk, other.no, "CUST")
    assert not ContactBusinessRelation.objects.filter(linked_id=customer.pk).exists()
    unknown = api.patch(address, {"customerId": str(uuid.uuid4())})
    assert (unknown.status, unknown.target) == (400, "customerId")
    blank = api.patch(address, {"customerId": None})
    assert (blank.status, blank.domain_code, blank.target) == (400, "field_required", "customerId")
    taken = linked(firm(name="Fjell AS"))
    refused = api.patch(address, {"customerId": str(taken.pk), "firstName": "Not kept"})
    assert (refused.status, refused.domain_code) == (400, "relation.entity_taken")
    assert api.get(address).json["firstName"] == "Eva"


def test_people_of_customers_are_tracked(api: Service) -> None:  # 16.3, A-80
    answer = api.get("customerContacts?$select=firstName", prefer="odata.track-changes")
    assert "deltaToken" in answer.json["@odata.deltaLink"]
