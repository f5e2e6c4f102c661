"""Number series: choosing the line, drawing, editing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tuttava.foundation import records, series
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import (
    JournalChange,
    NumberSeries,
    NumberSeriesLine,
    NumberSeriesRelationship,
    SeriesMode,
)
from tuttava.foundation.series_lines import has_sequence, with_sequence_flag

pytestmark = pytest.mark.usefixtures("company")

DATE = dt.date(2025, 3, 14)
MODES = pytest.mark.parametrize("mode", SeriesMode.values)


def make(code: str = "S", *lines: dict[str, Any], **values: Any) -> NumberSeries:
    found = records.create(NumberSeries, {"code": code, **values})
    for line in lines:
        records.create(NumberSeriesLine, {"series_code": code, **line})
    return found


def span(start: str, end: str = "", **values: Any) -> dict[str, Any]:
    return {"starting_no": start, "ending_no": end, **values}


def line_of(code: str = "S") -> NumberSeriesLine:
    return NumberSeriesLine.objects.filter(series__code=code).order_by("line_no")[0]


def refusal(code: str, *arguments: Any, **keywords: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        series.draw(*arguments, **keywords)
    assert refused.value.code == code
    assert series.draw(*arguments, **{**keywords, "quiet": True}) == ""
    return refused.value


def drain(code: str = "S") -> list[str]:
    numbers = []
    while number := series.draw(code, DATE, quiet=True):
        numbers.append(number)
    return numbers


# -- the line and the number -----------------------------------------------------------------------------------------


@MODES
def test_latest_started_date_decides_and_older_lines_are_never_used(mode: str) -> None:  # C-98
    make(
        "S",
        span("A1", "A9", mode=mode),
        span("B1", "B2", starting_date=dt.date(2025, 1, 1), mode=mode),
        span("C1", "C9", starting_date=dt.date(2026, 1, 1), mode=mode),
    )
    assert [series.draw("S", DATE), series.draw("S", DATE)] == ["B1", "B2"]
    refusal("number_series.none_on_date", "S", DATE)
    assert series.draw("S", dt.date(2024, 12, 31)) == "A1"
    assert series.draw("S", dt.date(2026, 1, 1)) == "C1"


@MODES
def test_blank_date_is_the_work_date(mode: str) -> None:  # C-98
    make("S", span("A1", mode=mode), span("B1", starting_date=DATE, mode=mode))
    with acting(work_date=DATE):
        assert series.draw("S") == "B1"
    with acting(work_date=DATE - dt.timedelta(1)):
        assert series.draw("S") == "A1"


def test_lines_that_start_later_are_named_with_series_and_date() -> None:  # C-99
    make("S", span("A1", starting_date=DATE))
    error = refusal("number_series.none_on_date", "S", DATE - dt.timedelta(1))
    assert "S" in str(error) and "13" in str(error) and "2025" in str(error)


def test_series_without_lines_or_numbers_is_exhausted() -> None:  # C-99
    make("S")
    refusal("number_series.exhausted", "S", DATE)
    records.create(NumberSeriesLine, {"series_code": "S", **span("1", "1")})
    assert series.draw("S", DATE) == "1"
    refusal("number_series.exhausted", "S", DATE)


@pytest.mark.parametrize("blank", ["", None, "  "])
def test_blank_series_is_refused(blank: str | None) -> None:  # C-99
    refusal("number_series.no_code", blank)


def test_unknown_series_is_refused() -> None:
    refusal("not_found", "NOSUCH")


@MODES
def test_all_digit_numbers_count_by_value(mode: str) -> None:  # C-101
    make("S", span("1", "10", mode=mode))
    assert drain() == [str(number) for number in range(1, 11)]


@MODES
def test_line_closes_when_one_more_step_would_pass_its_end_and_reopens(mode: str) -> None:  # C-102
    make("S", span("1", "10", increment_by=7, mode=mode))
    assert drain() == ["1", "8"]
    assert not line_of().open
    records.change(line_of(), {"ending_no": "22"})
    assert line_of().open
    assert drain() == ["15", "22"]
    records.change(line_of(), {"ending_no": "23"})
    assert not line_of().open
    records.change(line_of(), {"increment_by": 1})
    assert line_of().open
    assert drain() == ["23"]


@MODES
def test_line_without_end_grows_by_a_digit(mode: str) -> None:  # C-100
    make("S", span("A9Z", mode=mode))
    assert series.draw_many("S", 3, DATE) == ["A9Z", "A10Z", "A11Z"]
    assert line_of().open


@MODES
def test_two_lines_of_one_date_are_used_one_after_the_other(mode: str) -> None:  # C-103
    make("S", span("B1", "B5", mode=mode), span("A1", "A5", mode=mode))
    assert drain() == [f"A{n}" for n in range(1, 6)] + [f"B{n}" for n in range(1, 6)]
    refusal("number_series.exhausted", "S", DATE)


@MODES
def test_two_lines_with_step_seven(mode: str) -> None:  # C-103
    make("S", span("A1", "A10", increment_by=7, mode=mode), span("B1", "B10", increment_by=7, mode=mode))
    assert drain() == ["A01", "A08", "B01", "B08"]


@MODES
def test_many_numbers_run_over_the_end_of_a_line(mode: str) -> None:  # C-103
    make("S", span("A1", "A5", mode=mode), span("B1", "B5", mode=mode))
    assert series.draw_many("S", 7, DATE) == ["A1", "A2", "A3", "A4", "A5", "B1", "B2"]
    assert series.peek("S", DATE) == "B3"


def test_refused_draw_of_many_uses_up_nothing_of_a_gapless_series() -> None:  # C-108
    make("S", span("1", "5"))
    with pytest.raises(DomainError):
        series.draw_many("S", 6, DATE)
    assert series.draw_many("S", 5, DATE) == ["1", "2", "3", "4", "5"]


def test_line_without_starting_number_gives_none() -> None:  # C-100, C-4
    make("S", {})
    refusal("field_required", "S", DATE)


# -- warning, date order, peeking --------------------------------------------------------------------------------------


@MODES
def test_draw_past_the_warning_number_gives_number_and_message(mode: str) -> None:  # C-105
    make("S", span("1", "10", warning_no="3", mode=mode))
    with acting(interactive=False) as context:
        context.messages = []
        series.draw_many("S", 2, DATE)
        assert context.messages == []
        assert series.draw("S", DATE, quiet=True) == "3"
        assert series.draw("S", DATE) == "4"
    (message,) = context.messages
    assert (message.code, message.severity) == ("number_series.warning", "warning")
    assert "4" in str(message.text) and "10" in str(message.text)


@MODES
def test_earlier_date_is_refused_in_date_order(mode: str) -> None:  # C-106
    make("S", span("1", mode=mode), date_order=True)
    series.draw("S", DATE)
    series.draw("S", DATE)
    refusal("number_series.date_order", "S", DATE - dt.timedelta(1))
    assert series.peek("S", DATE - dt.timedelta(1), quiet=True) == ""
    assert series.draw("S", DATE + dt.timedelta(1)) == "3"
    refusal("number_series.date_order", "S", DATE)


@MODES
def test_peeking_stores_nothing_and_last_number_is_that_of_the_open_line(mode: str) -> None:  # C-107
    make("S", span("1", "2", mode=mode), span("5", "9", mode=mode))
    assert [series.peek("S", DATE), series.peek("S", DATE), series.test_series("S")] == ["1"] * 3
    assert series.current_lines(["S"], DATE)["S"].last_no_used == ""
    assert series.draw("S", DATE) == "1"
    assert series.current_lines(["S"], DATE)["S"].last_no_used == "1"
    assert series.draw("S", DATE) == "2"
    assert series.current_lines(["S"], DATE)["S"].last_no_used == ""
    first = line_of()
    assert series.last_numbers(NumberSeriesLine.objects.filter(pk=first.pk)) == {first.pk: "2"}
    assert line_of().last_date_used == DATE


@MODES
def test_draw_may_name_a_line(mode: str) -> None:  # C-107
    make("S", span("A1", "A9", mode=mode), span("B1", "B2", mode=mode))
    assert series.draw_many("S", 2, DATE, line_no=20000) == ["B1", "B2"]
    refusal("number_series.exhausted", "S", DATE, 20000)
    refusal("not_found", "S", DATE, 5)
    assert series.draw("S", DATE) == "A1"


def test_test_reports_the_error_of_the_draw() -> None:  # C-112
    make("S", span("1", "1"))
    series.draw("S")
    with pytest.raises(DomainError) as refused:
        series.test_series("S")
    assert refused.value.code == "number_series.exhausted"


# -- editing lines ---------------------------------------------------------------------------------------------------


def test_entering_one_number_shapes_the_others() -> None:  # C-104
    make("S", span("X-0001", "X-9", warning_no="X-5"))
    line = line_of()
    assert (line.starting_no, line.ending_no, line.warning_no) == ("X-0001", "X-0009", "X-0005")
    line = records.change(line, {"ending_no": "Y12345"})
    assert (line.starting_no, line.warning_no) == ("Y00001", "Y00005")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (span("ABC"), "number_series.not_incrementable"),
        (span("1", warning_no="1"), "number_series.warning_needs_end"),
        (span("A5", "A4"), "number_series.out_of_range"),
        (span("A1", "A9", last_no_used="A10"), "number_series.out_of_range"),
        (span("5", "9", last_no_used="4"), "number_series.out_of_range"),
        (span("1", "9", warning_no="10"), "number_series.out_of_range"),
        (span("A12345678", "ABCDEFGHIJKLM1"), "number_series.too_long"),
        (span("1" + "0" * 18, mode="sequence"), "number_series.too_long"),
        (span("1", increment_by=0), "value_invalid"),
    ],
)
def test_impossible_line_is_refused(values: dict[str, Any], code: str) -> None:  # C-101, C-104, C-108
    make("S")
    with pytest.raises(DomainError) as refused:
        records.create(NumberSeriesLine, {"series_code": "S", **values})
    assert refused.value.code == code


@MODES
def test_edit_that_would_change_the_last_number_is_refused(mode: str) -> None:  # C-104
    make("S", span("A1", "A9", mode=mode))
    series.draw("S", DATE)
    with pytest.raises(DomainError) as refused:
        records.change(line_of(), {"ending_no": "A10"})
    assert (refused.value.code, refused.value.field) == ("number_series.format_mismatch", "ending_no")
    assert line_of().ending_no == "A9"


def test_clearing_the_end_clears_the_warning() -> None:  # C-104
    make("S", span("1", "9", warning_no="8"))
    assert records.change(line_of(), {"ending_no": ""}).warning_no == ""


def test_switching_the_mode_keeps_the_last_number_both_ways() -> None:  # C-108
    make("S", span("A01", "A99"))
    drawn = series.draw_many("S", 2, DATE)
    for mode in ("sequence", "normal", "sequence"):
        line = records.change(line_of(), {"mode": mode})
        assert series.last_numbers(NumberSeriesLine.objects.filter(pk=line.pk))[line.pk] == drawn[-1]
        drawn += series.draw_many("S", 2, DATE)
    assert drawn == [f"A{n:02d}" for n in range(1, 9)]


def test_mode_switch_keeps_the_last_number_after_step_and_last_number_were_edited() -> None:  # C-108
    make("S", span("1", mode="sequence"))
    series.draw_many("S", 3, DATE)
    records.change(line_of(), {"increment_by": 10})
    assert series.draw("S", DATE) == "13"
    records.change(line_of(), {"last_no_used": "500"})
    assert series.draw("S", DATE) == "510"
    assert records.change(line_of(), {"mode": "normal"}).last_no_used == "510"
    assert series.draw("S", DATE) == "520"


def test_fast_line_makes_its_sequence_when_it_has_none() -> None:  # C-108
    found = make("S")
    NumberSeriesLine.objects.create(series=found, line_no=1, starting_no="T07", last_no_used="T08", mode="sequence")
    assert series.draw_many("S", 2, DATE) == ["T09", "T10"]


# -- series, relationships, overview ---------------------------------------------------------------------------------


def test_one_of_automatic_and_manual_stays_on() -> None:  # C-109
    found = make("S", default_nos=True, manual_nos=False)
    found = records.change(found, {"default_nos": False})
    assert (found.default_nos, found.manual_nos) == (False, True)
    found = records.change(found, {"manual_nos": False})
    assert (found.default_nos, found.manual_nos) == (True, False)


def test_series_without_automatic_numbers_gives_none() -> None:  # C-109
    make("S", span("1"), default_nos=False)
    refusal("number_series.not_automatic", "S", DATE)
    assert series.may_be_manual("S") and series.may_be_manual("")


def test_related_series_may_be_chosen_in_one_direction() -> None:  # C-110
    for code in ("A", "B", "C"):
        make(code)
    records.create(NumberSeriesRelationship, {"main_code": "A", "series_code": "B"})
    assert [found.code for found in series.choices("A")] == ["A", "B"]
    assert [found.code for found in series.choices("B")] == ["B"]
    assert (series.chosen("A", "b"), series.chosen("A", ""), series.chosen("A", "A")) == ("B", "A", "A")
    for main, choice in (("A", "C"), ("B", "A")):
        with pytest.raises(DomainError) as refused:
            series.chosen(main, choice)
        assert refused.value.code == "number_series.not_related"


@MODES
def test_deleting_a_series_deletes_lines_and_relationships(mode: str) -> None:  # C-111
    main = make("A", span("1", mode=mode))
    make("B")
    records.create(NumberSeriesRelationship, {"main_code": "A", "series_code": "B"})
    records.create(NumberSeriesRelationship, {"main_code": "B", "series_code": "A"})
    series.draw("A", DATE)
    records.delete(main)
    assert not NumberSeriesLine.objects.filter(series__code="A").exists()
    assert not NumberSeriesRelationship.objects.exists()
    assert NumberSeries.objects.filter(code="B").exists()


@MODES
def test_expiring_shows_series_without_lines_and_past_their_warning(mode: str) -> None:  # C-112
    for code in ("EMPTY", "LATE", "FRESH", "FULL"):
        make(code, *([] if code == "EMPTY" else [span("1", "10", warning_no="9", mode=mode)]))
    series.draw_many("LATE", 9, DATE)
    series.draw_many("FRESH", 8, DATE)
    series.draw_many("FULL", 10, DATE)
    mine = {"EMPTY", "LATE", "FRESH", "FULL"}
    assert [found.code for found in series.expiring() if found.code in mine] == ["EMPTY", "LATE"]


@pytest.mark.parametrize("code", ["A|B", "(X)*", "%_&'"])
def test_codes_with_filter_characters_work(code: str) -> None:  # C-112
    make(code, span("1"))
    assert series.draw(code, DATE) == "1"
    assert set(series.current_lines([code])) == {code}


def test_draw_is_journaled_outside_the_unit_it_serves() -> None:
    make("S", span("1"))
    with unit_of_work("create something") as unit:
        series.draw("S", DATE)
        records.create(NumberSeries, {"code": "OTHER"})
    drawn = JournalChange.objects.filter(record_id=line_of().pk).order_by("-id")[0]
    assert drawn.new["last_no_used"] == "1" and drawn.unit_id is None
    assert JournalChange.objects.filter(unit_id=unit).count() == 1


def test_user_needs_the_write_right_to_draw_by_hand() -> None:
    make("S", span("1"))
    assert series.next_number("S") == "1"
    with acting(rights=frozenset({"api.read"})), pytest.raises(PermissionDenied):
        series.next_number("S")


def test_fast_draw_takes_two_queries_and_a_gapless_one_three(django_assert_num_queries: Any) -> None:
    make("F", span("1", mode="sequence"))
    make("N", span("1"))
    series.draw("F", DATE)
    assert has_sequence(with_sequence_flag(NumberSeriesLine.objects.filter(series__code="F"))[0])
    with django_assert_num_queries(2):
        series.draw_many("F", 1000, DATE)
    with django_assert_num_queries(3):
        series.draw_many("N", 1000, DATE)
