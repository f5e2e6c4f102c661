"""Drawing numbers from series (C-98 to C-112); the arithmetic is in :mod:`tuttava.foundation.series_number`.

A line without gaps is locked while a number is drawn, until the transaction ends. A fast line draws from a database
sequence of its own, so draws do not wait for each other and a rolled back draw leaves a gap.

Draws are journaled outside the unit of work they serve: undoing the creation of a record does not give back its number.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import current_unit, unit_of_work
from tuttava.foundation.models import NumberSeries, NumberSeriesLine, NumberSeriesRelationship, SeriesMode
from tuttava.foundation.series_lines import (
    choose_line,
    end_of,
    exhausted,
    has_sequence,
    is_open,
    last_of,
    locked,
    next_of,
    next_values,
    set_sequence,
    start_of,
    with_last_drawn,
    with_sequence_flag,
)
from tuttava.foundation.series_number import SeriesNumber, checked_length, is_used_up

Line = NumberSeriesLine


def draw(series_code: str | None, date: dt.date | None = None, line_no: int | None = None, quiet: bool = False) -> str:
    """Use up the next number of a series and return it.

    ``date``: usage date, None is the work date. ``line_no``: use only this line. ``quiet``: return blank instead of
    any error (C-99). Past the warning number the answer carries the message ``number_series.warning`` (C-105).
    """
    try:
        return draw_many(series_code, 1, date, line_no)[0]
    except DomainError:
        if quiet:
            return ""
        raise


def draw_many(
    series_code: str | None, count: int, date: dt.date | None = None, line_no: int | None = None
) -> list[str]:
    """Use up the next ``count`` numbers at once; all or none (of a fast series the refused ones are lost)."""
    guard: AbstractContextManager[object] = nullcontext() if connection.in_atomic_block else transaction.atomic()
    with guard:
        return _Draw(series_code, date or current().date, line_no, draws=True).take(count)


def peek(series_code: str | None, date: dt.date | None = None, line_no: int | None = None, quiet: bool = False) -> str:
    """What the next :func:`draw` would return; nothing is stored (C-107)."""
    try:
        plan = _Draw(series_code, date or current().date, line_no, draws=False)
        line = plan.choose()
        check_date_order(plan.series, line, plan.date)
        return str(next_of(line))
    except DomainError:
        if quiet:
            return ""
        raise


def test_series(series_code: str) -> str:
    """The number the series would give on the work date, or its error (C-112)."""
    return peek(series_code)


def next_number(series_code: str, date: dt.date | None = None, line_no: int | None = None) -> str:
    """Draw at a user's own request; needs the right to write number series."""
    require("api.write", "numberSeries")
    with unit_of_work("draw number", as_code(series_code)):
        return draw(series_code, date, line_no)


def find(series_code: str | None) -> NumberSeries:
    """The series; raises ``number_series.no_code`` for a blank code (C-99) and ``not_found``."""
    code = as_code(series_code)
    if not code:
        raise DomainError("number_series.no_code", _("No number series is given. Choose one."), rule="C-99")
    series = NumberSeries.objects.filter(code=code).first()
    if series is None:
        raise DomainError("not_found", _("There is no number series “%(code)s”.") % {"code": code})
    return series


def may_be_manual(series_code: str | None) -> bool:
    """Whether numbers may be typed: the series says so, or there is none (C-109)."""
    return not as_code(series_code) or find(series_code).manual_nos


def choices(series_code: str) -> list[NumberSeries]:
    """The series itself and those that may be chosen instead, itself first (C-110)."""
    main = find(series_code)
    related = NumberSeries.objects.filter(related_to__main__code=main.code).exclude(code=main.code).order_by("code")
    return [main, *related]


def chosen(series_code: str, choice: str | None) -> str:
    """``choice`` if it may be used where ``series_code`` is set up (blank: the series itself).

    Raises ``number_series.not_related`` (C-110).
    """
    main, wanted = as_code(series_code), as_code(choice)
    if not wanted or wanted == main:
        return main
    if not NumberSeriesRelationship.objects.filter(main__code=main, series__code=wanted).exists():
        raise DomainError(
            "number_series.not_related",
            _("Number series %(choice)s cannot be used instead of %(series)s. Relate them first, or choose another.")
            % {"choice": wanted, "series": main},
            rule="C-110",
        )
    return wanted


def expiring() -> models.QuerySet[NumberSeries]:
    """Series without lines, and series with an open line at or past its warning number (C-112)."""
    warned = with_last_drawn(Line.objects.filter(open=True).exclude(warning_no=""))
    codes = {line.series_code for line in warned if _is_past_warning(line, last_of(line)) and is_open(line)}
    return NumberSeries.objects.filter(models.Q(lines=None) | models.Q(code__in=codes)).distinct().order_by("code")


def current_lines(codes: Iterable[str], date: dt.date | None = None) -> dict[str, Line]:
    """The line in use on ``date`` of each series that has one, with its real ``last_no_used``: one query (C-107)."""
    by_series: dict[str, list[Line]] = {}
    for line in with_last_drawn(Line.objects.filter(series_code__in=list(codes))):
        by_series.setdefault(line.series_code, []).append(line)
    found: dict[str, Line] = {}
    for code, lines in by_series.items():
        try:
            line = choose_line(code, lines, date or current().date)
        except DomainError:
            continue
        last = last_of(line)
        line.last_no_used = str(last) if last else ""
        found[code] = line
    return found


def last_numbers(lines: models.QuerySet[Line]) -> dict[uuid.UUID, str]:
    """The last number used of each line, fast ones included: one query (C-107)."""
    return {line.pk: str(last_of(line) or "") for line in with_last_drawn(lines)}


# -- drawing -----------------------------------------------------------------------------------------------------


def check_date_order(series: NumberSeries, line: Line, date: dt.date) -> None:
    """C-106."""
    if series.date_order and line.last_date_used and date < line.last_date_used:
        raise DomainError(
            "number_series.date_order",
            _("Number series %(series)s was used on %(last)s already and keeps date order; %(date)s is before that.")
            % {"series": series.code, "last": date_format(line.last_date_used), "date": date_format(date)},
            rule="C-106",
        )


@dataclass
class _Taken:
    """Numbers taken from one line, and what is to be stored on it."""

    line: Line
    numbers: list[SeriesNumber]
    closes: bool


class _Draw:
    """One draw of one or many numbers; writes happen at the end, so a refusal leaves nothing behind."""

    def __init__(self, series_code: str | None, date: dt.date, line_no: int | None, *, draws: bool) -> None:
        code = as_code(series_code)
        if not code:
            find(code)
        self.date, self.line_no = date, line_no
        lines = Line.objects.filter(series__code=code).select_related("series")
        self.lines = list(with_sequence_flag(lines) if draws else with_last_drawn(lines))
        self.series = self.lines[0].series if self.lines else find(code)
        self.locked: set[uuid.UUID] = set()
        self.used_up: set[uuid.UUID] = set()
        if not self.series.default_nos:
            raise DomainError(
                "number_series.not_automatic",
                _("Number series %(series)s gives no automatic numbers. Type a number, or switch automatic numbers on.")
                % {"series": code},
                rule="C-109",
            )

    def choose(self) -> Line:
        if self.line_no is None:
            return choose_line(self.series.code, self.lines, self.date, self.used_up)
        line = next((line for line in self.lines if line.line_no == self.line_no), None)
        if line is None:
            raise DomainError(
                "not_found",
                _("Number series %(series)s has no line %(line)s.")
                % {"series": self.series.code, "line": self.line_no},
            )
        if line.pk in self.used_up or not is_open(line):
            raise exhausted(self.series.code)
        return line

    def take(self, count: int) -> list[str]:
        taken: list[_Taken] = []
        while count > 0:
            line = self.choose()
            if self._needs_lock(line) and line.pk not in self.locked:
                self._read_again(line, lock=True)
                continue
            check_date_order(self.series, line, self.date)
            next_of(line)  # refuses a line whose numbers do not fit
            part = _from_sequence(line, count) if line.mode == SeriesMode.SEQUENCE else _from_counter(line, count)
            if part is None:  # somebody changed the line meanwhile
                self._read_again(line, lock=False)
                continue
            if part.closes:
                self.used_up.add(line.pk)
            taken.append(part)
            count -= len(part.numbers)
        for part in taken:
            _store(part, self.date, wait=part.line.pk in self.locked)
        self._warn(taken)
        return [str(number) for part in taken for number in part.numbers]

    def _needs_lock(self, line: Line) -> bool:
        """Fast lines are locked only to make their sequence, or when the date moves and dates must stay in order."""
        if line.mode != SeriesMode.SEQUENCE:
            return True
        return not has_sequence(line) or (self.series.date_order and line.last_date_used != self.date)

    def _read_again(self, line: Line, *, lock: bool) -> None:
        """Read the line once more, locked: others may have drawn from it, changed, closed or deleted it since."""
        fresh = locked(line.pk) if lock else with_sequence_flag(Line.objects.filter(pk=line.pk)).first()
        if lock:
            self.locked.add(line.pk)
        if fresh is not None and lock and fresh.mode == SeriesMode.SEQUENCE and not has_sequence(fresh):
            set_sequence(fresh)
        others = [other for other in self.lines if other.pk != line.pk]
        self.lines = others if fresh is None else [*others, fresh]

    def _warn(self, taken: Sequence[_Taken]) -> None:
        """One message a series and answer, naming the latest number (C-105)."""
        part = next((part for part in reversed(taken) if part.numbers), None)
        if part is None or not _is_past_warning(part.line, part.numbers[-1]):
            return
        messages = current().messages
        messages[:] = [m for m in messages if (m.code, m.target) != ("number_series.warning", self.series.code)]
        tell(
            "number_series.warning",
            _("Number series %(series)s is running out: this is %(number)s, the last possible number is %(end)s.")
            % {"series": self.series.code, "number": part.numbers[-1], "end": part.line.ending_no},
            severity="warning",
            target=self.series.code,
        )


def _is_past_warning(line: Line, number: SeriesNumber | None) -> bool:
    return bool(line.warning_no) and number is not None and number.value >= SeriesNumber.parse(line.warning_no).value


def _from_counter(line: Line, need: int) -> _Taken:
    first, end, step = next_of(line), end_of(line), line.increment_by
    count = need if end is None else min(need, (end.value - first.value) // step + 1)
    numbers = [first, *(first.plus(step * place) for place in range(1, count))]
    return _Taken(line, numbers, is_used_up(numbers[-1], end, step))


def _from_sequence(line: Line, need: int) -> _Taken | None:
    values, end = next_values(line, need), end_of(line)
    shape = last_of(line) or start_of(line)
    if values is None or shape is None:
        return None
    numbers = [checked_length(shape.at(value)) for value in values if end is None or value <= end.value]
    closes = len(numbers) < need or is_used_up(numbers[-1], end, line.increment_by)
    if closes and end is not None:  # others may have drawn meanwhile: the range ends on its last step
        line.last_no_used = str(shape.at(end.value - (end.value - shape.value) % line.increment_by))
    return _Taken(line, numbers, closes)


def _store(part: _Taken, date: dt.date, *, wait: bool) -> None:
    """Store what the draw changed on the line, outside the unit of work being written.

    A fast line is written only when its date moves forward or it closes, and not at all (``wait`` off) while somebody
    else is writing it: the sequence knows the last number anyway.
    """
    line = part.line
    if line.mode == SeriesMode.SEQUENCE:
        moved = line.last_date_used is None or date > line.last_date_used
        if not moved and not part.closes:
            return
        values: dict[str, object] = {"last_date_used": date if moved else line.last_date_used}
        if part.closes:
            values |= {"open": False, "last_no_used": line.last_no_used}
    else:
        values = {"last_date_used": date, "last_no_used": str(part.numbers[-1]), "open": not part.closes}
    statement = sql.SQL(
        "SELECT set_config('tuttava.unit', '', true);"
        "UPDATE {table} SET {sets} WHERE id = (SELECT id FROM {table} WHERE id = {line} {skip});"
        "SELECT set_config('tuttava.unit', {unit}, true)"
    ).format(
        table=sql.Identifier(Line._meta.db_table),
        sets=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in values.items()
        ),
        line=sql.Literal(line.pk),
        skip=sql.SQL("" if wait else "FOR NO KEY UPDATE SKIP LOCKED"),
        unit=sql.Literal(str(current_unit() or "")),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
