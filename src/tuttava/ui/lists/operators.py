"""Typed operators of filters: their words, the condition they make, and how a chip reads."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThan
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.ui.lists.declare import Filter
from tuttava.ui.lists.state import Chip
from tuttava.ui.values import parse_date, show

LAST = "\U0010ffff"
BY_KIND: dict[str, tuple[str, ...]] = {
    "text": ("is", "begins", "not", "blank", "filled"),
    "code": ("is", "not", "blank", "filled"),
    "choice": ("is", "not"),
    "flag": ("yes", "no"),
    "date": ("on", "from", "to", "between", "blank", "filled"),
    "moment": ("on", "from", "to", "between"),
}
WITHOUT_VALUE = frozenset({"blank", "filled", "yes", "no"})
_RELATIVE = re.compile(r"([+-]?)(\d{1,4})([DWMQY])", re.IGNORECASE)


def words(operator: str) -> str:
    """An operator as a person reads it in a chip, between field and value."""
    return {
        "is": _("is"),
        "not": _("is not"),
        "begins": _("begins with"),
        "blank": _("is blank"),
        "filled": _("is filled in"),
        "yes": _("is yes"),
        "no": _("is no"),
        "on": _("is on"),
        "from": _("is from"),
        "to": _("is up to"),
        "between": _("is between"),
    }.get(operator, operator)


def operators_of(found: Filter) -> Sequence[str]:
    return found.operators or BY_KIND[found.kind]


def relative_date(text: str) -> dt.date | None:
    """``-3M``: three months before the work date; None when ``text`` is not of that shape."""
    match = _RELATIVE.fullmatch(text.strip())
    if not match:
        return None
    count = int(match[2]) * (-1 if match[1] == "-" else 1)
    unit = match[3].upper()
    try:
        if unit in "DW":
            return current().date + dt.timedelta(days=count * (7 if unit == "W" else 1))
        return _months_from(current().date, count * {"M": 1, "Q": 3, "Y": 12}[unit])
    except (OverflowError, ValueError):
        return None


def _months_from(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_readers: list[Callable[[str], dt.date | None]] = [relative_date]


def register_date_reader(reader: Callable[[str], dt.date | None]) -> None:
    """Let filters understand further ways to write a date; a reader answers None for what it does not know."""
    _readers.insert(0, reader)


def read_date(text: str, label: str) -> dt.date:
    """A typed date, or one relative to the work date; raises ``value_invalid``."""
    for reader in _readers:
        found = reader(text)
        if found:
            return found
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise DomainError(
            "value_invalid",
            _("“%(value)s” is not a date for %(field)s. Write a date, or -3M for three months ago.")
            % {"value": text[:40], "field": label},
            field=label,
        )
    return found


def condition(found: Filter, chip: Chip) -> Q:
    """The rows that ``chip`` means; raises ``value_invalid`` for an operator or value that does not fit."""
    if chip.operator not in operators_of(found) or (not chip.values and chip.operator not in WITHOUT_VALUE):
        raise DomainError(
            "value_invalid",
            _("The filter on %(field)s is not complete.") % {"field": str(found.label)},
            field=found.name,
        )
    if found.condition is not None:
        return found.condition(chip.operator, chip.values)
    makers = {"text": _text, "code": _code, "choice": _code, "flag": _flag, "date": _date, "moment": _moment}
    return makers[found.kind](found, chip)


def _text(found: Filter, chip: Chip) -> Q:
    name, value = found.field, "|".join(chip.values)
    if chip.operator in ("blank", "filled"):
        blank = Q(**{name: ""})
        return blank if chip.operator == "blank" else ~blank
    if found.lower:
        column, wanted = Lower(F(name)), Lower(Value(value))
        if chip.operator == "begins":
            return Q(GreaterThanOrEqual(column, wanted), LessThan(column, Concat(wanted, Value(LAST))))
        same = Q(Exact(column, wanted))
    elif chip.operator == "begins":
        return Q(**{f"{name}__gte": value, f"{name}__lt": value + LAST})
    else:
        same = Q(**{name: value})
    return ~same if chip.operator == "not" else same


def _code(found: Filter, chip: Chip) -> Q:
    name = found.field
    if chip.operator in ("blank", "filled"):
        return Q(**{f"{name}__isnull": chip.operator == "blank"})
    codes = [found.stored(value) for value in chip.values]
    same = Q(**{name: codes[0]}) if len(codes) == 1 else Q(**{f"{name}__in": codes})
    if chip.operator == "is":
        return same
    return ~same | Q(**{f"{name}__isnull": True}) if found.kind == "code" else ~same


def _flag(found: Filter, chip: Chip) -> Q:
    return Q(**{found.field: chip.operator == "yes"})


def _span(found: Filter, chip: Chip) -> tuple[dt.date | None, dt.date | None]:
    """First and last day that the chip means."""
    label = str(found.label)
    if chip.operator == "between":
        first, _dots, last = chip.values[0].partition("..")
        return read_date(first, label), read_date(last, label)
    day = read_date(chip.values[0], label)
    return {"on": (day, day), "from": (day, None), "to": (None, day)}[chip.operator]


def _date(found: Filter, chip: Chip) -> Q:
    name = found.field
    if chip.operator in ("blank", "filled"):
        return Q(**{f"{name}__isnull": chip.operator == "blank"})
    first, last = _span(found, chip)
    bounds = {f"{name}__gte": first, f"{name}__lte": last}
    return Q(**{bound: day for bound, day in bounds.items() if day})


def _moment(found: Filter, chip: Chip) -> Q:
    first, last = _span(found, chip)
    start = timezone.make_aware(dt.datetime.combine(first, dt.time())) if first else None
    end = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time())) if last else None
    bounds = {f"{found.field}__gte": start, f"{found.field}__lt": end}
    return Q(**{bound: moment for bound, moment in bounds.items() if moment})


def linked(model: type, code: str) -> Callable[[str, Sequence[str]], Q]:
    """The condition of a filter on link rows: contacts that have (``is``) or lack (``not``) one of the codes."""

    def made(operator: str, values: Sequence[str]) -> Q:
        rows = model._default_manager.filter(contact=OuterRef("pk"))  # type: ignore[attr-defined]
        if operator in ("is", "not"):
            rows = rows.filter(**{f"{code}__in": [value.upper() for value in values]})
        has = Q(Exists(rows))
        return has if operator in ("is", "filled") else ~has

    return made


def chip_words(found: Filter, chip: Chip, names: Mapping[str, str]) -> tuple[str, str, str]:
    """Field, operator and value of a chip as they are read; ``names`` explain codes of the filter's table."""
    if chip.operator in WITHOUT_VALUE:
        return str(found.label), words(chip.operator), ""
    labels = {value: str(label) for value, label in found.options()}
    labels |= {code: f"{name} ({code})" for code, name in names.items()}
    values = [labels.get(found.stored(value), value) for value in chip.values]
    if found.kind in ("date", "moment"):
        values = [_date_words(found, part) for value in chip.values for part in value.split("..")]
        return str(found.label), words(chip.operator), f" {_('and')} ".join(values)
    return str(found.label), words(chip.operator), f" {_('or')} ".join(values)


def _date_words(found: Filter, text: str) -> str:
    try:
        day = show(read_date(text, str(found.label)))
    except DomainError:
        return text
    return f"{text} ({day})" if relative_date(text) else day
