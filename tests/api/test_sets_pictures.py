"""Pictures of contacts over HTTP (A-85, C-97)."""

from __future__ import annotations

import io
import json
from urllib.parse import unquote

import pytest
from PIL import Image

from tests.api.conftest import CRM, STANDARD, Json, Service, SignIn
from tests.pictures import image
from tuttava.foundation.models import Picture

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(params=[STANDARD, CRM])
def service(request: pytest.FixtureRequest, sign_in: SignIn) -> Service:
    return sign_in(service=request.param, name="painter")


@pytest.fixture
def contact(service: Service) -> Json:
    name = "displayName" if service.root.endswith("v2.0") else "name"
    return service.made("contacts", {name: "Fjord AS", "type": "Company"})


@pytest.fixture
def base(contact: Json) -> str:
    return f"contacts({contact['id']})/picture"


def test_contact_without_picture_has_an_empty_one(service: Service, contact: Json, base: str) -> None:
    body = service.get(base).json
    assert body["id"] == contact["id"]
    assert (body["parentType"], body["width"], body["height"], body["contentType"]) == ("Contact", 0, 0, "")
    for path in ("pictureContent", "content", "$value"):
        answer = service.get(f"{base}/{path}")
        assert (answer.status, answer.content) == (204, b"")


@pytest.mark.parametrize("path", ["pictureContent", "content", "$value", "pictureContent/$value"])
def test_picture_is_written_and_read_by_every_path(
    service: Service, contact: Json, base: str, path: str
) -> None:
    for place in (base, f"{base}({contact['id']})", base.replace("/picture", "/pictures")):
        written = service.patch(f"{place}/{path}", image(), **{"content_type": "application/octet-stream"})
        assert (written.status, written.content) == (204, b""), written.content
        read = service.get(f"{place}/{path}")
        assert (read.status, read.headers["Content-Type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(read.content)).size == (40, 20)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_five_kinds_are_accepted_whatever_they_are_called(service: Service, base: str, kind: str) -> None:
    assert service.patch(f"{base}/pictureContent", image(kind), content_type="text/plain").status == 204
    body = service.get(base).json
    assert (body["width"], body["height"], body["contentType"]) == (40, 20, f"image/{kind.lower()}")
    stored = service.get(f"{base}/pictureContent")
    assert Image.open(io.BytesIO(stored.content)).format == kind
    plain = service.get(f"{base}/pictureContent", accept="application/octet-stream")
    assert (plain.headers["Content-Type"], plain.content) == ("application/octet-stream", stored.content)


def test_put_writes_too(service: Service, base: str) -> None:
    assert service.call("PUT", f"{base}/pictureContent", image(), if_match="*").status == 204


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg/>", b"%PDF-1.4"])
def test_other_bytes_are_refused(service: Service, base: str, content: bytes) -> None:
    answer = service.patch(f"{base}/pictureContent", content, content_type="image/png")
    assert (answer.status, answer.code, answer.domain_code) == (
        400,
        "Application_DialogException",
        "picture.invalid",
    )


def test_links_lead_to_the_bytes(service: Service, contact: Json, base: str) -> None:
    service.patch(f"{base}/pictureContent", image())
    expanded = service.get(f"contacts({contact['id']})?$expand=picture").json["picture"]
    for body in (service.get(base).json, expanded):
        for link in ("pictureContent@odata.mediaReadLink", "pictureContent@odata.mediaEditLink"):
            assert service.get(body[link].replace("http://testserver", "")).status == 200
    assert service.get(f"{base}/contact").json["id"] == contact["id"]


def test_picture_is_deleted_even_when_there_is_none(service: Service, base: str) -> None:
    service.patch(f"{base}/pictureContent", image())
    for _again in range(2):
        assert (service.delete(base).status, Picture.objects.count()) == (204, 0)
    assert service.get(f"{base}/pictureContent").status == 204


def test_tag_changes_with_the_picture(service: Service, base: str) -> None:
    first = service.get(base).json["@odata.etag"]
    assert service.patch(f"{base}/pictureContent", image(), if_match="").code == "BadRequest_InvalidToken"
    assert service.patch(f"{base}/pictureContent", image(), if_match=first).status == 204
    late = service.patch(f"{base}/pictureContent", image(colour="blue"), if_match=first)
    assert (late.status, late.code) == (409, "Request_EntityChanged")
    second = service.get(base).json["@odata.etag"]
    assert second != first
    assert service.patch(f"{base}/pictureContent", image(colour="blue"), if_match=second).status == 204


@pytest.mark.parametrize("path", ["pictures", "pictures({id})", "pictures({id})/pictureContent", "pictures/$count"])
def test_pictures_have_an_owner(service: Service, contact: Json, path: str) -> None:
    answer = service.get(path.format(id=contact["id"]))
    assert (answer.status, answer.code) == (400, "Application_DialogException")


def test_caller_may_want_to_be_asked_before_replacing(service: Service, base: str) -> None:  # A-41, C-97
    service.patch(f"{base}/pictureContent", image("PNG"))
    asked = service.patch(f"{base}/pictureContent", image("JPEG"), tuttava_answers="ask")
    assert (asked.status, asked.code) == (400, "Application_CallbackNotAllowed")
    (question,) = asked.json["error"]["details"]
    assert (question["code"], question["target"]) == ("q_picture_replace", "yes")
    assert service.get(base).json["contentType"] == "image/png"
    no = service.patch(
        f"{base}/pictureContent",
        image("JPEG"),
        tuttava_answers="q_picture_replace=no",
        prefer='odata.include-annotations="tuttava.*"',
    )
    assert no.status == 204
    (message,) = json.loads(unquote(no.headers["Tuttava-Messages"]))
    assert (message["code"], message["target"]) == ("declined", "q_picture_replace")
    assert service.get(base).json["contentType"] == "image/png"
    yes = service.patch(f"{base}/pictureContent", image("JPEG"), tuttava_answers="ask; q_picture_replace=yes")
    assert yes.status == 204 and service.get(base).json["contentType"] == "image/jpeg"
    kept = service.delete(base, tuttava_answers="q_picture_delete=no")
    assert kept.status == 204 and Picture.objects.count() == 1


def test_picture_of_a_blocked_contact_is_for_its_keeper(crm: Service, sign_in: SignIn) -> None:  # C-72
    contact = crm.made("contacts", {"name": "Ada", "type": "Person"})
    base = f"contacts({contact['id']})/picture/pictureContent"
    crm.patch(base, image())
    crm.patch(f"contacts({contact['id']})", {"privacyBlocked": True})
    assert (crm.get(base).status, crm.get(base).domain_code) == (403, "permission.denied")
    keeper = sign_in("CRM-MANAGER PRIVACY", service=CRM, name="keeper")
    assert keeper.get(base).status == 200
