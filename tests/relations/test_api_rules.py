"""Relations and synchronisation as programs meet them: both services, both sides (B-45 to B-85, B.8)."""

from __future__ import annotations

import pytest

from tests.api.conftest import CRM, Json, Service, SignIn
from tests.contacts.register import firm, fresh, person, salesperson, setup
from tests.relations.test_api_information import alone, linked
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor

pytestmark = pytest.mark.usefixtures("company")

TABLES = [("customers", "Customer"), ("vendors", "Vendor"), ("bankAccounts", "BankAccount")]


def contacts_of(crm: Service, name: str, record: Json) -> list[Json]:
    return crm.get(f"{name}({record['id']})/contacts").value


@pytest.mark.parametrize(("name", "kind"), TABLES)
def test_a_new_record_brings_its_contact(crm: Service, api: Service, name: str, kind: str) -> None:  # B-45, B-46, B-48
    record = api.made(name, {"displayName": "Fjord AS"})
    (contact,) = contacts_of(crm, name, record)
    assert (contact["name"], contact["type"], contact["contactBusinessRelation"]) == ("Fjord AS", "Company", kind)
    status = api.get(f"contacts({contact['id']})").json["contactBusinessRelation"]
    assert status == kind.replace("BankAccount", "Bank_x0020_Account")


def test_a_new_employee_brings_none(crm: Service, api: Service) -> None:  # B-45
    before = Contact.objects.count()
    api.made("employees", {"surname": "Berg"})
    assert Contact.objects.count() == before


def test_a_person_customer_brings_a_person(crm: Service, api: Service) -> None:  # B-47
    record = api.made("customers", {"displayName": "Anna Berg", "type": "Person"})
    (contact,) = contacts_of(crm, "customers", record)
    assert (contact["type"], contact["firstName"], contact["surname"]) == ("Person", "Anna", "Berg")
    customer = crm.get(f"customers({record['id']})").json
    assert (customer["primaryContactNo"], customer["contact"]) == (contact["no"], "Anna Berg")


@pytest.mark.parametrize(("name", "kind"), TABLES)
def test_without_a_code_no_contact_comes(api: Service, name: str, kind: str) -> None:  # B-45
    field = {"customers": "customers", "vendors": "vendors", "bankAccounts": "bank_accounts"}[name]
    setup(**{f"bus_rel_for_{field}": None})
    before = Contact.objects.count()
    api.made(name, {"displayName": "Fjord AS"})
    assert Contact.objects.count() == before


def test_a_contact_that_cannot_be_made_refuses_the_record(api: Service) -> None:  # B-46
    setup(contact_nos=None)
    before = Customer.objects.count()
    answer = api.post("customers", {"displayName": "Fjord AS"})
    assert (answer.status, answer.domain_code) == (400, "setup.contact_nos.missing")
    assert Customer.objects.count() == before


def test_worked_example(crm: Service, api: Service) -> None:  # B.8
    for code in ("JO", "PU", "PX", "AL"):
        salesperson(code)
    company = firm(name="Fabrikam", phone_no="111", salesperson_code="JO")
    inherits, own = person(company), person(company, name="Ole Moen", phone_no="999")
    customer = crm.post(f"contacts({company.pk})/Microsoft.NAV.createAsCustomer", {"useTemplate": False}).json
    vendor = crm.post(f"contacts({company.pk})/Microsoft.NAV.createAsVendor", {"useTemplate": False}).json
    crm.patch(f"vendors({vendor['id']})", {"purchaserCode": "PU"})

    def phones() -> list[str]:
        found = [Vendor.objects.get(pk=vendor["id"]), *map(fresh, (company, inherits, own))]
        return [each.phone_no for each in found]

    api.patch(f"customers({customer['id']})", {"phoneNumber": "222"})
    assert phones() == ["222", "222", "222", "999"]
    stored = Vendor.objects.get(pk=vendor["id"])
    assert (stored.purchaser_code, fresh(company).salesperson_code) == ("PU", "JO")
    crm.patch(f"vendors({vendor['id']})", {"purchaserCode": "PX"})
    assert crm.get(f"customers({customer['id']})").json["salespersonCode"] == "JO"
    crm.patch(f"contacts({company.pk})", {"salespersonCode": "AL"})
    assert crm.get(f"customers({customer['id']})").json["salespersonCode"] == "AL"
    assert crm.get(f"vendors({vendor['id']})").json["purchaserCode"] == "PX"
    assert fresh(company).contact_business_relation == "multiple"
    assert api.delete(f"customers({customer['id']})").status == 204
    assert [fresh(each).contact_business_relation for each in (company, inherits, own)] == ["vendor"] * 3
    assert api.delete(f"contacts({company.pk})").status == 204
    assert crm.get(f"vendors({vendor['id']})/contactBusinessRelation").status == 204
    assert api.patch(f"vendors({vendor['id']})", {"phoneNumber": "333"}).status == 200
    made = crm.post(f"vendors({vendor['id']})/Microsoft.NAV.createContact").json
    assert (made["name"], made["phoneNo"]) == ("Fabrikam", "333")


#: Property of the standard service, of ours, a value entered on the record and one entered on the contact.
SHARED: list[tuple[str, str, str, str]] = [
    ("displayName", "name", "Fjell AS", "Back"),
    ("addressLine1", "address", "Kai 1", "Back"),
    ("addressLine2", "address2", "Bygg 2", "Back"),
    ("city", "city", "Bergen", "Back"),
    ("state", "county", "Vestland", "Back"),
    ("postalCode", "postCode", "5003", "BACK"),
    ("phoneNumber", "phoneNo", "555", "777"),
    ("email", "email", "post@fjell.example", "back@fjell.example"),
    ("website", "homePage", "https://fjell.example", "https://back.example"),
    ("taxRegistrationNumber", "vatRegistrationNo", "NO987", ""),
]


@pytest.mark.parametrize("name", ["customers", "vendors"])
@pytest.mark.parametrize(("standard", "ours", "value", "back"), SHARED)
def test_shared_fields_travel_both_ways(
    crm: Service, api: Service, name: str, standard: str, ours: str, value: str, back: str
) -> None:  # B.3, B-55, B-61
    record = api.made(name, {"displayName": "Fjord AS"})
    (contact,) = contacts_of(crm, name, record)
    assert api.patch(f"{name}({record['id']})", {standard: value}).status == 200
    assert crm.get(f"contacts({contact['id']})").json[ours] == value
    assert crm.patch(f"contacts({contact['id']})", {ours: back}).status == 200
    assert api.get(f"{name}({record['id']})").json[standard] == back


def test_a_change_of_its_own_leaves_the_contact_alone(crm: Service, api: Service) -> None:  # B-64
    record = api.made("customers", {"displayName": "Fjord AS"})
    (contact,) = contacts_of(crm, "customers", record)
    crm.patch(f"customers({record['id']})", {"priority": 5})
    assert crm.get(f"contacts({contact['id']})").json["@odata.etag"] == contact["@odata.etag"]


def test_both_sides_edited_at_once(crm: Service, api: Service) -> None:
    record = api.made("customers", {"displayName": "Fjord AS"})
    (contact,) = contacts_of(crm, "customers", record)
    first = crm.patch(f"contacts({contact['id']})", {"phoneNo": "1"}, if_match=contact["@odata.etag"])
    assert first.status == 200
    late = api.patch(f"customers({record['id']})", {"phoneNumber": "2"}, if_match=record["@odata.etag"])
    assert (late.status, late.code) == (409, "Request_EntityChanged")
    assert api.get(f"customers({record['id']})").json["phoneNumber"] == "1"


@pytest.mark.parametrize(("name", "model"), [("customers", Customer), ("vendors", Vendor)])
def test_a_missing_relation_is_restored_for_the_primary_contact(
    crm: Service, name: str, model: type[RegisterEntry]
) -> None:  # B-72, B-73
    company = firm()
    anna, loner = person(company), person(name="Eva Lund")
    record = alone(model)
    restored = crm.patch(f"{name}({record.pk})", {"primaryContactNo": anna.no})
    assert (restored.status, restored.json["contact"]) == (200, "Anna Berg"), restored.content
    assert ContactBusinessRelation.objects.get(linked_id=record.pk).contact_id == company.pk
    second = alone(model)
    assert crm.patch(f"{name}({second.pk})", {"primaryContactNo": loner.no}).status == 200
    hub = ContactBusinessRelation.objects.get(linked_id=second.pk).contact
    assert hub.is_company and fresh(loner).company_id == hub.pk
    third = alone(model)
    exists = crm.patch(f"{name}({third.pk})", {"primaryContactNo": anna.no})
    assert (exists.status, exists.domain_code) == (400, "relation.exists")
    unrelated = crm.patch(f"{name}({third.pk})", {"primaryContactNo": firm(name="Other").no})
    assert (unrelated.status, unrelated.domain_code) == (400, "contact.not_related")
    wrong = crm.patch(f"{name}({record.pk})", {"primaryContactNo": person(firm(name="Third")).no})
    assert (wrong.status, wrong.domain_code) == (400, "contact.not_related")
    assert crm.get(f"{name}({record.pk})").json["primaryContactNo"] == anna.no


def test_clearing_the_primary_contact_clears_its_name(crm: Service) -> None:  # B-74, B-76
    company = firm()
    anna = person(company, email="anna@fjord.example")
    record = linked(company)
    shown = crm.patch(f"customers({record.pk})", {"primaryContactNo": anna.no}).json
    assert (shown["contact"], shown["email"]) == ("Anna Berg", company.email)
    cleared = crm.patch(f"customers({record.pk})", {"primaryContactNo": ""}).json
    assert (cleared["contact"], cleared["primaryContactNo"]) == ("", "")


def test_a_typed_name_becomes_a_person(crm: Service) -> None:  # B-77
    record = crm.made("customers", {"name": "Fjord AS"})
    named = crm.patch(f"customers({record['id']})", {"contact": "Eva Lund"}).json
    assert named["contact"] == "Eva Lund" and named["primaryContactNo"] != ""
    primary = crm.get(f"customers({record['id']})/primaryContact").json
    assert (primary["name"], primary["type"], primary["contactBusinessRelation"]) == ("Eva Lund", "Person", "Customer")


@pytest.mark.parametrize(
    ("name", "model"),
    [("customers", Customer), ("vendors", Vendor), ("bankAccounts", BankAccount), ("employees", Employee)],
)
def test_a_deleted_record_lets_go_of_its_contact(
    crm: Service, name: str, model: type[RegisterEntry]
) -> None:  # B-84, B-85
    contact = person() if model is Employee else firm()
    record = linked(contact, model)
    assert crm.delete(f"{name}({record.pk})").status == 204
    assert fresh(contact).contact_business_relation == "none"
    assert not ContactBusinessRelation.objects.filter(contact=contact).exists()


def test_a_deleted_contact_is_nobodys_primary_contact(crm: Service, api: Service) -> None:  # B-83
    company = firm()
    anna = person(company)
    record = linked(company)
    crm.patch(f"customers({record.pk})", {"primaryContactNo": anna.no})
    assert api.delete(f"contacts({anna.pk})").status == 204
    shown = crm.get(f"customers({record.pk})").json
    assert (shown["primaryContactNo"], shown["contact"]) == ("", "")
    assert crm.get(f"customers({record.pk})/contactBusinessRelation").status == 200


def test_privacy_block_goes_up_and_never_comes_off(crm: Service, sign_in: SignIn) -> None:  # B-67
    company = firm()
    record = linked(company)
    officer = sign_in("SUPER", service=CRM)
    assert officer.patch(f"customers({record.pk})", {"privacyBlocked": True}).status == 200
    assert fresh(company).privacy_blocked is True
    assert officer.get(f"customers({record.pk})").json["blocked"] == "All"
    officer.patch(f"customers({record.pk})", {"privacyBlocked": False})
    assert fresh(company).privacy_blocked is True


def test_renaming_a_record_and_a_code_keeps_the_link(crm: Service) -> None:  # B-2
    company = firm()
    record = linked(company)
    crm.patch(f"customers({record.pk})", {"no": "KUNDE-1"})
    crm.patch("businessRelations(code='CUST')", {"code": "KUNDE"})
    row = crm.get(f"contacts({company.pk})/contactBusinessRelations").value[0]
    assert (row["no"], row["businessRelationCode"]) == ("KUNDE-1", "KUNDE")
    assert crm.get("marketingSetup").value[0]["busRelCodeForCustomers"] == "KUNDE"
    assert fresh(company).contact_business_relation == "customer"
    refused = crm.delete("businessRelations(code='KUNDE')")
    assert (refused.status, refused.domain_code) == (400, "code.in_use")


def test_a_template_rule_and_nested_addresses_in_one_post(crm: Service) -> None:  # 16.5, A-63
    body = {"name": "Fjord AS", "shipToAddresses": [{"code": "DEPOT", "name": "Depot"}], "contact": "Eva Lund"}
    made = crm.post("customers?$expand=shipToAddresses,contacts", body)
    assert made.status == 201, made.content
    assert [row["code"] for row in made.json["shipToAddresses"]] == ["DEPOT"]
    assert {row["name"] for row in made.json["contacts"]} == {"Fjord AS", "Eva Lund"}
