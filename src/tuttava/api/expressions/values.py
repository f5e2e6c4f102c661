"""Texts of literals as values: numbers, dates, times, durations, GUIDs. A text that is none raises ValueError."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from tuttava.api.edm import Kind

#: Digits that a number may have before and after the point; keeps arithmetic on the server far from any overflow.
MAX_DIGITS = 40
#: The longest duration, either way: twice the whole calendar.
MAX_DURATION = dt.timedelta(days=2 * 3_652_059)

_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,8})D)?(?:T(?:(\d{1,10})H)?(?:(\d{1,11})M)?(?:(\d{1,12})(?:\.(\d{1,12}))?S)?)?", re.ASCII
)
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_GUID = re.compile(r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?", re.ASCII)


def guid(text: str) -> uuid.UUID:
    return uuid.UUID(_whole(_GUID, text)[0])


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(_whole(_DATE, text)[0])


def time(text: str) -> dt.time:
    found = _whole(_TIME, text)
    return dt.time.fromisoformat(_clock(found[1], found[2], found[3]))


def instant(text: str) -> dt.datetime:
    """An instant with its offset, as UTC; digits beyond the microsecond are cut."""
    found = _whole(_INSTANT, text)
    offset = "+00:00" if found[5] in "Zz" else found[5]
    try:
        return dt.datetime.fromisoformat(f"{found[1]}T{_clock(found[2], found[3], found[4])}{offset}").astimezone(
            dt.UTC
        )
    except OverflowError as error:
        raise ValueError(text) from error


def duration(text: str) -> dt.timedelta:
    found = _whole(_DURATION, text)
    sign, days, hours, minutes, seconds, fraction = found.groups()
    if text.endswith("T") or not any((days, hours, minutes, seconds)):
        raise ValueError(text)
    length = dt.timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0").ljust(6, "0")[:6]),
    )
    if length > MAX_DURATION:
        raise ValueError(text)
    return -length if sign == "-" else length


def number(text: str) -> Decimal:
    """A number of at most :data:`MAX_DIGITS` digits on either side of the point."""
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    _sign, digits, exponent = found.as_tuple()
    if not isinstance(exponent, int) or len(digits) + exponent > MAX_DIGITS or exponent < -MAX_DIGITS:
        raise ValueError(text)
    return found


def _whole(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return found


def _clock(minutes: str, seconds: str | None, fraction: str | None) -> str:
    return f"{minutes}:{seconds or '00'}.{(fraction or '').ljust(6, '0')[:6]}"


#: Kinds whose value may also come quoted (A-46).
QUOTED: dict[Kind, Callable[[str], Any]] = {
    Kind.GUID: guid,
    Kind.DATE: date,
    Kind.TIME: time,
    Kind.INSTANT: instant,
}
