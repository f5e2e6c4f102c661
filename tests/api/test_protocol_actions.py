"""Actions and functions bound to entities and sets (A-64 to A-66)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tests.api.conftest import CRM, STANDARD, Answered, Json, Service, SignIn
from tuttava.api import declare, edm
from tuttava.api.declare import Action, File, Parameter
from tuttava.contacts.models import Contact
from tuttava.foundation.errors import DomainError

pytestmark = pytest.mark.usefixtures("company")

WORD = Parameter("searchWord", edm.text(20), required=True)
DAY = Parameter("onDay", edm.DATE)
FLAG = Parameter("alsoClosed", edm.BOOLEAN, default=True)


def echo(contact: Contact | None = None, **arguments: Any) -> Any:
    return {name: str(value) for name, value in arguments.items()} | {"of": contact.name if contact else ""}


def refuse(contact: Contact) -> None:
    raise DomainError("test.refused", f"{contact.name} is refused.", field="city", rule="C-1")


def rename(contact: Contact) -> Contact:
    Contact.objects.filter(pk=contact.pk).update(name="Half done")
    raise DomainError("test.refused", "No.")


def everybody() -> list[Contact]:
    return list(Contact.objects.order_by("-no"))


def paper(contact: Contact) -> File:
    return File(b"bytes", "application/pdf", "A b.pdf")


ACTIONS = (
    Action("echoWords", echo, (WORD, DAY, FLAG)),
    Action("echoOnSet", echo, (WORD,), on_set=True),
    Action("tellWords", echo, (WORD, DAY, FLAG), function=True),
    Action("tellNothing", echo, function=True),
    Action("tellSecret", echo, function=True, right="privacy.manage"),
    Action("giveBack", lambda contact: contact, returns="contacts"),
    Action("create", lambda contact: contact, returns="contacts", created=True),
    Action("everybody", everybody, returns="contacts", returns_many=True, on_set=True),
    Action("paper", paper),
    Action("nothing", lambda contact: None),
    Action("refuse", refuse),
    Action("rename", rename),
)


@pytest.fixture(autouse=True)
def actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts of both services with actions that do next to nothing."""
    for service in (declare.STANDARD, declare.CRM):
        contacts = replace(service.sets["contacts"], actions=ACTIONS)
        monkeypatch.setattr(service, "sets", {**service.sets, "contacts": contacts})


@pytest.fixture
def ada(crm: Service) -> Json:
    return crm.made("contacts", {"name": "Ada Berg", "type": "Person"})


@pytest.fixture
def path(ada: Json) -> str:
    return f"contacts({ada['id']})"


@pytest.mark.parametrize(
    "name",
    ["Microsoft.NAV.echoWords", "NAV.echoWords", "echoWords", "microsoft.nav.ECHOWORDS", "Microsoft.NAV.EchoWords"],
)
def test_name_of_an_action_in_every_form(crm: Service, path: str, name: str) -> None:
    answer = crm.post(f"{path}/{name}", {"searchWord": "x", "onDay": "2024-01-31"})
    assert answer.json == {"search_word": "x", "on_day": "2024-01-31", "also_closed": "True", "of": "Ada Berg"}


def test_action_of_the_set(crm: Service) -> None:
    assert crm.post("contacts/Microsoft.NAV.echoOnSet", {"searchWord": "x"}).json == {"search_word": "x", "of": ""}


@pytest.mark.parametrize(
    ("body", "code", "target"),
    [
        ({"searchWord": "x", "nosuch": 1}, "BadRequest", "nosuch"),
        ({"searchword": "x"}, "BadRequest", "searchword"),
        ({}, "BadRequest_RequiredParamNotProvided", "searchWord"),
        (None, "BadRequest_RequiredParamNotProvided", "searchWord"),
        ({"searchWord": None}, "BadRequest_RequiredParamNotProvided", "searchWord"),
        ({"searchWord": 5}, "BadRequest", "searchWord"),
        ({"searchWord": "x", "onDay": "31.1."}, "Application_EvaluateException", "onDay"),
        ({"searchWord": "x", "alsoClosed": "yes"}, "BadRequest", "alsoClosed"),
    ],
)
def test_parameters_that_do_not_fit(crm: Service, path: str, body: Any, code: str, target: str) -> None:
    answer = crm.post(f"{path}/echoWords", body)
    assert (answer.status, answer.code, answer.target) == (400, code, target)


def test_body_of_an_action_must_be_an_object(crm: Service, path: str) -> None:
    assert crm.post(f"{path}/nothing", b"[]").status == 400
    assert crm.post(f"{path}/nothing", b"{").status == 400
    assert crm.post(f"{path}/nothing", b"  ").status == 204
    assert crm.post(f"{path}/nothing", {}, content_type="text/plain").status == 415


def test_results(crm: Service, ada: Json, path: str) -> None:
    one = crm.post(f"{path}/giveBack")
    assert (one.status, one.json["id"], one.headers["ETag"]) == (200, ada["id"], ada["@odata.etag"])
    assert one.json["@odata.context"].endswith("/contacts/$entity") and "Location" not in one.headers
    made = crm.post(f"{path}/create")
    assert made.headers["Location"] == f"http://testserver{crm.base}/{path}"
    other = crm.made("contacts", {"name": "Bo Dahl", "type": "Person"})
    many = crm.post("contacts/everybody")
    assert [each["id"] for each in many.value] == [other["id"], ada["id"]]
    assert many.json["@odata.context"].endswith("/contacts")
    file = crm.post(f"{path}/paper")
    assert (file.content, file.headers["Content-Type"]) == (b"bytes", "application/pdf")
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''A%20b.pdf"
    assert crm.post(f"{path}/nothing").status == 204


def test_results_of_the_standard_service(sign_in: SignIn, path: str) -> None:
    api = sign_in(service=STANDARD)
    answer = api.post(f"{path}/Microsoft.NAV.giveBack")
    assert (answer.status, answer.content) == (204, b"")
    assert answer.headers["Location"] == f"http://testserver{api.base}/{path}"


def test_refusal_names_the_property_of_the_service(crm: Service, sign_in: SignIn, path: str) -> None:
    for service in (crm, sign_in(service=STANDARD)):
        answer = service.post(f"{path}/refuse")
        assert (answer.status, answer.code, answer.target) == (400, "Application_DialogException", "city")
        assert answer.json["error"]["innererror"] == {"domainCode": "test.refused", "rule": "C-1"}


def test_refused_action_leaves_nothing_behind(crm: Service, path: str) -> None:
    assert crm.post(f"{path}/rename").status == 400
    assert crm.get(f"{path}/name").json["value"] == "Ada Berg"


def test_tag_is_checked_when_it_is_sent(crm: Service, ada: Json, path: str) -> None:
    assert crm.post(f"{path}/nothing", if_match=ada["@odata.etag"]).status == 204
    assert crm.post(f"{path}/echoWords", {"nosuch": 1}, if_match='W/"old"').code == "Request_EntityChanged"
    assert crm.post(f"{path}/nothing", if_match="x").code == "BadRequest_InvalidToken"


@pytest.mark.parametrize(
    "call", ["tellWords(searchWord='it''s',onDay=2024-01-31,alsoClosed=false)", "NAV.TELLWORDS(...)"]
)
def test_function_takes_its_parameters_from_the_address(crm: Service, path: str, call: str) -> None:
    query = "?@w='it''s'&@d=2024-01-31"
    answer = crm.get(f"{path}/{call.replace('...', 'searchWord=@w,onDay=@d,alsoClosed=false')}{query}")
    assert answer.json == {
        "search_word": "it's",
        "on_day": str(dt.date(2024, 1, 31)),
        "also_closed": "False",
        "of": "Ada Berg",
    }


def test_function_without_parameters(crm: Service, path: str) -> None:
    for form in ("tellNothing", "tellNothing()", "Microsoft.NAV.tellNothing()", "tellnothing( )"):
        assert crm.get(f"{path}/{form}").json == {"of": "Ada Berg"}
    assert crm.call("HEAD", f"{path}/tellNothing").status == 200


def status_of(answer: Answered) -> tuple[int, str]:
    return answer.status, answer.code


def test_calls_that_are_refused(crm: Service, path: str) -> None:
    assert status_of(crm.get(f"{path}/tellWords")) == (400, "BadRequest_RequiredParamNotProvided")
    assert status_of(crm.get(f"{path}/tellWords(nosuch=1)")) == (400, "BadRequest")
    assert status_of(crm.get(f"{path}/tellWords('x')")) == (400, "BadRequest")
    assert status_of(crm.get(f"{path}/tellWords(searchWord='x',onDay=x)")) == (400, "Application_EvaluateException")
    assert status_of(crm.post(f"{path}/tellNothing")) == (405, "BadRequest_MethodNotAllowed")
    assert status_of(crm.get(f"{path}/echoWords")) == (405, "BadRequest_MethodNotAllowed")
    assert status_of(crm.patch(f"{path}/echoWords", {})) == (405, "BadRequest_MethodNotAllowed")
    assert status_of(crm.post("contacts/echoWords")) == (404, "BadRequest_ResourceNotFound")
    assert status_of(crm.post(f"{path}/echoOnSet")) == (404, "BadRequest_ResourceNotFound")


def test_rights_of_actions_and_functions(sign_in: SignIn, path: str) -> None:
    reader = sign_in("CRM-READ", service=CRM)
    assert reader.get(f"{path}/tellNothing").status == 200
    assert status_of(reader.get(f"{path}/tellSecret")) == (403, "Authorization_PermissionDenied")
    assert status_of(reader.post(f"{path}/nothing")) == (403, "Authorization_PermissionDenied")
