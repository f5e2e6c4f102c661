"""Text and typed values in four languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from tuttava.contacts.models import ContactAffiliation
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import Salesperson
from tuttava.ui import values

DAY = dt.date(2026, 11, 4)


@pytest.mark.parametrize("language", ["en", "nb", "nl", "fi"])
@pytest.mark.parametrize("day", [DAY, dt.date(1999, 12, 31), dt.date(2000, 2, 29)])
def test_date_in_an_input_is_read_back(language: str, day: dt.date) -> None:
    with translation.override(language):
        assert values.parse_date(values.to_text(day)) == day


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "4.11.2026"),
        ("nb", "4.11.26"),
        ("nb", "041126"),
        ("nb", "04112026"),
        ("nb", "4. nov. 2026"),
        ("nb", "4 november 26"),
        ("nl", "4-11-2026"),
        ("nl", "4 nov 2026"),
        ("fi", "4.11.2026"),
        ("fi", "4. marraskuuta 2026"),
        ("en", "4/11/2026"),
        ("en", "4 November 2026"),
        ("en", "2026-11-04"),
        ("nb", "4/11"),
        ("nb", "0411"),
        ("nb", "4"),
        ("en", "w"),
    ],
)
def test_typed_date_is_understood(language: str, text: str) -> None:
    with translation.override(language), acting(work_date=DAY):
        assert values.parse_date(text) == DAY


@pytest.mark.parametrize("text", ["31.2.2026", "4.13.2026", "tomorrowish", "1.2.3.4", "..", "99999999999"])
def test_unreadable_date_is_refused_with_an_example(text: str) -> None:
    with translation.override("nb"), pytest.raises(DomainError) as caught:
        values.parse(text, attribute(ContactAffiliation, "starting_date"))
    assert caught.value.code == "value_invalid"
    assert caught.value.field == "starting_date"


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("nb", "1 234,5", "1234.5"),
        ("nb", "1234.5", "1234.5"),
        ("nl", "1.234,50", "1234.50"),
        ("nl", "1.234", "1234"),
        ("nl", "12,5", "12.5"),
        ("fi", "\u22121\u00a0234,5", "-1234.5"),
        ("en", "1,234.5", "1234.5"),
        ("en", "0.5", "0.5"),
    ],
)
def test_typed_number_is_understood(language: str, text: str, number: str) -> None:
    with translation.override(language):
        assert values.parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,2,3", "abc", "1..2", "NaN", "Infinity", "1e"])
def test_unreadable_number_is_refused(text: str) -> None:
    with translation.override("nb"), pytest.raises(DomainError):
        values.parse(text, attribute(Salesperson, "commission_pct"))


@pytest.mark.parametrize("language", ["en", "nb", "nl", "fi"])
def test_number_in_an_input_is_read_back(language: str) -> None:
    with translation.override(language):
        assert values.parse_number(values.to_text(Decimal("-1234567.25"))) == Decimal("-1234567.25")


def test_time_of_day_is_understood() -> None:
    assert values.parse_time("14.30") == values.parse_time("1430") == dt.time(14, 30)
