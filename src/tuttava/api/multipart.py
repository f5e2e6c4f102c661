"""``$batch`` as ``multipart/mixed``: requests in parts, change sets in parts of parts (A-72)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from http.client import responses
from itertools import groupby

from django.utils.translation import gettext as _

from tuttava.api.errors import ApiError, bad_request
from tuttava.api.parts import Done, Part
from tuttava.api.request import Answer, media_type

_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;,"]{1,200}))', re.I)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_REQUEST_LINE = re.compile(r"([A-Za-z]+)[ \t]+(\S(?:.*?\S)?)(?:[ \t]+HTTP/\d(?:\.\d)?)?[ \t]*")


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """The requests of an envelope; those of a change set share a group. Raises 400 when it cannot be read."""
    found: list[Part] = []
    for position, entity in enumerate(_entities(content_type, body)):
        headers, content = _head_and_body(entity)
        if media_type(headers.get("content-type", "")) == "multipart/mixed":
            name = f"changeset {position}"
            found += [_request(each, name) for each in _entities(headers["content-type"], content)]
        else:
            found.append(_request(entity, ""))
    return found


def _entities(content_type: str, body: bytes) -> list[bytes]:
    """What stands between the boundaries; line ends before a boundary belong to it."""
    matched = _BOUNDARY.search(content_type)
    if matched is None:
        raise _unreadable(_("the boundary is missing"))
    boundary = re.escape((matched[1] or matched[2]).encode("utf-8", "replace"))
    pieces = re.split(rb"(?:\A|\r?\n)--" + boundary + rb"(--)?[ \t]*(?=\r?\n|\Z)", body)
    # Pieces: preamble, (end mark, content) for each boundary.
    if len(pieces) < 2 or "--" not in [(mark or b"").decode() for mark in pieces[1::2]]:
        raise _unreadable(_("the closing boundary is missing"))
    found: list[bytes] = []
    for mark, content in zip(pieces[1::2], pieces[2::2], strict=True):
        if mark:
            break
        found.append(re.sub(rb"\A\r?\n", b"", content))
    return found


def _unreadable(reason: str) -> ApiError:
    return bad_request(_("The batch cannot be read: %(reason)s.") % {"reason": reason})


def _head_and_body(entity: bytes) -> tuple[dict[str, str], bytes]:
    """Headers by lower-case name, and what follows the blank line."""
    end = _BLANK_LINE.search(entity)
    head, content = (entity[: end.start()], entity[end.end() :]) if end else (entity, b"")
    return _headers(head.decode("utf-8", "replace").splitlines()), content


def _headers(lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise _unreadable(_("“%(line)s” is not a header") % {"line": line[:60]})
        found[name.strip().lower()] = value.strip()
    return found


def _request(entity: bytes, group: str) -> Part:
    """One ``application/http`` part."""
    outer, inner = _head_and_body(entity)
    if media_type(outer.get("content-type", "")) != "application/http":
        raise _unreadable(_("each part is application/http or a change set"))
    end = _BLANK_LINE.search(inner)
    head, content = (inner[: end.start()], inner[end.end() :]) if end else (inner, b"")
    first, *rest = head.decode("utf-8", "replace").splitlines() or [""]
    matched = _REQUEST_LINE.fullmatch(first.strip())
    if matched is None:
        raise _unreadable(_("“%(line)s” is not a request") % {"line": first[:60]})
    headers = _headers(rest)
    name = outer.get("content-id") or headers.pop("content-id", "") or None
    return Part(name, matched[1].upper(), matched[2], headers, _exact(content, headers), group=group)


def _exact(content: bytes, headers: dict[str, str]) -> bytes:
    """The body without the line ends that some callers add: as long as it says, or without them when it is text."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and len(length) < 12 and content[int(length) :].strip() == b"":
        return content[: int(length)]
    media = media_type(headers.get("content-type", ""))
    return content.strip() if not media or "json" in media else content


def answer_of(done: list[Done]) -> Answer:
    """The answers in the structure of the requests."""
    boundary = f"batchresponse_{uuid.uuid4()}"
    entities: list[bytes] = []
    for group, members in groupby(done, key=lambda each: each.part.group):
        if not group:
            entities += [_response(each) for each in members]
            continue
        inner = f"changesetresponse_{uuid.uuid4()}"
        content = _joined(inner, [_response(each) for each in members])
        entities.append(f"Content-Type: multipart/mixed; boundary={inner}\r\n\r\n".encode() + content)
    return Answer(200, _joined(boundary, entities), {"Content-Type": f"multipart/mixed; boundary={boundary}"})


def _joined(boundary: str, entities: list[bytes]) -> bytes:
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + each + b"\r\n" for each in entities) + mark + b"--\r\n"


def _response(done: Done) -> bytes:
    """One answer as ``application/http``."""
    answer, content = done.answer, done.answer.content
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if done.part.id is not None:
        head.append(f"Content-ID: {done.part.id}")
    head += ["", f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}".rstrip()]
    head += [f"{name}: {value}" for name, value in answer.headers.items()]
    if answer.status != 204:
        head.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*head, "", ""]).encode("utf-8") + content
