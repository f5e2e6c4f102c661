"""Pictures and files of customers, vendors and employees in the services (A-85, A-86)."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.api.conftest import CRM, STANDARD, Json, Service, SignIn
from tests.pictures import image
from tuttava.foundation.models import DocumentAttachment, Picture
from tuttava.foundation.records import Record
from tuttava.partners.models import Customer, Employee, Vendor

pytestmark = pytest.mark.usefixtures("company")

REGISTERS: dict[str, type[Record]] = {"customers": Customer, "vendors": Vendor, "employees": Employee}
SETS = tuple(REGISTERS)


@pytest.fixture(params=[STANDARD, CRM])
def service(request: pytest.FixtureRequest, sign_in: SignIn) -> Service:
    return sign_in(service=request.param, name="painter")


@pytest.fixture(params=SETS)
def record(request: pytest.FixtureRequest) -> Record:
    name = {"first_name": "Ada"} if request.param == "employees" else {"name": "Ada"}
    return REGISTERS[request.param]._default_manager.create(no="A1", **name)


def path(record: Record) -> str:
    return f"{next(name for name, model in REGISTERS.items() if model is type(record))}({record.pk})"


def kind(record: Record) -> str:
    return type(record).__name__


def test_picture_is_there_and_empty_until_one_is_sent(service: Service, record: Record) -> None:
    place = f"{path(record)}/picture"
    for found in (service.get(place).json, service.get(f"{path(record)}?$expand=picture").json["picture"]):
        assert (found["id"], found["parentType"]) == (str(record.pk), kind(record))
        assert (found["width"], found["height"], found["contentType"]) == (0, 0, "")
        assert found["pictureContent@odata.mediaReadLink"].endswith(f"{place}/pictureContent")
    assert service.get(f"{path(record)}/picture/pictureContent").status == 204


def test_picture_is_written_read_and_deleted(service: Service, record: Record) -> None:
    place = f"{path(record)}/picture"
    assert service.patch(f"{place}/pictureContent", image("JPEG"), content_type="text/plain").status == 204
    found = service.get(place).json
    assert (found["width"], found["height"], found["contentType"]) == (40, 20, "image/jpeg")
    read = service.get(f"{place}({record.pk})/content")
    assert Image.open(io.BytesIO(read.content)).size == (40, 20)
    assert "A1%20Ada.jpg" in read.headers["Content-Disposition"]
    assert service.delete(place).status == 204 and not Picture.objects.exists()
    assert service.delete(place).status == 204


def test_write_needs_the_tag_of_the_picture(service: Service, record: Record) -> None:
    place = f"{path(record)}/picture"
    before = service.get(place).json["@odata.etag"]
    assert service.patch(f"{place}/pictureContent", image(), if_match=before).status == 204
    assert service.patch(f"{place}/pictureContent", image(), if_match=before).status == 409


def test_picture_leads_back_to_its_record_alone(service: Service, record: Record) -> None:
    back = kind(record).lower()
    found = service.get(f"{path(record)}/picture?$expand=*").json
    others = {"contact", "customer", "vendor", "employee"} - {back}
    assert found[back]["id"] == str(record.pk) and all(found[each] is None for each in others)
    assert service.get(f"{path(record)}/picture/{back}").json["id"] == str(record.pk)


def test_records_are_found_by_their_picture(service: Service, record: Record) -> None:
    service.patch(f"{path(record)}/picture/pictureContent", image())
    name = path(record).partition("(")[0]
    listed = f"{name}?$filter=picture/width gt %d&$expand=picture($select=width,parentType)"
    (row,) = service.get(listed % 39).value
    assert (row["picture"]["width"], row["picture"]["parentType"]) == (40, kind(record))
    assert service.get(listed % 40).value == []


def test_picture_of_a_locked_record_is_refused(record: Record, sign_in: SignIn) -> None:  # C-72
    type(record)._default_manager.filter(pk=record.pk).update(privacy_blocked=True)
    Picture.objects.create(
        parent_kind=kind(record).lower(),
        parent_id=record.pk,
        content_type="image/png",
        width=1,
        height=1,
        content=image(),
        thumbnail=image(),
    )
    reader = sign_in("CRM-EDIT", name="reader")
    assert reader.get(f"{path(record)}/picture/pictureContent").status == 403
    assert sign_in("CRM-MANAGER PRIVACY", name="keeper").get(f"{path(record)}/picture/pictureContent").status == 200


def test_files_of_a_record(api: Service, record: Record) -> None:
    made = api.made(f"{path(record)}/documentAttachments", {"fileName": "Offer.txt"})
    assert (made["parentId"], made["parentType"]) == (str(record.pk), kind(record))
    written = api.patch(f"documentAttachments({made['id']})/attachmentContent", b"Hei")
    assert written.status == 204
    listed = f"documentAttachments?$filter=parentId eq {record.pk} and parentType eq '{kind(record)}'"
    assert [row["byteSize"] for row in api.get(listed).value] == [3]
    back = kind(record).lower()
    assert api.get(f"documentAttachments({made['id']})?$expand={back}").json[back]["id"] == str(record.pk)


def test_names_of_files_of_a_locked_record_are_masked(api: Service, record: Record, sign_in: SignIn) -> None:  # C-72
    made = api.made(f"{path(record)}/documentAttachments", {"fileName": "Offer.txt"})
    api.patch(f"documentAttachments({made['id']})/attachmentContent", b"Hei")
    type(record)._default_manager.filter(pk=record.pk).update(privacy_blocked=True)
    reader = sign_in("CRM-EDIT", name="reader")
    assert reader.get(f"{path(record)}/documentAttachments").value[0]["fileName"] == "•••"
    assert reader.get(f"documentAttachments({made['id']})/attachmentContent").status == 403


def test_what_hangs_on_a_record_goes_with_it(api: Service, record: Record) -> None:  # B-84
    api.patch(f"{path(record)}/picture/pictureContent", image())
    api.made(f"{path(record)}/documentAttachments", {"fileName": "Offer.txt"})
    before: Json = api.get(path(record)).json
    assert api.delete(path(record), if_match=before["@odata.etag"]).status == 204
    assert not Picture.objects.filter(parent_id=record.pk).exists() and not DocumentAttachment.objects.exists()
