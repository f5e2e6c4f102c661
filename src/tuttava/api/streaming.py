"""Streams: pictures, attachments, files (A-85, A-88)."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

from tuttava.api.calling import file_answer
from tuttava.api.declare import File, Stream
from tuttava.api.errors import ApiError, from_domain
from tuttava.api.files import FilePart
from tuttava.api.negotiation import has_already
from tuttava.api.paths import Place
from tuttava.api.request import Answer, Call
from tuttava.api.writing import check_tags, locked, required_tags
from tuttava.foundation.errors import DomainError

#: Media that a browser would run as a page of ours go out as plain bytes.
_RUN_BY_BROWSERS = re.compile(r"html|[/+]xml|svg|javascript|ecmascript|pdf-script", re.I)


def read_stream(call: Call, place: Place) -> Answer:
    """The bytes, whole or a range of them; 204 when there are none."""
    assert place.stream is not None
    file = _file(call, place.stream, place.record())
    if file is None:
        return Answer(204)
    answer = file_answer(file)
    if _RUN_BY_BROWSERS.search(file.media_type) or not _accepts(call, file.media_type):
        answer.headers["Content-Type"] = "application/octet-stream"
    tag = _tag_of(file)
    answer.headers |= {"ETag": tag, "Accept-Ranges": "bytes"}
    if has_already(call, tag):
        return Answer(304, None, {"ETag": tag})
    return _ranged(call, answer, answer.body)


def _file(call: Call, stream: Stream, record: Any) -> File | None:
    """The file; only looked at where the caller wants its headers, has it already, or goes on with a part of it."""
    if stream.peek is None:
        return stream.read(record)
    part = re.match(r"bytes=(?!0-)", call.header("range").strip())
    if call.method == "HEAD" or part:
        return stream.peek(record)
    if call.header("if-none-match"):
        known = stream.peek(record)
        if known is not None and has_already(call, _tag_of(known)):
            return known
    return stream.read(record)


def _tag_of(file: File) -> str:
    marked = file.content if isinstance(file.content, bytes) else file.content.mark
    return f'W/"{hashlib.sha256(marked).hexdigest()[:20]}"'


def _accepts(call: Call, media_type: str) -> bool:
    accepted = [part.split(";")[0].strip().lower() for part in call.header("accept").split(",") if part.strip()]
    family = media_type.split("/", maxsplit=1)[0]
    return not accepted or any(
        each in ("*/*", f"{family}/*", media_type.split(";", maxsplit=1)[0]) for each in accepted
    )


def _ranged(call: Call, answer: Answer, content: bytes | FilePart) -> Answer:
    """One range of bytes; anything else, and a range of what the caller knows no more, answers the whole."""
    wanted = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", call.header("range").strip())
    if wanted is None or wanted.group(0) == "bytes=-" or (wanted[2] and int(wanted[1] or 0) > int(wanted[2])):
        return answer
    if call.header("if-range") not in ("", answer.headers["ETag"]):
        return answer
    size = len(content)
    if wanted[1]:
        first, last = int(wanted[1]), min(int(wanted[2] or size - 1), size - 1)
    else:
        first, last = max(0, size - int(wanted[2])), size - 1
    if first >= size or first > last:
        raise ApiError(
            416, "BadRequest", _("The file does not have these bytes."), headers=(("Content-Range", f"bytes */{size}"),)
        )
    headers = {**answer.headers, "Content-Range": f"bytes {first}-{last}/{size}"}
    return Answer(206, content[first : last + 1], headers)


def write_stream(call: Call, place: Place) -> Answer:
    """Replace the bytes; needs a current tag (A-55)."""
    assert place.stream is not None
    if place.stream.write is None:
        raise ApiError(
            400,
            "BadRequest_InvalidOperation",
            _("%(name)s cannot be changed (%(mark)s).") % {"name": place.stream.name, "mark": "read-only"},
            place.stream.name,
            domain_code="attachment_read_only",
        )
    tags = required_tags(call)
    record = locked(place)
    _check_tags(place, record, tags)
    try:
        place.stream.write(record, call.body, file_name(call), call.header("content-type").split(";")[0].strip())
    except DomainError as error:
        raise from_domain(error, place.entity_set) from error
    return Answer(204)


def _check_tags(place: Place, record: Any, tags: list[str]) -> None:
    """The owner's current tag will do, and so will that of the bytes themselves."""
    try:
        check_tags(place.entity_set, record, tags)
    except ApiError:
        file = place.stream.read(record) if place.stream is not None else None
        if file is None or _tag_of(file) not in tags:
            raise


def delete_stream(call: Call, place: Place) -> Answer:
    """Remove the bytes; fine when there are none."""
    assert place.stream is not None
    if place.stream.delete is None:
        raise ApiError(400, "BadRequest_InvalidOperation", _("This file cannot be deleted."), place.stream.name)
    try:
        place.stream.delete(locked(place))
    except DomainError as error:
        raise from_domain(error, place.entity_set) from error
    return Answer(204)


def file_name(call: Call) -> str:
    """The file name a write gives, or blank (A-88)."""
    text = call.header("content-disposition")
    found = re.search(r"filename\*=UTF-8''([^;]+)", text, re.I)
    if found:
        return unquote(found[1])
    found = re.search(r'filename="((?:[^"\\]|\\.)*)"|filename=([^;]+)', text, re.I)
    return re.sub(r"\\(.)", r"\1", found[1] or found[2] or "").strip() if found else ""
