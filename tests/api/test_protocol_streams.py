"""Streams: bytes with tags, ranges and names (A-85, A-88)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.api.conftest import Answered, Json, Service
from tests.api.test_batch import PNG
from tuttava.api.declare import STANDARD, File, Stream

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def ada(api: Service) -> Json:
    return api.made("contacts", {"displayName": "Ada Berg / Chair", "type": "Person"})


@pytest.fixture
def picture(ada: Json) -> str:
    return f"contacts({ada['id']})/picture"


@pytest.fixture
def content(api: Service, picture: str) -> str:
    path = f"{picture}/pictureContent"
    assert write(api, path).status == 204
    return path


def write(api: Service, path: str, data: bytes = PNG, method: str = "PATCH", **headers: str) -> Answered:
    kind = headers.pop("content_type", "application/octet-stream")
    return api.call(method, path, data, content_type=kind, **{"if_match": "*", **headers})


def test_reading_where_there_is_nothing(api: Service, picture: str) -> None:
    about = api.get(picture)
    assert (about.status, about.json["width"], about.json["height"], about.json["contentType"]) == (200, 0, 0, "")
    assert (api.get(f"{picture}/pictureContent").status, api.delete(picture).status) == (204, 204)


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "text/plain", "application/json", ""])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_bytes_decide_what_they_are(api: Service, picture: str, method: str, kind: str) -> None:
    written = write(api, f"{picture}/pictureContent", method=method, content_type=kind)
    assert (written.status, written.content) == (204, b"")
    assert api.get(picture).json["contentType"] == "image/png"
    assert api.get(f"{picture}/pictureContent").headers["Content-Type"] == "image/png"


def test_all_addresses_of_the_bytes(api: Service, ada: Json, content: str) -> None:
    owner, stored = f"contacts({ada['id']})", api.get(content).content
    for path in ("picture/pictureContent", f"picture({ada['id']})/pictureContent", "picture/content", "picture/$value"):
        answer = api.get(f"{owner}/{path}")
        assert (answer.status, answer.content) == (200, stored)
    plain = api.get(content, accept="application/octet-stream")
    assert (plain.status, plain.headers["Content-Type"]) == (200, "application/octet-stream")


def test_writing_needs_a_current_tag(api: Service, picture: str, content: str) -> None:
    before = api.get(picture).json["@odata.etag"]
    assert api.call("PATCH", content, PNG, content_type="image/png").code == "BadRequest_InvalidToken"
    assert write(api, content, if_match=before).status == 204
    assert api.get(picture).json["@odata.etag"] != before
    late = write(api, content, if_match=before)
    assert (late.status, late.code) == (409, "Request_EntityChanged")


def test_tag_of_the_bytes_may_be_used_to_replace_them(api: Service, content: str) -> None:
    tag = api.get(content).headers["ETag"]
    assert write(api, content, if_match=tag).status == 204


def test_tags_spare_a_second_transfer(api: Service, content: str) -> None:
    tag = api.get(content).headers["ETag"]
    again = api.get(content, if_none_match=tag)
    assert (again.status, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert api.get(content, if_none_match='W/"x"').status == 200


def test_head_tells_size_type_and_name(api: Service, content: str) -> None:
    got, head = api.get(content), api.call("HEAD", content)
    assert (head.status, head.content) == (200, b"")
    for name in ("Content-Type", "ETag", "Content-Disposition", "Accept-Ranges"):
        assert head.headers[name] == got.headers[name]
    assert head.headers["Content-Length"] == str(len(got.content))


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_ranges(api: Service, content: str, encoding: str) -> None:
    whole = api.get(content).content
    size = len(whole)
    for wanted, first, last in [
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, size - 1),
        ("bytes=-5", size - 5, size - 1),
        (f"bytes=1-{size * 10}", 1, size - 1),
        (f"bytes=-{size * 10}", 0, size - 1),
    ]:
        answer = api.get(content, range=wanted, accept_encoding=encoding)
        assert (answer.status, answer.content) == (206, whole[first : last + 1])
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
    for strange in ("bytes=5-2", "lines=1-2", "bytes=-", "bytes=0-1,3-4", "x"):
        answer = api.get(content, range=strange)
        assert (answer.status, answer.content) == (200, whole)
    for outside in (f"bytes={size}-", "bytes=-0"):
        answer = api.get(content, range=outside)
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_range_of_bytes_that_changed_meanwhile(api: Service, content: str) -> None:
    assert api.get(content, range="bytes=0-1", if_range='"other"').status == 200


def test_download_is_named_after_the_contact_and_never_run(api: Service, ada: Json, content: str) -> None:  # A-88, C-97
    headers = api.get(content).headers
    name = f"filename*=UTF-8''{ada['number']}%20Ada%20Berg%20_%20Chair.png"
    assert headers["Content-Disposition"] == f"attachment; {name}"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("data", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", PNG[:40]])
def test_what_is_no_picture(api: Service, picture: str, data: bytes) -> None:
    answer = write(api, f"{picture}/pictureContent", data, content_type="image/png")
    assert (answer.status, answer.code) == (400, "Application_DialogException")


def test_pictures_have_no_address_without_owner(api: Service, ada: Json) -> None:
    for method, path in [
        ("GET", "pictures"),
        ("GET", f"pictures({ada['id']})"),
        ("GET", f"pictures({ada['id']})/pictureContent"),
        ("PATCH", f"pictures({ada['id']})/pictureContent"),
        ("DELETE", f"pictures({ada['id']})"),
    ]:
        answer = api.call(method, path, {} if method == "PATCH" else None, if_match="*")
        assert (answer.status, answer.code) == (400, "Application_DialogException"), path


@pytest.mark.parametrize("media", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript"])
def test_nothing_that_a_browser_runs(
    api: Service, picture: str, media: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(record: object) -> File:
        return File(b"<script>alert(1)</script>", media, "page.html")

    stream = Stream("pictureContent", read)
    monkeypatch.setattr(
        STANDARD, "sets", {**STANDARD.sets, "pictures": replace(STANDARD.sets["pictures"], streams=(stream,))}
    )
    answer = api.get(f"{picture}/pictureContent")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    refused = write(api, f"{picture}/pictureContent")
    assert (refused.status, refused.domain_code) == (400, "attachment_read_only")


def test_deleting_the_picture(api: Service, picture: str, content: str) -> None:
    assert api.delete(picture).status == 204
    assert api.get(content).status == 204
    assert api.get(picture).json["width"] == 0
