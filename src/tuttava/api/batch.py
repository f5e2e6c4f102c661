"""``$batch``: several requests in one (A-70 to A-77)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import multipart
from tuttava.api.errors import ApiError, bad_request
from tuttava.api.parts import MOST_PARTS, Done, Part, Run
from tuttava.api.request import Answer, Call, is_json_type, media_type
from tuttava.foundation.directory.models import Company


def answer_batch(call: Call, company: Company | None, handle: Callable[[Call], Answer]) -> Answer:
    """Run the parts of an envelope in their order; a readable envelope answers 200."""
    kind = media_type(call.header("content-type"))
    if kind == "multipart/mixed":
        parts = multipart.parts_of(call.header("content-type"), call.body)
    elif is_json_type(kind):
        parts = _parts_of(call.json())
    else:
        raise ApiError(415, "BadRequest", _("A batch is JSON or multipart/mixed, not %(type)s.") % {"type": kind[:80]})
    _check(parts)
    run = Run(call, company, parts, handle)
    done = run.all()
    answer = multipart.answer_of(done) if kind == "multipart/mixed" else _answer_of(done)
    if run.rolled_back:
        answer.headers["Tuttava-Batch-Rolled-Back"] = "true"
    return answer


def _check(parts: list[Part]) -> None:
    """What makes the whole envelope senseless: too many parts, ids given twice, scattered groups."""
    if len(parts) > MOST_PARTS:
        raise bad_request(_("A batch has at most %(most)d operations.") % {"most": MOST_PARTS}, "requests")
    ids = [part.id for part in parts if part.id is not None]
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice is not None:
        raise bad_request(_("The id “%(id)s” is given twice.") % {"id": twice[:60]}, "requests")
    groups = [name for name, _members in groupby(part.group for part in parts) if name]
    if len(groups) > len(set(groups)):
        raise bad_request(_("The members of an atomicityGroup must follow each other."), "requests")
    known: set[str] = set()
    for part in parts:
        missing = next((each for each in part.depends_on if each not in known), None)
        if missing is not None:
            raise bad_request(_("There is no “%(id)s” before the part that depends on it.") % {"id": missing[:60]})
        known |= {name for name in (part.id, part.group) if name}


def _parts_of(body: Mapping[str, Any]) -> list[Part]:
    """The parts of a JSON envelope (A-71); raises 400 when it cannot be read."""
    requests = body.get("requests")
    if not isinstance(requests, list) or not all(isinstance(each, dict) for each in requests):
        raise bad_request(_("A batch is an object with a list of requests."), "requests")
    return [_part(position, each) for position, each in enumerate(requests)]


def _part(position: int, sent: dict[str, Any]) -> Part:
    at = f"requests[{position}]"
    method, url = sent.get("method"), sent.get("url")
    if not isinstance(method, str) or not isinstance(url, str) or not method:
        raise bad_request(_("Each request of a batch has a method and an url."), at)
    headers = sent.get("headers") or {}
    if not isinstance(headers, dict) or not all(isinstance(each, str) for each in headers.values()):
        raise bad_request(_("The headers of a request are an object of texts."), f"{at}/headers")
    part = Part(
        id=_name(sent.get("id"), f"{at}/id"),
        method=method.upper(),
        url=url,
        headers={str(name).lower(): value for name, value in headers.items()},
        depends_on=_names(sent.get("dependsOn"), f"{at}/dependsOn"),
        group=_name(sent.get("atomicityGroup"), f"{at}/atomicityGroup") or "",
    )
    if sent.get("body") is not None:
        _read_body(part, sent["body"])
    return part


def _name(value: Any, target: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise bad_request(_("%(name)s must be a text.") % {"name": target.rpartition("/")[2]}, target)
    return str(value)


def _names(value: Any, target: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(name for each in values if (name := _name(each, target)))


def _read_body(part: Part, sent: Any) -> None:
    """JSON stands as it is; anything else is base64url text."""
    if is_json_type(media_type(part.headers.get("content-type", ""))):
        part.data = sent
        part.body = json.dumps(sent, default=str).encode("utf-8", "replace")
        return
    try:
        text = sent.replace("+", "-").replace("/", "_").rstrip("=")
        part.body = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (AttributeError, binascii.Error, ValueError):
        part.refusal = bad_request(_("A body that is not JSON must be base64url text."), "body")


def _answer_of(done: list[Done]) -> Answer:
    return Answer(200, {"responses": [_response(each) for each in done]})


def _response(done: Done) -> dict[str, Any]:
    answer = done.answer
    found: dict[str, Any] = {
        "id": done.part.id,
        "status": answer.status,
        "headers": {name.lower(): value for name, value in answer.headers.items()},
    }
    if answer.is_json:
        found["body"] = answer.body
    elif answer.body is not None:
        found["body"] = base64.urlsafe_b64encode(answer.content).decode()
    return found
