"""Customers, vendors, bank accounts and employees in the CRM service, and what hangs on them (17.1)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Json, Service
from tests.contacts.register import country, firm, fresh, person, setup
from tests.relations.test_api_information import alone, linked
from tuttava.contacts.models import ContactBusinessRelation
from tuttava.contacts.relations import insert_relation
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor

pytestmark = pytest.mark.usefixtures("company")

SETS: dict[str, type[RegisterEntry]] = {
    "customers": Customer,
    "vendors": Vendor,
    "bankAccounts": BankAccount,
    "employees": Employee,
}


@pytest.fixture(autouse=True)
def unlinked(company: object) -> None:
    """Records made over HTTP stay alone unless a test links them."""
    setup(bus_rel_for_customers=None, bus_rel_for_vendors=None, bus_rel_for_bank_accounts=None)


VALUES: dict[str, Json] = {
    "customers": {
        **{"no": "C-9", "name": "Fjord AS", "searchName": "KEY", "name2": "II", "contactType": "Person"},
        **{"address": "Kai 1", "address2": "B", "city": "Bergen", "county": "Vestland", "countryRegionCode": "NO"},
        **{"postCode": "5003", "phoneNo": "1", "mobilePhoneNo": "2", "faxNo": "3", "telexNo": "4"},
        **{"telexAnswerBack": "5", "email": "a@b.example", "homePage": "https://b.example", "formatRegion": "nb-NO"},
        **{"registrationNumber": "R1", "vatRegistrationNo": "NO1", "creditLimitLcy": 7.5, "reserve": "Always"},
        **{"copyAddressToQuoteFrom": "Person", "priority": 3, "taxLiable": True, "pricesIncludingVat": True},
        **{"invoiceDiscCode": "D", "customerPostingGroup": "HOME", "customerPriceGroup": "P", "blocked": "Ship"},
    },
    "vendors": {
        **{"no": "V-9", "name": "Fjell AS", "countryRegionCode": "NO", "postCode": "5003", "city": "Bergen"},
        **{"registrationNumber": "R1", "vendorPostingGroup": "HOME", "irs1099Code": "X", "blocked": "Payment"},
    },
    "bankAccounts": {
        **{"no": "B-9", "name": "Nordbank", "bankAccountPostingGroup": "NOK", "bankBranchNo": "1"},
        **{"bankAccountNo": "2", "iban": "NO1", "swiftCode": "DNB", "intercompanyEnabled": True, "blocked": True},
    },
    "employees": {
        **{"no": "E-9", "firstName": "Ada", "middleName": "B", "lastName": "Berg", "initials": "AB", "pager": "6"},
        **{"jobTitle": "Boss", "email": "a@h.example", "companyEmail": "a@w.example", "gender": "Female"},
        **{"birthDate": "1990-01-31", "employmentDate": "2020-01-01", "terminationDate": "2026-01-01"},
        **{"status": "Terminated", "countryRegionCode": "NO", "statisticsGroupCode": "M", "costCenterCode": "CC"},
        **{"employeePostingGroup": "EMP", "applicationMethod": "Oldest", "costObjectCode": "CO"},
    },
}


@pytest.mark.parametrize("name", list(VALUES))
def test_every_property_goes_in_and_comes_out(crm: Service, name: str) -> None:  # 17.1, A-110
    country("NO")
    found = crm.made(name, VALUES[name])
    assert {key: found[key] for key in VALUES[name]} == VALUES[name]
    assert crm.get(f"{name}(no='{found['no']}')").json == found
    same = crm.patch(f"{name}({found['id']})", {key: value for key, value in found.items() if "@" not in key})
    assert same.status == 200, same.content
    other = crm.made(name, {})
    again = crm.patch(f"{name}({other['id']})", {**VALUES[name], "no": "Z-9"})
    assert {key: again.json[key] for key in VALUES[name]} == {**VALUES[name], "no": "Z-9"}
    assert not [key for key, value in found.items() if value is None]


def test_dates_of_the_last_change_stand_where_the_register_has_them(crm: Service) -> None:  # B.2
    today = dt.date.today()
    for name in SETS:
        found = crm.made(name, {})
        assert abs(dt.date.fromisoformat(found["lastDateModified"]) - today) <= dt.timedelta(days=1)
        assert ("lastModifiedAt" in found) == (name != "bankAccounts")
        assert found["lastModifiedDateTime"].endswith("Z")
        assert crm.patch(f"{name}({found['id']})", {"lastDateModified": "2001-01-01"}).status == 400


def test_employee_has_a_full_name(crm: Service) -> None:  # B.2
    for parts, full in (
        ({"firstName": "Ada", "middleName": "B", "lastName": "Berg"}, "Ada B Berg"),
        ({"firstName": "Ada", "lastName": "Berg"}, "Ada Berg"),
        ({"middleName": "B"}, "B"),
        ({}, ""),
    ):
        assert crm.made("employees", parts)["fullName"] == full


def test_series_of_a_new_record_may_be_given_once(crm: Service) -> None:  # C-1
    found = crm.made("customers", {"noSeries": "CUST"})
    assert found["noSeries"] == "CUST"
    assert crm.patch(f"customers({found['id']})", {"noSeries": "VEND"}).status == 400


@pytest.mark.parametrize(("name", "model"), [("customers", Customer), ("vendors", Vendor)])
def test_primary_contact_by_number_or_id(crm: Service, name: str, model: type[RegisterEntry]) -> None:  # 17.1, B-71
    company = firm()
    anna = person(company)
    record = alone(model)
    setup(bus_rel_for_customers="CUST", bus_rel_for_vendors="VEND")
    insert_relation(company, record)
    by_no = crm.patch(f"{name}({record.pk})", {"primaryContactNo": anna.no.lower()}).json
    assert (by_no["primaryContactNo"], by_no["primaryContactId"], by_no["contact"]) == (
        anna.no,
        str(anna.pk),
        anna.name,
    )
    assert crm.get(f"{name}({record.pk})/primaryContact").json["no"] == anna.no
    assert crm.patch(f"{name}({record.pk})", {"primaryContactId": None}).json["primaryContactNo"] == ""
    assert crm.patch(f"{name}({record.pk})", {"primaryContactId": str(anna.pk)}).json["contact"] == anna.name
    for body in ({"primaryContactNo": "NOPE"}, {"primaryContactId": str(uuid.uuid4())}):
        unknown = crm.patch(f"{name}({record.pk})", body)
        assert (unknown.status, unknown.domain_code, unknown.target) == (400, "not_found", next(iter(body)))
    stranger = crm.patch(f"{name}({record.pk})", {"primaryContactNo": person(firm(name="Other")).no})
    assert (stranger.status, stranger.domain_code) == (400, "contact.not_related")


def test_bill_to_and_pay_to_name_records_of_the_register(crm: Service) -> None:
    for name, stem in (("customers", "billToCustomer"), ("vendors", "payToVendor")):
        head, branch = crm.made(name, {}), crm.made(name, {})
        changed = crm.patch(f"{name}({branch['id']})", {f"{stem}No": head["no"]}).json
        assert changed[f"{stem}Id"] == head["id"]
        assert crm.get(f"{name}({branch['id']})/{stem}").json["id"] == head["id"]


@pytest.mark.parametrize(("name", "model"), SETS.items())
def test_relation_and_contacts_of_a_record(crm: Service, name: str, model: type[RegisterEntry]) -> None:  # 17.1, B-88
    company = firm()
    anna = person(company)
    record = linked(company, model)
    relation = crm.get(f"{name}({record.pk})/contactBusinessRelation").json
    assert (relation["contactNo"], relation["no"], relation["linkToTable"]) == (company.no, record.no, _kind(model))
    assert {row["no"] for row in crm.get(f"{name}({record.pk})/contacts").value} == {company.no, anna.no}
    expanded = crm.get(f"{name}({record.pk})?$expand=contactBusinessRelation,contacts($orderby=type)").json
    assert [row["type"] for row in expanded["contacts"]] == ["Company", "Person"]
    found = crm.get(f"{name}?$filter=contacts/any(c:c/no eq '{anna.no}')&$expand=contacts($count=true;$top=1)").value
    assert [(row["no"], row["contacts@odata.count"]) for row in found] == [(record.no, 2)]
    single = linked(person(), model)
    assert len(crm.get(f"{name}({single.pk})/contacts").value) == 1
    lonely = alone(model)
    assert crm.get(f"{name}({lonely.pk})/contactBusinessRelation").status == 204
    assert crm.get(f"{name}({lonely.pk})/contacts").value == []
    assert crm.get(f"{name}({lonely.pk})?$expand=contactBusinessRelation").json["contactBusinessRelation"] is None


def _kind(model: type[RegisterEntry]) -> str:
    return {"customer": "Customer", "vendor": "Vendor", "bank_account": "BankAccount", "employee": "Employee"}[
        model.table
    ]


def test_search_finds_by_name_and_number(crm: Service) -> None:
    for name in ("customers", "vendors"):
        crm.made(name, {"no": "ABC-1", "name": "Hardangervidda Trading"})
        for words in ("hardanger", "ABC-1", "trading hardangervidda"):
            assert [row["no"] for row in crm.get(f"{name}?$search={words}").value] == ["ABC-1"]
        assert crm.get(f"{name}?$search=qqqzz").value == []


OWNED: list[tuple[str, str, str, Json]] = [
    (
        "customers",
        "shipToAddresses",
        "customer",
        {"name": "Depot", "address": "Kai 1", "homePage": "https://d.example"},
    ),
    ("vendors", "orderAddresses", "vendor", {"name": "Plant", "contact": "Ole", "email": "o@p.example"}),
    ("customers", "customerBankAccounts", "customer", {"name": "DNB", "iban": "NO1", "swiftCode": "DNBA"}),
    ("vendors", "vendorBankAccounts", "vendor", {"name": "DNB", "bankAccountNo": "1", "bankBranchNo": "2"}),
]


@pytest.mark.parametrize(("parent", "name", "owner", "values"), OWNED)
def test_rows_hang_on_their_record(crm: Service, parent: str, name: str, owner: str, values: Json) -> None:  # 17.1
    country("NO")
    values = {"code": "MAIN", "countryRegionCode": "NO", "city": "Bergen", "postCode": "5003", **values}
    record = crm.made(parent, {"name": "Fjord AS", name: [values, {**values, "code": "B"}]})
    rows = crm.get(f"{parent}({record['id']})/{name}").value
    assert [row["code"] for row in rows] == ["B", "MAIN"]
    assert {key: rows[1][key] for key in values} == values
    assert (rows[1][f"{owner}No"], rows[1][f"{owner}Id"]) == (record["no"], record["id"])
    key = f"{name}({owner}No='{record['no']}',code='MAIN')"
    assert crm.get(f"{key}/{owner}").json["id"] == record["id"]
    assert crm.patch(key, {"code": "NEW", "phoneNo": "123"}).json["code"] == "NEW"
    top = crm.made(name, {f"{owner}No": record["no"], "code": "TOP"})
    assert crm.patch(f"{name}({top['id']})", {f"{owner}No": crm.made(parent, {})["no"]}).status == 400
    twice = crm.post(f"{parent}({record['id']})/{name}", {"code": "top"})
    assert (twice.status, twice.code) == (400, "Internal_EntityWithSameKeyExists")
    blank = crm.post(f"{parent}({record['id']})/{name}", {"name": "No code"})
    assert (blank.status, blank.domain_code, blank.target) == (400, "field_required", "code")
    orphan = crm.post(name, {"code": "X"})
    assert orphan.status == 400, orphan.content
    bad = crm.post(parent, {"name": "X", name: [{"code": "A"}, {"code": "B", "phoneNo": "call me"}]})
    assert (bad.status, bad.target) == (400, f"{name}[1]/phoneNo")
    assert crm.delete(f"{name}({top['id']})").status == 204
    assert crm.delete(f"{parent}({record['id']})").status == 204
    assert crm.get(f"{name}?$filter={owner}No eq '{record['no']}'").value == []


@pytest.mark.parametrize(("name", "kind"), [("customers", "Customer"), ("vendors", "Vendor")])
def test_comments_hang_on_customers_and_vendors(crm: Service, name: str, kind: str) -> None:  # 17.1, C-94
    record = crm.made(name, {"name": "Fjord AS"})
    made = crm.made(f"{name}({record['id']})/comments", {"comment": "Pays late"})
    assert (made["ownerKind"], made["ownerNo"]) == (kind, record["no"])
    assert [row["comment"] for row in crm.get(f"{name}({record['id']})/comments").value] == ["Pays late"]
    by_key = crm.made("comments", {"ownerKind": kind, "ownerNo": record["no"], "comment": "Second"})
    assert by_key["ownerId"] == record["id"]


@pytest.mark.parametrize("name", list(SETS))
def test_changes_are_tracked(crm: Service, name: str) -> None:
    answer = crm.get(f"{name}?$select=no", prefer="odata.track-changes")
    assert "deltaToken" in answer.json["@odata.deltaLink"]


@pytest.mark.parametrize(("name", "model"), SETS.items())
def test_a_page_costs_the_same_whatever_its_length(crm: Service, name: str, model: type[RegisterEntry]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert crm.get(f"{name}?$expand=contactBusinessRelation,contacts").status == 200
        return len(queries)

    linked(firm(), model)
    cost()
    before = cost()
    for _each in range(3):
        linked(firm(), model)
    assert cost() == before


def typed(crm: Service, contact: Any, **values: Any) -> Any:
    return crm.post("contactBusinessRelations", {"contactNo": contact.no, "businessRelationCode": "LAW", **values})


def test_a_typed_label_shows_what_it_means(crm: Service) -> None:  # 17.1, B-5
    company = firm()
    made = typed(crm, company)
    assert made.status == 201, made.content
    assert (made.json["contactName"], made.json["businessRelationDescription"]) == ("Fjord AS", "Lawyer")
    assert (made.json["linkToTable"], made.json["no"], made.json["entityName"]) == ("None", "", "")
    assert fresh(company).contact_business_relation == "other"
    person_row = typed(crm, person())
    assert (person_row.status, person_row.domain_code) == (400, "contact.wrong_type")
    twice = typed(crm, company)
    assert (twice.status, twice.code) == (400, "Internal_EntityWithSameKeyExists")


@pytest.mark.parametrize(("name", "model"), SETS.items())
def test_a_typed_link_names_an_existing_record(crm: Service, name: str, model: type[RegisterEntry]) -> None:  # B-13
    company, record, other = firm(), alone(model), alone(model)
    made = typed(crm, company, linkToTable=_kind(model), no=record.no.lower())
    assert made.status == 201, made.content
    assert (made.json["no"], made.json["entityName"]) == (record.no, "Fjord AS")
    address = f"contactBusinessRelations(contactNo='{company.no}',businessRelationCode='LAW')"
    for body in ({"no": other.no}, {"linkToTable": "None"}, {"contactNo": firm(name="Other").no}):
        refused = crm.patch(address, body)
        assert (refused.status, refused.code, refused.target) == (400, "BadRequest_InvalidOperation", next(iter(body)))
        assert "read-only" in refused.json["error"]["message"]
    renamed = crm.patch(address, {"businessRelationCode": "PRESS", "no": record.no, "linkToTable": _kind(model)})
    assert (renamed.status, renamed.json["businessRelationCode"]) == (200, "PRESS")
    again = typed(crm, company, linkToTable=_kind(model), no=other.no)
    assert (again.status, again.domain_code) == (400, "relation.exists")
    taken = typed(crm, firm(name="Second"), linkToTable=_kind(model), no=record.no)
    assert (taken.status, taken.domain_code) == (400, "relation.entity_taken")
    assert crm.delete(f"contactBusinessRelations({made.json['id']})").status == 204
    assert fresh(company).contact_business_relation == "none"
    assert typed(crm, firm(name="Third"), linkToTable=_kind(model), no=record.no).status == 201


@pytest.mark.parametrize(
    ("values", "code", "target"),
    [
        ({"linkToTable": "Customer"}, "field_required", "no"),
        ({"no": "C1"}, "field_required", "linkToTable"),
        ({"linkToTable": "Customer", "no": "NOPE"}, "not_found", "no"),
        ({"linkToTable": "Sofa", "no": "C1"}, "", "linkToTable"),
        ({"businessRelationCode": "NOPE"}, "not_found", "businessRelationCode"),
        ({"businessRelationCode": ""}, "field_required", "businessRelationCode"),
        ({"businessRelationCode": "EMP"}, "relation.code_reserved", "businessRelationCode"),
    ],
)
def test_bad_rows_are_refused_at_their_property(
    crm: Service, values: Json, code: str, target: str
) -> None:  # B-1, B-13
    answer = typed(crm, firm(), **values)
    assert (answer.status, answer.domain_code, answer.target) == (400, code, target), answer.content


def test_label_gives_way_to_a_typed_link(crm: Service) -> None:  # B-8
    company, record = firm(), alone(Customer)
    typed(crm, company)
    assert typed(crm, company, linkToTable="Customer", no=record.no).status == 201
    rows = crm.get(f"contacts({company.pk})/contactBusinessRelations").value
    assert [(row["businessRelationCode"], row["no"]) for row in rows] == [("LAW", record.no)]


def test_entity_names_come_with_the_page(crm: Service) -> None:  # 17.1
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert crm.get("contactBusinessRelations").status == 200
        return len(queries)

    for model in SETS.values():
        linked(firm(), model)
    cost()
    before = cost()
    for model in SETS.values():
        linked(firm(), model)
    assert cost() == before
    names = crm.get("contactBusinessRelations?$filter=entityName eq 'Fjord AS'&$orderby=entityName").value
    assert len(names) == ContactBusinessRelation.objects.exclude(linked_no="").count() == 8


def test_setup_warns_of_a_shared_code(sign_in: Any) -> None:  # B-4
    admin = sign_in("SUPER", service="tuttava/crm/v1.0")
    row = admin.get("marketingSetup").value[0]
    body = {"busRelCodeForCustomers": "PROS", "busRelCodeForVendors": "PROS"}
    answer = admin.patch(f"marketingSetup({row['id']})", body, prefer='odata.include-annotations="tuttava.*"')
    told = answer.json["@tuttava.messages"]
    assert [(each["code"], each["severity"]) for each in told] == [("setup.relation_code_shared", "warning")]
