"""What PATCH and POST make of a body: order, side effects, pairs, read-only, questions (A-34, A-35, A-41, A-42)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

import pytest

from tests.api.conftest import CRM, Json, Service, SignIn
from tuttava.contacts.blockers import Blocker, Situation, provides, unplug
from tuttava.contacts.signals import Move, persons_moved

pytestmark = pytest.mark.usefixtures("company")
TOLD = 'odata.include-annotations="tuttava.*"'
NOTHING = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def firm(crm: Service) -> Json:
    return crm.made("contacts", {"name": "Fjord Line AS", "type": "Company", "countryCode": "NO"})


@pytest.fixture
def person(crm: Service, firm: Json) -> Json:
    return crm.made("contacts", {"name": "Ada Berg", "type": "Person", "companyNo": firm["no"]})


@pytest.fixture
def places(crm: Service) -> None:
    crm.made("postCodes", {"code": "5999", "city": "Testvik", "county": "Vestland", "countryCode": "NO"})
    crm.made("postCodes", {"code": "9-99", "city": "Teststad", "county": "Skåne", "countryCode": "SE"})


def of(contact: Json) -> str:
    return f"contacts({contact['id']})"


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"postCode": "5999"}, ("5999", "Testvik", "Vestland", "NO")),
        ({"city": "testvik"}, ("5999", "Testvik", "Vestland", "NO")),
        ({"city": "Elsewhere", "postCode": "5999"}, ("5999", "Elsewhere", "Vestland", "NO")),
        ({"city": "Elsewhere", "postCode": "5999", "county": "Mine"}, ("5999", "Elsewhere", "Mine", "NO")),
        ({"postCode": "5999", "countryCode": "SE"}, ("5999", "Testvik", "Vestland", "SE")),
        ({"postCode": "9-99"}, ("9-99", "Teststad", "Skåne", "SE")),
    ],
)
def test_side_effects_never_overwrite_what_was_sent(
    crm: Service, firm: Json, body: Json, expected: Any
) -> None:
    for sent in (body, dict(reversed(body.items()))):
        contact = crm.made("contacts", {"name": "X", "type": "Company"})
        changed = crm.patch(of(contact), sent).json
        found = (changed["postCode"], changed["city"], changed["county"], changed["countryCode"])
        assert found == expected


@pytest.mark.usefixtures("places")
def test_country_that_changes_clears_the_place_but_not_what_was_sent(crm: Service, firm: Json) -> None:  # A-35, C-51
    crm.patch(of(firm), {"postCode": "5999"})
    changed = crm.patch(of(firm), {"city": "Nyby", "countryCode": "SE"}).json
    assert (changed["countryCode"], changed["city"], changed["postCode"]) == ("SE", "Nyby", "")


def test_only_what_is_sent_changes(crm: Service, firm: Json) -> None:
    before = crm.get(of(firm)).json
    after = crm.patch(of(firm), {"homePage": "https://fjord.example"}).json
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"@odata.etag", "homePage", "lastModifiedAt", "lastModifiedDateTime"} | (
        {"systemModifiedAt"} & changed
    )


def test_what_was_read_can_be_sent_back(crm: Service, person: Json) -> None:
    body = crm.get(of(person)).json
    assert crm.patch(of(person), {**body, "jobTitle": "Boss"}).status == 200
    standard = {"lastModifiedDateTime": "1999-01-01T00:00:00Z", "@odata.context": "x", "picture@odata.type": "y"}
    assert crm.patch(of(person), standard).status == 200


@pytest.mark.parametrize(
    ("body", "code", "target"),
    [
        ({"nosuch": 1}, "BadRequest", "nosuch"),
        ({"name": 5}, "BadRequest", "name"),
        ({"minor": "yes"}, "BadRequest", "minor"),
        ({"type": "Robot"}, "Application_EvaluateException", "type"),
        ({"correspondenceType": 17}, "Application_EvaluateException", "correspondenceType"),
        ({"jobTitle": "x" * 31}, "Application_StringExceededLength", "jobTitle"),
        ({"searchName": "x" * 101}, "Application_StringExceededLength", "searchName"),
        ({"countryCode": "NOWHERE"}, "Internal_InvalidTableRelation", "countryCode"),
        ({"countryId": str(uuid.uuid4())}, "Internal_InvalidTableRelation", "countryId"),
        ({"countryId": "abc"}, "Application_InvalidGUID", "countryId"),
        ({"noOfMailingGroups": 3}, "BadRequest_InvalidOperation", "noOfMailingGroups"),
        ({"contactBusinessRelation": "Customer"}, "BadRequest_InvalidOperation", "contactBusinessRelation"),
        ({"id": str(uuid.uuid4())}, "BadRequest_InvalidOperation", "id"),
        ({"contactMailingGroups": [{"mailingGroupCode": "A"}]}, "BadRequest", "contactMailingGroups"),
        ({"phoneNo": "call me"}, "Application_DialogException", "phoneNo"),
    ],
)
def test_body_that_cannot_be_taken_changes_nothing(
    crm: Service, firm: Json, body: Json, code: str, target: str
) -> None:
    answer = crm.patch(of(firm), {"homePage": "https://other.example", **body})
    assert (answer.status, answer.code, answer.target) == (400, code, target)
    if code == "BadRequest_InvalidOperation":
        assert "read-only" in answer.json["error"]["message"]
    assert crm.get(of(firm)).json["homePage"] == ""


def test_enum_is_taken_in_every_form(crm: Service, firm: Json) -> None:
    for form in ("HardCopy", "hard_copy", "Hard copy", "1", 1):
        crm.patch(of(firm), {"correspondenceType": "Email"})
        changed = crm.patch(of(firm), {"correspondenceType": form})
        assert (changed.status, changed.json["correspondenceType"]) == (200, "HardCopy"), form


def test_read_only_is_ignored_in_post(crm: Service) -> None:
    made = crm.made("contacts", {"name": "A", "type": "Company", "noOfMailingGroups": 9, "searchEmail": "X"})
    assert (made["noOfMailingGroups"], made["searchEmail"]) == (0, "")


def test_id_may_be_chosen_once(crm: Service) -> None:
    own = str(uuid.uuid4())
    assert crm.made("contacts", {"id": own, "name": "A"})["id"] == own
    again = crm.post("contacts", {"id": own, "name": "B"})
    assert (again.status, again.code) == (400, "Internal_EntityWithSameKeyExists")


def test_null_empties_in_patch_and_means_nothing_in_post(crm: Service, firm: Json) -> None:
    crm.patch(of(firm), {"homePage": "https://x.example", "correspondenceType": "Email", "languageCode": "EN"})
    changed = crm.patch(of(firm), {"homePage": None, "correspondenceType": None, "countryCode": None, "minor": None})
    assert changed.status == 200, changed.content
    body = changed.json
    assert (body["homePage"], body["correspondenceType"], body["countryCode"]) == ("", "None", "")
    assert (body["minor"], body["countryId"]) == (False, NOTHING)
    made = crm.made("contacts", {"no": None, "name": "B", "type": None})
    assert made["no"] != "" and made["type"] == "Company"


def test_id_and_code_are_one_thing(crm: Service, firm: Json) -> None:
    sweden, norway = crm.get("countries(code='SE')").json, crm.get("countries(code='NO')").json
    assert crm.patch(of(firm), {"countryId": sweden["id"]}).json["countryCode"] == "SE"
    both = crm.patch(of(firm), {"countryId": norway["id"], "countryCode": "NO"})
    assert both.json["countryCode"] == "NO"
    apart = crm.patch(of(firm), {"countryId": sweden["id"], "countryCode": "NO"})
    assert (apart.status, apart.code) == (400, "Application_DialogException")
    assert crm.patch(of(firm), {"countryId": NOTHING}).json["countryCode"] == ""
    bound = crm.patch(of(firm), {"country@odata.bind": f"countries({sweden['id']})"})
    assert bound.json["countryCode"] == "SE"
    assert crm.patch(of(firm), {"countryCode": ""}).json["countryId"] == NOTHING
    wrong = crm.patch(of(firm), {"nosuch@odata.bind": f"countries({sweden['id']})"})
    assert (wrong.status, wrong.code) == (400, "BadRequest")


def test_company_is_set_by_number_id_name_or_bind(crm: Service, firm: Json) -> None:  # A-35, C-21, C-26
    for body in (
        {"companyNo": firm["no"]},
        {"companyId": firm["id"]},
        {"companyName": "fjord line as"},
        {"company@odata.bind": f"contacts({firm['id']})"},
    ):
        person = crm.made("contacts", {"name": "Bo", "type": "Person"})
        changed = crm.patch(of(person), body)
        assert changed.status == 200, changed.content
        assert (changed.json["companyNo"], changed.json["companyName"]) == (firm["no"], "Fjord Line AS")
        left = crm.patch(of(person), {"companyId": NOTHING})
        assert (left.json["companyNo"], left.json["companyName"]) == ("", "")


def test_parts_of_a_name_win_over_the_whole(crm: Service, person: Json) -> None:  # A-35, C-15
    changed = crm.patch(of(person), {"surname": "Dahl", "name": "Eva Falk"}).json
    assert (changed["surname"], changed["name"]) == ("Dahl", "Eva Dahl")


def test_renumbering_keeps_what_hangs_on_the_contact(crm: Service, firm: Json, person: Json) -> None:  # A-113, C-7
    from tuttava.foundation.models import NumberSeries

    NumberSeries.objects.update(manual_nos=True)
    crm.made(f"{of(firm)}/comments", {"comment": "Stays"})
    renamed = crm.patch(of(firm), {"no": "renamed1"})
    assert (renamed.status, renamed.json["no"], renamed.json["id"]) == (200, "RENAMED1", firm["id"])
    assert crm.get(of(person)).json["companyNo"] == "RENAMED1"
    assert crm.get("contacts(no='RENAMED1')/comments").value[0]["ownerNo"] == "RENAMED1"
    taken = crm.patch(of(person), {"no": "RENAMED1"})
    assert (taken.status, taken.code) == (400, "Internal_EntityWithSameKeyExists")


# -- questions and messages -------------------------------------------------------------------------------------------


def test_unattended_deletion_takes_the_people_along(crm: Service, firm: Json, person: Json) -> None:  # A-41, C-84
    assert crm.delete(of(firm)).status == 204
    assert crm.get(of(person)).status == 404


def test_caller_decides_what_becomes_of_the_people(crm: Service, firm: Json, person: Json) -> None:  # A-41, C-84
    asked = crm.delete(of(firm), tuttava_answers="ask")
    assert (asked.status, asked.code) == (400, "Application_CallbackNotAllowed")
    (question,) = asked.json["error"]["details"]
    assert (question["code"], question["target"]) == ("q_people_independent", "no")
    assert "Fjord Line AS" in question["message"]
    assert crm.get(of(firm)).status == 200
    assert crm.delete(of(firm), tuttava_answers="q_people_independent=yes").status == 204
    assert crm.get(of(person)).json["companyNo"] == ""


def test_caller_chooses_among_places(crm: Service, firm: Json) -> None:  # A-41, C-49
    for code in ("5991", "5992"):
        crm.made("postCodes", {"code": code, "city": "Testvik", "countryCode": "NO"})
    assert crm.patch(of(firm), {"city": "Testvik"}).json["postCode"] == "5991"
    asked = crm.patch(of(firm), {"city": "Testvik", "postCode": ""}, tuttava_answers="ask")
    assert (asked.status, asked.code) == (400, "Application_CallbackNotAllowed")
    assert [each["code"] for each in asked.json["error"]["details"]] == ["q_city"]


def test_warnings_come_when_they_are_wanted(crm: Service, sign_in: SignIn) -> None:  # A-42, C-36
    from tuttava.foundation.models import UserPreference

    crm.made("salespeople", {"code": "GONE", "name": "Gone"})
    UserPreference.objects.create(user_name="crm-manager", salesperson_code="GONE")
    crm.patch("salespeople(code='GONE')", {"blocked": True})
    silent = crm.made("contacts", {"name": "A"})
    assert "@tuttava.messages" not in silent and silent["salespersonCode"] == ""
    told = crm.post("contacts", {"name": "B"}, prefer=TOLD)
    (message,) = told.json["@tuttava.messages"]
    assert (message["code"], message["severity"]) == ("contact.salesperson.blocked", "warning")
    assert "GONE" in message["message"]
    assert "odata.include-annotations" in told.headers["Preference-Applied"]
    minimal = crm.post("contacts", {"name": "C"}, prefer=f"{TOLD}, return=minimal")
    assert minimal.status == 204
    (message,) = json.loads(unquote(minimal.headers["Tuttava-Messages"]))
    assert message["code"] == "contact.salesperson.blocked"


def test_messages_speak_the_caller_s_language(sign_in: SignIn) -> None:
    crm = sign_in(service=CRM, name="nordmann")
    contact = crm.made("contacts", {"name": "A"})
    english = crm.patch(of(contact), {"phoneNo": "ring"}).json["error"]["message"]
    answer = crm.patch(of(contact), {"phoneNo": "ring"}, accept_language="nb")
    assert answer.headers["Content-Language"] == "nb"
    assert answer.json["error"]["message"].partition("Corr")[0] != english.partition("Corr")[0]


# -- the public service (C-118) ---------------------------------------------------------------------------------------


def test_public_contact_takes_every_field(api: Service) -> None:  # C-118
    company = api.made("contacts", {"displayName": "Fjord Line AS", "type": "Company"})
    body = {
        "type": "Person",
        "displayName": "Åse Øy-Ærlig “&<>'\\ 漢字",
        "jobTitle": "Boss",
        "companyNumber": company["number"],
        "addressLine1": "Kaien 1",
        "addressLine2": "Oppgang B",
        "city": "Bergen",
        "state": "Vestland",
        "country": "NO",
        "postalCode": "5003",
        "phoneNumber": "55 10 10 10",
        "mobilePhoneNumber": "900 10 200",
        "email": "a@fjord.example;b@fjord.example",
        "website": "https://fjord.example/?q=æ",
        "searchName": "ÅSE",
        "privacyBlocked": False,
    }
    made = api.made("contacts", body)
    assert {name: made[name] for name in body} == body
    assert (made["companyName"], made["contactBusinessRelation"]) == ("Fjord Line AS", "None")
    assert {name: value for name, value in api.get(of(made)).json.items() if name in body} == body


def test_public_contact_keeps_the_field_rules(api: Service) -> None:  # C-118
    made = api.made("contacts", {"displayName": "A", "type": "Company"})
    for body, domain_code in (
        ({"phoneNumber": "letters"}, "contact.phone.letters"),
        ({"email": "a@b@c"}, "contact.email.invalid"),
        ({"displayName": "  "}, "api.display_name_blank"),
        ({"companyName": "Somebody else"}, "contact.wrong_type"),
    ):
        answer = api.patch(of(made), body)
        assert answer.status == 400, (body, answer.content)
        assert (answer.domain_code, answer.target) == (domain_code, next(iter(body)))
    tax = api.patch(of(made), {"taxRegistrationNumber": "x" * 21})
    assert (tax.status, tax.code, tax.target) == (400, "Application_StringExceededLength", "taxRegistrationNumber")


def test_public_number_renames(api: Service) -> None:  # C-118, C-7
    from tuttava.foundation.models import NumberSeries

    made = api.made("contacts", {"displayName": "A", "type": "Company"})
    NumberSeries.objects.update(manual_nos=True)
    renamed = api.patch(of(made), {"number": "ab-1"})
    assert (renamed.json["number"], renamed.json["companyNumber"], renamed.json["id"]) == ("AB-1", "AB-1", made["id"])
    assert api.get("contacts(number='AB-1')").json["id"] == made["id"]


def test_public_type_changes_by_its_rules(api: Service) -> None:  # C-118, C-9
    made = api.made("contacts", {"displayName": "Ada Berg", "type": "Company"})
    person = api.patch(of(made), {"type": "Person"})
    assert (person.json["type"], person.json["companyNumber"]) == ("Person", "")
    assert api.patch(of(made), {"type": "0"}).json["type"] == "Company"


@pytest.fixture
def open_work() -> Iterator[None]:
    """Each person who leaves a company has one open task."""

    def provider(ids: Sequence[uuid.UUID]) -> list[Blocker]:
        return [Blocker("open", identity, "An open task") for identity in ids]

    provides(Situation.OPEN_WORK)(provider)
    yield
    unplug(Situation.OPEN_WORK, provider)


@pytest.mark.usefixtures("open_work")
def test_caller_decides_whether_open_work_follows(crm: Service, firm: Json, person: Json) -> None:  # A-41, C-25
    other = crm.made("contacts", {"name": "Nordlys AS", "type": "Company"})
    asked = crm.patch(of(person), {"companyNo": other["no"]}, tuttava_answers="ask")
    assert (asked.status, asked.code) == (400, "Application_CallbackNotAllowed")
    assert [(each["code"], each["target"]) for each in asked.json["error"]["details"]] == [("q_tasks_follow", "no")]
    assert crm.get(of(person)).json["companyNo"] == firm["no"]
    moves: list[Move] = []

    def listen(*, moves_made: list[Move] = moves, **signal: Any) -> None:
        moves_made += signal["moves"]

    persons_moved.connect(listen)
    try:
        moved = crm.patch(of(person), {"companyNo": other["no"]}, tuttava_answers="q_tasks_follow=yes")
        back = crm.patch(of(person), {"companyNo": firm["no"]})
    finally:
        persons_moved.disconnect(listen)
    assert (moved.status, back.status) == (200, 200)
    assert [move.work_follows for move in moves] == [True, False]
