"""Switches of classic merge fields: case, texts before and after, pictures of dates and numbers.

``MERGEFIELD Name \\* Upper \\b "Att. " \\f ", " \\@ "dd.MM.yyyy" \\# "#,##0.00"`` (Word, "Format field results").
``MERGEFORMAT`` and ``CHARFORMAT`` speak of looks, which a letter keeps anyway. What is unknown changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.dates import format_datetime

_QUOTED = r'"((?:[^"\\]|\\.)*)"|“([^”]*)”'
_WORD = re.compile(rf"{_QUOTED}|(\\[^\s\"“])|([^\s\\\"“]+)")
_DATE_PART = re.compile(
    r"'([^']*)'|([dD]{1,4}|M{1,4}|y{4}|y{2}|Y{4}|Y{2}|h{1,2}|H{1,2}|m{1,2}|s{1,2}|(?i:am/pm))|(.)", re.S
)
_MEANINGS = {"d": "d", "dd": "dd", "ddd": "EEE", "dddd": "EEEE", "yy": "yy", "yyyy": "yyyy"}
_DIGITS = re.compile(r"[#0x](?:[#0x.,'\s\u00a0\u202f]*[#0x])?")
_NUMBER = re.compile(r"[-+]?\d[\d\s\u00a0\u202f.,']*")


class Dated(str):
    """A date in words that still knows the day and the conventions it was written in."""

    date: dt.date
    locale: str

    def __new__(cls, words: str, date: dt.date, locale: str) -> Dated:
        made = super().__new__(cls, words)
        made.date, made.locale = date, locale
        return made


@dataclass(frozen=True)
class Switches:
    """What a field does with its value; blank: nothing."""

    case: str = ""
    before: str = ""
    after: str = ""
    date: str = ""
    number: str = ""

    def apply(self, value: str) -> str:
        """The value as the field shows it; of a blank one nothing is shown, texts around it neither."""
        if not value:
            return ""
        shown = _as_date(value, self.date) if self.date else value
        shown = _as_number(shown, self.number) if self.number else shown
        shown = _CASES[self.case](shown) if self.case in _CASES else shown
        return f"{self.before}{shown}{self.after}"


def read_switches(text: str) -> Switches:
    """The switches behind the name in a field's instruction."""
    found: dict[str, str] = {}
    switch = ""
    for quoted, curly, mark, bare in _WORD.findall(text):
        if mark:
            switch = _NAMES.get(mark[1].lower(), "")
            continue
        word = re.sub(r"\\(.)", r"\1", quoted) or curly or bare
        if switch == "case":
            found |= {"case": word.lower()} if word.lower() in _CASES else {}
        elif switch:
            found.setdefault(switch, word)
        switch = ""
    return Switches(**found)


_NAMES = {"*": "case", "b": "before", "f": "after", "@": "date", "#": "number"}


def _caps(text: str) -> str:
    return re.sub(r"\S+", lambda word: word[0][:1].upper() + word[0][1:], text)


_CASES: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "firstcap": lambda text: text[:1].upper() + text[1:],
    "caps": _caps,
}


def _as_date(value: str, picture: str) -> str:
    """The day by a picture such as ``dd.MM.yyyy``; what is no date stays."""
    date, locale = _date_in(value)
    if date is None:
        return value
    parts = []
    for literal, part, other in _DATE_PART.findall(picture):
        if part:
            parts.append(_babel(part))
        elif literal or other:
            parts.append("'{}'".format((literal or other).replace("'", "''")))
    moment = dt.datetime.combine(date, dt.time())
    return str(format_datetime(moment, "".join(parts).replace("''", ""), locale=locale)) if parts else value


def _babel(part: str) -> str:
    """A part of a picture in the letters of the Unicode patterns."""
    if part.lower() == "am/pm":
        return "a"
    return part if part[0] in "MHhms" else _MEANINGS.get(part.lower(), part)


def _date_in(value: str) -> tuple[dt.date | None, str]:
    if isinstance(value, Dated):
        return value.date, value.locale
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(value.strip(), form).date(), "en"
        except ValueError:
            continue
    return None, ""


def _as_number(value: str, picture: str) -> str:
    """A number by a picture such as ``#,##0.00``; the picture's own signs part thousands and decimals."""
    number = _number_in(value)
    if number is None:
        return value
    sections = picture.split(";")
    place = 1 if number < 0 and len(sections) > 1 else 2 if number == 0 and len(sections) > 2 else 0
    section = sections[place].replace("'", "")
    digits = _DIGITS.search(section)
    if digits is None:
        return section
    sign = "-" if number < 0 and place == 0 and "-" not in section else ""
    return f"{section[: digits.start()]}{sign}{_digits(abs(number), digits[0])}{section[digits.end() :]}"


def _digits(number: Decimal, picture: str) -> str:
    """The digits of a number that is not negative."""
    signs = re.sub(r"[#0x]", "", picture)
    tail = re.search(r"([.,])([#0x]+)$", picture)
    # The last sign parts decimals, unless it is the thousands' sign of a whole number (#,##0).
    parts_thousands = tail is not None and len(tail[2]) == 3 and signs == tail[1]
    decimals = "" if tail is None or parts_thousands else tail[2]
    whole = picture[: -len(decimals) - 1] if decimals else picture
    point = tail[1] if tail is not None and decimals else ""
    between = re.sub(r"[#0x]", "", whole)[:1]
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    left, _dot, right = f"{rounded:f}".partition(".")
    left = left.rjust(whole.count("0"), "0") if left != "0" or "0" in whole else ""
    if between:
        left = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", between, left)
    optional = len(decimals) - len(decimals.rstrip("#"))
    while optional and right.endswith("0"):
        right, optional = right[:-1], optional - 1
    return f"{left}{point}{right}" if right else left


def _number_in(value: str) -> Decimal | None:
    text = value.strip()
    if not _NUMBER.fullmatch(text):
        return None
    plain = re.sub(r"[\s\u00a0\u202f']", "", text)
    if "," in plain and "." in plain:
        group = "," if plain.rindex(".") > plain.rindex(",") else "."
        plain = plain.replace(group, "")
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
