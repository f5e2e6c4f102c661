"""What answers look like, and what headers of a request do to them (section 4)."""

from __future__ import annotations

import gzip
import uuid

import pytest

from tests.api.conftest import Json, Service, SignIn
from tuttava.contacts.models import Contact
from tuttava.foundation.directory.models import User

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def ada(api: Service) -> Json:
    return api.made("contacts", {"displayName": "Ada Berg", "type": "Person", "city": "Bergen"})


@pytest.fixture
def path(ada: Json) -> str:
    return f"contacts({ada['id']})"


def test_every_answer_has_the_headers_of_the_protocol(api: Service, path: str) -> None:
    for answer in (api.get(path), api.get("contacts"), api.get("nothing")):
        assert answer.headers["OData-Version"] == "4.0"
        assert answer.headers["Content-Language"] == "en"
        assert uuid.UUID(answer.headers["request-id"])
        kind = "application/json; odata.metadata=minimal; odata.streaming=true"
        assert answer.headers["Content-Type"] == kind
        assert not answer.content.startswith(b"\xef\xbb\xbf")


class TestForm:
    """A-30: Accept and $format."""

    @pytest.mark.parametrize(
        ("accept", "level"),
        [
            ("", "minimal"),
            ("*/*", "minimal"),
            ("application/*", "minimal"),
            ("application/json", "minimal"),
            ("application/json;odata.metadata=none", "none"),
            ("application/json; odata.metadata=full; odata.streaming=true", "full"),
            ("application/json;odata.metadata=FULL", "full"),
            ("text/html, application/json;odata.metadata=none;q=0.9", "none"),
            ("application/atom+xml, */*;q=0.1", "minimal"),
        ],
    )
    def test_level_of_metadata(self, api: Service, path: str, accept: str, level: str) -> None:
        answer = api.get(path, accept=accept)
        assert answer.status == 200
        assert f"odata.metadata={level};" in answer.headers["Content-Type"]
        annotations = {name for name in answer.json if "@odata" in name}
        assert bool(annotations) == (level != "none")
        assert ("@odata.id" in annotations) == (level == "full")

    def test_format_option_goes_before_the_header(self, api: Service, path: str) -> None:
        for wish in ("json", "application/json", "application/json;odata.metadata=none"):
            assert api.get(f"{path}?$format={wish}", accept="text/html").status == 200
        none = api.get(f"{path}?$format=application/json;odata.metadata=none", accept="application/json")
        assert not any("@odata" in name for name in none.json)

    @pytest.mark.parametrize("accept", ["text/html", "application/atom+xml", "image/png", "application/xml"])
    def test_no_acceptable_type(self, api: Service, path: str, accept: str) -> None:
        for target in (path, "contacts", f"{path}/city", f"{api.root}/"):
            answer = api.get(target, accept=accept)
            assert (answer.status, answer.code) == (406, "BadRequest")

    def test_nothing_is_written_when_the_answer_would_not_be_acceptable(self, api: Service) -> None:
        answer = api.post("contacts", {"displayName": "Never"}, accept="text/html")
        assert answer.status == 406
        assert not Contact.objects.filter(name="Never").exists()

    def test_what_is_not_json_has_types_of_its_own(self, api: Service, path: str) -> None:
        for target in ("contacts/$count", f"{path}/city/$value", "/api/v2.0/$metadata"):
            assert api.get(target, accept="text/plain, application/xml").status == 200

    def test_full_metadata_tells_addresses_and_types(self, api: Service, ada: Json, path: str) -> None:
        full = "application/json;odata.metadata=full"
        found = api.get(f"{path}?$expand=picture", accept=full).json
        address = f"http://testserver{api.base}/{path}"
        assert found["@odata.type"] == "#Microsoft.NAV.contact"
        assert found["@odata.id"] == found["@odata.editLink"] == address
        assert found["picture@odata.navigationLink"] == f"{address}/picture"
        assert found["picture"]["@odata.id"] == f"{address}/picture"
        assert found["picture"]["pictureContent@odata.mediaReadLink"] == f"{address}/picture/pictureContent"
        for link in ("@odata.id", "@odata.editLink", "picture@odata.navigationLink"):
            assert api.get(found[link].replace("http://testserver", "")).json["id"] == ada["id"]

    def test_links_of_media_can_be_followed(self, api: Service, path: str) -> None:
        for found in (api.get(f"{path}/picture").json, api.get(f"{path}?$expand=picture").json["picture"]):
            link = found["pictureContent@odata.mediaReadLink"]
            assert link == f"http://testserver{api.base}/{path}/picture/pictureContent"
            assert found["pictureContent@odata.mediaEditLink"] == link
            assert api.get(link.replace("http://testserver", "")).status == 204

    def test_large_numbers_as_text(self, crm: Service) -> None:
        made = crm.made("contacts", {"name": "Ada Berg", "type": "Person"})
        accept = "application/json;IEEE754Compatible=true"
        found = crm.get(f"contacts({made['id']})", accept=accept)
        assert found.json["cost"] == "0" and made["cost"] == 0
        assert "IEEE754Compatible=true" in found.headers["Content-Type"]
        assert crm.get("contacts?$count=true", accept=accept).json["@odata.count"] == "1"

    def test_answers_are_compressed_when_asked(self, api: Service) -> None:
        for number in range(5):
            api.made("contacts", {"displayName": f"Contact {number}"})
        answer = api.get("contacts", accept_encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert b"Contact 4" in gzip.decompress(answer.content)

    def test_context_names_the_projection(self, api: Service, path: str) -> None:
        def context(address: str) -> str:
            found: str = api.get(address).json["@odata.context"]
            return found.rpartition(f"companies({api.company.pk})/")[2]

        assert context("contacts") == "contacts"
        assert context(path) == "contacts/$entity"
        assert context("contacts?$select=number,displayName") == "contacts(number,displayName)"
        assert context(f"{path}?$select=number") == "contacts(number)/$entity"
        assert context("contacts?$expand=picture($select=width)") == "contacts(picture(width))"
        assert context(f"{path}/picture") == f"{path}/picture/$entity"


class TestOrigin:
    """A-30: pages of other sites."""

    def test_page_of_another_site_is_refused(self, api: Service) -> None:
        answer = api.get("contacts", origin="https://evil.example")
        assert (answer.status, answer.target) == (403, "Origin")
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_browser_is_not_encouraged_to_ask(self, api: Service) -> None:
        asked = {"origin": "https://evil.example", "access_control_request_method": "PATCH"}
        answer = api.call("OPTIONS", "contacts", **asked)
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_own_pages_may_call(self, api: Service) -> None:
        assert api.get("contacts", origin="http://testserver").status == 200

    def test_site_that_the_operator_lists_may_call(self, api: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        site = "https://portal.example.org"
        monkeypatch.setenv("TUTTAVA_ALLOWED_ORIGINS", f"https://other.example, {site}/")
        asked = api.call("OPTIONS", "contacts", origin=site, access_control_request_method="PATCH")
        assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (204, site)
        assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
        answer = api.get("contacts", origin=site)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, site)
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


class TestMethods:
    """A-36."""

    def test_head_is_get_without_body(self, api: Service, path: str) -> None:
        for target in (path, "contacts", "contacts/$count", f"{path}/city", "/api/v2.0/$metadata"):
            got, head = api.get(target), api.call("HEAD", target)
            assert (head.status, head.content) == (200, b"")
            assert head.headers["Content-Length"] == str(len(got.content))
            assert head.headers.get("ETag") == got.headers.get("ETag")
        assert api.call("HEAD", f"contacts({uuid.uuid4()})").status == 404

    @pytest.mark.parametrize("method", ["PATCH", "patch"])
    def test_post_may_stand_for_another_method(self, api: Service, path: str, method: str) -> None:
        changed = api.post(path, {"city": "Oslo"}, x_http_method=method, if_match="*")
        assert (changed.status, changed.json["city"]) == (200, "Oslo")
        assert api.post(path, None, x_http_method="DELETE").status == 204
        assert api.get(path).status == 404

    def test_only_a_post_may_stand_for_another_method(self, api: Service, path: str) -> None:
        assert api.get(path, x_http_method="DELETE").status == 200
        assert api.post(path, {}, x_http_method="GET").status == 405

    def test_minimal_answer(self, api: Service, path: str) -> None:
        for wish in ("return=minimal", "return-no-content", "odata.maxpagesize=5, return=minimal"):
            made = api.post("contacts", {"displayName": "Bo"}, prefer=wish)
            assert (made.status, made.content) == (204, b"")
            assert made.headers["OData-EntityId"] == made.headers["Location"]
            assert made.headers["ETag"].startswith('W/"')
            assert made.headers["Preference-Applied"] == "return=minimal"
            changed = api.patch(path, {"city": "Oslo"}, prefer=wish)
            assert changed.status == 204
            assert changed.headers["OData-EntityId"] == f"http://testserver{api.base}/{path}"
        assert api.patch(path, {"city": "Oslo"}, prefer="return=representation").status == 200


class TestHeaders:
    """A-38 to A-40."""

    @pytest.mark.parametrize(
        ("wish", "language"),
        [
            ("nb", "nb"),
            ("nb-NO", "nb"),
            ("no", "nb"),
            ("nl;q=0.8, fi", "fi"),
            ("xx, nl", "nl"),
            ("xx", "en"),
            ("*", "en"),
            ("en-GB", "en"),
            ("", "en"),
            (";;;,,,=", "en"),
        ],
    )
    def test_language_of_messages(self, api: Service, wish: str, language: str) -> None:
        answer = api.get(f"contacts({uuid.uuid4()})", accept_language=wish)
        assert (answer.status, answer.headers["Content-Language"]) == (404, language)

    def test_language_never_changes_values(self, api: Service, path: str) -> None:
        assert api.get(path, accept_language="nb").json == api.get(path).json

    def test_user_has_a_language(self, api: Service) -> None:
        User.objects.filter(username="u-crm-manager").update(language="nl")
        assert api.get("contacts").headers["Content-Language"] == "nl"
        assert api.get("contacts", accept_language="fi").headers["Content-Language"] == "fi"

    @pytest.mark.parametrize(
        ("method", "intent", "status"),
        [
            ("GET", "ReadOnly", 200),
            ("GET", "ReadWrite", 200),
            ("GET", "readonly", 200),
            ("GET", "Never", 400),
            ("POST", "ReadWrite", 201),
            ("POST", "ReadOnly", 400),
            ("POST", "Never", 400),
        ],
    )
    def test_intent(self, api: Service, method: str, intent: str, status: int) -> None:
        body = {"displayName": "Bo"} if method == "POST" else None
        answer = api.call(method, "contacts", body, data_access_intent=intent)
        assert answer.status == status
        if status == 400:
            assert (answer.code, answer.target) == ("BadRequest", "Data-Access-Intent")

    def test_work_date(self, api: Service, sign_in: SignIn) -> None:
        answer = api.get("contacts", tuttava_work_date="2026-01-15")
        assert (answer.status, answer.headers["Tuttava-Work-Date"]) == (200, "2026-01-15")
        for text in ("15.01.2026", "2026-02-30", "x"):
            wrong = api.get("contacts", tuttava_work_date=text)
            assert (wrong.status, wrong.code, wrong.target) == (400, "BadRequest", "Tuttava-Work-Date")
        denied = sign_in("CRM-READ").get("contacts", tuttava_work_date="2026-01-15")
        assert (denied.status, denied.code) == (403, "Authorization_WorkDateDenied")


class TestValues:
    """A-32 to A-35: what values look like, and what may be sent."""

    def test_blanks_of_the_standard_service(self, api: Service, path: str, ada: Json) -> None:
        found = api.get(path).json
        assert None not in found.values()
        assert (found["email"], found["lastInteractionDate"], found["privacyBlocked"]) == ("", "0001-01-01", False)

    def test_blanks_of_the_other_service(self, crm: Service) -> None:
        made = crm.made("contacts", {"name": "Ada Berg", "type": "Person"})
        assert None not in made.values()
        assert made["dateOfLastInteraction"] == "0001-01-01"
        assert made["companyId"] == "00000000-0000-0000-0000-000000000000"
        assert made["salespersonCode"] == "" and made["noOfInteractions"] == 0
        assert made["systemCreatedAt"].endswith("Z")

    def test_codes_are_capitals_without_blanks_around(self, api: Service) -> None:
        made = api.made("contacts", {"displayName": "Ada", "number": " ab12 ", "country": "no "})
        assert (made["number"], made["country"]) == ("AB12", "NO")

    def test_text_that_is_too_long(self, api: Service, path: str) -> None:
        answer = api.patch(path, {"city": "x" * 31})
        assert (answer.status, answer.code, answer.target) == (400, "Application_StringExceededLength", "city")

    @pytest.mark.parametrize(
        ("name", "value", "code"),
        [
            ("nosuch", 1, "BadRequest"),
            ("DisplayName", "x", "BadRequest"),
            ("city", 5, "BadRequest"),
            ("city", ["x"], "BadRequest"),
            ("privacyBlocked", "true", "BadRequest"),
            ("type", "Nonsense", "Application_EvaluateException"),
            ("type", {}, "BadRequest"),
            ("country", "QQ", "Internal_InvalidTableRelation"),
            ("picture", {}, "BadRequest"),
            ("picture@odata.bind", "x", "BadRequest"),
        ],
    )
    def test_value_that_does_not_fit(
        self, api: Service, path: str, name: str, value: object, code: str
    ) -> None:
        for answer in (api.patch(path, {name: value}), api.post("contacts", {"displayName": "Bo", name: value})):
            assert (answer.status, answer.code) == (400, code), answer.content
            assert answer.target.partition("@")[0] == name.partition("@")[0]

    def test_annotations_are_ignored(self, api: Service, path: str) -> None:
        body = {
            "@odata.context": "x",
            "@odata.etag": 1,
            "city@odata.type": "#String",
            "picture@odata.navigationLink": 1,
        }
        assert api.patch(path, body).status == 200

    def test_whole_entity_may_be_sent_back(self, api: Service, crm: Service, ada: Json) -> None:
        for service in (api, crm):
            path = f"contacts({ada['id']})"
            read = service.get(f"{path}").json
            answer = service.patch(path, read, if_match=read["@odata.etag"])
            assert answer.status == 200, answer.content
            assert answer.json["@odata.etag"] == read["@odata.etag"]

    def test_read_only_properties(self, api: Service, path: str, ada: Json) -> None:
        read_only = {"contactBusinessRelation": "Customer", "lastInteractionDate": "2020-01-01"}
        made = api.made("contacts", {"displayName": "Bo", **read_only})
        assert (made["contactBusinessRelation"], made["lastInteractionDate"]) == ("None", "0001-01-01")
        for name, value in {**read_only, "id": str(uuid.uuid4())}.items():
            answer = api.patch(path, {name: value})
            assert (answer.status, answer.code, answer.target) == (400, "BadRequest_InvalidOperation", name)
            assert "read-only" in answer.json["error"]["message"]
        same = {"id": ada["id"].upper(), "contactBusinessRelation": "None", "lastModifiedDateTime": 7}
        assert api.patch(path, same).status == 200

    def test_null_is_blank_in_a_change_and_nothing_in_a_new_entity(self, api: Service, path: str) -> None:
        assert api.patch(path, {"city": None}).json["city"] == ""
        assert api.made("contacts", {"displayName": "Bo", "type": None, "number": None})["type"] == "Company"

    def test_id_may_be_chosen_once(self, api: Service) -> None:
        chosen = str(uuid.uuid4())
        assert api.made("contacts", {"displayName": "Bo", "id": chosen.upper()})["id"] == chosen
        again = api.post("contacts", {"displayName": "Cy", "id": chosen})
        assert (again.status, again.code) == (400, "Internal_EntityWithSameKeyExists")

    def test_order_of_the_body_means_nothing(self, api: Service) -> None:
        one = {"type": "Company", "displayName": "Fjord AS", "city": "Bergen", "postalCode": "0150"}
        first = api.made("contacts", one)
        second = api.made("contacts", dict(reversed(one.items())))
        shown = ("displayName", "city", "postalCode", "searchName")
        assert [first[name] for name in shown] == [second[name] for name in shown]
        assert first["city"] == "Bergen"

    def test_two_forms_of_one_thing_must_agree(self, crm: Service) -> None:
        mine = crm.made("contacts", {"name": "Fjord AS", "type": "Company"})
        other = crm.made("contacts", {"name": "Elv AS", "type": "Company"})
        both = {"name": "Ada", "type": "Person", "companyId": mine["id"], "companyNo": mine["no"]}
        assert crm.made("contacts", both)["companyId"] == mine["id"]
        bound = {"name": "Bo", "type": "Person", "company@odata.bind": f"contacts({mine['id']})"}
        assert crm.made("contacts", bound)["companyNo"] == mine["no"]
        wrong = crm.post("contacts", {**both, "companyNo": other["no"]})
        assert (wrong.status, wrong.code) == (400, "Application_DialogException")
        person = crm.made("contacts", both)
        assert crm.patch(f"contacts({person['id']})", {"companyId": str(uuid.UUID(int=0))}).json["companyNo"] == ""


def test_lists_of_contacts_can_be_expanded_with_every_figure(crm: Service) -> None:
    company = crm.made("contacts", {"name": "Fjord AS"})
    crm.made("contacts", {"name": "Anna Berg", "type": "Person", "companyNo": company["no"]})
    people = crm.get(f"contacts({company['id']})?$expand=people").json["people"]
    assert [(row["name"], row["cost"], row["companyId"]) for row in people] == [("Anna Berg", 0, company["id"])]
