"""Addresses: roots, companies, keys, navigation, what leads nowhere (section 1)."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.api.conftest import CRM, STANDARD, Answered, Json, Service
from tuttava.api.setup import forget_setup, stored_setup
from tuttava.foundation.directory.models import Company, PermissionSet, User, UserPermissionSet

pytestmark = pytest.mark.usefixtures("company")

ROOTS = [
    "/api/v2.0",
    "/BC/api/v2.0",
    "/bc/api/v2.0",
    "/v2.0/production/api/v2.0",
    "/v2.0/Production/api/v2.0",
    "/v2.0/contoso.example/production/api/v2.0",
    "/v2.0/8d3f6c52-1b0e-4f0a-9a53-2f4be0f3c9d1/production/api/v2.0",
]


@pytest.fixture
def ada(api: Service) -> Json:
    return api.made("contacts", {"displayName": "Ada Berg", "type": "Person", "city": "Bergen"})


@pytest.mark.parametrize("root", ROOTS)
def test_every_root_is_the_same_service_and_is_repeated(api: Service, root: str) -> None:
    inside = f"{root}/companies({api.company.pk})"
    made = api.post(f"{inside}/contacts", {"displayName": "Ada Berg"})
    address = f"http://testserver{inside}/contacts({made.json['id']})"
    assert (made.status, made.headers["Location"]) == (201, address)
    api.made("contacts", {"displayName": "Bo Dahl"})
    page = api.get(f"{inside}/contacts", prefer="maxpagesize=1", accept="application/json;odata.metadata=full").json
    assert page["@odata.context"].startswith(f"http://testserver{root}/$metadata#")
    assert page["@odata.nextLink"].startswith(f"http://testserver{inside}/contacts?")
    assert page["value"][0]["@odata.id"].startswith(f"http://testserver{inside}/")
    picture = api.get(f"{inside}/contacts({made.json['id']})/picture").json
    assert picture["pictureContent@odata.mediaReadLink"].startswith(f"http://testserver{inside}/")


@pytest.mark.parametrize("root", ["/v2.0/sandbox/api/v2.0", "/v2.0/contoso.example/sandbox/api/v2.0"])
def test_unknown_environment_is_told(api: Service, root: str) -> None:
    answer = api.get(f"{root}/companies")
    assert (answer.status, answer.code) == (404, "NoEnvironment")


def test_unknown_instance_is_told(api: Service) -> None:
    answer = api.get("/NAV/api/v2.0/companies")
    assert (answer.status, answer.code) == (404, "BadRequest_ResourceNotFound")


def test_operator_names_instance_and_environment(api: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTTAVA_INSTANCE", "CRM")
    setup = stored_setup()
    setup.default_environment = "Test"
    setup.save()
    forget_setup()
    statuses = [api.get(f"{root}/api/v2.0/").status for root in ("/CRM", "/BC", "/v2.0/TEST", "/v2.0/production")]
    assert statuses == [200, 404, 200, 404]


def test_addresses_follow_a_proxy_only_when_it_is_trusted(
    api: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "crm.example.org"]
    headers = {"x_forwarded_host": "crm.example.org", "x_forwarded_proto": "https"}
    standard = {"forwarded": 'for=192.0.2.1;host="crm.example.org";proto=https'}

    def context(**sent: str) -> str:
        found: str = api.get(f"{api.root}/", **sent).json["@odata.context"]
        return found

    assert context(**headers) == context(**standard) == "http://testserver/api/v2.0/$metadata"
    monkeypatch.setenv("TUTTAVA_TRUST_PROXY", "true")
    assert context(**headers) == context(**standard) == "https://crm.example.org/api/v2.0/$metadata"
    assert context(x_forwarded_host="evil.example") == "http://testserver/api/v2.0/$metadata"


class TestCompany:
    """A-3: which company a request works in."""

    @pytest.fixture
    def other(self, live_database: Company, api: Service) -> Company:
        """A second company that the user may enter too, so that nothing is left to guess."""
        Company.objects.filter(pk=live_database.pk).update(name="Other's Company")
        found = Company.objects.get(pk=live_database.pk)
        user = User.objects.get(username="u-crm-manager")
        for each in PermissionSet.objects.filter(code="CRM-MANAGER"):
            UserPermissionSet.objects.create(user=user, permission_set=each, company=found)
        return found

    def shown(self, answer: Answered) -> str:
        assert answer.status == 200, answer.content
        return str(answer.json["@odata.context"]).partition("companies(")[2].partition(")")[0]

    def test_only_company_needs_no_name(self, api: Service) -> None:
        assert self.shown(api.get(f"{api.root}/contacts")) == str(api.company.pk)

    def test_option_header_and_default_name_it_in_this_order(self, api: Service, other: Company) -> None:
        flat, mine, theirs = f"{api.root}/contacts", str(api.company.pk), str(other.pk)
        missing = api.get(flat)
        assert (missing.status, missing.code) == (404, "Internal_CompanyNotFound")
        assert self.shown(api.get(f"{flat}?company={mine}")) == mine
        assert self.shown(api.get(f"{flat}?company=test+company")) == mine
        assert self.shown(api.get(f"{flat}?company=Other's%20Company", company=mine)) == theirs
        assert self.shown(api.get(flat, company="Other's Company")) == theirs
        assert self.shown(api.get(f"{api.base}/contacts?company={theirs}", company=theirs)) == mine
        User.objects.filter(username="u-crm-manager").update(default_company_id=other.pk)
        assert self.shown(api.get(flat)) == theirs
        assert self.shown(api.get(flat, company=mine)) == mine

    @pytest.mark.parametrize(
        "key", ["name='Test Company'", "name='test company'", "name=%27Test%20Company%27", "name='Other''s Company'"]
    )
    def test_company_by_name_in_the_path(self, api: Service, other: Company, key: str) -> None:
        assert self.shown(api.get(f"{api.root}/companies({key})/contacts")) in (str(api.company.pk), str(other.pk))

    @pytest.mark.parametrize("key", ["8d3f6c52-1b0e-4f0a-9a53-2f4be0f3c9d1", "name='Nobody'", "name=''"])
    def test_unknown_company(self, api: Service, key: str) -> None:
        answer = api.get(f"{api.root}/companies({key})/contacts")
        assert (answer.status, answer.code) == (404, "Internal_CompanyNotFound")

    def test_company_that_the_caller_may_not_enter_does_not_exist(self, api: Service) -> None:
        closed = Company.objects.create(name="Closed", slug="closed", schema="c_closed", ready=True)
        for path in (
            f"companies({closed.pk})/contacts",
            "companies(name='Closed')/contacts",
            "contacts?company=Closed",
        ):
            answer = api.get(f"{api.root}/{path}")
            assert (answer.status, answer.code) == (404, "Internal_CompanyNotFound")

    def test_writing_without_company_in_the_path_answers_its_full_address(self, api: Service) -> None:
        made = api.post(f"{api.root}/contacts", {"displayName": "Ada"})
        assert made.headers["Location"] == f"http://testserver{api.base}/contacts({made.json['id']})"
        page = api.get(f"{api.root}/contacts?$count=true")
        assert page.json["@odata.count"] == 1


class TestKeys:
    """A-4: one entity, however its key is written."""

    def forms(self, key: str) -> list[str]:
        upper = key.upper()
        return [key, f"'{key}'", f"id={key}", f"id='{key}'", upper, f"{{{upper}}}", f"%7B{upper}%7D", f"%27{key}%27"]

    def test_key_in_every_form(self, api: Service, ada: Json) -> None:
        for form in self.forms(ada["id"]):
            answer = api.get(f"contacts({form})")
            assert (answer.status, answer.json.get("id")) == (200, ada["id"]), form

    def test_company_in_every_form(self, api: Service) -> None:
        for form in self.forms(str(api.company.pk)):
            assert api.get(f"{api.root}/companies({form})/contacts/$count").status == 200, form

    @pytest.mark.parametrize("key", ["abc", "'abc'", "id=1", "5d115c9c-44e3-ea11-bb43", "1"])
    def test_key_that_is_no_guid(self, api: Service, key: str) -> None:
        answer = api.get(f"contacts({key})")
        assert (answer.status, answer.code) == (400, "Application_InvalidGUID")

    def test_natural_key(self, api: Service, ada: Json, crm: Service) -> None:
        for number in (ada["number"], ada["number"].lower()):
            assert api.get(f"contacts(number='{number}')").json["id"] == ada["id"]
        assert crm.get(f"contacts(no='{ada['number']}')").json["id"] == ada["id"]
        changed = crm.patch(f"contacts(no='{ada['number']}')", {"city": "Oslo"})
        assert (changed.status, changed.json["city"]) == (200, "Oslo")
        missing = api.get("contacts(number='NONE')")
        assert (missing.status, missing.code) == (404, "Internal_RecordNotFound")

    @pytest.mark.parametrize("key", ["", " ", "city='Bergen'", "number='A',id=1", "number='A", "nosuch=1", "id=1,id=1"])
    def test_key_that_cannot_be_read(self, api: Service, key: str) -> None:
        answer = api.get(f"contacts({key})")
        assert (answer.status, answer.code) == (404, "BadRequest_NotFound")


class TestPaths:
    """A-2, A-5, A-6."""

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("nothing", "BadRequest_ResourceNotFound"),
            ("CONTACTS", "BadRequest_ResourceNotFound"),
            ("contact", "BadRequest_ResourceNotFound"),
            ("contacts({id})/nothing", "BadRequest_ResourceNotFound"),
            ("contacts({id})/City", "BadRequest_ResourceNotFound"),
            ("contacts({id})/city/more", "BadRequest_ResourceNotFound"),
            ("contacts({id})/$count", "BadRequest_ResourceNotFound"),
            ("contacts({id})/Microsoft.NAV.nothing", "BadRequest_ResourceNotFound"),
            ("contacts/picture", "BadRequest_ResourceNotFound"),
            ("contacts({id}", "BadRequest_NotFound"),
            ("contacts({id})x", "BadRequest_NotFound"),
            ("contacts)", "BadRequest_NotFound"),
            ("conta%00cts", "BadRequest_NotFound"),
            ("contacts({id})'", "BadRequest_NotFound"),
            ("-", "BadRequest_NotFound"),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "POST"])
    def test_path_that_leads_nowhere(self, api: Service, ada: Json, method: str, path: str, code: str) -> None:
        answer = api.call(method, path.replace("{id}", ada["id"]), {}, if_match="*")
        assert (answer.status, answer.code) == (404, code)

    def test_slash_at_the_end_means_nothing(self, api: Service, ada: Json) -> None:
        for path in ("contacts/", f"contacts({ada['id']})/", f"contacts({ada['id']})/city/", "contacts/$count/"):
            assert api.get(path).status == 200

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("PUT", "contacts({id})", "DELETE, GET, HEAD, PATCH"),
            ("POST", "contacts({id})", "DELETE, GET, HEAD, PATCH"),
            ("OPTIONS", "contacts({id})", "DELETE, GET, HEAD, PATCH"),
            ("PATCH", "contacts", "GET, HEAD, POST"),
            ("DELETE", "contacts", "GET, HEAD, POST"),
            ("BREW", "contacts", "GET, HEAD, POST"),
            ("PATCH", "contacts({id})/city", "GET, HEAD"),
            ("POST", "contacts/$count", "GET, HEAD"),
            ("POST", "contacts({id})/picture", "DELETE, GET, HEAD, PATCH"),
            ("POST", "contacts({id})/picture/pictureContent", "DELETE, GET, HEAD, PATCH, PUT"),
            ("POST", "/api/v2.0/$metadata", "GET, HEAD"),
            ("POST", "/api/v2.0/", "GET, HEAD"),
            ("GET", "/api/v2.0/$batch", "POST"),
        ],
    )
    def test_method_that_is_not_offered(
        self, api: Service, ada: Json, method: str, path: str, allowed: str
    ) -> None:
        answer = api.call(method, path.replace("{id}", ada["id"]), {}, if_match="*")
        assert (answer.status, answer.code) == (405, "BadRequest_MethodNotAllowed")
        assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed

    def test_single_navigation_under_both_names(self, api: Service, ada: Json) -> None:
        for path in ("picture", "pictures", f"picture({ada['id']})", f"pictures({ada['id']})"):
            answer = api.get(f"contacts({ada['id']})/{path}")
            assert (answer.status, answer.json["id"]) == (200, ada["id"])
            shown = path.partition("(")[0]
            assert answer.json["@odata.context"].endswith(f"/contacts({ada['id']})/{shown}/$entity")
        assert list(api.get(f"contacts({ada['id']})?$expand=pictures").json)[-1] == "pictures"
        assert list(api.get(f"contacts({ada['id']})?$expand=picture").json)[-1] == "picture"
        wrong = api.get(f"contacts({ada['id']})/picture({uuid.uuid4()})")
        assert (wrong.status, wrong.code) == (404, "Internal_RecordNotFound")

    def test_way_back_to_the_parent(self, api: Service, ada: Json) -> None:
        for path in (f"contacts({ada['id']})/picture/contact", f"contacts({ada['id']})/picture({ada['id']})/contact"):
            assert api.get(path).json["id"] == ada["id"]
        assert api.get(f"contacts({ada['id']})/picture?$expand=contact").json["contact"]["id"] == ada["id"]

    def test_way_back_by_the_name_of_the_parent(self, crm: Service) -> None:
        path = "numberSeries(code='CONT')/numberSeriesLines"
        line = crm.get(path).value[0]["id"]
        assert crm.get(f"{path}({line})/numberSeries").json["code"] == "CONT"

    def test_property_and_its_bare_value(self, api: Service, ada: Json) -> None:
        found = api.get(f"contacts({ada['id']})/city")
        context = f"http://testserver{api.root}/$metadata#companies({api.company.pk})/contacts({ada['id']})/city"
        assert found.json == {"@odata.context": context, "value": "Bergen"}
        bare = api.get(f"contacts({ada['id']})/displayName/$value")
        assert (bare.content, bare.headers["Content-Type"]) == (b"Ada Berg", "text/plain; charset=utf-8")
        assert api.get(f"contacts({ada['id']})/privacyBlocked/$value").content == b"false"
        assert api.get(f"contacts({uuid.uuid4()})/city").code == "Internal_RecordNotFound"

    def test_address_outside_of_the_services_is_refused_in_json(self, api: Service) -> None:
        answer = api.get("/api/v9.0/companies")
        assert (answer.status, answer.code) == (404, "BadRequest_ResourceNotFound")

    @pytest.mark.parametrize("service", [STANDARD, CRM])
    def test_stranger_gets_the_same_body(self, api: Service, service: str) -> None:
        answer = Client().get(f"/api/{service}/companies")
        error = answer.json()["error"]
        assert answer.status_code == 401
        assert list(error) == ["code", "message", "target", "details"]
        assert error["message"].endswith(f"  CorrelationId:  {answer.headers['request-id']}.")
