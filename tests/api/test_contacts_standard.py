"""Contacts of the standard service, end to end (E-1, E-2, 16.1)."""

from __future__ import annotations

import uuid

import pytest

from tests.api.conftest import Service, SignIn
from tuttava.contacts.models import Contact

pytestmark = pytest.mark.usefixtures("company")

ORDER = [
    *("@odata.context", "@odata.etag", "id", "number", "type", "displayName", "jobTitle", "companyNumber"),
    *("companyName", "contactBusinessRelation", "addressLine1", "addressLine2", "city", "state", "country"),
    *("postalCode", "phoneNumber", "mobilePhoneNumber", "email", "website", "searchName", "privacyBlocked"),
    *("taxRegistrationNumber", "lastInteractionDate", "lastModifiedDateTime"),
]


def fjord(api: Service) -> dict[str, object]:
    return api.made(
        "contacts",
        {"displayName": "Fjordkraft AS", "type": "Company", "country": "NO", "email": "post@fjordkraft.example"},
    )


def test_post_answers_the_whole_entity(api: Service) -> None:  # E-1, A-31, A-32, A-36
    answer = api.post(
        "contacts",
        {"displayName": "Fjordkraft AS", "type": "Company", "country": "NO", "email": "post@fjordkraft.example"},
    )
    body = answer.json
    assert answer.status == 201
    assert list(body) == ORDER
    assert answer.headers["Location"].endswith(f"{api.base}/contacts({body['id']})")
    assert answer.headers["ETag"] == body["@odata.etag"]
    assert body["@odata.etag"].startswith('W/"')
    assert body["@odata.context"].endswith(f"/api/v2.0/$metadata#companies({api.company.pk})/contacts/$entity")
    assert body["companyNumber"] == body["number"] != ""
    assert body["companyName"] == "Fjordkraft AS"
    assert body["contactBusinessRelation"] == "None"
    assert body["searchName"] == "FJORDKRAFT AS"
    assert body["lastInteractionDate"] == "0001-01-01"
    assert body["jobTitle"] == "" and body["privacyBlocked"] is False
    assert body["lastModifiedDateTime"].endswith("Z")


def test_second_writer_with_the_same_tag_loses(api: Service) -> None:  # E-1, A-54, A-55
    made = fjord(api)
    first = api.patch(f"contacts({made['id']})", {"city": "Bergen"}, if_match=str(made["@odata.etag"]))
    assert first.status == 200
    assert first.json["city"] == "Bergen" and first.json["@odata.etag"] != made["@odata.etag"]
    second = api.patch(f"contacts({made['id']})", {"city": "Oslo"}, if_match=str(made["@odata.etag"]))
    assert (second.status, second.code) == (409, "Request_EntityChanged")
    assert "city" in [detail["target"] for detail in second.json["error"]["details"]]
    assert Contact.objects.get(pk=made["id"]).city == "Bergen"


@pytest.mark.parametrize("tag", ["", "abc", '"', 'W/"x" y'])
def test_patch_without_a_readable_tag_is_refused(api: Service, tag: str) -> None:
    made = fjord(api)
    answer = api.patch(f"contacts({made['id']})", {"city": "Oslo"}, if_match=tag)
    assert (answer.status, answer.code) == (400, "BadRequest_InvalidToken")


def test_name_cannot_be_blank(api: Service) -> None:  # E-1, C-118
    made = fjord(api)
    answer = api.patch(f"contacts({made['id']})", {"displayName": ""})
    assert (answer.status, answer.code, answer.target) == (400, "Application_DialogException", "displayName")
    assert answer.domain_code == "api.display_name_blank"
    for body in ({"type": "Person"}, {"displayName": ""}, {"displayName": "  "}, {"displayName": None}):
        missing = api.post("contacts", body)
        assert (missing.status, missing.domain_code) == (400, "api.display_name_missing")


def test_deleted_contact_is_gone(api: Service) -> None:  # E-1, A-36
    made = fjord(api)
    answer = api.delete(f"contacts({made['id']})")
    assert (answer.status, answer.content) == (204, b"")
    gone = api.get(f"contacts({made['id']})")
    assert (gone.status, gone.code) == (404, "Internal_RecordNotFound")


def test_error_ends_with_the_correlation_of_the_request(api: Service) -> None:
    answer = api.get(f"contacts({uuid.uuid4()})")
    message = answer.json["error"]["message"]
    assert message.endswith(f"  CorrelationId:  {answer.headers['request-id']}.")
    assert answer.headers["OData-Version"] == "4.0"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing", 404, "BadRequest_ResourceNotFound"),
        ("contacts(not-a-guid)", 400, "Application_InvalidGUID"),
        ("contacts(", 404, "BadRequest_NotFound"),
        ("Contacts", 404, "BadRequest_ResourceNotFound"),
        ("contacts?$filter=nosuch eq 1", 400, "BadRequest"),
        ("contacts?$nonsense=1", 400, "BadRequest"),
        ("contacts?$apply=x", 501, "BadRequest_MethodNotImplemented"),
        ("contacts?$top=-1", 400, "BadRequest"),
        ("contacts?$top=1&$top=2", 400, "BadRequest"),
        ("contacts?$format=atom", 406, "BadRequest"),
    ],
)
def test_address_that_means_nothing_is_refused(api: Service, path: str, status: int, code: str) -> None:
    answer = api.get(path)
    assert (answer.status, answer.code) == (status, code)


def five_companies(api: Service) -> None:
    for name, city in [
        ("Fjordkraft AS", "Bergen"),
        ("Sjømat AS", "Bergen"),
        ("Fjord Line", "Stavanger"),
        ("Oslo Bygg", "Oslo"),
        ("Narvik Havn", "Narvik"),
    ]:
        api.made("contacts", {"displayName": name, "type": "Company", "city": city})


def test_query_filters_orders_counts_and_pages(api: Service) -> None:  # E-2, A-47, A-48, A-51, A-52
    five_companies(api)
    query = (
        "contacts?$filter=type eq 'Company' and (city eq 'Bergen' or contains(tolower(displayName),'fjord'))"
        "&$orderby=displayName desc&$select=number,displayName&$count=true"
    )
    first = api.get(query, prefer="odata.maxpagesize=2")
    assert first.headers["Preference-Applied"] == "odata.maxpagesize=2"
    body = first.json
    assert body["@odata.count"] == 3
    assert [each["displayName"] for each in body["value"]] == ["Sjømat AS", "Fjordkraft AS"]
    assert list(body["value"][0]) == ["@odata.etag", "id", "number", "displayName"]
    assert body["@odata.context"].endswith("/contacts(number,displayName)")
    second = api.get(body["@odata.nextLink"].replace("http://testserver", ""), prefer="odata.maxpagesize=2")
    assert [each["displayName"] for each in second.json["value"]] == ["Fjord Line"]
    assert "@odata.nextLink" not in second.json


def test_count_is_plain_text(api: Service) -> None:  # E-2, A-48
    five_companies(api)
    answer = api.get("contacts/$count?$filter=lastInteractionDate lt 2024-01-01")
    assert (answer.status, answer.content) == (200, b"5")
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_rows_inserted_between_pages_shift_nothing(api: Service) -> None:
    five_companies(api)
    first = api.get("contacts?$orderby=displayName", prefer="odata.maxpagesize=2").json
    api.made("contacts", {"displayName": "AAA first", "type": "Company"})
    seen = [each["displayName"] for each in first["value"]]
    link = first.get("@odata.nextLink")
    while link:
        page = api.get(link.replace("http://testserver", ""), prefer="odata.maxpagesize=2").json
        seen += [each["displayName"] for each in page["value"]]
        link = page.get("@odata.nextLink")
    assert seen == ["Fjord Line", "Fjordkraft AS", "Narvik Havn", "Oslo Bygg", "Sjømat AS"]


def test_reader_may_not_write(sign_in: SignIn) -> None:
    reader = sign_in("CRM-READ")
    answer = reader.post("contacts", {"displayName": "X"})
    assert (answer.status, answer.code, answer.target) == (403, "Authorization_PermissionDenied", "contacts")
    assert answer.domain_code == "permission.denied"


def test_stranger_is_told_how_to_sign_in(api: Service) -> None:
    from django.test import Client

    answer = Client().get(f"{api.base}/contacts")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "Authentication_InvalidCredentials"
    assert "Bearer" in answer.headers["WWW-Authenticate"] and "Basic realm" in answer.headers["WWW-Authenticate"]
