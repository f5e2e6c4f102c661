"""``$batch`` as JSON: order, dependence, groups, snapshots, references (section 10, E-5)."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest

from tests.api.conftest import CRM, Answered, Json, Service, SignIn
from tuttava.contacts.models import Contact
from tuttava.foundation.models import NumberSeriesLine

pytestmark = pytest.mark.usefixtures("company")


def send(api: Service, *requests: Json, **headers: str) -> Answered:
    return api.call("POST", f"{api.root}/$batch", {"requests": list(requests)}, **headers)


def answers(api: Service, *requests: Json, **headers: str) -> list[Json]:
    answer = send(api, *requests, **headers)
    assert answer.status == 200, answer.content
    found: list[Json] = answer.json["responses"]
    return found


def statuses(found: list[Json]) -> list[tuple[str | None, int]]:
    return [(each["id"], each["status"]) for each in found]


def new(api: Service, name: str, part: str | None = None, **more: Any) -> Json:
    body = {"displayName": name, "type": "Person"}
    return {"id": part, "method": "POST", "url": f"companies({api.company.pk})/contacts", "body": body, **more}


def wrong(api: Service, part: str | None = None, **more: Any) -> Json:
    return {**new(api, "x", part, **more), "body": {"displayName": "x", "type": "Nonsense"}}


def names() -> set[str]:
    return set(Contact.objects.values_list("name", flat=True))


def test_parts_run_in_order_and_are_answered_in_order(api: Service) -> None:
    found = answers(
        api,
        new(api, "Ada Berg", "a"),
        {"id": "b", "method": "GET", "url": f"companies({api.company.pk})/contacts?$filter=displayName eq 'Ada Berg'"},
        {"method": "get", "url": f"companies({api.company.pk})/contacts/$count"},
    )
    assert statuses(found) == [("a", 201), ("b", 200), (None, 200)]
    assert list(found[0]) == ["id", "status", "headers", "body"]
    headers = found[0]["headers"]
    assert headers["content-type"].startswith("application/json")
    assert headers["odata-version"] == "4.0"
    assert headers["etag"] == found[0]["body"]["@odata.etag"]
    assert headers["location"].endswith(f"{api.base}/contacts({found[0]['body']['id']})")
    assert [each["displayName"] for each in found[1]["body"]["value"]] == ["Ada Berg"]


def test_body_that_is_not_json_is_base64url(api: Service) -> None:
    api.made("contacts", {"displayName": "Ada Berg"})
    (found,) = answers(api, {"id": "n", "method": "GET", "url": f"{api.base}/contacts/$count"})
    assert base64.urlsafe_b64decode(found["body"]) == str(Contact.objects.count()).encode()
    assert found["headers"]["content-type"].startswith("text/plain")


def test_bytes_are_sent_as_base64url(api: Service) -> None:
    made = api.made("contacts", {"displayName": "Ada Berg"})
    picture = f"{api.base}/contacts({made['id']})/picture/pictureContent"
    headers = {"If-Match": "*", "Content-Type": "image/png"}
    content = base64.urlsafe_b64encode(PNG).decode().rstrip("=")
    found = answers(
        api,
        {"id": "w", "method": "PATCH", "url": picture, "headers": headers, "body": content},
        {"id": "r", "method": "GET", "url": picture},
    )
    assert statuses(found) == [("w", 204), ("r", 200)]
    assert "body" not in found[0]
    assert found[1]["headers"]["content-type"] == "image/png"
    broken = answers(api, {"id": "w", "method": "PATCH", "url": picture, "headers": headers, "body": "&&&"})
    assert (broken[0]["status"], broken[0]["body"]["error"]["code"]) == (400, "BadRequest")


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_first_failure_ends_the_batch(api: Service) -> None:
    found = answers(api, new(api, "First", "1"), wrong(api, "2"), new(api, "Third", "3"))
    assert statuses(found) == [("1", 201), ("2", 400)]
    assert found[1]["body"]["error"]["code"] == "Application_EvaluateException"
    assert "First" in names() and "Third" not in names()


@pytest.mark.parametrize("preference", ["odata.continue-on-error", "continue-on-error"])
def test_batch_goes_on_after_a_failure_when_told_to(api: Service, preference: str) -> None:
    answer = send(api, wrong(api, "1"), new(api, "Second", "2"), prefer=preference)
    assert statuses(answer.json["responses"]) == [("1", 400), ("2", 201)]
    assert answer.headers["Preference-Applied"] == "odata.continue-on-error"
    assert "Second" in names()


def test_part_that_depends_on_a_failed_one_is_skipped(api: Service) -> None:
    found = answers(
        api,
        wrong(api, "1"),
        new(api, "Second", "2", dependsOn=["1"]),
        new(api, "Third", "3", dependsOn=["2"]),
        new(api, "Fourth", "4"),
        prefer="continue-on-error",
    )
    assert statuses(found) == [("1", 400), ("2", 424), ("3", 424), ("4", 201)]
    assert found[1]["body"]["error"]["code"] == "BadRequest"
    assert names() >= {"Fourth"} and not names() & {"Second", "Third"}


def test_snapshot_keeps_nothing_when_a_part_fails(api: Service) -> None:  # E-5, A-75
    known = api.made("contacts", {"displayName": "Known", "type": "Person"})
    patch = {"method": "PATCH", "url": f"companies({api.company.pk})/contacts({known['id']})"}
    answer = send(
        api,
        new(api, "Ada Berg", "a"),
        {"id": "b", **patch, "headers": {"If-Match": "*"}, "body": {"type": "Nonsense"}},
        isolation="snapshot",
    )
    assert statuses(answer.json["responses"]) == [("a", 201), ("b", 400)]
    assert answer.json["responses"][1]["body"]["error"]["code"] == "Application_EvaluateException"
    assert answer.headers["Tuttava-Batch-Rolled-Back"] == "true"
    assert "Ada Berg" not in names()


@pytest.mark.parametrize("header", ["isolation", "odata_isolation"])
def test_snapshot_without_failure_keeps_all(api: Service, header: str) -> None:
    answer = send(api, new(api, "Ada Berg", "a"), new(api, "Bo Dahl", "b"), **{header: "snapshot"})
    assert "Tuttava-Batch-Rolled-Back" not in answer.headers
    assert names() >= {"Ada Berg", "Bo Dahl"}


def test_reading_inside_a_snapshot_sees_what_was_written(api: Service) -> None:
    count = {"method": "GET", "url": f"{api.base}/contacts/$count?$filter=displayName eq 'Ada Berg'"}
    answer = send(
        api,
        new(api, "Ada Berg"),
        {"id": "n", **count},
        wrong(api, "w"),
        {"id": "m", **count},
        isolation="snapshot",
        prefer="continue-on-error",
    )
    found = answer.json["responses"]
    assert [base64.urlsafe_b64decode(found[place]["body"]) for place in (1, 3)] == [b"1", b"1"]
    assert answer.headers["Tuttava-Batch-Rolled-Back"] == "true"
    assert "Ada Berg" not in names()


def test_failed_snapshot_gives_numbers_back(api: Service) -> None:
    def last() -> list[str]:
        return list(NumberSeriesLine.objects.order_by("id").values_list("last_no_used", flat=True))

    NumberSeriesLine.objects.update(mode="gapless")
    first = api.made("contacts", {"displayName": "One", "type": "Person"})
    before = last()
    send(api, new(api, "Ada Berg"), wrong(api), isolation="snapshot")
    assert last() == before
    second = api.made("contacts", {"displayName": "Two", "type": "Person"})
    assert int(second["number"][2:]) == int(first["number"][2:]) + 1


def test_unknown_isolation_is_refused(api: Service) -> None:
    answer = send(api, new(api, "Ada Berg"), isolation="dirty")
    assert (answer.status, answer.code, answer.target) == (400, "BadRequest", "Isolation")


def test_group_succeeds_or_fails_together(api: Service) -> None:
    found = answers(
        api,
        new(api, "One", "1"),
        new(api, "Two", "2", atomicityGroup="g"),
        wrong(api, "3", atomicityGroup="g"),
        new(api, "Four", "4", atomicityGroup="g"),
        new(api, "Five", "5"),
        new(api, "Six", "6", dependsOn=["g"]),
        prefer="continue-on-error",
    )
    assert statuses(found) == [("1", 201), ("2", 424), ("3", 400), ("4", 424), ("5", 201), ("6", 424)]
    assert names() >= {"One", "Five"} and not names() & {"Two", "Four", "Six"}


def test_failed_group_ends_the_batch(api: Service) -> None:
    found = answers(
        api, new(api, "Two", "2", atomicityGroup="g"), wrong(api, "3", atomicityGroup="g"), new(api, "Five", "5")
    )
    assert statuses(found) == [("2", 424), ("3", 400)]
    assert not names() & {"Two", "Five"}


def test_group_that_succeeds_stays(api: Service) -> None:
    found = answers(
        api, new(api, "Two", "2", atomicityGroup="g"), new(api, "Three", "3", atomicityGroup="g"), wrong(api, "4")
    )
    assert statuses(found) == [("2", 201), ("3", 201), ("4", 400)]
    assert names() >= {"Two", "Three"}


def test_reference_stands_for_the_entity_created_before(api: Service) -> None:
    found = answers(
        api,
        {**new(api, "Fjordkraft AS", "r1"), "body": {"displayName": "Fjordkraft AS", "type": "Company"}},
        {"id": "r2", "method": "PATCH", "url": "$r1", "headers": {"if-match": "*"}, "body": {"city": "Bergen"}},
        {"id": "r3", "method": "GET", "url": "/$r1/picture"},
        {"id": "r4", "method": "GET", "url": f"{api.root}/$r1/city"},
    )
    assert [each["status"] for each in found] == [201, 200, 200, 200]
    assert found[2]["body"]["id"] == found[0]["body"]["id"]
    assert found[3]["body"]["value"] == "Bergen"


def test_reference_stands_for_the_entity_in_binds(sign_in: SignIn) -> None:
    crm = sign_in(service=CRM)
    contacts = f"companies({crm.company.pk})/contacts"
    found = answers(
        crm,
        {"id": "r1", "method": "POST", "url": contacts, "body": {"name": "Fjordkraft AS", "type": "Company"}},
        {
            "id": "r2",
            "method": "POST",
            "url": contacts,
            "body": {"name": "Ada Berg", "type": "Person", "company@odata.bind": "$r1"},
        },
    )
    assert [each["status"] for each in found] == [201, 201], found
    assert found[1]["body"]["companyId"] == found[0]["body"]["id"]


def test_reference_to_a_failed_part_fails(sign_in: SignIn) -> None:
    crm = sign_in(service=CRM)
    contacts = f"companies({crm.company.pk})/contacts"
    bound = {"name": "Ada Berg", "type": "Person", "company@odata.bind": "$r1"}
    found = answers(
        crm,
        {"id": "r1", "method": "POST", "url": contacts, "body": {"name": "X", "type": "Nonsense"}},
        {"id": "r2", "method": "GET", "url": "$r1"},
        {"id": "r3", "method": "POST", "url": contacts, "body": bound},
        {"id": "r4", "method": "GET", "url": "$r5"},
        {"id": "r5", "method": "GET", "url": contacts},
        {"id": "r6", "method": "GET", "url": "$never"},
        prefer="continue-on-error",
    )
    assert [each["status"] for each in found] == [400, 424, 424, 424, 200, 404]


def test_urls_may_be_relative_or_absolute(api: Service) -> None:
    made = api.made("contacts", {"displayName": "Ada Berg"})
    path = f"companies({api.company.pk})/contacts({made['id']})"
    urls = [path, f"/api/v2.0/{path}", f"/BC/api/v2.0/{path}", f"http://testserver/api/v2.0/{path}"]
    urls += [f"http://TESTSERVER/v2.0/Production/api/v2.0/{path}", f"/api/tuttava/crm/v1.0/{path}"]
    found = answers(api, *({"method": "GET", "url": url} for url in urls), prefer="continue-on-error")
    assert [each["status"] for each in found] == [200] * 6
    assert found[2]["body"]["@odata.context"].startswith("http://testserver/BC/api/v2.0/$metadata")
    assert found[5]["body"]["name"] == "Ada Berg"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://other.example/api/v2.0/companies", 400),
        ("ftp://testserver/api/v2.0/companies", 400),
        ("http://[/api/v2.0/companies", 400),
        ("/v2.0/sandbox/api/v2.0/companies", 404),
        ("nothing", 404),
        ("", 200),
        ("$batch", 405),
    ],
)
def test_address_of_a_part_that_leads_nowhere(api: Service, url: str, status: int) -> None:
    assert answers(api, {"method": "GET", "url": url})[0]["status"] == status


def test_batch_in_a_batch_is_refused(api: Service) -> None:
    found = answers(api, {"method": "POST", "url": "$batch", "body": {"requests": []}})
    assert (found[0]["status"], found[0]["body"]["error"]["code"]) == (400, "BadRequest")


def test_batch_of_a_company_starts_there(api: Service) -> None:
    body = {"displayName": "Ada Berg"}
    requests = [{"id": "a", "method": "POST", "url": "contacts", "body": body}, {"method": "GET", "url": "$a"}]
    answer = api.post("$batch", {"requests": [*requests, {"method": "GET", "url": f"{api.base}/contacts/$count"}]})
    assert [each["status"] for each in answer.json["responses"]] == [201, 200, 200]


def test_parts_inherit_headers_unless_they_have_their_own(api: Service) -> None:
    missing = f"companies({api.company.pk})/contacts({uuid.uuid4()})"
    found = answers(
        api,
        {"method": "GET", "url": "contacts"},
        {"method": "GET", "url": missing},
        {"method": "GET", "url": missing, "headers": {"ACCEPT-LANGUAGE": "en"}},
        {"method": "GET", "url": "contacts", "headers": {"tuttava-work-date": "2026-02-02"}},
        {"method": "POST", "url": "contacts", "body": {"displayName": "X"}},
        company=api.company.name,
        accept_language="nb",
        tuttava_work_date="2026-01-15",
        data_access_intent="ReadOnly",
        prefer="continue-on-error",
    )
    assert [each["status"] for each in found] == [200, 404, 404, 200, 400]
    assert [each["headers"]["content-language"] for each in found[:3]] == ["nb", "nb", "en"]
    assert found[0]["headers"]["tuttava-work-date"] == "2026-01-15"
    assert found[3]["headers"]["tuttava-work-date"] == "2026-02-02"


def test_envelope_with_a_hundred_parts_and_no_more(api: Service) -> None:
    part = {"method": "GET", "url": f"{api.base}/contacts/$count"}
    assert len(answers(api, *[part] * 100)) == 100
    answer = send(api, *[part] * 101)
    assert (answer.status, answer.code) == (400, "BadRequest")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requests": {}},
        {"requests": ["x"]},
        {"requests": [{"id": "a"}]},
        {"requests": [{"method": "GET"}]},
        {"requests": [{"method": 1, "url": "x"}]},
        {"requests": [{"method": "GET", "url": "x", "headers": {"a": 1}}]},
        {"requests": [{"method": "GET", "url": "x", "id": {}}]},
        {"requests": [{"method": "GET", "url": "x", "id": "a"}, {"method": "GET", "url": "x", "id": "a"}]},
        {"requests": [{"method": "GET", "url": "x", "id": "a", "dependsOn": ["b"]}]},
        {
            "requests": [
                {"method": "GET", "url": "x", "atomicityGroup": "g"},
                {"method": "GET", "url": "x"},
                {"method": "GET", "url": "x", "atomicityGroup": "g"},
            ]
        },
    ],
)
def test_envelope_that_cannot_be_read_is_refused(api: Service, body: Json) -> None:
    answer = api.call("POST", f"{api.root}/$batch", body)
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_envelope_of_another_type_or_method_is_refused(api: Service) -> None:
    assert api.call("POST", f"{api.root}/$batch", b"x", content_type="text/plain").status == 415
    answer = api.get(f"{api.root}/$batch")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_error_of_a_part_carries_its_own_correlation(api: Service) -> None:
    (found,) = answers(api, wrong(api))
    assert found["body"]["error"]["message"].endswith(f"  CorrelationId:  {found['headers']['request-id']}.")
