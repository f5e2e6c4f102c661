"""Text and typed values: what a person reads and types, in the reader's language (Babel/CLDR).

Forms, cards and lists share this module. :func:`show` makes words to read, :func:`to_text` what stands in an input,
:func:`parse` a typed value from what was typed (``value_invalid`` at the field, with an example).
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time, get_month_names
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuttava.foundation import date_formula
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeField, CodeRef

BLANK = "–"
_TODAY = {"t", "today", "i dag", "idag", "vandaag", "v", "tänään"}
_WORK_DATE = {"w", "work date", "a", "arbeidsdato", "werkdatum", "työpäivä"}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        # English without a region writes the day first, as the rest of the product's languages do.
        return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def locale() -> Locale:
    """The reader's conventions."""
    return _locale(get_language() or "en")


def kind_of(field: models.Field[Any, Any]) -> str:
    """What sort of value a model field holds, as forms tell them apart."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (CodeRef, "reference"),
        (models.ForeignKey, "record"),
        (models.BooleanField, "flag"),
        (models.DateTimeField, "moment"),
        (models.DateField, "date"),
        (models.TimeField, "time"),
        (models.DecimalField, "decimal"),
        (models.IntegerField, "integer"),
    )
    if field.choices:
        return "choice"
    found = next((kind for type_, kind in kinds if isinstance(field, type_)), "")
    if found:
        return found
    return "code" if isinstance(field, CodeField) else "text"


def show(value: Any, kind: str = "text") -> str:
    """``value`` in words for a reader; blank values are an empty text."""
    if value is None or value == "":
        return ""
    if kind == "formula":
        return show_formula(str(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return show_moment(value)
    if isinstance(value, dt.date):
        return format_date(value, "medium", locale())
    if isinstance(value, dt.time):
        return format_time(value, "short", locale=locale())
    if isinstance(value, Decimal | int | float):
        return show_number(value)
    return str(value)


def show_formula(stored: str) -> str:
    """A stored date formula with the letters of the reader's language (F-14); an unreadable one as it is."""
    try:
        return date_formula.parse(stored, "en").local_text()
    except DomainError:
        return stored


def show_moment(value: dt.datetime) -> str:
    """A moment in the reader's time zone and language."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{format_date(local.date(), 'medium', locale())} {format_time(local.time(), 'short', locale=locale())}"


def show_number(value: Decimal | float, decimals: int | None = None) -> str:
    """A number with the reader's separators; ``decimals`` fixes the number of digits after the sign."""
    pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=locale(), decimal_quantization=decimals is not None))


def to_text(value: Any, kind: str = "text") -> str:
    """``value`` as it stands in an input, in a form that :func:`parse` reads back."""
    if value is None:
        return ""
    if kind == "formula":
        return show_formula(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return show_moment(value)
    if isinstance(value, dt.date):
        return _numeric_date(value)
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal | float):
        return str(format_decimal(value, locale=locale(), group_separator=False, decimal_quantization=False))
    return str(value)


def _numeric_date(value: dt.date) -> str:
    pattern = str(locale().date_formats["short"].pattern)
    separator = next((char for char in pattern if not char.isalpha()), ".")
    parts = {"d": f"{value.day:02}", "m": f"{value.month:02}", "y": f"{value.year:04}"}
    return separator.join(parts[part] for part in _date_order())


def _date_order() -> list[str]:
    """The order of day, month and year in short dates, such as ``["d", "m", "y"]``."""
    pattern = str(locale().date_formats["short"].pattern).lower()
    return sorted("dmy", key=pattern.find)


def parse(text: str, field: models.Field[Any, Any], kind: str = "") -> Any:
    """The value that ``text`` means for ``field``; codes and references stay text for the rules to check."""
    kind = kind or kind_of(field)
    text = text.replace("\r\n", "\n").strip()
    readers = {"date": parse_date, "decimal": parse_number, "integer": parse_integer, "time": parse_time}
    try:
        if kind == "flag":
            return text.lower() in {"true", "on", "1", "yes"}
        return readers[kind](text) if kind in readers else text
    except ValueError as error:
        raise DomainError(
            "value_invalid",
            _("“%(value)s” is not a valid value for %(field)s. Write it like %(example)s.")
            % {"value": text[:80], "field": str(field.verbose_name), "example": _example(kind)},
            field=field.attname,
        ) from error


def _example(kind: str) -> str:
    examples: dict[str, Any] = {
        "date": current().date,
        "decimal": Decimal("1234.5"),
        "integer": 12,
        "time": dt.time(14),
    }
    return to_text(examples[kind])


def parse_date(text: str) -> dt.date | None:
    """A date from text: ISO, the reader's order with or without separators, month names, ``t`` for today.

    Missing year or month are those of the work date; two-digit years lie within 50 years of it. Raises ValueError.
    """
    text = text.strip().lower()
    if not text:
        return None
    if text in _TODAY:
        return current().today
    if text in _WORK_DATE:
        return current().date
    if iso := _ISO.fullmatch(text):
        year, month, day = map(int, iso.groups())
        return dt.date(year, month, day)
    parts = _date_parts(text)
    base = current().date
    if len(parts) > 3 or not parts or max(map(len, parts)) > 4:
        raise ValueError(text)
    order = [part for part in _date_order() if len(parts) == 3 or part != "y"]
    if len(parts) == 1:
        order = ["d"]
    found = dict(zip(order, map(int, parts), strict=True))
    return dt.date(_year(found.get("y"), base), found.get("m", base.month), found["d"])


def _date_parts(text: str) -> list[str]:
    """The numbers of a typed date; names of months become numbers, put where the reader's order has the month."""
    for name, number in _month_names():
        if re.search(rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])", text):
            others = re.findall(r"\d+", text)
            others.insert(min(_date_order().index("m"), len(others)), str(number))
            return others
    if text.isdigit() and len(text) in (4, 6, 8):
        sizes = {"d": 2, "m": 2, "y": len(text) - 4}
        parts, at = [], 0
        for part in (part for part in _date_order() if sizes[part]):
            parts.append(text[at : at + sizes[part]])
            at += sizes[part]
        return parts
    if not re.fullmatch(r"[\d\s./,-]+", text):
        raise ValueError(text)
    return re.findall(r"\d+", text)


def _month_names() -> list[tuple[str, int]]:
    names = [
        (str(name).lower().strip("."), number)
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale()).items()
    ]
    return sorted(((name, number) for name, number in names if not name.isdigit()), key=lambda pair: -len(pair[0]))


def _year(year: int | None, base: dt.date) -> int:
    if year is None:
        return base.year
    if year >= 100:
        return year
    century = base.year - base.year % 100
    return min((century + year + shift for shift in (-100, 0, 100)), key=lambda found: abs(found - base.year))


def parse_number(text: str) -> Decimal | None:
    """A number in the reader's notation; a point is also taken as decimal sign where it cannot mean thousands."""
    text = re.sub(r"[\s\u00a0\u202f]", "", text).replace("\u2212", "-")
    if not text:
        return None
    group, point = get_group_symbol(locale()), get_decimal_symbol(locale())
    if group.strip() and re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d*)?", text):
        text = text.replace(group, "")
    if point in text:
        text = text.replace(point, ".") if "." not in text or point == "." else "?"
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not found.is_finite():
        raise ValueError(text)
    return found


def parse_integer(text: str) -> int | None:
    """A whole number; thousands separators are understood."""
    found = parse_number(text)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise ValueError(text)
    return int(found)


def parse_time(text: str) -> dt.time | None:
    """A time of day: ``14:30``, ``14.30``, ``1430`` or ``14``."""
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?:[:.\s]?(\d{2}))?", text)
    if not found:
        raise ValueError(text)
    return dt.time(int(found[1]), int(found[2] or 0))
