"""Lines of a number series: what each stands at, which one is used, and the database sequence behind a fast one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db import connection, models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import NumberSeriesLine, SeriesMode
from tuttava.foundation.series_number import SeriesNumber, checked_length, is_used_up

Line = NumberSeriesLine
_EARLIEST = dt.date.min
_REGCLASS = "to_regclass('series_' || replace(%(expressions)s::text, '-', ''))"


def with_sequence_flag(lines: models.QuerySet[Line]) -> models.QuerySet[Line]:
    """``lines`` with ``has_sequence``; touches no sequence, so that drawing locks rows first and sequences second."""
    flag = models.Func(models.F("id"), template=f"({_REGCLASS} IS NOT NULL)", output_field=models.BooleanField())
    return lines.annotate(has_sequence=flag)


def with_last_drawn(lines: models.QuerySet[Line]) -> models.QuerySet[Line]:
    """``lines`` with ``drawn``: what the line's sequence gave last (NULL: nothing since it was set)."""
    template = f"pg_sequence_last_value({_REGCLASS})"
    drawn = models.Func(models.F("id"), template=template, output_field=models.BigIntegerField(null=True))
    return lines.annotate(drawn=drawn)


# -- what a line stands at ---------------------------------------------------------------------------------------


def start_of(line: Line) -> SeriesNumber | None:
    return SeriesNumber.parse(line.starting_no) if line.starting_no else None


def end_of(line: Line) -> SeriesNumber | None:
    return SeriesNumber.parse(line.ending_no) if line.ending_no else None


def last_of(line: Line) -> SeriesNumber | None:
    """The last number given out: stored, or what the sequence stands at."""
    stored = SeriesNumber.parse(line.last_no_used) if line.last_no_used else None
    drawn = getattr(line, "drawn", None)
    shape = stored or start_of(line)
    if line.mode != SeriesMode.SEQUENCE or not line.open or drawn is None or shape is None:
        return stored
    end = end_of(line)
    if end is not None and drawn > end.value:  # the sequence ran past the end: the last step that fitted
        drawn = end.value - (end.value - shape.value) % line.increment_by
    return shape.at(drawn)


def is_open(line: Line) -> bool:
    """Whether the line can give another number (C-102)."""
    return line.open and not is_used_up(last_of(line), end_of(line), line.increment_by)


def next_of(line: Line) -> SeriesNumber:
    """The number that comes next; raises ``number_series.out_of_range`` when what is stored does not fit (C-101)."""
    start, last, end = start_of(line), last_of(line), end_of(line)
    if start is None:
        raise DomainError(
            "field_required",
            _("Number series %(series)s: line %(line)s has no starting number. Enter one.")
            % {"series": line.series_code, "line": line.line_no},
            field="starting_no",
            rule="C-100",
        )
    number = checked_length(start) if last is None else last.plus(line.increment_by)
    if not number.fits(start, end):
        raise out_of_range(line, str(number))
    return number


def out_of_range(line: Line, number: str, field: str = "last_no_used") -> DomainError:
    return DomainError(
        "number_series.out_of_range",
        _("Number series %(series)s: “%(number)s” does not belong to the range %(start)s to %(end)s.")
        % {
            "series": line.series_code,
            "number": number,
            "start": line.starting_no,
            "end": line.ending_no or _("(no end)"),
        },
        field=field,
        rule="C-101",
    )


# -- choosing the line -------------------------------------------------------------------------------------------


def choose_line(series: str, lines: Sequence[Line], date: dt.date, skip: Collection[uuid.UUID] = ()) -> Line:
    """The line used on ``date``: latest starting date, then lowest starting number of the open ones (C-98, C-99)."""
    usable = [line for line in lines if line.pk not in skip and is_open(line)]
    started = [line.starting_date or _EARLIEST for line in lines if (line.starting_date or _EARLIEST) <= date]
    if not started:
        raise _none_on_date(series, date) if lines else exhausted(series)
    deciding = max(started)
    candidates = [line for line in usable if (line.starting_date or _EARLIEST) == deciding]
    if not candidates:
        raise _none_on_date(series, date) if usable else exhausted(series)
    return min(candidates, key=_by_starting_number)


def _by_starting_number(line: Line) -> tuple[str, str, int, int]:
    start = start_of(line)
    return (start.prefix, start.suffix, start.value, line.line_no) if start else ("", "", -1, line.line_no)


def _none_on_date(series: str, date: dt.date) -> DomainError:
    return DomainError(
        "number_series.none_on_date",
        _("Number series %(series)s has no number for %(date)s. Add a line that starts on or before that date.")
        % {"series": series, "date": date_format(date)},
        rule="C-99",
    )


def exhausted(series: str) -> DomainError:
    return DomainError(
        "number_series.exhausted",
        _("Number series %(series)s has no more numbers. Raise the ending number or add a line.") % {"series": series},
        rule="C-99",
    )


# -- sequences ---------------------------------------------------------------------------------------------------


def sequence_name(line: Line) -> str:
    """The name of the line's sequence in the company's schema."""
    return f"series_{line.pk.hex}"


def has_sequence(line: Line) -> bool:
    """Whether a line read with :func:`with_sequence_flag` had a sequence then."""
    return bool(getattr(line, "has_sequence", False))


def next_values(line: Line, count: int) -> list[int] | None:
    """Take ``count`` values from the line's sequence; None when the line was changed since it was read.

    Holds the line (``FOR KEY SHARE``) until the transaction ends: drawers do not wait for each other, but whoever edits
    the line waits for them, and they for him.
    """
    statement = sql.SQL(
        "WITH line AS MATERIALIZED (SELECT id FROM {table} WHERE id = {id} AND version = {version} FOR KEY SHARE)"
        " SELECT nextval(to_regclass({name})) FROM line, generate_series(1, {count})"
    ).format(
        table=sql.Identifier(Line._meta.db_table),
        id=sql.Literal(line.pk),
        version=sql.Literal(line.version),
        name=sql.Literal(sequence_name(line)),
        count=sql.Literal(count),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [value for (value,) in cursor.fetchall()] or None


def set_sequence(line: Line) -> None:
    """Let the sequence of a fast line, whose row the caller has locked, go on behind ``last_no_used`` (C-108).

    Taken back with the transaction. Sequences are never dropped: a deleted line that an undo brings back goes on
    where it was.
    """
    start = start_of(line)
    if line.mode != SeriesMode.SEQUENCE or start is None:
        return
    value = SeriesNumber.parse(line.last_no_used).value + line.increment_by if line.last_no_used else start.value
    names = {
        "name": sql.Identifier(sequence_name(line)),
        "step": sql.Literal(line.increment_by),
        "value": sql.Literal(value),
    }
    with connection.cursor() as cursor:
        for statement in (
            "CREATE SEQUENCE IF NOT EXISTS {name} AS bigint MINVALUE 0 START {value}",
            "ALTER SEQUENCE {name} INCREMENT BY {step} RESTART WITH {value}",
        ):
            cursor.execute(sql.SQL(statement).format(**names))


def locked(line_id: uuid.UUID) -> Line | None:
    """The line as it is now, locked against editing and other locked draws, but not against fast draws."""
    return with_sequence_flag(Line.objects.select_for_update(no_key=True).filter(pk=line_id)).first()
