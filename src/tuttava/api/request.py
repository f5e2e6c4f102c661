"""A request and its answer as the service sees them, whether they came alone or as part of a batch."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import orjson
from django.utils.translation import gettext as _

from tuttava.api.declare import Service
from tuttava.api.errors import ApiError, bad_request
from tuttava.api.files import FilePart
from tuttava.foundation.ids import new_id

if TYPE_CHECKING:
    from tuttava.foundation.directory.models import User

JSON_TYPE = "application/json"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_OVERRIDABLE = ("PATCH", "DELETE", "PUT")


def split_query(text: str) -> list[tuple[str, str]]:
    """Names and values of a query string, decoded once; ``+`` means blank (A-43)."""
    parts = (part.partition("=") for part in text.split("&") if part)
    return [(unquote_plus(name), unquote_plus(value)) for name, _sign, value in parts]


@dataclass
class Call:
    """One request. ``path`` is what follows the service's address, decoded; header names are lower case.

    ``root`` is the absolute address of the service as the caller wrote it (A-1). ``references`` holds the entities
    that earlier parts of the same batch created, by their ids.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    user: User
    service: Service
    root: str
    references: dict[str, str] = field(default_factory=dict)
    correlation: uuid.UUID = field(default_factory=new_id)
    #: Names of the preferences that were applied, for ``Preference-Applied``.
    applied: list[str] = field(default_factory=list)
    #: A part of a batch; ``held``: it shares its transaction with other parts.
    in_batch: bool = False
    held: bool = False
    #: The body as JSON, where a batch has read it already.
    data: Any = None

    def header(self, name: str, default: str = "") -> str:
        return self.headers.get(name.lower(), default)

    @property
    def preferences(self) -> dict[str, str]:
        """The preferences of ``Prefer``, lower case, without ``odata.``; a bare one has a blank value."""
        found: dict[str, str] = {}
        for part in _split_list(self.header("prefer")):
            name, _sign, value = part.partition("=")
            found[name.strip().lower().removeprefix("odata.")] = value.strip().strip('"')
        return found

    def option(self, name: str) -> str | None:
        """The value of a query option, or None."""
        return next((value for key, value in self.query if key == name), None)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises 415 and 400 (A-34, A-59)."""
        media = media_type(self.header("content-type"))
        if not is_json_type(media):
            raise ApiError(415, "BadRequest", _("The body must be JSON, not %(type)s.") % {"type": media[:80]})
        found = read_json(self.body) if self.data is None else self.data
        if not isinstance(found, dict):
            raise bad_request(_("The body must be a JSON object."))
        return found

    def part(self, **changes: Any) -> Call:
        """A part of this batch: a request of its own by the same user."""
        return replace(self, correlation=new_id(), applied=[], in_batch=True, **changes)


def media_type(content_type: str) -> str:
    """A media type without its parameters, lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_json_type(media: str) -> bool:
    """Whether a body of this type is JSON; a missing type is accepted (A-59)."""
    return not media or media in (JSON_TYPE, "text/json") or media.endswith("+json")


def effective_method(method: str, headers: Mapping[str, str]) -> str:
    """The method, or the one that a POST stands for (``X-HTTP-Method``, A-36)."""
    wanted = headers.get("x-http-method", "").strip().upper()
    return wanted if method.upper() == "POST" and wanted in _OVERRIDABLE else method.upper()


def read_json(body: bytes) -> Any:
    """A body as JSON; raises 400. Names given twice, and characters that no text can hold, are refused too."""
    try:
        found = json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_object
        )
        if b"\\u" in body:
            _check_characters(found)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise bad_request(_("The body is not JSON in UTF-8.")) from error
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _check_characters(found: Any) -> None:
    """Refuse what escapes can smuggle in: the character zero, and halves of pairs."""
    if isinstance(found, str):
        if not storable(found):
            raise ValueError(found)
    elif isinstance(found, list):
        for each in found:
            _check_characters(each)
    elif isinstance(found, dict):
        for name, value in found.items():
            _check_characters(name)
            _check_characters(value)


def storable(text: str) -> bool:
    """Whether the database can hold these characters."""
    return not _UNSTORABLE.search(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise bad_request(_("The body gives the same name twice."))
    return found


def _split_list(text: str) -> list[str]:
    """The members of a header's list; commas inside quotes do not divide."""
    found, start, quoted = [], 0, False
    for position, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char in ",;" and not quoted:
            found.append(text[start:position])
            start = position + 1
    found.append(text[start:])
    return [part.strip() for part in found if part.strip()]


@dataclass
class Answer:
    """What goes back: ``body`` is JSON data, bytes, part of a stored file, or None."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, FilePart):
            return b"".join(self.body.blocks())
        try:
            return orjson.dumps(self.body)
        except TypeError:  # numbers beyond 64 bits, halves of surrogate pairs that a caller sent
            return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    @property
    def is_json(self) -> bool:
        return self.body is not None and not isinstance(self.body, bytes | FilePart)
