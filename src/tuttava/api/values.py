"""Values between JSON and Python: what a sent value becomes, and how a stored one is written (A-30 to A-34)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import decimal
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime, parse_duration, parse_time
from django.utils.duration import duration_iso_string
from django.utils.translation import gettext as _

from tuttava.api.edm import EMPTY_GUID, Kind, Type
from tuttava.api.errors import ApiError, bad_request
from tuttava.foundation.errors import Text

Render = Callable[[Any], Any]
_GUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.I)
_INT_RANGE = {Kind.INT32: 2**31, Kind.INT64: 2**63}


@dataclass(frozen=True)
class Form:
    """How values are written: numbers as text (``IEEE754Compatible``), enums as plain captions (schema version 1.0)."""

    numbers_as_text: bool = False
    captions: bool = False


def renderer(wanted: Type, form: Form) -> Render:
    """The function that writes stored values of this type; every blank has its own shape (A-32)."""
    if wanted.many:
        return lambda value: list(value or [])
    if wanted.enum is not None:
        members = wanted.enum.by_stored
        blank = wanted.enum.members[0]
        if form.captions:
            return lambda value: members.get(value, blank).english
        return lambda value: members.get(value, blank).name
    if wanted.kind is Kind.DECIMAL or (wanted.kind is Kind.INT64 and form.numbers_as_text):
        return _decimal_text if form.numbers_as_text else _number
    return _RENDER.get(wanted.kind, _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


def _number(value: Any) -> Any:
    if value is None:
        return 0
    whole = int(value)
    return whole if whole == value else float(value)


def _decimal_text(value: Any) -> str:
    return format(decimal.Decimal(value or 0).normalize() + 0, "f")


def _instant(value: dt.datetime | None) -> str:
    if value is None:
        return "0001-01-01T00:00:00Z"
    utc = value.astimezone(dt.UTC) if value.year > 1 else value
    milliseconds = f".{utc.microsecond // 1000:03d}".rstrip("0").rstrip(".")
    return f"{utc.year:04d}-{utc:%m-%dT%H:%M:%S}{milliseconds}Z"


_RENDER: dict[Kind, Render] = {
    Kind.STRING: lambda value: "" if value is None else str(value),
    Kind.GUID: lambda value: str(value or EMPTY_GUID),
    Kind.BOOLEAN: bool,
    Kind.INT32: lambda value: int(value or 0),
    Kind.INT64: lambda value: int(value or 0),
    Kind.DATE: lambda value: "0001-01-01" if value is None else value.isoformat(),
    Kind.TIME: lambda value: "00:00:00" if value is None else value.isoformat(),
    Kind.INSTANT: _instant,
    Kind.DURATION: lambda value: duration_iso_string(value or dt.timedelta(0)),
}


#: What JSON writes as it is stored, if it is not NULL.
AS_STORED = frozenset({Kind.STRING, Kind.BOOLEAN, Kind.INT32})


def parse_guid(text: str) -> uuid.UUID:
    """A GUID in any of its forms: bare, quoted, in braces, upper case (A-4)."""
    plain = text.strip().strip("'").removeprefix("{").removesuffix("}")
    if not _GUID.fullmatch(plain):
        raise ApiError(400, "Application_InvalidGUID", _("“%(text)s” is not a GUID.") % {"text": text[:60]})
    return uuid.UUID(plain)


def read(value: Any, wanted: Type, name: str) -> Any:
    """A sent JSON value as the Python value to enter; None means blank. Raises 400 at the property (A-34)."""
    if value is None:
        return None
    if wanted.many:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise _mistyped(name, _("a list of texts"))
        return value
    if wanted.enum is not None:
        return _read_enum(value, wanted, name)
    return _READ[wanted.kind](value, name)


def _mistyped(name: str, expected: Text) -> ApiError:
    return bad_request(_("%(name)s must be %(expected)s.") % {"name": name, "expected": expected}, name)


def unreadable(name: str, value: Any, expected: Text) -> ApiError:
    """A text that does not hold what it should: a date, a number, a member."""
    return ApiError(
        400,
        "Application_EvaluateException",
        _("%(name)s: “%(value)s” is not %(expected)s.")
        % {"name": name, "value": str(value)[:80], "expected": expected},
        name,
    )


def _read_enum(value: Any, wanted: Type, name: str) -> Any:
    assert wanted.enum is not None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _mistyped(name, _("a text"))
    member = wanted.enum.member_of(str(value))
    if member is None:
        allowed = ", ".join(each.name for each in wanted.enum.members)
        raise unreadable(name, value, _("one of %(members)s") % {"members": allowed})
    return member.stored


def _read_text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise _mistyped(name, _("a text"))
    return value


def _read_guid(value: Any, name: str) -> uuid.UUID | None:
    try:
        found = parse_guid(_read_text(value, name)) if value != "" else EMPTY_GUID
    except ApiError as error:
        error.target = name
        raise
    return None if found == EMPTY_GUID else found


def _read_boolean(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise _mistyped(name, _("true or false"))
    return value


def _read_decimal(value: Any, name: str) -> decimal.Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | decimal.Decimal | str):
        raise _mistyped(name, _("a number"))
    try:
        number = decimal.Decimal(str(value))
    except decimal.InvalidOperation as error:
        raise unreadable(name, value, _("a number")) from error
    if not number.is_finite() or abs(number) >= 10**18:
        raise unreadable(name, value, _("a number of this size"))
    return number


def _read_whole(kind: Kind) -> Callable[[Any, str], int]:
    def read_whole(value: Any, name: str) -> int:
        number = _read_decimal(value, name)
        if number != number.to_integral_value() or not -_INT_RANGE[kind] <= number < _INT_RANGE[kind]:
            raise unreadable(name, value, _("a whole number of this size"))
        return int(number)

    return read_whole


def _read_by(parse: Callable[[str], Any], expected: Callable[[], Text]) -> Callable[[Any, str], Any]:
    def read_parsed(value: Any, name: str) -> Any:
        text = _read_text(value, name)
        if not text:
            return None
        try:
            found = parse(text)
        except (ValueError, OverflowError):
            found = None
        if found is None:
            raise unreadable(name, value, expected())
        return found

    return read_parsed


def _parse_day(text: str) -> dt.date | None:
    return parse_date(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


def _parse_instant(text: str) -> dt.datetime | None:
    found = parse_datetime(re.sub(r"(\.\d{6})\d+", r"\1", text))
    if found is not None and found.tzinfo is None:
        return found.replace(tzinfo=dt.UTC)
    return found


def blank_day_is_none(value: Any) -> Any:
    """The empty date and the empty instant are no value (A-32)."""
    return None if value is not None and getattr(value, "year", 0) == 1 else value


def _read_day(value: Any, name: str) -> dt.date | None:
    found: dt.date | None = blank_day_is_none(_read_by(_parse_day, lambda: _("a date (YYYY-MM-DD)"))(value, name))
    return found


def _read_instant(value: Any, name: str) -> dt.datetime | None:
    found: dt.datetime | None = blank_day_is_none(
        _read_by(_parse_instant, lambda: _("a date and time (YYYY-MM-DDThh:mm:ssZ)"))(value, name)
    )
    return found


def decode_base64(text: str, name: str) -> bytes:
    """The bytes of a file parameter (A-116)."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise unreadable(name, text, _("base64 text")) from error


_READ: dict[Kind, Callable[[Any, str], Any]] = {
    Kind.STRING: _read_text,
    Kind.GUID: _read_guid,
    Kind.BOOLEAN: _read_boolean,
    Kind.INT32: _read_whole(Kind.INT32),
    Kind.INT64: _read_whole(Kind.INT64),
    Kind.DECIMAL: _read_decimal,
    Kind.DATE: _read_day,
    Kind.TIME: _read_by(parse_time, lambda: _("a time (hh:mm:ss)")),
    Kind.INSTANT: _read_instant,
    Kind.DURATION: _read_by(parse_duration, lambda: _("a duration (P1DT2H)")),
    Kind.STREAM: lambda value, name: None,
    Kind.UNTYPED: lambda value, name: value,
}
