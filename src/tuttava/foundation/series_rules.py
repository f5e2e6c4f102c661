"""What holds when number series, their lines and relationships are edited (C-101 to C-111)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.models import NumberSeries, NumberSeriesLine, NumberSeriesRelationship, SeriesMode
from tuttava.foundation.records import Edit, Rules, register
from tuttava.foundation.series_lines import end_of, last_of, out_of_range, set_sequence, start_of, with_last_drawn
from tuttava.foundation.series_number import SeriesNumber, align, is_used_up

NUMBERS = ("starting_no", "ending_no", "warning_no", "last_no_used")
SEQUENCE_DIGITS = 18


@register
class NumberSeriesRules(Rules[NumberSeries]):
    """Lines and relationships in both directions belong to the series and go with it (C-111)."""

    model = NumberSeries
    set_name = "numberSeries"
    write_right = "api.admin"
    delete_right = "api.admin"

    def enter_default_nos(self, edit: Edit[NumberSeries], value: bool) -> None:
        """At least one of automatic and manual stays on (C-109)."""
        edit.put("default_nos", value)
        if not value:
            edit.put("manual_nos", True)

    def enter_manual_nos(self, edit: Edit[NumberSeries], value: bool) -> None:
        """C-109."""
        edit.put("manual_nos", value)
        if not value:
            edit.put("default_nos", True)


@register
class NumberSeriesLineRules(Rules[NumberSeriesLine]):
    model = NumberSeriesLine
    set_name = "numberSeriesLines"
    write_right = "api.admin"
    delete_right = "api.admin"

    def enter_starting_no(self, edit: Edit[NumberSeriesLine], value: str) -> None:
        self._enter_number(edit, "starting_no", value)

    def enter_ending_no(self, edit: Edit[NumberSeriesLine], value: str) -> None:
        """Without an end there is no warning (C-104)."""
        self._enter_number(edit, "ending_no", value)
        if not value:
            edit.put("warning_no", "")

    def enter_warning_no(self, edit: Edit[NumberSeriesLine], value: str) -> None:
        if value and not edit.get("ending_no"):
            raise DomainError(
                "number_series.warning_needs_end",
                _("Number series %(series)s: a warning number needs an ending number. Enter that first.")
                % {"series": edit.get("series_code")},
                field="warning_no",
                rule="C-104",
            )
        self._enter_number(edit, "warning_no", value)

    def enter_last_no_used(self, edit: Edit[NumberSeriesLine], value: str) -> None:
        self._enter_number(edit, "last_no_used", value)

    def enter_increment_by(self, edit: Edit[NumberSeriesLine], value: int) -> None:
        if value < 1:
            raise DomainError("value_invalid", _("The step between numbers is at least 1."), field="increment_by")
        edit.put("increment_by", value)

    def _enter_number(self, edit: Edit[NumberSeriesLine], name: str, value: str) -> None:
        """Bring all numbers of the line to the shape of the one entered (C-104)."""
        _read_sequence(edit)
        if not value:
            edit.put(name, "")
            return
        others = {other: str(edit.get(other)) for other in NUMBERS if other != name}
        shaped, aligned = align(value, others)
        if name != "last_no_used" and aligned["last_no_used"] != others["last_no_used"]:
            raise DomainError(
                "number_series.format_mismatch",
                _("“%(number)s” would change the last number used, %(last)s. Keep its letters and its length.")
                % {"number": value, "last": others["last_no_used"]},
                field=name,
                rule="C-104",
            )
        edit.put(name, shaped)
        for other, number in aligned.items():
            edit.put(other, number)

    def before_save(self, edit: Edit[NumberSeriesLine]) -> None:
        """Range, and whether the line is open (C-101, C-102)."""
        _read_sequence(edit)
        line = edit.record
        if not line.line_no:
            top = NumberSeriesLine.objects.filter(series__code=line.series_code).aggregate(top=Max("line_no"))["top"]
            edit.put("line_no", (top or 0) + LINE_STEP)
        start, end = start_of(line), end_of(line)
        last = SeriesNumber.parse(line.last_no_used) if line.last_no_used else None
        if start is not None:
            _check_range(edit, start, end)
        edit.put("open", not is_used_up(last, end, line.increment_by))
        if line.mode == SeriesMode.SEQUENCE:
            _check_digits(edit)

    def after_save(self, edits: Sequence[Edit[NumberSeriesLine]]) -> None:
        """The database sequence follows mode, step and last number (C-108)."""
        for edit in edits:
            if edit.is_new or edit.changed("mode", "increment_by", "starting_no", "last_no_used"):
                set_sequence(edit.record)

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        """After an undo a sequence goes on from the higher number: none is given twice."""
        for line in with_last_drawn(NumberSeriesLine.objects.filter(pk__in=ids)):
            stored, drawn = line.last_no_used, str(last_of(line) or "")
            line.last_no_used = max(
                filter(None, (stored, drawn)), key=lambda no: SeriesNumber.parse(no).value, default=""
            )
            set_sequence(line)


def _read_sequence(edit: Edit[NumberSeriesLine]) -> None:
    """Put the real last number of a stored fast line into the edit, once (C-108); its row is locked."""
    if edit.stored.get("mode") == SeriesMode.SEQUENCE and "sequence_read" not in edit.memory:
        edit.memory["sequence_read"] = True
        edit.put(
            "last_no_used", str(last_of(with_last_drawn(NumberSeriesLine.objects.filter(pk=edit.record.pk))[0]) or "")
        )


def _check_range(edit: Edit[NumberSeriesLine], start: SeriesNumber, end: SeriesNumber | None) -> None:
    """C-101. An ending number may fall below the last one used: that closes the line (C-102)."""
    for name in ("ending_no", "warning_no", "last_no_used"):
        text = edit.get(name)
        if not text or not edit.changed(name, "starting_no", "ending_no"):
            continue
        limit = None if name == "last_no_used" and not edit.changed(name) else end
        if not SeriesNumber.parse(text).fits(start, limit):
            raise out_of_range(edit.record, text, name)


def _check_digits(edit: Edit[NumberSeriesLine]) -> None:
    """A database sequence counts up to 18 digits (C-108)."""
    for name in NUMBERS:
        text = edit.get(name)
        if text and SeriesNumber.parse(text).value >= 10**SEQUENCE_DIGITS:
            raise DomainError(
                "number_series.too_long",
                _("“%(number)s”: fast series count up to %(max)d digits. Shorten the number or choose “without gaps”.")
                % {"number": text, "max": SEQUENCE_DIGITS},
                field=name,
                rule="C-108",
            )


@register
class NumberSeriesRelationshipRules(Rules[NumberSeriesRelationship]):
    model = NumberSeriesRelationship
    set_name = "numberSeriesRelationships"
    write_right = "api.admin"
    delete_right = "api.admin"
