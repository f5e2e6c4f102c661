"""Filter expressions: ``a..b``, ``x|y``, ``<>x``, ``@*berg*`` (segments chapter, A-114).

:func:`parse` reads the text without knowing the field; whoever knows it turns values into its type. ``|`` is or, ``&``
is and and binds tighter. A value in single quotes is taken as it is (``'A|B'``, a quote inside doubled), ``''`` is the
blank; outside of quotes ``*`` and ``?`` are wildcards, and a leading ``@`` ignores case.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.date_formula import parse as parse_formula
from tuttava.foundation.errors import DomainError, Text

LONGEST = 2048
Operator = Literal["eq", "ne", "lt", "le", "gt", "ge"]
_SIGNS: tuple[tuple[str, Operator], ...] = (
    ("<>", "ne"),
    ("<=", "le"),
    (">=", "ge"),
    ("<", "lt"),
    (">", "gt"),
    ("=", "eq"),
)
_SPECIAL = re.compile(r"[|&*?@'<>=]|\.\.")
_END = re.compile(r"\||&|\.\.")
_RELATIVE = re.compile(r"(today|workdate)\s*([+-].*)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Operand:
    """A value as written, where it stands (from 1), and how: in quotes, with ``@``."""

    text: str
    position: int
    quoted: bool = False
    any_case: bool = False

    @property
    def is_pattern(self) -> bool:
        """Whether wildcards stand in it."""
        return not self.quoted and ("*" in self.text or "?" in self.text)


@dataclass(frozen=True)
class Comparison:
    """A comparison with one value."""

    operator: Operator
    value: Operand


@dataclass(frozen=True)
class Range:
    """From ``low`` to ``high``, both included; None is open."""

    low: Operand | None
    high: Operand | None


@dataclass(frozen=True)
class FilterExpression:
    """Alternatives of which one must hold with all its terms; none: no filter."""

    alternatives: tuple[tuple[Comparison | Range, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.alternatives)


def exactly(value: str) -> str:
    """The expression that means a text as it is: in quotes where signs in it would mean something else."""
    if not _SPECIAL.search(value):
        return value
    inner = value.replace("'", "''")
    return f"'{inner}'"


def bad_filter(message: Text, position: int, field: str = "") -> DomainError:
    """The refusal of an expression that cannot be read."""
    return DomainError("bad_filter", _("%(why)s (position %(at)d)") % {"why": message, "at": position}, field=field)


def parse(text: str) -> FilterExpression:
    """Read an expression; a blank one is no filter. Raises ``bad_filter`` with the position (from 1)."""
    if len(text) > LONGEST:
        raise bad_filter(_("A filter has at most %(max)d characters.") % {"max": LONGEST}, LONGEST + 1)
    return FilterExpression(_Reader(text).alternatives()) if text.strip() else FilterExpression(())


def date_of(operand: Operand) -> dt.date:
    """The date that a value means: ``2024-01-31``, ``today``, ``workdate``, ``workdate-1M`` - as of now."""
    relative = _RELATIVE.fullmatch(operand.text)
    try:
        if relative is None:
            return dt.date.fromisoformat(operand.text)
        start = current().today if relative[1].lower() == "today" else current().date
        return parse_formula(relative[2]).apply(start) if relative[2] else start
    except (ValueError, DomainError) as error:
        message = _("“%(text)s” is not a date. Write 2024-01-31, today, or workdate-1M.") % {"text": operand.text[:40]}
        raise bad_filter(message, operand.position) from error


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def alternatives(self) -> tuple[tuple[Comparison | Range, ...], ...]:
        found: list[list[Comparison | Range]] = [[self.term()]]
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == "|":
                found.append([])
            found[-1].append(self.term())
        return tuple(tuple(terms) for terms in found)

    def term(self) -> Comparison | Range:
        self._skip()
        for sign, operator in _SIGNS:
            if self.text.startswith(sign, self.at):
                self.at += len(sign)
                return Comparison(operator, self._one(operator))
        low = self._value()
        if not self.text.startswith("..", self.at):
            return Comparison("eq", self._required(low))
        self.at += 2
        high = self._value()
        if self.text.startswith("..", self.at):
            raise bad_filter(_("A range has two ends."), self.at + 1)
        if low is None and high is None:
            raise bad_filter(_("A value is missing."), self.at + 1)
        return Range(self._plain(low), self._plain(high))

    def _one(self, operator: Operator) -> Operand:
        found = self._required(self._value())
        if self.text.startswith("..", self.at):
            raise bad_filter(_("A range cannot be compared."), self.at + 1)
        if operator not in ("eq", "ne"):
            self._plain(found)
        return found

    def _plain(self, operand: Operand | None) -> Operand | None:
        if operand is not None and (operand.is_pattern or operand.any_case):
            raise bad_filter(_("Wildcards and @ fit equal and not equal only."), operand.position)
        return operand

    def _required(self, operand: Operand | None) -> Operand:
        if operand is None:
            raise bad_filter(_("A value is missing."), self.at + 1)
        return operand

    def _value(self) -> Operand | None:
        """The next value; None where there is none."""
        self._skip()
        start = self.at
        any_case = self.text.startswith("@", self.at)
        self.at += any_case
        if self.text.startswith("'", self.at):
            return self._quoted(start, any_case)
        end = _END.search(self.text, self.at)
        stop = end.start() if end else len(self.text)
        plain, self.at = self.text[self.at : stop].strip(), stop
        if not plain and any_case:
            raise bad_filter(_("A value is missing."), self.at + 1)
        return Operand(plain, start + 1, any_case=any_case) if plain else None

    def _quoted(self, start: int, any_case: bool) -> Operand:
        found = re.compile(r"'((?:[^']|'')*)'").match(self.text, self.at)
        if found is None:
            raise bad_filter(_("A quote is not closed."), self.at + 1)
        self.at = found.end()
        self._skip()
        if self.at < len(self.text) and not _END.match(self.text, self.at):
            raise bad_filter(_("Behind a quoted value stands |, & or .. only."), self.at + 1)
        return Operand(found[1].replace("''", "'"), start + 1, quoted=True, any_case=any_case)

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
