"""Terms, dimensions, templates and setups in both services (16.5, 16.7, 17.1, 17.12)."""

from __future__ import annotations

import pytest

from tests.api.conftest import CRM, Json, Service, SignIn
from tuttava.api.declare import STANDARD
from tuttava.partners.models import Customer, DimensionSetLine

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def admin(sign_in: SignIn) -> Service:
    """The CRM service as an administrator."""
    return sign_in("SUPER", service=CRM, name="crm-super")


@pytest.fixture
def area(crm: Service) -> Json:
    """A dimension with two values, posted in one."""
    return crm.made(
        "dimensions",
        {
            "code": "areax",
            "name": "Area",
            "dimensionValues": [{"code": "10", "name": "North"}, {"code": "20", "name": "South"}],
        },
    )


def test_payment_terms_have_formulas_and_a_discount(api: Service) -> None:  # 16.7
    made = api.made(
        "paymentTerms",
        {"code": "t14", "displayName": "14 days", "dueDateCalculation": "14d", "discountPercent": 2.5},
    )
    assert list(made)[2:] == [
        *("id", "code", "displayName", "dueDateCalculation", "discountDateCalculation", "discountPercent"),
        *("calculateDiscountOnCreditMemos", "lastModifiedDateTime"),
    ]
    assert (made["code"], made["dueDateCalculation"], made["discountPercent"]) == ("T14", "14D", 2.5)
    bad = api.patch(f"paymentTerms({made['id']})", {"dueDateCalculation": "soon"})
    assert (bad.status, bad.domain_code, bad.target) == (400, "date_formula_invalid", "dueDateCalculation")


@pytest.mark.parametrize("name", ["paymentMethods", "shipmentMethods", "taxAreas"])
def test_coded_sets_have_a_code_and_a_name(api: Service, name: str) -> None:  # 16.7
    made = api.made(name, {"code": "xx", "displayName": "Words"})
    more = {"taxType": "VAT"} if name == "taxAreas" else {}
    shown = {key: value for key, value in made.items() if "@" not in key and key not in ("id", "lastModifiedDateTime")}
    assert shown == {"code": "XX", "displayName": "Words"} | more
    assert api.post(name, {"displayName": "No code"}).status == 400
    assert api.delete(f"{name}({made['id']})").status == 204


def test_sets_that_send_notifications() -> None:  # 16.7
    names = ("paymentTerms", "paymentMethods", "shipmentMethods", "taxAreas", "dimensions", "defaultDimensions")
    assert [name for name in names if STANDARD.sets[name].webhooks] == list(names[:3])


def test_dimensions_are_read_with_their_values(api: Service, area: Json) -> None:  # 16.7
    found = api.get(f"dimensions({area['id']})?$expand=dimensionValues").json
    assert (found["code"], found["displayName"]) == ("AREAX", "Area")
    assert [value["displayName"] for value in found["dimensionValues"]] == ["North", "South"]
    assert {value["dimensionId"] for value in found["dimensionValues"]} == {area["id"]}
    assert api.post("dimensions", {"code": "B"}).status == 405


def test_value_named_by_its_id_is_one_of_the_dimension(crm: Service, area: Json) -> None:
    other = crm.made("dimensions", {"code": "deptx", "dimensionValues": [{"code": "10"}]})
    value = crm.get("dimensionValues(dimensionCode='DEPTX',code='10')").json["id"]
    person = crm.made("salespeople", {"code": "dim"})
    path = f"salespeople({person['id']})/defaultDimensions"
    bad = crm.post(path, {"dimensionId": area["id"], "dimensionValueId": value})
    assert (bad.status, bad.domain_code) == (400, "not_found")
    made = crm.made(path, {"dimensionValueId": value})
    assert (made["dimensionCode"], made["dimensionValueCode"], made["dimensionId"]) == ("DEPTX", "10", other["id"])
    assert (made["parentType"], made["parentNo"], made["parentId"]) == ("Salesperson", "DIM", person["id"])


def test_default_dimension_by_number_of_its_record(crm: Service, area: Json) -> None:  # 17.1
    crm.made("customerTemplates", {"code": "inland"})
    made = crm.made(
        "defaultDimensions",
        {
            **{"parentType": "CustomerTemplate", "parentNo": "inland", "dimensionCode": "areax"},
            **{"dimensionValueCode": "10", "valuePosting": "SameCode", "allowedValuesFilter": "10|20"},
        },
    )
    assert (made["parentType"], made["parentNo"], made["valuePosting"]) == ("CustomerTemplate", "INLAND", "SameCode")
    key = "defaultDimensions(parentType='CustomerTemplate',parentNo='INLAND',dimensionCode='AREAX')"
    assert crm.get(f"{key}?$expand=dimension,dimensionValue,customerTemplate").json["dimensionValue"]["name"] == "North"
    assert crm.get("customerTemplates(code='INLAND')/defaultDimensions").value[0]["id"] == made["id"]
    bad = crm.patch(key, {"allowedValuesFilter": "10..20..30"})
    assert (bad.status, bad.code, bad.target) == (400, "Application_FilterErrorException", "allowedValuesFilter")
    missing = crm.post("defaultDimensions", {"parentType": "Customer", "parentNo": "NOBODY", "dimensionCode": "AREAX"})
    assert (missing.status, missing.domain_code, missing.target) == (400, "not_found", "parentNo")


def test_default_dimensions_of_the_standard_service_need_their_record(api: Service) -> None:  # 16.7
    for name in ("defaultDimensions", "dimensionSetLines"):
        answer = api.get(name)
        assert (answer.status, answer.domain_code) == (400, "api.dimension_parent_required")


def test_template_shows_country_and_series_as_registers_do(crm: Service) -> None:
    made = crm.made(
        "vendorTemplates",
        {
            "code": "inland",
            "description": "Inland",
            "countryRegionCode": "NO",
            "noSeries": "VEND",
            "contactType": "Person",
        },
    )
    assert (made["countryRegionCode"], made["noSeries"], made["contactType"]) == ("NO", "VEND", "Person")
    assert "countryCode" not in made
    found = crm.get("vendorTemplates(code='INLAND')?$expand=countryRegion,defaultDimensions").json
    assert (found["countryRegion"]["code"], found["defaultDimensions"]) == ("NO", [])


def test_template_selected_by_rule_fills_what_was_not_sent(admin: Service) -> None:  # 16.5
    admin.made("customerTemplates", {"code": "inland", "city": "Oslo", "pricesIncludingVat": True})
    rule = admin.made(
        "templateSelectionRules",
        {"table": "Customer", "field": "countryRegionCode", "value": "no", "templateCode": "inland"},
    )
    assert (rule["field"], rule["value"], rule["lineNo"]) == ("countryRegionCode", "NO", 10000)
    found = admin.get("templateSelectionRules?$filter=field eq 'countryRegionCode'").value
    assert [each["id"] for each in found] == [rule["id"]]
    bad = admin.post(
        "templateSelectionRules", {"table": "Customer", "field": "shoeSize", "value": "1", "templateCode": "inland"}
    )
    assert (bad.status, bad.domain_code, bad.target) == (400, "field_unknown", "field")
    from tuttava.foundation import records

    assert records.create(Customer, {"country_code": "NO"}).city == "Oslo"


def test_rules_of_selection_need_an_administrator(crm: Service) -> None:  # 17.12
    assert crm.post("templateSelectionRules", {"field": "city", "templateCode": "X"}).status == 403


@pytest.mark.parametrize(
    ("name", "field", "series"),
    [
        ("salesSetup", "customerNos", "CUST"),
        ("purchaseSetup", "vendorNos", "VEND"),
        ("financeSetup", "bankAccountNos", "BANK"),
        ("hrSetup", "employeeNos", "EMPL"),
    ],
)
def test_setup_is_one_row_that_names_its_series(admin: Service, name: str, field: str, series: str) -> None:  # 17.12
    rows = admin.get(name).value
    assert [row[field] for row in rows] == [series]
    path = f"{name}({rows[0]['id']})"
    assert admin.patch(path, {field: ""}).json[field] == ""
    assert admin.patch(path, {field: "cont"}).json[field] == "CONT"
    bad = admin.patch(path, {field: "NOWHERE"})
    assert (bad.status, bad.target) == (400, field)
    assert admin.post(name, {}).status == 405
    assert admin.delete(path).status == 405


def test_setups_are_written_by_administrators_only(crm: Service) -> None:  # 17.12
    row = crm.get("salesSetup").value[0]
    assert crm.patch(f"salesSetup({row['id']})", {"customerNos": ""}).status == 403


def test_own_currency_is_that_of_the_organisation(admin: Service, api: Service) -> None:  # 17.12
    row = admin.get("financeSetup").value[0]
    path = f"financeSetup({row['id']})"
    changed = admin.patch(path, {"currencyCode": "eur"})
    assert changed.json["currencyCode"] == "EUR"
    assert api.get("companyInformation").value[0]["currencyCode"] == "EUR"
    assert changed.headers["ETag"] != row["@odata.etag"]
    found = admin.get(f"{path}?$expand=currency").json
    assert (found["currency"]["id"], found["bankAccountNos"]) == (found["currencyId"], "BANK")
    stale = admin.patch(path, {"currencyCode": "NOK"}, if_match=row["@odata.etag"])
    assert stale.status == 409


def test_lines_of_documents_are_told_by_code_or_id(area: Json, crm: Service) -> None:  # 16.7
    from tuttava.foundation import records

    line = records.create(
        DimensionSetLine, {"parent_id": area["id"], "dimension_code": "AREAX", "dimension_value_code": "20"}
    )
    declared = STANDARD.sets["dimensionSetLines"]
    columns = {prop.name: prop.sql() for prop in declared.properties if prop.is_column}
    row = declared.queryset().filter(pk=line.pk).annotate(**{f"p_{k}": v for k, v in columns.items()}).values().get()
    assert (row["p_code"], row["p_displayName"], row["p_valueDisplayName"]) == ("AREAX", "Area", "South")
    assert str(row["p_valueId"]) == crm.get("dimensionValues(dimensionCode='AREAX',code='20')").json["id"]


def test_dimensions_of_a_customer_in_the_standard_service(api: Service, crm: Service, area: Json) -> None:  # 16.7
    customer = api.made("customers", {"displayName": "Fjord AS"})
    path = f"customers({customer['id']})/defaultDimensions"
    value = crm.get("dimensionValues(dimensionCode='AREAX',code='20')").json["id"]
    made = api.made(path, {"dimensionId": area["id"], "dimensionValueId": value, "postingValidation": "Same Code"})
    assert (made["parentType"], made["parentId"]) == ("Customer", customer["id"])
    assert (made["dimensionCode"], made["dimensionValueCode"]) == ("AREAX", "20")
    assert made["postingValidation"] == "Same_x0020_Code"
    row = api.get(f"customers({customer['id']})?$expand=defaultDimensions").json["defaultDimensions"][0]
    assert row["id"] == made["id"]
    changed = api.patch(f"{path}({made['id']})", {"postingValidation": "_x0020_"})
    assert changed.json["postingValidation"] == "_x0020_"
    assert api.delete(f"{path}({made['id']})").status == 204
    assert api.get(path).value == []


def test_new_customer_of_the_standard_service_takes_what_the_rules_template_has(
    admin: Service, api: Service
) -> None:  # 16.5
    admin.made(
        "customerTemplates",
        {"code": "inland", "city": "Oslo", "paymentTermsCode": "", "creditLimitLcy": 500, "taxLiable": True},
    )
    admin.made(
        "templateSelectionRules",
        {"table": "Customer", "field": "countryRegionCode", "value": "NO", "templateCode": "inland"},
    )
    made = api.made("customers", {"displayName": "Fjord AS", "country": "NO", "creditLimit": 7})
    assert (made["city"], made["creditLimit"], made["taxLiable"]) == ("Oslo", 7, True)
    assert api.made("customers", {"displayName": "Berg AB", "country": "SE"})["city"] == ""


def test_dimensions_of_an_item_are_named_by_its_number(api: Service, crm: Service, area: Json) -> None:  # 17.1
    item = api.made("items", {"number": "W-1", "displayName": "Wheel"})
    made = crm.made("defaultDimensions", {"parentType": "Item", "parentNo": "w-1", "dimensionCode": area["code"]})
    assert (made["parentId"], made["parentNo"]) == (item["id"], "W-1")
    api.delete(f"items({item['id']})")
    assert crm.get(f"defaultDimensions({made['id']})").status == 404
