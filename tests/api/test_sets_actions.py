"""Actions and functions of contacts and of the company in the CRM service (17.1, 17.7)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.api.conftest import CRM, Json, Service, SignIn
from tuttava.contacts.models import PersonalDataAccess

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def firm(crm: Service) -> Json:
    return crm.made(
        "contacts",
        {
            "name": "Fjord Line AS",
            "type": "Company",
            "address": "Kaien 1",
            "city": "Bergen",
            "phoneNo": "55 10 10 10",
            "email": "post@fjord.example",
        },
    )


@pytest.fixture
def person(crm: Service, firm: Json) -> Json:
    return crm.made(
        "contacts", {"name": "Ada Berg", "type": "Person", "companyNo": firm["no"], "mobilePhoneNo": "900 10 200"}
    )


def call(path: str, name: str) -> str:
    return f"{path}/Microsoft.NAV.{name}"


def of(contact: Json) -> str:
    return f"contacts({contact['id']})"


def test_person_takes_over_the_values_of_its_company_blanks_too(crm: Service, person: Json) -> None:  # C-24
    crm.patch(of(person), {"address": "Home 2", "phoneNo": "55 99 99 99"})
    some = crm.post(call(of(person), "inheritFromCompany"), {"fields": ["phoneNo"]})
    assert some.status == 200, some.content
    assert (some.json["phoneNo"], some.json["address"]) == ("55 10 10 10", "Home 2")
    every = crm.post(call(of(person), "inheritFromCompany"))
    assert (every.json["address"], every.json["mobilePhoneNo"]) == ("Kaien 1", "")


def test_fields_are_named_either_way(crm: Service, person: Json) -> None:
    crm.patch(of(person), {"phoneNo": "55 99 99 99"})
    found = crm.post(call(of(person), "inheritFromCompany"), {"fields": ["phone_no"]})
    assert found.json["phoneNo"] == "55 10 10 10"
    unknown = crm.post(call(of(person), "inheritFromCompany"), {"fields": ["nosuch"]})
    assert (unknown.status, unknown.domain_code) == (400, "field_unknown")


def test_companies_inherit_nothing(crm: Service, firm: Json) -> None:  # C-14, C-24
    answer = crm.post(call(of(firm), "inheritFromCompany"))
    assert (answer.status, answer.domain_code) == (400, "contact.wrong_type")


def test_personal_data_is_handed_out_and_erased_by_its_keeper(
    crm: Service, sign_in: SignIn, person: Json
) -> None:  # C-74, A-14
    refused = crm.post(call(of(person), "exportPersonalData"))
    assert (refused.status, refused.domain_code, refused.target) == (403, "permission.denied", "exportPersonalData")
    keeper = sign_in("CRM-MANAGER PRIVACY", service=CRM, name="keeper")
    file = keeper.post(call(of(person), "exportPersonalData"))
    assert (file.status, file.headers["Content-Type"]) == (200, "application/json")
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.json["contact"]["name"] == "Ada Berg"
    blank = keeper.post(call(of(person), "erasePersonalData"))
    assert (blank.status, blank.code, blank.target) == (400, "Application_FieldValidationException", "reason")
    erased = keeper.post(call(of(person), "erasePersonalData"), {"reason": "Asked for it"})
    assert (erased.status, erased.content) == (204, b"")
    gone = keeper.get(of(person)).json
    assert (gone["name"], gone["no"], gone["privacyBlocked"]) == ("", person["no"], True)
    actions = set(PersonalDataAccess.objects.values_list("action", flat=True))
    assert {"export", "erase"} <= actions


def test_deleted_contact_comes_back_with_its_id(crm: Service, firm: Json) -> None:  # C-87
    nothing = crm.post(call("contacts", "restoreDeleted"), {"no": firm["no"]})
    assert (nothing.status, nothing.code) == (400, "Internal_DataNotFoundFilter")
    crm.delete(of(firm))
    back = crm.post(call("contacts", "restoreDeleted"), {"no": firm["no"]})
    assert (back.status, back.json["id"], back.json["name"]) == (200, firm["id"], "Fjord Line AS")
    missing = crm.post(call("contacts", "restoreDeleted"))
    assert (missing.status, missing.code, missing.target) == (400, "BadRequest_RequiredParamNotProvided", "no")


def greeting(crm: Service, contact: Json) -> None:
    crm.made(
        "salutations",
        {
            "code": "TST",
            "salutationFormulas": [
                {"salutationType": "Formal", "salutation": "Dear %1 %2,", "name1": "FirstName", "name2": "Surname"},
                {"salutationType": "Informal", "languageCode": "", "salutation": "Hi %1", "name1": "FirstName"},
            ],
        },
    )
    crm.patch(of(contact), {"salutationCode": "TST"})


def test_contact_is_greeted_by_its_salutation(crm: Service, person: Json) -> None:  # C-61, C-64
    greeting(crm, person)
    assert crm.get(call(of(person), "salutation")).json == {"value": "Dear Ada Berg,"}
    informal = crm.get(call(of(person), "salutation(salutationType='Informal',languageCode='')"))
    assert informal.json["value"] == "Hi Ada"
    assert crm.get(call(of(person), "salutations()")).value == [
        {"languageCode": "", "salutationType": "Formal", "text": "Dear Ada Berg,"},
        {"languageCode": "", "salutationType": "Informal", "text": "Hi Ada"},
    ]
    crm.patch(of(person), {"salutationCode": ""})
    missing = crm.get(call(of(person), "salutation"))
    assert (missing.status, missing.domain_code) == (400, "salutation.missing_formula")


def test_address_block_has_lines(crm: Service, person: Json) -> None:  # C-57, C-58
    lines = crm.get(call(of(person), "addressBlock(date=2026-01-31)")).json["value"]
    assert lines[:3] == ["Fjord Line AS", "Ada Berg", "Kaien 1"] and len(lines) <= 8
    crm.made(
        f"{of(person)}/contactAlternativeAddresses", {"code": "HOME", "companyName": "At home", "address": "Stien 3"}
    )
    crm.made(f"{of(person)}/contactAddressPeriods", {"startingDate": "2026-07-01", "altAddressCode": "HOME"})
    assert "Stien 3" in crm.get(call(of(person), "addressBlock(date=2026-07-02)")).json["value"]
    assert "Stien 3" in crm.get(call(of(person), "addressBlock"), tuttava_work_date="2026-08-01").json["value"]


def test_ways_to_reach_a_person(crm: Service, person: Json) -> None:  # C-52, C-60
    rows = crm.get(call(of(person), "reachability(altAddressCode='')")).value
    assert {"description", "number", "email", "type", "name"} == set(rows[0])
    assert [(row["type"], row["number"]) for row in rows if row["number"]] == [
        ("Person", "55 10 10 10"),
        ("Person", "900 10 200"),
        ("Company", "55 10 10 10"),
    ]
    assert "post@fjord.example" in [row["email"] for row in rows]
    assert crm.get(call(of(person), "preferredPhone")).json == {"value": "55 10 10 10"}
    assert crm.get(call(of(person), "preferredPhone(device='Phone')")).json == {"value": "900 10 200"}
    wrong = crm.get(call(of(person), "preferredPhone(device='Fax')"))
    assert (wrong.status, wrong.code, wrong.target) == (400, "Application_EvaluateException", "device")
    silent = crm.made("contacts", {"name": "Silent", "type": "Company"})
    none = crm.get(call(of(silent), "reachability"))
    assert (none.status, none.domain_code) == (400, "contact.no_phone_numbers")


def test_web_source_opens_with_the_search_word(crm: Service, firm: Json, person: Json) -> None:  # C-90, C-93
    crm.made("webSources", {"code": "PEEK", "url": "https://peek.example/?q=%1"})
    crm.made("webSources", {"code": "EMPTY"})
    for code in ("PEEK", "EMPTY"):
        crm.made(f"{of(firm)}/contactWebSources", {"webSourceCode": code})
    expected = {"value": "https://peek.example/?q=Fjord%20Line%20AS"}
    assert crm.get(call(of(firm), "webSourceUrl(webSourceCode='peek')")).json == expected
    assert crm.get(call(of(person), "webSourceUrl(webSourceCode='PEEK')")).json == expected
    blank = crm.get(call(of(firm), "webSourceUrl(webSourceCode='EMPTY')"))
    assert (blank.status, blank.domain_code) == (400, "web_source.no_url")
    foreign = crm.get(call(of(firm), "webSourceUrl(webSourceCode='OTHER')"))
    assert (foreign.status, foreign.code) == (400, "Internal_InvalidTableRelation")


def test_what_stands_in_the_way_is_listed(crm: Service, firm: Json, person: Json) -> None:  # C-13, C-83
    crm.made("industryGroups", {"code": "IG1"})
    crm.made(f"{of(firm)}/contactIndustryGroups", {"industryGroupCode": "IG1"})
    found = crm.get(call(of(firm), "typeChangeBlockers()")).value
    assert [row["domainCode"] for row in found] == ["contact.type.has_people", "contact.type.has_industry_groups"]
    assert {row["recordNo"] for row in found} == {firm["no"]}
    assert [row["blockingSet"] for row in found] == ["contacts", "contactIndustryGroups"]
    refused = crm.patch(of(firm), {"type": "Person"})
    assert (refused.status, refused.domain_code) == (400, "contact.type.has_people")
    assert [each["code"] for each in refused.json["error"]["details"]] == [row["domainCode"] for row in found]
    assert crm.get(call(of(firm), "deletionBlockers()")).value == []


def test_text_resolves_to_a_contact(crm: Service, firm: Json, person: Json) -> None:  # C-66, C-67
    assert crm.get(call("contacts", f"resolve(text='{firm['no']}')")).json["id"] == firm["id"]
    assert crm.get(call("contacts", "resolve(text='ada berg')")).json["id"] == person["id"]
    company = crm.get(call("contacts", "resolve(text='fjord',companiesOnly=true)"))
    assert (company.status, company.json["id"]) == (200, firm["id"])
    unknown = crm.get(call("contacts", "resolve(text='zzzz qqqq')"))
    assert (unknown.status, unknown.code) == (404, "Internal_RecordNotFound")
    assert crm.get(call("contacts", "resolve(text='')")).status == 404


def test_ambiguous_text_lists_the_candidates(crm: Service, firm: Json) -> None:  # C-66, C-67, A-62
    other = crm.made("contacts", {"name": "Fjord Bygg AS", "type": "Company"})
    answer = crm.get(call("contacts", "resolve(text='Fjord')"))
    assert (answer.status, answer.domain_code) == (400, "contact.ambiguous")
    candidates = {each["code"]: each for each in answer.json["error"]["details"]}
    assert set(candidates) == {firm["no"], other["no"]}
    assert candidates[other["no"]]["target"] == other["id"] and "Fjord Bygg AS" in candidates[other["no"]]["message"]
    companies = crm.get(call("contacts", "resolve(text='Fjord',companiesOnly=true)"))
    assert (companies.status, companies.domain_code) == (400, "contact.select_existing")
    assert {each["target"] for each in companies.json["error"]["details"]} == {firm["id"], other["id"]}


def test_blocked_person_gives_nothing_away(crm: Service, person: Json) -> None:  # C-72
    greeting(crm, person)
    crm.patch(of(person), {"privacyBlocked": True})
    assert "Ada" not in crm.get(call(of(person), "salutation")).content.decode()
    assert "Ada" not in crm.get(call(of(person), "salutations")).content.decode()
    assert crm.get(call(of(person), "addressBlock")).value == []
    assert crm.get(call(of(person), "preferredPhone")).json == {"value": ""}


def test_functions_read_and_actions_write(crm: Service, firm: Json) -> None:
    assert crm.post(call(of(firm), "salutations")).status == 405
    assert crm.get(call(of(firm), "inheritFromCompany")).status == 405
    assert crm.get(f"{of(firm)}/NAV.deletionblockers").status == 200
    assert crm.get(f"{of(firm)}/deletionBlockers()").status == 200
    unknown = crm.post(call(of(firm), "inheritFromCompany"), {"nosuch": 1})
    assert (unknown.status, unknown.code, unknown.target) == (400, "BadRequest", "nosuch")


def test_date_formulas_are_applied_and_read(crm: Service) -> None:  # F-2, F-11 to F-14
    applied = crm.get("Microsoft.NAV.applyDateFormula(formula='1M+CM',date=2025-02-23)")
    assert applied.json == {"value": "2025-03-31"}
    assert crm.get("Microsoft.NAV.parseDateFormula(formula=' <1m + cm> ')").json == {"value": "1M+CM"}
    local = crm.get("Microsoft.NAV.parseDateFormula(formula='1U')", accept_language="nb")
    assert local.json == {"value": "1W"}
    assert crm.get("Microsoft.NAV.parseDateFormula(formula='1U')").domain_code == "date_formula_invalid"
    far = crm.get("Microsoft.NAV.applyDateFormula(formula='9999Y',date=2025-02-23)")
    assert (far.status, far.domain_code) == (400, "date_out_of_range")
    today = crm.get("Microsoft.NAV.applyDateFormula(formula='1D')", tuttava_work_date="2026-01-01")
    assert today.json == {"value": dt.date(2026, 1, 2).isoformat()}
