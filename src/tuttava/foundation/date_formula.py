"""Date formulas: a short text that turns a date into another, such as ``CM+1D`` (F-1 to F-14)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError

LONGEST = 32
UNITS = ("WD", "D", "W", "M", "Q", "Y")
#: Highest number behind each unit (F-7 to F-9).
HIGHEST = {"WD": 7, "D": 31, "W": 53, "M": 12, "Q": 4, "Y": 9999}
MONTHS_IN = {"M": 1, "Q": 3, "Y": 12}

#: Letters that may be typed for each unit, the one that is shown first; ``C`` is "current" (F-14).
LOCAL_LETTERS: dict[str, dict[str, tuple[str, ...]]] = {
    "da": {"D": ("D", "T"), "WD": ("UD",), "W": ("U",), "M": ("M",), "Q": ("K",), "Y": ("Å",), "C": ("L",)},
    "de": {"D": ("T",), "WD": ("WT",), "W": ("W",), "M": ("M",), "Q": ("Q",), "Y": ("J",), "C": ("L",)},
    "fi": {"D": ("PV",), "WD": ("VP",), "W": ("VK",), "M": ("KK",), "Q": ("NV",), "Y": ("V",), "C": ("T",)},
    "nb": {"D": ("D",), "WD": ("UD",), "W": ("U",), "M": ("M",), "Q": ("K",), "Y": ("Å",), "C": ("L",)},
    "nl": {"D": ("D",), "WD": ("WD",), "W": ("W",), "M": ("M",), "Q": ("K",), "Y": ("J",), "C": ("L",)},
    "sv": {"D": ("D",), "WD": ("VD",), "W": ("V",), "M": ("M",), "Q": ("K",), "Y": ("Å",), "C": ("L",)},
}

Kind = Literal["add", "next", "current"]


@dataclass(frozen=True)
class Term:
    """One step: ``add`` (2W), ``next`` (WD5) or ``current`` (CM). ``digits`` are kept as they were typed."""

    kind: Kind
    unit: str
    digits: str = ""
    sign: str = ""

    @property
    def number(self) -> int:
        return int(self.digits or 0)

    @property
    def back(self) -> bool:
        return self.sign == "-"

    def written(self, letters: dict[str, tuple[str, ...]] | None = None) -> str:
        """The term with the letters of the grammar, or of a language."""
        unit = letters[self.unit][0] if letters else self.unit
        current = letters["C"][0] if letters else "C"
        body = {"add": self.digits + unit, "next": unit + self.digits, "current": current + unit}[self.kind]
        return self.sign + body


@dataclass(frozen=True)
class DateFormula:
    """A parsed formula; two are equal when their normalised texts are equal (F-13). Empty is false (F-1)."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return "".join(term.written() for term in self.terms)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def apply(self, date: dt.date) -> dt.date:
        """The date that the formula makes of ``date``, term by term (F-2); raises ``date_out_of_range`` (F-12)."""
        try:
            for term in self.terms:
                date = _STEPS[term.kind](term, date)
        except (ValueError, OverflowError) as error:
            raise DomainError(
                "date_out_of_range",
                _("“%(formula)s” leads to a date before year 1 or after year 9999.") % {"formula": self},
                rule="F-12",
            ) from error
        return date

    def local_text(self, language: str | None = None) -> str:
        """The formula with the unit letters of a language (default: the user's); :func:`parse` reads it back."""
        letters = LOCAL_LETTERS.get(_base(language))
        return "".join(term.written(letters) for term in self.terms)

    def words(self) -> str:
        """The meaning in words: "end of month + 1 day"."""
        text = ""
        for term in self.terms:
            words = _term_words(term)
            if term.kind != "add":
                text = _("%(before)s, then %(step)s") % {"before": text, "step": words} if text else words
            elif not text:
                text = _("minus %(amount)s") % {"amount": words} if term.back else words
            else:
                text = f"{text} {'-' if term.back else '+'} {words}"
        return text or _("the same day")

    def explain(self, date: dt.date) -> str:
        """Meaning and result: "end of month + 1 day: 1 April 2025"."""
        return f"{self.words()}: {date_format(self.apply(date))}"


# -- reading ---------------------------------------------------------------------------------------------------------


def parse(text: str, language: str | None = None) -> DateFormula:
    """Read a formula; blanks and case do not matter, unit letters of ``language`` (default: the user's) are understood.

    Raises ``date_formula_invalid`` naming the position of the first bad character (F-11).
    """
    return DateFormula(tuple(_Reader(text, _base(language)).terms()))


def normalised(text: str, language: str | None = None) -> str:
    """The stored form of an entered formula (F-13)."""
    return str(parse(text, language))


def _base(language: str | None) -> str:
    return (language or get_language() or "en").split("-")[0].lower()


class _Reader:
    """Reads terms from left to right; remembers where each character stood in the text as typed."""

    def __init__(self, text: str, language: str) -> None:
        self.typed = text
        self.chars = [(char.upper(), place) for place, char in enumerate(text, 1) if not char.isspace()]
        self._take_brackets()
        self.text = "".join(char for char, _place in self.chars)
        self.at = 0
        letters = {unit: unit for unit in UNITS}
        for unit, local in LOCAL_LETTERS.get(language, {}).items():
            letters.update(dict.fromkeys(local, unit))
        self.currents = [letter for letter, unit in letters.items() if unit == "C"] + ["C"]
        self.letters = {letter: unit for letter, unit in letters.items() if unit != "C"}

    def _take_brackets(self) -> None:
        opens = bool(self.chars) and self.chars[0][0] == "<"
        closes = len(self.chars) > 1 and self.chars[-1][0] == ">"
        if opens != closes:
            place = self.chars[-1][1] if closes else len(self.typed) + 1
            raise self._invalid(place)
        if opens:
            self.chars = self.chars[1:-1]

    def _invalid(self, place: int | None = None) -> DomainError:
        if place is None:
            place = self.chars[self.at][1] if self.at < len(self.chars) else len(self.typed) + 1
        return DomainError(
            "date_formula_invalid",
            _("“%(text)s” is not a date formula: see position %(place)d. Examples: 1W, CM+1D, WD5.")
            % {"text": self.typed, "place": place},
            rule="F-11",
        )

    def terms(self) -> Iterator[Term]:
        length = 0
        while self.at < len(self.text):
            start = self.at
            sign = self._sign()
            term = self._term("" if start == 0 and sign == "+" else sign)
            length += len(term.written())
            if length > LONGEST:
                raise self._invalid(self.chars[start][1])
            yield term

    def _sign(self) -> str:
        sign = self.text[self.at]
        if sign not in "+-":
            return ""
        self.at += 1
        return sign

    def _term(self, sign: str) -> Term:
        if self.text[self.at : self.at + 1].isdecimal():
            return self._amount(sign)
        for current in self.currents:
            if self.text.startswith(current, self.at) and not self._unit():
                self.at += len(current)
                return Term("current", self._unit(take=True), sign=sign)
        return self._numbered(sign)

    def _amount(self, sign: str) -> Term:
        digits = self._digits()
        unit = self._unit()
        if unit == "WD":  # F-10
            raise self._invalid()
        return Term("add", self._unit(take=True), digits, sign)

    def _numbered(self, sign: str) -> Term:
        unit = self._unit(take=True)
        start = self.at
        digits = self._digits()
        wrong_length = unit == "Y" and len(digits) != 4
        if wrong_length or not 1 <= int(digits) <= HIGHEST[unit]:
            raise self._invalid(self.chars[start][1])
        return Term("next", unit, digits, sign)

    def _digits(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "0123456789":
            self.at += 1
            if self.at - start > 4:
                self.at -= 1
                raise self._invalid()
        if self.at == start:
            raise self._invalid()
        return self.text[start : self.at]

    def _unit(self, *, take: bool = False) -> str:
        """The longest unit that stands here; ``take`` it, or return blank when there is none."""
        found = max((letter for letter in self.letters if self.text.startswith(letter, self.at)), key=len, default="")
        if take:
            if not found:
                raise self._invalid()
            self.at += len(found)
        return self.letters.get(found, "")


# -- applying --------------------------------------------------------------------------------------------------------


def _months_on(date: dt.date, months: int) -> dt.date:
    """The same day number so many months later, capped at the month's end (F-4)."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return _capped(year, month + 1, date.day)


def _capped(year: int, month: int, day: int) -> dt.date:
    if not 1 <= year <= 9999:
        raise OverflowError
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _add(term: Term, date: dt.date) -> dt.date:
    """F-4."""
    amount = -term.number if term.back else term.number
    if term.unit in MONTHS_IN:
        return _months_on(date, amount * MONTHS_IN[term.unit])
    return date + dt.timedelta(days=amount * (7 if term.unit == "W" else 1))


def _current(term: Term, date: dt.date) -> dt.date:
    """First or last day of the current period (F-6)."""
    if term.unit in ("D", "WD"):
        return date
    if term.unit == "W":
        return date + dt.timedelta(days=1 - date.isoweekday() if term.back else 7 - date.isoweekday())
    size = MONTHS_IN[term.unit]
    first = (date.month - 1) // size * size + 1
    return dt.date(date.year, first, 1) if term.back else _capped(date.year, first + size - 1, 31)


def _next(term: Term, date: dt.date) -> dt.date:
    """The next (with ``-`` the previous) day, week, month, quarter with that number (F-7 to F-9)."""
    number, way = term.number, -1 if term.back else 1
    if term.unit == "WD":
        days = (number - date.isoweekday()) * way % 7 or 7
        return date + dt.timedelta(days=days * way)
    if term.unit == "D":
        candidates = (_capped_day(date, months, number) for months in (0, way, 2 * way))
        return next(found for found in candidates if (found > date if way > 0 else found < date))
    if term.unit == "W":
        return _next_week(date, number, way)
    if term.unit == "Y":
        return _capped(number, date.month, date.day)
    size = MONTHS_IN[term.unit]
    here = (date.month - 1) // size + 1
    steps = (number - here) * way % (12 // size) or 12 // size
    return _months_on(date, steps * way * size)


def _capped_day(date: dt.date, months: int, day: int) -> dt.date:
    first = _months_on(date.replace(day=1), months)
    return _capped(first.year, first.month, day)


def _next_week(date: dt.date, number: int, way: int) -> dt.date:
    """The same weekday of the next week ``number`` after the current one; week 53 in the next year that has one."""
    year, week, weekday = date.isocalendar()
    if (number - week) * way <= 0:
        year += way
    while number == 53 and dt.date(year, 12, 28).isocalendar().week < 53:
        year += way
    return dt.date.fromisocalendar(year, number, weekday)


_STEPS = {"add": _add, "current": _current, "next": _next}


# -- words -----------------------------------------------------------------------------------------------------------


def _term_words(term: Term) -> str:
    if term.kind == "add":
        return _amount_words(term.unit, term.number)
    if term.kind == "current":
        return _current_words(term)
    return _next_words(term)


def _amount_words(unit: str, number: int) -> str:
    words = {
        "D": ngettext("%(number)d day", "%(number)d days", number),
        "W": ngettext("%(number)d week", "%(number)d weeks", number),
        "M": ngettext("%(number)d month", "%(number)d months", number),
        "Q": ngettext("%(number)d quarter", "%(number)d quarters", number),
        "Y": ngettext("%(number)d year", "%(number)d years", number),
    }
    return words[unit] % {"number": number}


def _current_words(term: Term) -> str:
    first = {
        "W": _("start of week"),
        "M": _("start of month"),
        "Q": _("start of quarter"),
        "Y": _("start of year"),
    }
    last = {"W": _("end of week"), "M": _("end of month"), "Q": _("end of quarter"), "Y": _("end of year")}
    return (first if term.back else last).get(term.unit, _("the same day"))


def _next_words(term: Term) -> str:
    what: dict[str, object] = {"what": term.number}
    if term.unit == "WD":
        what["what"] = WEEKDAYS[term.number - 1]
    elif term.unit == "M":
        what["what"] = MONTHS[term.number]
    if term.unit == "Y":
        return _("in %(what)s") % what
    after = {
        "WD": _("next %(what)s"),
        "D": _("next day %(what)s of a month"),
        "W": _("same weekday of the next week %(what)s"),
        "M": _("same day of the next %(what)s"),
        "Q": _("same day of the next quarter %(what)s"),
    }
    before = {
        "WD": _("previous %(what)s"),
        "D": _("previous day %(what)s of a month"),
        "W": _("same weekday of the previous week %(what)s"),
        "M": _("same day of the previous %(what)s"),
        "Q": _("same day of the previous quarter %(what)s"),
    }
    return (before if term.back else after)[term.unit] % what
