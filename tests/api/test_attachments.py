"""Files attached to contacts over HTTP (A-86, A-88, 16.9)."""

from __future__ import annotations

import datetime as dt
import io
import uuid
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.conftest import CRM, Json, Service, SignIn
from tuttava.contacts.models import Contact
from tuttava.contacts.personal_data import erase_personal_data, export_personal_data
from tuttava.contacts.restoring import restore
from tuttava.foundation import attachments, records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.file_kinds import FALLBACK_NAME, kind_of, valid_name, with_ending
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.models import AttachmentBlock, AttachmentContent, DocumentAttachment

pytestmark = pytest.mark.usefixtures("company")

SET = "documentAttachments"
TYPE = f"{DocumentAttachment._meta.label_lower}"


@pytest.fixture(autouse=True)
def only_ours(company: object) -> None:
    """The files that a company starts with are not counted here."""
    AttachmentContent.objects.all().delete()


@pytest.fixture
def contact(api: Service) -> Json:
    return api.made("contacts", {"displayName": "Fjord Line AS", "type": "Company"})


def attached(api: Service, contact: Json, name: str = "Offer.txt", content: bytes | None = None, **more: Any) -> Json:
    body = {"parentId": contact["id"], "parentType": "Contact", "fileName": name, **more}
    made = api.made(SET, body)
    if content is not None:
        assert sent(api, made, content).status == 204
        return dict(api.get(f"{SET}({made['id']})").json)
    return made


def sent(api: Service, made: Json, content: bytes, kind: str = "application/octet-stream", **headers: str) -> Any:
    return api.patch(f"{SET}({made['id']})/attachmentContent", content, content_type=kind, **headers)


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def test_file_is_created_then_filled_then_read(api: Service, contact: Json) -> None:
    made = attached(api, contact)
    assert (made["parentId"], made["parentType"], made["fileName"]) == (contact["id"], "Contact", "Offer.txt")
    assert (made["byteSize"], made["lineNumber"]) == (0, 10000)
    assert (made["documentFlowSales"], made["documentFlowPurchase"]) == (False, False)
    path = f"{SET}({made['id']})/attachmentContent"
    assert (api.get(path).status, api.get(path).content) == (204, b"")
    written = sent(api, made, b"Hei")
    assert (written.status, written.content) == (204, b"")
    now = api.get(f"{SET}({made['id']})").json
    assert (now["byteSize"], now["fileName"]) == (3, "Offer.txt")
    before, after = (dt.datetime.fromisoformat(each["lastModifiedDateTime"]) for each in (made, now))
    assert after >= before > dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    assert now["@odata.etag"] != made["@odata.etag"]
    for address in (path, f"{SET}({made['id']})/content", f"contacts({contact['id']})/{path}"):
        answer = api.get(address)
        assert (answer.status, answer.content, answer.headers["Content-Type"]) == (200, b"Hei", "text/plain")
    link = now["attachmentContent@odata.mediaReadLink"].replace("http://testserver", "")
    assert api.get(link).content == b"Hei"


def test_large_file_comes_back_byte_for_byte_with_ranges(
    api: Service, contact: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "BLOCK", 1000)
    content = bytes(range(256)) * 80
    made = attached(api, contact, "photo.raw", content)
    path = f"{SET}({made['id']})/attachmentContent"
    assert AttachmentBlock.objects.count() == 21
    answer = api.get(path)
    assert answer.content == content
    part = api.get(path, range="bytes=995-1010")
    assert (part.status, part.content) == (206, content[995:1011])
    assert api.get(path, if_none_match=answer.headers["ETag"]).status == 304
    head = api.call("HEAD", path)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(content)))


def test_empty_file_is_a_file(api: Service, contact: Json) -> None:
    made = attached(api, contact, "empty.txt", b"")
    answer = api.get(f"{SET}({made['id']})/attachmentContent")
    assert (answer.status, answer.content, made["byteSize"]) == (200, b"", 0)


def test_writing_bytes_needs_a_current_tag(api: Service, contact: Json) -> None:
    made = attached(api, contact)
    tag = made["@odata.etag"]
    assert sent(api, made, b"1", if_match="").code == "BadRequest_InvalidToken"
    assert sent(api, made, b"1", if_match=tag).status == 204
    late = sent(api, made, b"2", if_match=tag)
    assert (late.status, late.code) == (409, "Request_EntityChanged")
    assert api.get(f"{SET}({made['id']})/attachmentContent").content == b"1"


def test_listing_by_parent(api: Service, contact: Json) -> None:
    other = api.made("contacts", {"displayName": "Other", "type": "Person"})
    attached(api, other, "other.txt")
    mine = [attached(api, contact, name)["id"] for name in ("a.txt", "b.txt")]
    where = f"{SET}?$filter=parentId eq {contact['id']}"
    for path in (where, f"{where} and parentType eq 'Contact'", f"contacts({contact['id']})/{SET}"):
        rows = api.get(path.replace(" ", "%20")).value
        assert [row["id"] for row in rows] == mine
        assert [row["lineNumber"] for row in rows] == [10000, 20000]
    assert api.get(f"{where} and parentType eq 'Customer'".replace(" ", "%20")).value == []
    expanded = api.get(f"contacts({contact['id']})?$expand={SET}").json
    assert [row["fileName"] for row in expanded[SET]] == ["a.txt", "b.txt"]
    assert api.get(f"{SET}({mine[0]})/contact").json["id"] == contact["id"]


def test_reading_a_list_costs_the_same_for_many_files(api: Service, contact: Json) -> None:
    path = f"contacts({contact['id']})/{SET}"
    attached(api, contact, "first.txt", b"x")
    api.get(path)
    with CaptureQueriesContext(connection) as one:
        api.get(path)
    for number in range(4):
        attached(api, contact, f"{number}.txt", b"x")
    with CaptureQueriesContext(connection) as many:
        api.get(path)
    assert len(many) == len(one)


def test_file_posted_under_its_contact_or_with_it(api: Service, contact: Json) -> None:
    under = api.made(f"contacts({contact['id']})/{SET}", {"fileName": "under.txt"})
    assert (under["parentId"], under["parentType"]) == (contact["id"], "Contact")
    body = {"displayName": "New", "type": "Person", SET: [{"fileName": "a.txt"}, {"fileName": "b.txt"}]}
    made = api.made(f"contacts?$expand={SET}", body)
    assert [row["fileName"] for row in made[SET]] == ["a.txt", "b.txt"]


def test_renaming_keeps_the_content_and_new_content_the_name(api: Service, contact: Json) -> None:
    made = attached(api, contact, "old.txt", b"content")
    renamed = api.patch(f"{SET}({made['id']})", {"fileName": "new.txt"}).json
    assert (renamed["fileName"], renamed["byteSize"]) == ("new.txt", 7)
    assert api.get(f"{SET}({made['id']})/attachmentContent").content == b"content"
    assert sent(api, made, b"%PDF-1.7", "application/pdf").status == 204
    assert api.get(f"{SET}({made['id']})").json["fileName"] == "new.txt"


@pytest.mark.parametrize("name", ["", "  ", "a/b.txt", "a\\b", "c:d", "what?", "..", "CON", "nul.txt", "end.", "a\tb"])
def test_name_that_is_not_valid_becomes_filename_txt(api: Service, contact: Json, name: str) -> None:
    made = attached(api, contact, name)
    assert made["fileName"] == FALLBACK_NAME
    named = attached(api, contact, "good.txt")
    assert api.patch(f"{SET}({named['id']})", {"fileName": name}).json["fileName"] == FALLBACK_NAME


def test_name_may_be_left_out(api: Service, contact: Json) -> None:
    made = api.made(SET, {"parentId": contact["id"], "parentType": "Contact"})
    assert made["fileName"] == FALLBACK_NAME


@pytest.mark.parametrize("name", ["Tilbud 2024 (kopi).pdf", "søknad.docx", ".env", "a" * 246 + ".txt", "contact.txt"])
def test_good_names_stay(name: str) -> None:
    assert valid_name(name) == name


@pytest.mark.parametrize("field", ["id", "parentId", "parentType"])
def test_what_a_file_belongs_to_cannot_change(api: Service, contact: Json, field: str) -> None:
    other = api.made("contacts", {"displayName": "Other", "type": "Person"})
    made = attached(api, contact)
    value = "Customer" if field == "parentType" else other["id"]
    answer = api.patch(f"{SET}({made['id']})", {field: value})
    assert (answer.status, answer.code, answer.target) == (400, "Application_DialogException", field)
    assert api.patch(f"{SET}({made['id']})", {field: made[field], "fileName": "x.txt"}).status == 200


def test_no_door_moves_a_file_to_another_record(api: Service, contact: Json) -> None:
    other = api.made("contacts", {"displayName": "Other", "type": "Person"})
    record = DocumentAttachment.objects.get(pk=attached(api, contact)["id"])
    with pytest.raises(DomainError) as refused:
        records.change(record, {"parent_id": uuid.UUID(other["id"])})
    assert (refused.value.code, refused.value.field) == ("attachment_parent_fixed", "parent_id")


@pytest.mark.parametrize("kind", ["Journal", "Opportunity", "Task", "Campaign", "_x0020_", None])
def test_parent_type_without_a_room_is_refused(api: Service, contact: Json, kind: str | None) -> None:
    answer = api.post(SET, {"parentId": contact["id"], "parentType": kind, "fileName": "a.txt"})
    assert (answer.status, answer.code, answer.target) == (400, "Application_DialogException", "parentType")
    assert answer.domain_code == "attachment_parent_unsupported"


def test_parent_must_be_named_and_exist(api: Service, contact: Json) -> None:
    nobody = api.post(SET, {"parentId": str(uuid.uuid4()), "parentType": "Contact", "fileName": "a.txt"})
    assert (nobody.status, nobody.code, nobody.target) == (400, "Internal_InvalidTableRelation", "parentId")
    missing = api.post(SET, {"parentType": "Contact", "fileName": "a.txt"})
    assert (missing.status, missing.code) == (400, "Application_FieldValidationException")
    assert not DocumentAttachment.objects.exists()


def test_all_parent_types_are_in_the_metadata(api: Service) -> None:  # 16.10
    text = api.get(f"{api.root}/$metadata").content.decode()
    enum = text.split('EnumType Name="attachmentEntityBufferDocumentType"')[1].split("</EnumType>")[0]
    for member in (
        *("_x0020_", "Journal", "Sales_x0020_Order", "Sales_x0020_Credit_x0020_Memo", "Purchase_x0020_Invoice"),
        *("Employee", "Job", "Item", "Customer", "Vendor", "Customer_x0020_Statement"),
        *("Contact", "Opportunity", "Task", "Campaign"),
    ):
        assert f'Name="{member}"' in enum


def test_writing_names_the_file(api: Service, contact: Json) -> None:
    made = attached(api, contact, "old.txt")
    for header, name in [
        ('attachment; filename="Offer 2.pdf"', "Offer 2.pdf"),
        ("attachment; filename*=UTF-8''s%C3%B8knad.pdf", "søknad.pdf"),
        ('attachment; filename="../../etc/passwd"', FALLBACK_NAME),
    ]:
        assert sent(api, made, b"%PDF-1.4", content_disposition=header).status == 204
        assert api.get(f"{SET}({made['id']})").json["fileName"] == name
    sent(api, made, b"%PDF-1.4", content_disposition="attachment; filename*=UTF-8''s%C3%B8knad.pdf")
    headers = api.get(f"{SET}({made['id']})/attachmentContent").headers
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''s%C3%B8knad.pdf"
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")


@pytest.mark.parametrize(
    ("content", "told", "ending"),
    [
        (zipped("[Content_Types].xml", "word/document.xml"), "text/plain", "docx"),
        (zipped("xl/workbook.xml"), "", "xlsx"),
        (zipped("a.txt"), "application/octet-stream", "zip"),
        (b"%PDF-1.7", "text/plain", "pdf"),
        (b"<!DOCTYPE html><p>", "", "html"),
        (b"From: a@b.example\r\nTo: c@d.example\r\n\r\nHei", "", "eml"),
        (b"\x89PNG\r\n\x1a\n...", "", "png"),
        (b"\xff\xd8\xff\xe0", "", "jpg"),
        (b"\x00\x01", "audio/mpeg", "mp3"),
        ("Blåbær".encode(), "", "txt"),
        (b"\xff\xfe\x00", "", "bin"),
        (b"\xff\xfe\x00", "text/html\r\nX-Evil: 1", "bin"),
    ],
)
def test_ending_follows_the_bytes_then_the_type(content: bytes, told: str, ending: str) -> None:
    kind = kind_of(content, told)
    assert kind.ending == ending
    assert with_ending("file", kind) == f"file.{ending}"
    assert with_ending("file.dat", kind) == "file.dat"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"alert(1)", "text/javascript"),
        (b"<a/>", "text/xml"),
    ],
)
def test_nothing_that_a_browser_runs(api: Service, contact: Json, content: bytes, told: str) -> None:
    made = attached(api, contact, "page.html")
    assert sent(api, made, content, told).status == 204
    headers = api.get(f"{SET}({made['id']})/attachmentContent").headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_files_need_the_right_to_write(api: Service, sign_in: SignIn, contact: Json) -> None:
    made = attached(api, contact, "a.txt", b"x")
    reader = sign_in("CRM-READ", name="reader")
    path = f"{SET}({made['id']})"
    assert reader.get(f"{path}/attachmentContent").content == b"x"
    for answer in (
        reader.post(SET, {"parentId": contact["id"], "parentType": "Contact", "fileName": "b.txt"}),
        reader.patch(path, {"fileName": "b.txt"}),
        sent(reader, made, b"y"),
        reader.delete(path),
    ):
        assert (answer.status, answer.code) == (403, "Authorization_PermissionDenied")


def test_deleting_a_file(api: Service, contact: Json) -> None:
    made = attached(api, contact, "a.txt", b"x")
    assert api.delete(f"{SET}({made['id']})").status == 204
    assert api.get(f"{SET}({made['id']})").status == 404
    assert AttachmentContent.objects.get().unused_since is not None


def test_files_change_their_contact(api: Service, contact: Json) -> None:  # C-80
    before = timezone.now() - dt.timedelta(days=1)
    Contact.objects.filter(pk=contact["id"]).update(last_modified_at=before)
    attached(api, contact)
    assert Contact.objects.get(pk=contact["id"]).last_modified_at > before


def test_files_go_and_come_back_with_their_contact(api: Service, contact: Json) -> None:  # A-86, C-83, C-87
    made = attached(api, contact, "a.txt", b"precious")
    assert api.delete(f"contacts({contact['id']})").status == 204
    assert not DocumentAttachment.objects.exists()
    restore(contact["number"])
    assert api.get(f"{SET}({made['id']})").json["fileName"] == "a.txt"
    assert api.get(f"{SET}({made['id']})/attachmentContent").content == b"precious"
    assert AttachmentContent.objects.get().unused_since is None


def test_file_whose_bytes_are_gone_comes_back_empty(api: Service, contact: Json) -> None:  # C-87
    made = attached(api, contact, "a.txt", b"precious")
    api.delete(f"contacts({contact['id']})")
    AttachmentContent.objects.all().delete()
    restore(contact["number"])
    assert api.get(f"{SET}({made['id']})").json["byteSize"] == 0
    assert api.get(f"{SET}({made['id']})/attachmentContent").status == 204


def test_contents_that_nothing_needs_are_swept_in_the_end(api: Service, contact: Json) -> None:
    made = attached(api, contact, "a.txt", b"one")
    first = AttachmentContent.objects.get()
    sent(api, made, b"two")
    assert AttachmentContent.objects.filter(pk=first.pk).exists()
    long_ago = timezone.now() - dt.timedelta(days=attachments.KEPT_DAYS + 1)
    AttachmentContent.objects.update(unused_since=long_ago)
    sent(api, made, b"three")
    assert not AttachmentContent.objects.filter(pk=first.pk).exists()
    assert AttachmentBlock.objects.count() == 1 + 1
    assert api.get(f"{SET}({made['id']})/attachmentContent").content == b"three"


def test_journal_tells_of_files_without_their_bytes(api: Service, contact: Json) -> None:  # C-80
    made = attached(api, contact, "a.txt", b"a secret of some length")
    api.delete(f"{SET}({made['id']})")
    changes = JournalChange.objects.filter(record_type=TYPE, owner_id=contact["id"]).order_by("id")
    assert [change.operation for change in changes] == ["I", "U", "D"]
    assert "736563726574" not in str(list(changes.values("old", "new")))


def test_files_of_a_blocked_contact_are_for_its_keeper(api: Service, sign_in: SignIn, contact: Json) -> None:  # C-72
    made = attached(api, contact, "diagnosis.txt", b"private")
    Contact.objects.filter(pk=contact["id"]).update(privacy_blocked=True)
    path = f"{SET}({made['id']})/attachmentContent"
    assert (api.get(path).status, api.get(path).domain_code) == (403, "permission.denied")
    assert sent(api, made, b"other").status == 403
    assert api.get(f"{SET}({made['id']})").json["fileName"] == "•••"
    keeper = sign_in("CRM-MANAGER PRIVACY", name="keeper")
    assert keeper.get(path).content == b"private"
    assert keeper.get(f"{SET}({made['id']})").json["fileName"] == "diagnosis.txt"


def test_files_are_personal_data(api: Service, contact: Json) -> None:  # C-74
    attached(api, contact, "a.txt", b"secret")
    record = Contact.objects.get(pk=contact["id"])
    (told,) = export_personal_data(record, "asked")["attachments"]
    assert (told["file_name"], told["content"]) == ("a.txt", "c2VjcmV0")
    erase_personal_data(record, "asked")
    assert not DocumentAttachment.objects.exists() and not AttachmentContent.objects.exists()
    history = JournalChange.objects.filter(record_type=TYPE)
    assert "a.txt" not in str(list(history.values("old", "new")))


def test_crm_service_has_no_such_set(sign_in: SignIn) -> None:  # 16.9
    assert sign_in(service=CRM, name="crm").get(SET).status == 404
