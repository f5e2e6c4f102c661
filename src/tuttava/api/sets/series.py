"""Number series, their lines and relationships (17.12, C-98 to C-112)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import Action, Navigation, Parameter, Property, Row, Wanted
from tuttava.foundation import series
from tuttava.foundation.models import NumberSeries, NumberSeriesLine, NumberSeriesRelationship, SeriesMode

#: What a series shows of the line in use on the work date (C-107).
_OF_LINE = (
    *("starting_no", "ending_no", "warning_no", "last_no_used"),
    *("last_date_used", "increment_by", "mode"),
)
_MODE = edm.crm_enum("numberSeriesLineMode", list(SeriesMode.choices))


def _current_line(rows: Sequence[Row], wanted: Wanted) -> None:
    """The current lines of a page of series, in one query."""
    lines = series.current_lines(row["code"] for row in rows)
    for row in rows:
        line = lines.get(row["code"])
        row |= {
            name: getattr(line, attribute) if line else None
            for name, attribute in zip(_LINE_NAMES, _OF_LINE, strict=True)
        }


def _last_numbers(rows: Sequence[Row], wanted: Wanted) -> None:
    """What fast lines gave last stands in their sequences."""
    if "lastNoUsed" in wanted.names:
        found = series.last_numbers(NumberSeriesLine.objects.filter(pk__in=[row["id"] for row in rows]))
        for row in rows:
            row["last_no_used"] = found[row["id"]]


_LINE_NAMES = ("startingNo", "endingNo", "warningNo", "lastNoUsed", "lastDateUsed", "incrementBy", "mode")
_LINE_TYPES = (*(edm.code(20),) * 4, edm.DATE, edm.INT, _MODE)


def _value(number: str) -> dict[str, str]:
    return {"value": number}


def _get_next(record: NumberSeries, date: dt.date | None, line_no: int | None) -> dict[str, str]:
    return _value(series.next_number(record.code, date, line_no))


def _peek(record: NumberSeries, date: dt.date | None) -> dict[str, str]:
    return _value(series.peek(record.code, date))


def _test(record: NumberSeries) -> dict[str, str]:
    return _value(series.test_series(record.code))


def _choices(record: NumberSeries) -> list[NumberSeries]:
    return series.choices(record.code)


def _expiring() -> Any:
    return series.expiring()


_DATE = Parameter("date", edm.DATE)

crm_set(
    NumberSeries,
    "numberSeries",
    "numberSeries",
    natural_key=("code",),
    properties=(
        *properties_of(NumberSeries, "numberSeries", required=["code"]),
        *(Property(name, kind, read_only=True) for name, kind in zip(_LINE_NAMES, _LINE_TYPES, strict=True)),
    ),
    navigations=(
        Navigation(
            "numberSeriesLines",
            "numberSeriesLines",
            theirs="series_code",
            ours="code",
            contained=True,
            partner="numberSeries",
            fills=(("series_code", "code"),),
        ),
        Navigation(
            "numberSeriesRelationships",
            "numberSeriesRelationships",
            theirs="main_code",
            ours="code",
            contained=True,
            fills=(("main_code", "code"),),
        ),
    ),
    finish=_current_line,
    always=("code",),
    actions=(
        Action("getNext", _get_next, (_DATE, Parameter("lineNo", edm.INT)), right="api.write"),
        Action("peekNext", _peek, (_DATE,), function=True),
        Action("test", _test, function=True),
        Action("choices", _choices, returns="numberSeries", returns_many=True, function=True),
        Action("expiring", _expiring, returns="numberSeries", returns_many=True, function=True, on_set=True),
    ),
)

crm_set(
    NumberSeriesLine,
    "numberSeriesLines",
    "numberSeriesLine",
    natural_key=("seriesCode", "lineNo"),
    properties=properties_of(
        NumberSeriesLine, "numberSeriesLine", required=["series_code", "starting_no"], immutable=["series_code"]
    ),
    finish=_last_numbers,
    navigations=(
        Navigation(
            "numberSeries", NumberSeries, many=False, theirs="code", ours="series_code", partner="numberSeriesLines"
        ),
    ),
)

crm_set(
    NumberSeriesRelationship,
    "numberSeriesRelationships",
    "numberSeriesRelationship",
    natural_key=("code", "seriesCode"),
    properties=properties_of(
        NumberSeriesRelationship,
        "numberSeriesRelationship",
        required=["series_code"],
        replace={"main_code": (Property("code", edm.code(20), "main_code", required=True),)},
    ),
    references=False,
    navigations=(Navigation("series", NumberSeries, many=False, theirs="code", ours="series_code"),),
)
