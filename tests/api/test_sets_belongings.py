"""What hangs on a contact in the CRM service (17.1)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import CRM, Json, Service, SignIn
from tuttava.contacts.models import PersonalDataAccess

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def firm(crm: Service) -> Json:
    return crm.made("contacts", {"name": "Fjord Line AS", "type": "Company", "city": "Bergen"})


@pytest.fixture
def person(crm: Service, firm: Json) -> Json:
    return crm.made("contacts", {"name": "Ada Berg", "type": "Person", "companyNo": firm["no"]})


@pytest.fixture
def groups(crm: Service) -> list[Json]:
    return [crm.made("mailingGroups", {"code": code, "description": f"Group {code}"}) for code in ("ALPHA", "BETA")]


def test_link_is_made_by_number_and_code(crm: Service, firm: Json, groups: list[Json]) -> None:  # C-88, A-110, A-111
    link = crm.made("contactMailingGroups", {"contactNo": firm["no"].lower(), "mailingGroupCode": "alpha"})
    assert (link["contactNo"], link["contactId"]) == (firm["no"], firm["id"])
    assert (link["mailingGroupCode"], link["mailingGroupId"]) == ("ALPHA", groups[0]["id"])
    assert (link["description"], link["contactName"]) == ("Group ALPHA", "Fjord Line AS")
    assert link["companyName"] == "Fjord Line AS"
    assert link["systemCreatedAt"] == link["systemModifiedAt"] != "0001-01-01T00:00:00Z"
    found = crm.get(f"contactMailingGroups(contactNo='{firm['no']}',mailingGroupCode='ALPHA')")
    assert found.json["id"] == link["id"]


def test_link_is_made_by_ids(crm: Service, firm: Json, groups: list[Json]) -> None:
    link = crm.made("contactMailingGroups", {"contactId": firm["id"], "mailingGroupId": groups[1]["id"]})
    assert (link["contactNo"], link["mailingGroupCode"]) == (firm["no"], "BETA")


def test_number_and_id_of_different_contacts_are_refused(
    crm: Service, firm: Json, person: Json, groups: list[Json]
) -> None:
    answer = crm.post(
        "contactMailingGroups",
        {"contactNo": firm["no"], "contactId": person["id"], "mailingGroupCode": "ALPHA"},
    )
    assert (answer.status, answer.code, answer.target) == (400, "Application_DialogException", "contactId")


def test_link_posted_under_a_contact_belongs_to_it(
    crm: Service, firm: Json, person: Json, groups: list[Json]
) -> None:
    path = f"contacts(no='{firm['no']}')/contactMailingGroups"
    assert crm.made(path, {"mailingGroupCode": "ALPHA"})["contactId"] == firm["id"]
    other = crm.post(path, {"mailingGroupCode": "BETA", "contactNo": person["no"]})
    assert (other.status, other.code, other.target) == (400, "Application_DialogException", "contactNo")
    assert [each["mailingGroupCode"] for each in crm.get(path).value] == ["ALPHA"]


@pytest.mark.parametrize(
    ("body", "code", "domain_code", "target"),
    [
        ({"mailingGroupCode": "ALPHA"}, "Application_FieldValidationException", "field_required", "contactNo"),
        ({"contactNo": "#"}, "Application_FieldValidationException", "field_required", "mailingGroupCode"),
        ({"contactNo": "NONE", "mailingGroupCode": "ALPHA"}, "Internal_InvalidTableRelation", "not_found", "contactNo"),
        (
            {"contactNo": "#", "mailingGroupCode": "NO"},
            "Internal_InvalidTableRelation",
            "not_found",
            "mailingGroupCode",
        ),
    ],
)
def test_link_needs_contact_and_code_that_exist(
    crm: Service, firm: Json, groups: list[Json], body: Json, code: str, domain_code: str, target: str
) -> None:  # C-88, A-59
    answer = crm.post(
        "contactMailingGroups", {name: firm["no"] if value == "#" else value for name, value in body.items()}
    )
    assert (answer.status, answer.code, answer.domain_code, answer.target) == (400, code, domain_code, target)


def test_code_is_on_a_contact_once(crm: Service, firm: Json, groups: list[Json]) -> None:  # C-88
    crm.made("contactMailingGroups", {"contactNo": firm["no"], "mailingGroupCode": "ALPHA"})
    again = crm.post("contactMailingGroups", {"contactNo": firm["no"], "mailingGroupCode": "ALPHA"})
    assert (again.status, again.code, again.domain_code) == (400, "Internal_EntityWithSameKeyExists", "already_exists")


@pytest.mark.parametrize(
    ("codes", "links", "field", "wrong"),
    [
        ("industryGroups", "contactIndustryGroups", "industryGroupCode", "Person"),
        ("jobResponsibilities", "contactJobResponsibilities", "jobResponsibilityCode", "Company"),
        ("webSources", "contactWebSources", "webSourceCode", "Person"),
        ("businessRelations", "contactBusinessRelations", "businessRelationCode", "Person"),
    ],
)
def test_type_of_contact_must_fit(
    crm: Service, firm: Json, person: Json, codes: str, links: str, field: str, wrong: str
) -> None:  # C-88, 3.5, B-5
    crm.made(codes, {"code": "A1"})
    right, other = (firm, person) if wrong == "Person" else (person, firm)
    assert crm.made(links, {"contactNo": right["no"], field: "a1"})[field] == "A1"
    refused = crm.post(links, {"contactNo": other["no"], field: "A1"})
    assert (refused.status, refused.domain_code) == (400, "contact.wrong_type")


def test_renaming_the_key_of_a_link_is_a_patch(crm: Service, firm: Json, groups: list[Json]) -> None:
    link = crm.made("contactMailingGroups", {"contactNo": firm["no"], "mailingGroupCode": "ALPHA"})
    changed = crm.patch(f"contactMailingGroups({link['id']})", {"mailingGroupCode": "BETA"})
    assert (changed.status, changed.json["mailingGroupId"]) == (200, groups[1]["id"])


def test_link_stays_on_its_contact(crm: Service, firm: Json, person: Json, groups: list[Json]) -> None:
    link = crm.made("contactMailingGroups", {"contactNo": firm["no"], "mailingGroupCode": "ALPHA"})
    same = crm.patch(f"contactMailingGroups({link['id']})", {"contactNo": firm["no"], "contactId": firm["id"]})
    assert same.status == 200
    moved = crm.patch(f"contactMailingGroups({link['id']})", {"contactNo": person["no"]})
    assert (moved.status, moved.code, moved.target) == (400, "BadRequest_InvalidOperation", "contactNo")


def test_numbers_of_contacts_follow_the_links(
    crm: Service, firm: Json, person: Json, groups: list[Json]
) -> None:  # C-89
    for contact in (firm, person):
        crm.made("contactMailingGroups", {"contactNo": contact["no"], "mailingGroupCode": "ALPHA"})
    counts = {each["code"]: each["noOfContacts"] for each in crm.get("mailingGroups?$filter=noOfContacts ge 0").value}
    assert (counts["ALPHA"], counts["BETA"]) == (2, 0)
    assert crm.get(f"contacts({firm['id']})").json["noOfMailingGroups"] == 1
    crm.delete(f"contactMailingGroups(contactNo='{firm['no']}',mailingGroupCode='ALPHA')")
    assert crm.get("mailingGroups(code='ALPHA')").json["noOfContacts"] == 1
    assert crm.get(f"contacts({firm['id']})").json["noOfMailingGroups"] == 0


def test_label_gives_the_contact_a_relation(crm: Service, firm: Json, person: Json) -> None:  # B-5, B-14, C-79
    crm.made("businessRelations", {"code": "LABEL"})
    crm.made("contactBusinessRelations", {"contactNo": firm["no"], "businessRelationCode": "LABEL"})
    assert crm.get(f"contacts({person['id']})").json["contactBusinessRelation"] == "Other"
    crm.delete(f"contactBusinessRelations(contactNo='{firm['no']}',businessRelationCode='LABEL')")
    assert crm.get(f"contacts({person['id']})").json["contactBusinessRelation"] == "None"


def test_contact_is_created_with_all_that_hangs_on_it(crm: Service, groups: list[Json]) -> None:
    answer = crm.post(
        "contacts?$expand=contactMailingGroups,contactAlternativeAddresses,contactAddressPeriods,contactEmailAddresses,comments",
        {
            "name": "Sjømat AS",
            "contactMailingGroups": [{"mailingGroupCode": "ALPHA"}, {"mailingGroupCode": "BETA"}],
            "contactAlternativeAddresses": [{"code": "SUMMER", "address": "Strand 1"}],
            "contactAddressPeriods": [{"startingDate": "2026-06-01", "altAddressCode": "SUMMER"}],
            "contactEmailAddresses": [{"label": "Invoices", "email": "faktura@sjomat.example"}],
            "comments": [{"comment": "Met at the fair"}],
        },
    )
    assert answer.status == 201, answer.content
    body = answer.json
    assert [each["mailingGroupCode"] for each in body["contactMailingGroups"]] == ["ALPHA", "BETA"]
    assert body["contactAddressPeriods"][0]["altAddressId"] == body["contactAlternativeAddresses"][0]["id"]
    assert body["contactEmailAddresses"][0]["lineNo"] == 10000
    assert body["comments"][0]["ownerNo"] == body["no"]


def test_failing_child_fails_all_and_is_named(crm: Service, groups: list[Json]) -> None:
    answer = crm.post(
        "contacts",
        {"name": "Half", "contactMailingGroups": [{"mailingGroupCode": "ALPHA"}, {"mailingGroupCode": "NO"}]},
    )
    assert (answer.status, answer.code) == (400, "Internal_InvalidTableRelation")
    assert answer.target == "contactMailingGroups[1]/mailingGroupCode"
    assert crm.get("contacts?$filter=name eq 'Half'").value == []


def test_children_lead_back_to_their_contact(crm: Service, firm: Json, groups: list[Json]) -> None:
    crm.made(f"contacts({firm['id']})/contactMailingGroups", {"mailingGroupCode": "ALPHA"})
    link = crm.get("contactMailingGroups?$expand=contact($select=no),mailingGroup($select=description)").value[0]
    assert link["contact"]["no"] == firm["no"] and link["mailingGroup"]["description"] == "Group ALPHA"
    assert crm.get(f"contactMailingGroups({link['id']})/contact").json["no"] == firm["no"]
    found = crm.get("contacts?$filter=contactMailingGroups/any(g:g/mailingGroupCode eq 'alpha')&$select=no").value
    assert [each["no"] for each in found] == [firm["no"]]


def test_alternative_address_follows_the_rules_of_places(crm: Service, firm: Json) -> None:  # C-49, C-50, 3.3
    crm.made("postCodes", {"code": "5999", "city": "Testvik", "county": "Vestland", "countryCode": "NO"})
    made = crm.made(
        f"contacts({firm['id']})/contactAlternativeAddresses",
        {"code": "shop", "postCode": "5999", "email": "butikk@fjord.example"},
    )
    assert (made["code"], made["city"], made["county"], made["countryCode"]) == ("SHOP", "Testvik", "Vestland", "NO")
    assert (made["countryId"], made["searchEmail"]) != ("", "") and made["searchEmail"] == "BUTIKK@FJORD.EXAMPLE"
    renamed = crm.patch(f"contactAlternativeAddresses(contactNo='{firm['no']}',code='SHOP')", {"code": "STORE"})
    assert renamed.json["code"] == "STORE"
    letters = crm.patch(f"contactAlternativeAddresses({made['id']})", {"phoneNo": "call me"})
    assert letters.status == 400 and letters.target == "phoneNo"


def test_period_names_an_address_of_its_contact(crm: Service, firm: Json, person: Json) -> None:  # 3.4, C-53
    address = crm.made(f"contacts({firm['id']})/contactAlternativeAddresses", {"code": "SHOP"})
    periods = f"contacts({firm['id']})/contactAddressPeriods"
    made = crm.made(periods, {"startingDate": "2026-01-01", "endingDate": "2026-01-31", "altAddressCode": "shop"})
    assert (made["altAddressCode"], made["altAddressId"]) == ("SHOP", address["id"])
    foreign = crm.post(
        "contactAddressPeriods", {"contactNo": person["no"], "startingDate": "2026-01-01", "altAddressCode": "SHOP"}
    )
    assert (foreign.code, foreign.domain_code, foreign.target) == (
        "Internal_InvalidTableRelation",
        "not_found",
        "altAddressCode",
    )
    by_id = crm.post(
        "contactAddressPeriods",
        {"contactNo": person["no"], "startingDate": "2026-01-01", "altAddressId": address["id"]},
    )
    assert (by_id.code, by_id.domain_code) == ("Internal_InvalidTableRelation", "not_found")
    taken = crm.post(periods, {"startingDate": "2026-01-01"})
    assert taken.domain_code == "alt_address.start_taken"
    order = crm.patch(f"contactAddressPeriods({made['id']})", {"endingDate": "2025-12-31"})
    assert (order.domain_code, order.target) == ("alt_address.period_order", "endingDate")
    main = crm.patch(f"contactAddressPeriods({made['id']})", {"altAddressCode": ""})
    assert (main.json["altAddressCode"], main.json["altAddressId"]) == ("", "00000000-0000-0000-0000-000000000000")


def test_labelled_addresses_are_checked(crm: Service, firm: Json) -> None:  # C-42, C-43
    path = f"contacts({firm['id']})/contactEmailAddresses"
    crm.made(path, {"label": "Sales", "email": "salg@fjord.example"})
    second = crm.made(path, {"label": "Post", "email": "post@fjord.example"})
    assert second["lineNo"] == 20000
    assert crm.get(f"contactEmailAddresses(contactNo='{firm['no']}',lineNo=20000)").json["label"] == "Post"
    bad = crm.post(path, {"email": "a@b@c"})
    assert (bad.status, bad.domain_code, bad.target) == (400, "contact.email.invalid", "email")


def test_comments_are_numbered_and_dated(crm: Service, firm: Json) -> None:  # C-94, C-95, C-96
    path = f"contacts({firm['id']})/comments"
    first = crm.made(path, {"comment": "One"}, tuttava_work_date="2026-02-03")
    assert (first["ownerKind"], first["ownerNo"], first["subNo"], first["lineNo"]) == ("Contact", firm["no"], 0, 10000)
    assert (first["date"], first["author"]) == ("2026-02-03", "crm-manager")
    between = crm.made("comments", {"ownerKind": "Contact", "ownerNo": firm["no"], "lineNo": 5000, "comment": "Nil"})
    assert [each["comment"] for each in crm.get(path).value] == ["Nil", "One"]
    assert (
        crm.get(f"comments(ownerKind='Contact',ownerNo='{firm['no']}',subNo=0,lineNo=5000)").json["id"] == between["id"]
    )
    moved = crm.patch(f"comments({between['id']})", {"lineNo": 15000})
    assert moved.status == 200
    assert [each["comment"] for each in crm.get(path).value] == ["One", "Nil"]
    assert crm.get(f"contacts({firm['id']})?$select=hasComment").json["hasComment"] is True
    assert crm.get(f"comments({first['id']})/contact").json["no"] == firm["no"]


def test_comment_needs_an_owner_that_exists(crm: Service) -> None:  # 3.7
    missing = crm.post("comments", {"comment": "Whose?"})
    assert (missing.status, missing.domain_code) == (400, "field_required")
    unknown = crm.post("comments", {"ownerKind": "Contact", "ownerNo": "NONE", "comment": "Whose?"})
    assert (unknown.code, unknown.target) == ("Internal_InvalidTableRelation", "ownerNo")


def test_web_sources_have_comments_too(crm: Service) -> None:  # C-93
    crm.made("webSources", {"code": "PEEK", "url": "https://proff.example/?q=%1"})
    made = crm.made("webSources(code='PEEK')/comments", {"comment": "Slow"})
    assert (made["ownerKind"], made["ownerNo"]) == ("WebSource", "PEEK")
    assert crm.get("webSources(code='PEEK')").json["hasComment"] is True
    assert crm.delete("webSources(code='PEEK')").status == 204
    assert crm.get(f"comments({made['id']})").status == 404


def hang_on(crm: Service, contact: Json) -> None:
    crm.made(f"contacts({contact['id']})/contactAlternativeAddresses", {"code": "SUMMER", "address": "Strand 1"})
    crm.made(f"contacts({contact['id']})/contactEmailAddresses", {"email": "ada@home.example"})
    crm.made(f"contacts({contact['id']})/contactMailingGroups", {"mailingGroupCode": "ALPHA"})
    crm.patch(f"contacts({contact['id']})", {"privacyBlocked": True})


def test_belongings_of_blocked_contacts_are_masked(
    crm: Service, sign_in: SignIn, person: Json, groups: list[Json]
) -> None:  # C-72
    hang_on(crm, person)
    address = crm.get("contactAlternativeAddresses").value[0]
    assert (address["address"], address["city"], address["code"]) == ("•••", "", "SUMMER")
    assert crm.get("contactEmailAddresses").value[0]["email"] == "•••"
    link = crm.get("contactMailingGroups").value[0]
    assert (link["contactName"], link["companyName"]) == ("•••", "Fjord Line AS")
    before = PersonalDataAccess.objects.count()
    keeper = sign_in("CRM-MANAGER PRIVACY", service=CRM, name="keeper")
    assert keeper.get("contactEmailAddresses").value[0]["email"] == "ada@home.example"
    assert PersonalDataAccess.objects.count() == before + 1


@pytest.mark.parametrize(
    "path",
    [
        "contactMailingGroups",
        "mailingGroups",
        "comments",
        "contacts?$expand=contactMailingGroups($expand=mailingGroup),comments,contactAlternativeAddresses",
    ],
)
def test_more_rows_take_no_more_queries(
    crm: Service, groups: list[Json], path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(number: int) -> None:
        links = [{"mailingGroupCode": "ALPHA"}, {"mailingGroupCode": "BETA"}]
        comments = [{"comment": "One"}, {"comment": "Two"}]
        crm.made("contacts", {"name": f"Firm {number}", "contactMailingGroups": links, "comments": comments})

    fill(0)
    crm.get(path)
    with CaptureQueriesContext(connection) as few:
        crm.get(path)
        queries = len(few)
    for number in range(1, 5):
        fill(number)
    with django_assert_num_queries(queries):
        assert len(crm.get(path).value) >= 5
