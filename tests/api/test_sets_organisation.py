"""The organisation, countries, currencies and salespeople in the standard service (16.6, 16.7)."""

from __future__ import annotations

import pytest

from tests.api.conftest import CRM, Service, SignIn
from tuttava.foundation.models import CompanyInformation

pytestmark = pytest.mark.usefixtures("company")


def test_company_information_is_one_row_to_read_and_change(sign_in: SignIn) -> None:  # 16.7
    admin = sign_in("SUPER", name="admin")
    (row,) = admin.get("companyInformation").value
    assert row["currentFiscalYearStartDate"].endswith("-01-01")
    path = f"companyInformation({row['id']})"
    changed = admin.patch(
        path, {"displayName": "Nordlys AS", "faxNumber": "55 00 00 01", "industry": "Lamps", "experience": "Essential"}
    )
    assert changed.status == 200, changed.content
    assert (changed.json["faxNumber"], changed.json["experience"]) == ("55 00 00 01", "Essential")
    assert CompanyInformation.objects.get().name == "Nordlys AS"
    own = admin.patch(path, {"currencyCode": "XXX"})
    assert (own.status, own.code, own.target) == (400, "BadRequest_InvalidOperation", "currencyCode")
    wrong = admin.patch(path, {"experience": "Deluxe"})
    assert (wrong.status, wrong.target) == (400, "experience")
    assert admin.post("companyInformation", {"displayName": "Two"}).status == 405
    assert admin.delete(path).status == 405


def test_company_information_is_changed_by_administrators(api: Service) -> None:
    (row,) = api.get("companyInformation").value
    answer = api.patch(f"companyInformation({row['id']})", {"displayName": "Mine"})
    assert (answer.status, answer.code) == (403, "Authorization_PermissionDenied")


def test_fiscal_year_begins_with_the_work_date_s_year(api: Service) -> None:  # 16.7, A-40
    row = api.get("companyInformation", tuttava_work_date="2031-05-06").value[0]
    assert row["currentFiscalYearStartDate"] == "2031-01-01"


def test_countries_are_the_same_rows_in_both_services(api: Service, crm: Service) -> None:  # 16.7, 17.1
    made = api.made(
        "countriesRegions",
        {"code": "xz", "displayName": "Testland", "addressFormat": "Blank_x0020_Line_x002B_Post_x0020_Code_x002B_City"},
    )
    found = crm.get("countries(code='XZ')").json
    assert (found["id"], found["name"], found["addressFormat"]) == (made["id"], "Testland", "BlankLinePostCodeCity")
    caption = api.patch(f"countriesRegions({made['id']})", {"addressFormat": "City+Post Code"})
    assert caption.json["addressFormat"] == "City_x002B_Post_x0020_Code"
    missing = api.post("countriesRegions", {"displayName": "Nowhere"})
    assert (missing.status, missing.target) == (400, "code")
    custom = crm.patch("countries(code='XZ')", {"addressFormat": "Custom"})
    assert (custom.status, custom.domain_code, custom.target) == (400, "field_required", "customAddressFormat")


def test_country_owns_its_formats_of_tax_numbers(crm: Service) -> None:  # C-46, A-63
    made = crm.post(
        "countries?$expand=vatFormats", {"code": "XZ", "vatFormats": [{"format": "xz###"}, {"format": "XZ####"}]}
    )
    assert made.status == 201, made.content
    lines = [(each["lineNo"], each["format"]) for each in made.json["vatFormats"]]
    assert lines == [(10000, "XZ###"), (20000, "XZ####")]
    assert crm.get("vatFormats(countryCode='XZ',lineNo=20000)/country").json["code"] == "XZ"


def test_currency_has_places_and_precision(api: Service) -> None:  # 16.7
    made = api.made("currencies", {"code": "ZZZ", "displayName": "Zed", "amountRoundingPrecision": 0.05})
    assert (made["amountDecimalPlaces"], made["amountRoundingPrecision"]) == ("2:2", 0.05)
    path = f"currencies({made['id']})"
    assert api.patch(path, {"amountDecimalPlaces": "0"}).json["amountDecimalPlaces"] == "0:0"
    for body in ({"amountDecimalPlaces": "3:2"}, {"amountRoundingPrecision": 0}):
        answer = api.patch(path, body)
        assert (answer.status, answer.code, answer.target) == (400, "Application_EvaluateException", next(iter(body)))
    long = api.patch(path, {"displayName": "x" * 31})
    assert (long.status, long.code, long.target) == (400, "Application_StringExceededLength", "displayName")


def test_salespeople_are_the_same_rows_in_both_services(api: Service, sign_in: SignIn) -> None:  # 16.6, 17.7
    made = api.made("salespeoplePurchasers", {"code": "zz", "displayName": "Zoe", "commisionPercent": 2.5})
    crm = sign_in(service=CRM, name="seller")
    found = crm.get("salespeople(code='ZZ')").json
    assert (found["id"], found["name"], found["commissionPct"]) == (made["id"], "Zoe", 2.5)
    assert [each["code"] for each in crm.get("salespeople?$search=zoe").value] == ["ZZ"]
    crm.made("teams", {"code": "T1", "name": "North", "teamMembers": [{"salespersonCode": "ZZ", "role": "Lead"}]})
    member = crm.get("salespeople(code='ZZ')/teamMembers").value[0]
    assert (member["teamName"], member["salespersonName"], member["role"]) == ("North", "Zoe", "Lead")
    assert crm.get("teamMembers(teamCode='T1',salespersonCode='ZZ')/salesperson").json["id"] == made["id"]
    assert api.delete(f"salespeoplePurchasers({made['id']})").status == 204
    assert crm.get("teams(code='T1')/teamMembers").value == []


def test_code_renamed_by_patch_is_renamed_everywhere(crm: Service) -> None:  # A-113, C-92
    crm.made("mailingGroups", {"code": "OLD1"})
    contact = crm.made("contacts", {"name": "Firm", "contactMailingGroups": [{"mailingGroupCode": "OLD1"}]})
    renamed = crm.patch("mailingGroups(code='OLD1')", {"code": "new1"})
    assert (renamed.json["code"], renamed.json["noOfContacts"]) == ("NEW1", 1)
    links = crm.get(f"contacts({contact['id']})/contactMailingGroups").value
    assert [each["mailingGroupCode"] for each in links] == ["NEW1"]
    used = crm.delete("mailingGroups(code='NEW1')")
    assert (used.status, used.domain_code) == (400, "code.in_use")
    assert crm.patch("mailingGroups(code='NEW1')", {"closed": True}).status == 200
    closed = crm.post("contacts", {"name": "Other", "contactMailingGroups": [{"mailingGroupCode": "NEW1"}]})
    assert (closed.status, closed.domain_code) == (400, "code.closed")


def test_salutation_owns_its_formulas(crm: Service) -> None:  # C-61, C-65
    crm.made("salutations", {"code": "TST"})
    formula = crm.made("salutations(code='TST')/salutationFormulas", {"salutationType": "Formal", "salutation": "Hi"})
    assert (formula["salutationCode"], formula["languageCode"], formula["name1"]) == ("TST", "", "None")
    again = crm.post("salutationFormulas", {"salutationCode": "TST", "salutationType": "Formal"})
    assert (again.status, again.code) == (400, "Internal_EntityWithSameKeyExists")
    key = "salutationFormulas(salutationCode='TST',languageCode='',salutationType='Formal')"
    assert crm.get(f"{key}/parentSalutation").json["code"] == "TST"
    assert crm.delete("salutations(code='TST')").status == 204
    assert crm.get(f"salutationFormulas({formula['id']})").status == 404
