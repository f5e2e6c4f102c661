"""Tags, errors and nested input (sections 7 to 9), and bodies that mean harm."""

from __future__ import annotations

import io
import json
import threading
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from tests.api.conftest import Json, Service, SignIn
from tuttava.api.setup import forget_setup, stored_setup
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.schemas import in_schema


@pytest.fixture
def ada(api: Service) -> Json:
    return api.made("contacts", {"displayName": "Ada Berg", "type": "Person"})


@pytest.fixture
def path(ada: Json) -> str:
    return f"contacts({ada['id']})"


@pytest.mark.usefixtures("company")
class TestTags:
    """A-54 to A-56."""

    def test_tag_is_the_same_everywhere(self, api: Service, ada: Json, path: str) -> None:  # A-54
        one = api.get(path)
        assert one.headers["ETag"] == one.json["@odata.etag"] == ada["@odata.etag"]
        assert api.get("contacts").value[0]["@odata.etag"] == ada["@odata.etag"]

    def test_tag_follows_every_stored_change_and_nothing_else(self, api: Service, ada: Json, path: str) -> None:  # A-54
        assert api.patch(path, {"displayName": "Ada Berg"}).headers["ETag"] == ada["@odata.etag"]
        changed = api.patch(path, {"city": "Oslo"}).headers["ETag"]
        assert changed != ada["@odata.etag"]
        assert api.get(path).headers["ETag"] == changed

    @pytest.mark.parametrize("form", ["{}", '"x", {}', 'W/"a",{} ,W/"b"', "*", " {} "])
    def test_current_tag_in_any_form(self, api: Service, ada: Json, path: str, form: str) -> None:  # A-55
        tags = form.format(ada["@odata.etag"])
        assert api.patch(path, {"city": "Oslo"}, if_match=tags).status == 200

    @pytest.mark.parametrize("tags", ["", "x", 'W/"', '"a" "b', "W/*", "* x", ","])
    def test_missing_or_malformed_tag(self, api: Service, path: str, tags: str) -> None:  # A-55
        answer = api.patch(path, {"city": "Oslo"}, if_match=tags)
        assert (answer.status, answer.code) == (400, "BadRequest_InvalidToken")

    def test_old_tag_names_what_others_changed(self, api: Service, ada: Json, path: str) -> None:  # A-55
        api.patch(path, {"city": "Oslo"})
        api.patch(path, {"jobTitle": "Chair"})
        answer = api.patch(path, {"city": "Bergen"}, if_match=ada["@odata.etag"])
        assert (answer.status, answer.code) == (409, "Request_EntityChanged")
        assert {each["target"] for each in answer.json["error"]["details"]} >= {"city", "jobTitle"}

    def test_deleting_checks_a_tag_only_when_it_is_sent(self, api: Service, ada: Json, path: str) -> None:  # A-56
        api.patch(path, {"city": "Oslo"})
        assert api.delete(path, if_match=ada["@odata.etag"]).status == 409
        assert api.delete(path, if_match="x").code == "BadRequest_InvalidToken"
        assert api.delete(path).status == 204

    def test_reader_who_has_it_already(self, api: Service, ada: Json, path: str) -> None:  # A-56
        for tags in (ada["@odata.etag"], f'"x", {ada["@odata.etag"]}', "*"):
            answer = api.get(path, if_none_match=tags)
            assert (answer.status, answer.content, answer.headers["ETag"]) == (304, b"", ada["@odata.etag"])
        assert api.get(path, if_none_match='W/"x"').status == 200
        assert api.get(f"contacts({uuid.uuid4()})", if_none_match="*").status == 404


@pytest.mark.usefixtures("company")
class TestOrderOfChecks:
    """A-60: the first failure is told."""

    def test_each_check_hides_the_later_ones(self, api: Service, sign_in: SignIn, path: str) -> None:  # A-60
        reader = sign_in("CRM-READ")
        rubbish, plain = b"{", {"content_type": "text/plain"}
        unknown = f"{api.root}/companies({uuid.uuid4()})/contacts"
        assert reader.call("POST", unknown, rubbish, **plain).code == "Internal_CompanyNotFound"
        assert reader.call("POST", "contacts", rubbish, **plain).code == "Authorization_PermissionDenied"
        assert api.call("POST", "contacts", rubbish, **plain).status == 415
        assert api.call("PATCH", path, rubbish).code == "BadRequest"
        assert api.call("PATCH", path, {"nosuch": 1}).code == "BadRequest_InvalidToken"
        assert api.call("PATCH", path, {"nosuch": 1}, if_match='W/"old"').code == "Request_EntityChanged"
        two = {"country": "QQ", "type": "Nonsense"}
        assert api.call("PATCH", path, two, if_match="*").target == "type"

    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            ("application/json", 201),
            ("application/json; charset=utf-8; IEEE754Compatible=true", 201),
            ("application/vnd.x+json", 201),
            ("text/json", 201),
            ("", 201),
            ("text/plain", 415),
            ("application/xml", 415),
            ("multipart/form-data; boundary=x", 415),
            ("application/x-www-form-urlencoded", 415),
        ],
    )
    def test_media_type(self, api: Service, kind: str, status: int) -> None:  # A-59
        assert api.post("contacts", {"displayName": "Bo"}, content_type=kind).status == status


HARM: list[bytes] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"5",
    b'"text"',
    b'{"displayName": "x"} {}',
    b'{"displayName": "\xff\xfe"}',
    b'{"displayName": "x", "displayName": "y"}',
    b'{"displayName": "a\\u0000b"}',
    b'{"displayName": "\\ud800"}',
    b'{"dis\\udc00": 1}',
    b'{"displayName": "a\x00b"}',
    b'{"displayName": NaN}',
    b'{"displayName": ' + b"9" * 6000 + b"}",
    b'{"displayName": 1e999999999999}',
    b'{"displayName": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "{'displayName': 'x'}".encode("utf-16"),
]


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("body", HARM, ids=lambda body: repr(body[:24]))
def test_body_that_means_harm(api: Service, path: str, body: bytes) -> None:  # A-34, A-59
    for method, target in (("POST", "contacts"), ("PATCH", path)):
        answer = api.call(method, target, body, if_match="*")
        assert (answer.status, answer.code) == (400, "BadRequest"), answer.content
    assert api.call("POST", f"{api.root}/$batch", body).status == 400


@pytest.mark.usefixtures("company")
def test_characters_of_all_planes_are_stored(api: Service) -> None:  # A-30, A-34
    name = "Ærlig Ødegård 😀 漢字 İ"
    made = json.loads(api.call("POST", "contacts", json.dumps({"displayName": name}).encode()).content)
    assert made["displayName"] == name
    assert api.call("POST", "contacts", b"\xef\xbb\xbf" + json.dumps({"displayName": name}).encode()).status == 201
    found = api.get("contacts?$filter=displayName eq 'Ærlig Ødegård 😀 漢字 İ'&$count=true")
    assert found.json["@odata.count"] == 2


@pytest.mark.usefixtures("company")
class TestChunks:
    """Bodies that tell no length."""

    def send(self, api: Service, body: bytes) -> int:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"{api.base}/contacts",
            "CONTENT_TYPE": "application/json",
            "HTTP_TRANSFER_ENCODING": "chunked",
            "wsgi.input": io.BytesIO(body),
            "wsgi.input_terminated": True,
        }
        status: int = api.client.request(**environ).status_code
        return status

    def test_body_in_chunks_is_read(self, api: Service) -> None:  # A-34
        assert self.send(api, b'{"displayName": "Chunks"}') == 201

    def test_body_in_chunks_that_is_too_large(self, api: Service) -> None:  # A-100
        setup = stored_setup()
        setup.max_json_bytes = 100
        setup.save()
        forget_setup()
        assert self.send(api, b'{"displayName": "' + b"x" * 100 + b'"}') == 413


@pytest.mark.usefixtures("company")
class TestNested:
    """A-63: children that come with their parent."""

    def formula(self, kind: str = "Formal", **more: object) -> Json:
        return {"languageCode": "EN", "salutationType": kind, "salutation": "Dear %1", "name1": "FirstName", **more}

    def test_children_are_made_with_their_parent(self, crm: Service) -> None:  # A-63
        body = {"code": "X1", "description": "X", "salutationFormulas": [self.formula(), self.formula("Informal")]}
        made = crm.made("salutations?$expand=salutationFormulas", body)
        assert [each["salutationType"] for each in made["salutationFormulas"]] == ["Formal", "Informal"]
        plain = crm.made("salutations", {**body, "code": "X2"})
        assert "salutationFormulas" not in plain
        assert len(crm.get("salutations(code='X2')/salutationFormulas").value) == 2

    def test_first_failing_child_fails_all_and_is_named(self, crm: Service) -> None:  # A-63, A-58
        wrong = self.formula("Informal", languageCode="QQ")
        body = {"code": "X1", "salutationFormulas": [self.formula(), wrong]}
        answer = crm.post("salutations", body)
        assert (answer.status, answer.code) == (400, "Internal_InvalidTableRelation")
        assert answer.target == "salutationFormulas[1]/languageCode"
        assert crm.get("salutations(code='X1')").status == 404
        unknown = crm.post("salutations", {"code": "X1", "salutationFormulas": [self.formula(nosuch=1)]})
        assert unknown.target == "salutationFormulas[0]/nosuch"

    def test_child_posted_below_its_parent(self, crm: Service) -> None:  # A-63
        crm.made("salutations", {"code": "X1"})
        made = crm.made("salutations(code='X1')/salutationFormulas", self.formula())
        assert made["salutationCode"] == "X1"

    def test_nested_objects_in_a_change(self, crm: Service) -> None:  # A-63
        crm.made("salutations", {"code": "X1"})
        answer = crm.patch("salutations(code='X1')", {"salutationFormulas": [self.formula()]})
        assert (answer.status, answer.code, answer.target) == (400, "BadRequest", "salutationFormulas")

    def test_a_thousand_children_and_no_more(self, crm: Service) -> None:  # A-63, A-100
        answer = crm.post("salutations", {"code": "X1", "salutationFormulas": [{}] * 1001})
        assert (answer.status, answer.code) == (400, "BadRequest")
        assert "1" in answer.json["error"]["message"]
        thousand = crm.post("salutations", {"code": "X1", "salutationFormulas": [{}] * 1000})
        assert thousand.target.startswith("salutationFormulas[0]")

    @pytest.mark.parametrize("children", [{}, "x", [1], [[]], 5])
    def test_children_that_are_none(self, crm: Service, children: object) -> None:  # A-63
        answer = crm.post("salutations", {"code": "X1", "salutationFormulas": children})
        assert (answer.status, answer.code) == (400, "BadRequest")


class TestSideBySide:
    """A-56 and A-61: several requests at the same moment."""

    @pytest.fixture
    def live_api(self, live_sign_in: SignIn) -> Service:
        return live_sign_in(name="racer")

    def together(self, works: list[Callable[[], None]]) -> None:
        """Run all works at once, each on a connection of its own."""
        gate = threading.Barrier(len(works))

        def run(work: Callable[[], None]) -> None:
            gate.wait()
            try:
                work()
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[work]) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def write(self, api: Service, path: str, city: str, tag: str, found: list[int]) -> None:
        found.append(api.patch(path, {"city": city}, if_match=tag).status)

    def test_of_many_writers_with_one_tag_one_succeeds(self, live_api: Service) -> None:  # A-56
        made = live_api.made("contacts", {"displayName": f"Race {uuid.uuid4()}", "type": "Person"})
        path, tag = f"contacts({made['id']})", made["@odata.etag"]
        for round_number in range(3):
            found: list[int] = []
            self.together([partial(self.write, live_api, path, f"{round_number} {n}", tag, found) for n in range(20)])
            assert sorted(found) == [200] + [409] * 19
            tag = live_api.get(path).headers["ETag"]

    def test_deadlock_is_tried_again(self, live_api: Service, live_company: Company) -> None:  # A-61
        made = [live_api.made("contacts", {"displayName": f"Lock {n} {uuid.uuid4()}"}) for n in range(2)]
        first, second = sorted(each["id"] for each in made)
        held, answers = threading.Event(), []
        url = f"{live_api.root}/companies({live_company.pk})/contacts"

        def other() -> None:
            """Lock the second row, then want the first, which the batch has by then: the database ends one of us."""
            with in_schema(live_company.schema), acting(), transaction.atomic():
                Contact.objects.select_for_update().get(pk=second)
                held.set()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.5); SET LOCAL deadlock_timeout = '20s'")
                Contact.objects.select_for_update().get(pk=first)

        def batch() -> None:
            held.wait()
            part = {"method": "PATCH", "headers": {"If-Match": "*"}, "body": {"city": "Oslo"}}
            parts = [{**part, "url": f"{url}({key})"} for key in (first, second)]
            answers.append(live_api.post("$batch", {"requests": parts}, isolation="snapshot"))

        self.together([other, batch])
        found = answers[0].json["responses"]
        assert [each["status"] for each in found] == [200, 200]
        assert set(Contact.objects.filter(pk__in=(first, second)).values_list("city", flat=True)) == {"Oslo"}
