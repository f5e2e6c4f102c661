"""``$batch`` as multipart/mixed: parts, change sets, Content-ID (A-72)."""

from __future__ import annotations

import json
import re

import pytest

from tests.api.conftest import Answered, Json, Service
from tests.api.test_batch import PNG
from tuttava.contacts.models import Contact

pytestmark = pytest.mark.usefixtures("company")


def http(method: str, url: str, body: Json | bytes | None = None, name: str = "", **headers: str) -> bytes:
    """One application/http part."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {name}"] if name else []
    lines += ["", f"{method} {url} HTTP/1.1", "Host: testserver"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def joined(*parts: bytes, boundary: str = "batch_1") -> bytes:
    return b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def change_set(*parts: bytes, boundary: str = "changes_1") -> bytes:
    return f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode() + joined(*parts, boundary=boundary)


def send(api: Service, content: bytes, boundary: str = "batch_1", **headers: str) -> Answered:
    kind = f"multipart/mixed; boundary={boundary}"
    return api.call("POST", f"{api.root}/$batch", content, content_type=kind, **headers)


def pieces(content: bytes, content_type: str) -> list[bytes]:
    """What stands between the boundaries, read the way RFC 2046 says."""
    boundary = re.search(r"boundary=(\S+)", content_type)
    assert boundary is not None
    mark = f"--{boundary[1]}".encode()
    first, *rest = content.split(mark)
    assert first == b"" and rest[-1] == b"--\r\n"
    assert all(each.startswith(b"\r\n") and each.endswith(b"\r\n") for each in rest[:-1])
    return [each[2:-2] for each in rest[:-1]]


def read(piece: bytes) -> tuple[int, dict[str, str], bytes, str]:
    """Status, headers, body and Content-ID of one answer."""
    outer, inner, *rest = piece.split(b"\r\n\r\n", 2)
    assert b"Content-Type: application/http" in outer
    first, *lines = inner.decode().split("\r\n")
    headers = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}
    found = re.search(rb"Content-ID: (\S+)", outer)
    return int(first.split()[1]), headers, rest[0] if rest else b"", found[1].decode() if found else ""


def contact(api: Service, name: str, part: str = "", kind: str = "Person") -> bytes:
    url = f"{api.root}/companies({api.company.pk})/contacts"
    return http("POST", url, {"displayName": name, "type": kind}, part, content_type="application/json")


def names() -> set[str]:
    return set(Contact.objects.values_list("name", flat=True))


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_parts_and_change_sets_are_answered_in_their_structure(api: Service, line_end: bytes) -> None:
    body = joined(
        change_set(contact(api, "Ada Berg", "1"), contact(api, "Bo Dahl", "2")),
        http("GET", f"companies({api.company.pk})/contacts/$count", accept="*/*"),
        http("GET", f"http://testserver{api.base}/contacts?$filter=displayName eq 'Ada Berg'"),
    )
    answer = send(api, body.replace(b"\r\n", line_end))
    assert answer.status == 200, answer.content
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=batchresponse_")
    changes, count, listed = pieces(answer.content, answer.headers["Content-Type"])
    head, _blank, inner = changes.partition(b"\r\n\r\n")
    made = [read(each) for each in pieces(inner, head.decode())]
    assert [(status, name) for status, _headers, _body, name in made] == [(201, "1"), (201, "2")]
    assert json.loads(made[0][2])["displayName"] == "Ada Berg"
    assert "location" in made[0][1] and int(made[0][1]["content-length"]) == len(made[0][2])
    assert read(count)[2] == str(Contact.objects.count()).encode()
    assert len(json.loads(read(listed)[2])["value"]) == 1


def test_change_set_is_atomic(api: Service) -> None:
    body = joined(
        change_set(contact(api, "Ada Berg", "1"), contact(api, "Bo Dahl", "2", kind="Nonsense")),
        contact(api, "Cy Eik"),
    )
    answer = send(api, body, prefer="odata.continue-on-error")
    changes, alone = pieces(answer.content, answer.headers["Content-Type"])
    head, _blank, inner = changes.partition(b"\r\n\r\n")
    assert [read(each)[0] for each in pieces(inner, head.decode())] == [424, 400]
    assert read(alone)[0] == 201
    assert "Cy Eik" in names() and "Ada Berg" not in names()


def test_content_id_stands_for_the_entity(api: Service) -> None:
    body = joined(
        change_set(
            contact(api, "Fjordkraft AS", "1", kind="Company"),
            http("PATCH", "/$1", {"city": "Bergen"}, "2", if_match="*"),
            http("PATCH", f"http://testserver{api.root}/$1", {"jobTitle": ""}, "3", if_match="*"),
        ),
        http("GET", "$1/city"),
    )
    answer = send(api, body)
    changes, city = pieces(answer.content, answer.headers["Content-Type"])
    head, _blank, inner = changes.partition(b"\r\n\r\n")
    assert [read(each)[0] for each in pieces(inner, head.decode())] == [201, 200, 200]
    assert json.loads(read(city)[2])["value"] == "Bergen"


def test_bytes_go_in_and_out(api: Service) -> None:
    made = api.made("contacts", {"displayName": "Ada Berg"})
    url = f"{api.root}/companies({api.company.pk})/contacts({made['id']})/picture/pictureContent"
    write = http("PATCH", url, PNG, if_match="*", content_type="image/png", content_length=str(len(PNG)))
    answer = send(api, joined(write + b"\r\n", http("GET", url)))
    written, found = pieces(answer.content, answer.headers["Content-Type"])
    assert read(written)[0] == 204
    assert read(found)[2] == api.get(url).content != b""


def test_snapshot_of_parts_keeps_nothing_when_one_fails(api: Service) -> None:
    body = joined(contact(api, "Ada Berg"), contact(api, "Bo Dahl", kind="Nonsense"))
    answer = send(api, body, isolation="snapshot")
    assert [read(each)[0] for each in pieces(answer.content, answer.headers["Content-Type"])] == [201, 400]
    assert answer.headers["Tuttava-Batch-Rolled-Back"] == "true"
    assert "Ada Berg" not in names()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no boundary at all",
        b"--batch_1\r\nContent-Type: application/http\r\n\r\nGET x HTTP/1.1\r\n\r\n",
        b"--batch_1\r\nContent-Type: text/plain\r\n\r\nGET x HTTP/1.1\r\n\r\n--batch_1--",
        b"--batch_1\r\nContent-Type: application/http\r\n\r\n\r\n--batch_1--",
        b"--batch_1\r\nnonsense\r\n\r\nGET x HTTP/1.1\r\n\r\n--batch_1--",
        b"--batch_1\r\nContent-Type: multipart/mixed\r\n\r\n--x--\r\n--batch_1--",
    ],
)
def test_envelope_that_cannot_be_read_is_refused(api: Service, content: bytes) -> None:
    answer = send(api, content)
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_two_parts_with_one_content_id_are_refused(api: Service) -> None:
    get = http("GET", "companies", name="1")
    assert send(api, joined(get, get)).code == "BadRequest"


def test_boundary_in_quotes(api: Service) -> None:
    body = joined(http("GET", f"{api.base}/contacts/$count"), boundary="batch (1)")
    answer = send(api, body, boundary='"batch (1)"; charset=utf-8')
    assert [read(each)[0] for each in pieces(answer.content, answer.headers["Content-Type"])] == [200]
