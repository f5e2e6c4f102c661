"""Customers, vendors, employees and bank accounts in the standard service (16.5, 16.6)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.api.conftest import Json, Service, SignIn
from tests.contacts.register import country, salesperson, setup
from tuttava.foundation.models import CompanyInformation, Currency
from tuttava.partners.models import (
    BankAccount,
    Customer,
    Employee,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    TaxArea,
    Vendor,
)
from tuttava.relations.entities.figures import customer_figures

pytestmark = pytest.mark.usefixtures("company")

COMMON = [
    *("@odata.context", "@odata.etag", "id", "number", "displayName", "addressLine1", "addressLine2", "city", "state"),
    *("country", "postalCode", "phoneNumber", "email", "website", "taxRegistrationNumber", "taxLiable", "currencyId"),
    *("currencyCode", "paymentTermsId", "paymentMethodId"),
]
ORDER = {
    "customers": [
        *COMMON,
        *("type", "salespersonCode", "balanceDue", "creditLimit", "taxAreaId", "taxAreaDisplayName"),
        *("shipmentMethodId", "blocked", "lastModifiedDateTime"),
    ],
    "vendors": [*COMMON, "irs1099Code", "blocked", "balance", "lastModifiedDateTime"],
    "employees": [
        *("@odata.context", "@odata.etag", "id", "number", "displayName", "givenName", "middleName", "surname"),
        *("jobTitle", "addressLine1", "addressLine2", "city", "state", "country", "postalCode", "phoneNumber"),
        *("mobilePhone", "email", "personalEmail", "employmentDate", "terminationDate", "status", "birthDate"),
        *("statisticsGroupCode", "bankBranchNumber", "bankAccountNumber", "iban", "lastModifiedDateTime"),
    ],
    "bankAccounts": [
        *("@odata.context", "@odata.etag", "id", "number", "displayName", "bankAccountNumber", "blocked"),
        *("currencyCode", "currencyId", "iban", "intercompanyEnabled", "lastModifiedDateTime"),
    ],
}
EMPTY = "00000000-0000-0000-0000-000000000000"
NAMED = {"customers": "displayName", "vendors": "displayName", "employees": "surname", "bankAccounts": "displayName"}


@pytest.fixture(autouse=True)
def alone(company: object) -> None:
    """Nothing is linked here: a contact behind a record is another subject (B-45)."""
    names = ("customers", "vendors", "bank_accounts", "employees")
    setup(**{f"bus_rel_for_{name}": None for name in names})


@pytest.fixture
def codes() -> dict[str, Any]:
    """Rows of the code tables that the registers refer to."""
    country("NO")
    salesperson("JO")
    CompanyInformation.objects.update_or_create(only_row=True, defaults={"currency": _currency("NOK")})
    return {
        "terms": PaymentTerms.objects.get_or_create(code="P9", defaults={"description": "9 days"})[0],
        "method": PaymentMethod.objects.get_or_create(code="GIRO9")[0],
        "shipment": ShipmentMethod.objects.get_or_create(code="SEA9")[0],
        "area": TaxArea.objects.get_or_create(code="WEST9", defaults={"description": "The west"})[0],
        "euro": _currency("EUR"),
    }


def _currency(code: str) -> Currency:
    return Currency.objects.get_or_create(code=code)[0]


def made(api: Service, name: str, **values: Any) -> Json:
    return api.made(name, {NAMED[name]: "Fjord AS", **values})


@pytest.mark.parametrize("name", list(ORDER))
def test_entities_have_the_properties_of_the_contract_in_its_order(api: Service, name: str) -> None:  # 16.5, 16.6
    answer = api.post(name, {NAMED[name]: "Fjord AS"})
    assert answer.status == 201 and list(answer.json) == ORDER[name]
    assert not [key for key, value in answer.json.items() if value is None]
    assert api.get(f"{name}(number='{answer.json['number']}')").json["id"] == answer.json["id"]


VALUES: dict[str, Json] = {
    "customers": {
        **{"number": "C-77", "displayName": "Fjordkraft AS", "addressLine1": "Kai 1", "addressLine2": "Bygg 2"},
        **{"city": "Bergen", "state": "Vestland", "country": "NO", "postalCode": "5003", "phoneNumber": "+47 5550"},
        **{"email": "post@fjord.example", "website": "https://fjord.example", "taxRegistrationNumber": "NO123"},
        **{"taxLiable": True, "currencyCode": "EUR", "type": "Person", "salespersonCode": "JO"},
        **{"creditLimit": 5000.5, "blocked": "Invoice"},
    },
    "vendors": {
        **{"number": "V-77", "displayName": "Fjell AS", "addressLine1": "Kai 1", "addressLine2": "Bygg 2"},
        **{"city": "Bergen", "state": "Vestland", "country": "NO", "postalCode": "5003", "phoneNumber": "+47 5550"},
        **{"email": "post@fjell.example", "website": "https://fjell.example", "taxRegistrationNumber": "NO123"},
        **{"taxLiable": True, "currencyCode": "EUR", "irs1099Code": "MISC", "blocked": "Payment"},
    },
    "employees": {
        **{"number": "E-77", "givenName": "Ada", "middleName": "Byron", "surname": "Berg", "jobTitle": "Engineer"},
        **{"addressLine1": "Vei 1", "addressLine2": "Opp 2", "city": "Bergen", "state": "Vestland", "country": "NO"},
        **{"postalCode": "5003", "phoneNumber": "+47 1", "mobilePhone": "+47 2", "email": "ada@firma.example"},
        **{"personalEmail": "ada@home.example", "employmentDate": "2020-01-31", "terminationDate": "2026-12-31"},
        **{"status": "Inactive", "birthDate": "1990-02-28", "statisticsGroupCode": "MONTH", "iban": "NO93 8601"},
        **{"bankBranchNumber": "8601", "bankAccountNumber": "11117947"},
    },
    "bankAccounts": {
        **{"number": "B-77", "displayName": "Nordbank", "bankAccountNumber": "11117947", "blocked": True},
        **{"currencyCode": "EUR", "iban": "NO93 8601", "intercompanyEnabled": True},
    },
}


@pytest.mark.parametrize("name", list(VALUES))
def test_every_property_goes_in_and_comes_out(api: Service, codes: dict[str, Any], name: str) -> None:  # 16.5, 16.6
    found = api.made(name, VALUES[name])
    assert {key: found[key] for key in VALUES[name]} == VALUES[name]
    changed = api.patch(f"{name}({found['id']})", {key: found[key] for key in ORDER[name] if "@" not in key})
    assert changed.status == 200, changed.content
    assert {key: changed.json[key] for key in VALUES[name]} == VALUES[name]
    blank = api.made(name, {NAMED[name]: "X"})
    again = api.patch(f"{name}({blank['id']})", VALUES[name])
    assert (again.status, again.code) == (400, "Internal_EntityWithSameKeyExists")
    other = {**VALUES[name], "number": "X-78"}
    assert api.patch(f"{name}({blank['id']})", other).json | other == api.get(f"{name}({blank['id']})").json


def test_references_by_id_show_what_they_name(api: Service, codes: dict[str, Any]) -> None:  # 16.5
    found = made(
        api,
        "customers",
        paymentTermsId=str(codes["terms"].pk),
        paymentMethodId=str(codes["method"].pk),
        shipmentMethodId=str(codes["shipment"].pk),
        taxAreaId=str(codes["area"].pk),
        currencyId=str(codes["euro"].pk),
    )
    stored = Customer.objects.get(pk=found["id"])
    assert (stored.payment_terms_code, stored.payment_method_code) == ("P9", "GIRO9")
    assert (stored.shipment_method_code, stored.tax_area_code, stored.currency_code) == ("SEA9", "WEST9", "EUR")
    assert (found["taxAreaDisplayName"], found["currencyCode"]) == ("The west", "EUR")
    assert found["paymentTermsId"] == str(codes["terms"].pk)
    cleared = api.patch(f"customers({found['id']})", {"paymentTermsId": EMPTY, "taxAreaId": None}).json
    assert (cleared["paymentTermsId"], cleared["taxAreaId"], cleared["taxAreaDisplayName"]) == (EMPTY, EMPTY, "")


@pytest.mark.parametrize(
    ("name", "property_name"),
    [
        *[("customers", each) for each in ("currencyId", "paymentTermsId", "paymentMethodId", "shipmentMethodId")],
        *[("customers", "taxAreaId"), ("vendors", "currencyId"), ("vendors", "paymentTermsId")],
        *[("vendors", "paymentMethodId"), ("bankAccounts", "currencyId")],
    ],
)
def test_an_id_that_names_nothing_is_refused_by_name(api: Service, name: str, property_name: str) -> None:  # 16.5
    answer = api.post(name, {"displayName": "Fjord AS", property_name: str(uuid.uuid4())})
    assert (answer.status, answer.target) == (400, property_name)
    assert answer.domain_code == "not_found"


def test_own_currency_shows_its_code_and_is_stored_blank(api: Service, codes: dict[str, Any]) -> None:  # 16.5
    for name, model in (("customers", Customer), ("vendors", Vendor), ("bankAccounts", BankAccount)):
        found = made(api, name, currencyCode="nok")
        assert (found["currencyCode"], found["currencyId"]) == ("NOK", EMPTY)
        assert model.objects.get(pk=found["id"]).currency_code is None
        own = Currency.objects.get(code="NOK")
        assert made(api, name, currencyId=str(own.pk))["currencyCode"] == "NOK"
        changed = api.patch(f"{name}({found['id']})", {"currencyCode": "EUR"}).json
        assert (changed["currencyCode"], changed["currencyId"]) == ("EUR", str(codes["euro"].pk))
        assert [row["id"] for row in api.get(f"{name}?$filter=currencyCode eq 'EUR'").value] == [found["id"]]
        assert api.patch(f"{name}({found['id']})", {"currencyCode": ""}).json["currencyCode"] == "NOK"
        wrong = api.patch(f"{name}({found['id']})", {"currencyCode": "EUR", "currencyId": str(own.pk)})
        assert (wrong.status, wrong.code) == (400, "Application_DialogException")
        unknown = api.patch(f"{name}({found['id']})", {"currencyCode": "QQQ"})
        assert (unknown.status, unknown.target) == (400, "currencyCode")


def test_customer_needs_a_name_and_a_vendor_does_not(api: Service) -> None:  # 16.5
    for body in ({}, {"displayName": ""}, {"displayName": "  "}, {"displayName": None}):
        missing = api.post("customers", body)
        assert (missing.status, missing.domain_code) == (400, "api.display_name_missing")
        assert missing.target == "displayName"
        assert api.post("vendors", body).status == 201
    found = made(api, "customers")
    blank = api.patch(f"customers({found['id']})", {"displayName": " "})
    assert (blank.status, blank.code) == (400, "Application_DialogException")
    assert (blank.domain_code, blank.target) == ("api.display_name_blank", "displayName")


@pytest.mark.parametrize("name", list(ORDER))
def test_patch_of_the_number_renames(api: Service, name: str) -> None:  # 16.5
    found = made(api, name)
    assert api.patch(f"{name}({found['id']})", {"number": "zz-1"}).json["number"] == "ZZ-1"
    assert api.get(f"{name}(number='ZZ-1')").json["id"] == found["id"]
    blank = api.patch(f"{name}({found['id']})", {"number": ""})
    assert (blank.status, blank.target) == (400, "number")


def test_employee_is_named_by_given_name_and_surname(api: Service) -> None:  # 16.6
    found = api.made("employees", {"givenName": "Ada", "middleName": "Byron", "surname": "Berg", "displayName": "No"})
    assert found["displayName"] == "Ada Berg"
    assert api.made("employees", {"surname": "Berg"})["displayName"] == "Berg"
    refused = api.patch(f"employees({found['id']})", {"displayName": "Eve"})
    assert (refused.status, refused.target) == (400, "displayName")
    assert [row["id"] for row in api.get("employees?$filter=displayName eq 'Ada Berg'").value] == [found["id"]]
    stored = Employee.objects.get(
        pk=api.made("employees", {"email": "a@b.example", "personalEmail": "c@d.example"})["id"]
    )
    assert (stored.company_email, stored.email) == ("a@b.example", "c@d.example")


@pytest.mark.parametrize("name", list(ORDER))
def test_deleted_record_is_gone(api: Service, name: str) -> None:
    found = made(api, name)
    assert api.delete(f"{name}({found['id']})").status == 204
    assert api.get(f"{name}({found['id']})").status == 404


@pytest.mark.parametrize(
    ("name", "body", "code", "target"),
    [
        ("customers", {"displayName": "x" * 101}, "Application_StringExceededLength", "displayName"),
        ("customers", {"taxRegistrationNumber": "x" * 21}, "Application_StringExceededLength", "taxRegistrationNumber"),
        ("customers", {"type": "Sofa"}, "Application_EvaluateException", "type"),
        ("customers", {"blocked": "Payment"}, "Application_EvaluateException", "blocked"),
        ("vendors", {"blocked": "Ship"}, "Application_EvaluateException", "blocked"),
        ("customers", {"creditLimit": "much"}, "*", "creditLimit"),
        ("customers", {"creditLimit": -1}, "*", "creditLimit"),
        ("customers", {"country": "QQ"}, "Internal_InvalidTableRelation", "country"),
        ("customers", {"salespersonCode": "NOBODY"}, "Internal_InvalidTableRelation", "salespersonCode"),
        ("customers", {"phoneNumber": "call me"}, "*", "phoneNumber"),
        ("vendors", {"email": "nobody"}, "*", "email"),
        ("employees", {"birthDate": "yesterday"}, "*", "birthDate"),
        ("employees", {"status": "Asleep"}, "Application_EvaluateException", "status"),
        ("bankAccounts", {"blocked": "yes"}, "*", "blocked"),
        ("customers", {"nosuch": 1}, "BadRequest", "nosuch"),
    ],
)
def test_bad_input_is_refused_at_its_property(api: Service, name: str, body: Json, code: str, target: str) -> None:
    answer = api.post(name, {NAMED[name]: "Fjord AS", **body})
    assert answer.status == 400 and answer.target == target, answer.content
    assert code in ("*", answer.code)


@pytest.fixture
def balances(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models import DecimalField, Value

    amount = Value(12.5, output_field=DecimalField(max_digits=20, decimal_places=2))
    monkeypatch.setitem(customer_figures.sql, "balance_due", lambda: amount)


def test_balances_are_what_the_room_above_provides(api: Service, balances: None) -> None:  # 16.5
    assert made(api, "customers")["balanceDue"] == 12.5
    refused = api.patch(f"customers({made(api, 'customers')['id']})", {"balanceDue": 1})
    assert (refused.status, refused.target) == (400, "balanceDue")
    assert len(api.get("customers?$filter=balanceDue gt 12&$orderby=balanceDue desc&$top=1").value) == 1


def test_navigations_lead_to_code_tables(api: Service, codes: dict[str, Any]) -> None:  # 16.5
    found = made(api, "customers", currencyCode="EUR")
    assert api.get(f"customers({found['id']})/currency").json["code"] == "EUR"
    expanded = api.get(f"customers({found['id']})?$expand=currency($select=code)").json
    assert expanded["currency"]["code"] == "EUR"
    assert api.get(f"customers({made(api, 'customers')['id']})/currency").status == 204


def test_files_hang_on_records(api: Service) -> None:
    for name, kind in (("customers", "Customer"), ("vendors", "Vendor"), ("employees", "Employee")):
        found = made(api, name)
        file = api.made(f"{name}({found['id']})/documentAttachments", {"fileName": "deal.txt"})
        assert (file["parentId"], file["parentType"]) == (found["id"], kind)
        assert [row["id"] for row in api.get(f"{name}({found['id']})/documentAttachments").value] == [file["id"]]
        assert api.delete(f"{name}({found['id']})").status == 204
        assert api.get(f"documentAttachments({file['id']})").status == 404


def test_changes_of_customers_and_vendors_are_tracked_and_announced(api: Service) -> None:  # 16.5, A-80, A-98
    supported = api.get(f"/api/microsoft/runtime/beta/companies({api.company.pk})/webhookSupportedResources").value
    names = {row["resource"] for row in supported}
    assert {"v2.0/customers", "v2.0/vendors", "v2.0/employees"} <= names and "v2.0/bankAccounts" not in names
    for name in ("customers", "vendors"):
        first = api.get(f"{name}?$select=number", prefer="odata.track-changes").json
        assert "deltaToken" in first["@odata.deltaLink"]
    for name in ("employees", "bankAccounts"):
        assert api.get(name, prefer="odata.track-changes").status == 501


@pytest.mark.parametrize("name", ["customers", "vendors", "employees", "bankAccounts"])
def test_a_page_costs_the_same_whatever_its_length(
    api: Service, codes: dict[str, Any], name: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        made(api, name, number=f"Q{number}")
    with django_assert_max_num_queries(14):
        assert len(api.get(name).value) >= 4


def test_reading_needs_the_right(sign_in: SignIn) -> None:
    feed = sign_in("FEED")
    assert feed.get("customers").status == 200
    reader = sign_in("CRM-READ")
    assert reader.post("customers", {"displayName": "X"}).status == 403
