"""The arithmetic of series numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuttava.foundation.errors import DomainError
from tuttava.foundation.series_number import SeriesNumber, align, is_used_up

PREFIXES = st.from_regex(r"[A-Z0-9\-]{0,5}[A-Z\-]", fullmatch=True) | st.just("")
SUFFIXES = st.from_regex(r"[A-Z\-/]{0,4}", fullmatch=True)
VALUES = st.integers(0, 10**9)


@given(PREFIXES, VALUES, st.integers(1, 10), SUFFIXES)
def test_number_is_written_as_it_was_read(prefix: str, value: int, width: int, suffix: str) -> None:  # C-101
    text = f"{prefix}{value:0{width}d}{suffix}"
    number = SeriesNumber.parse(text)
    assert (str(number), number.value, number.prefix, number.suffix) == (text, value, prefix, suffix)
    assert len(number) == len(text)


@given(PREFIXES, VALUES, st.integers(1, 10), SUFFIXES, st.integers(1, 10_000))
def test_next_number_keeps_prefix_suffix_and_width(
    prefix: str, value: int, width: int, suffix: str, step: int
) -> None:  # C-100
    number = SeriesNumber(prefix, value, width, suffix)
    later = SeriesNumber.parse(str(number.plus(step)))
    assert (later.prefix, later.suffix, later.value) == (prefix, suffix, value + step)
    assert later.width >= len(str(number)) - len(prefix) - len(suffix)


@given(PREFIXES, st.lists(st.tuples(VALUES, st.integers(1, 9)), min_size=2, max_size=4), SUFFIXES)
def test_aligned_numbers_keep_their_values_and_get_one_shape(
    prefix: str, numbers: list[tuple[int, int]], suffix: str
) -> None:  # C-104
    (first, width), *rest = numbers
    entered = f"{prefix}{first:0{width}d}{suffix}"
    others = {str(place): f"Q{value:0{size}d}" for place, (value, size) in enumerate(rest)}
    shaped, aligned = align(entered, others)
    parsed = [SeriesNumber.parse(text) for text in (shaped, *aligned.values())]
    assert [number.value for number in parsed] == [value for value, _width in numbers]
    assert {(number.prefix, number.suffix) for number in parsed} == {(prefix, suffix)}
    if prefix or suffix:
        assert len({len(number) for number in parsed}) == 1


@pytest.mark.parametrize(
    ("start", "entered", "expected"),
    [
        ("A1", "A10", ("A10", "A01")),
        ("X-0001", "X-9", ("X-0009", "X-0001")),
        ("A1TEST", "A10TEST", ("A10TEST", "A01TEST")),
        ("1", "10", ("10", "1")),
        ("A1", "B5", ("B5", "B1")),
    ],
)
def test_numbers_are_padded_to_the_widest(start: str, entered: str, expected: tuple[str, str]) -> None:  # C-104
    shaped, aligned = align(entered, {"start": start, "warning": ""})
    assert (shaped, aligned["start"]) == expected
    assert aligned["warning"] == ""


@pytest.mark.parametrize(
    ("entered", "code"),
    [("ABC", "number_series.not_incrementable"), ("²", "number_series.not_incrementable")],
)
def test_number_without_digit_is_refused(entered: str, code: str) -> None:  # C-104
    with pytest.raises(DomainError) as refused:
        align(entered, {})
    assert refused.value.code == code


def test_padding_past_twenty_characters_is_refused() -> None:  # C-104
    with pytest.raises(DomainError) as refused:
        align("ABCDEFGHIJKL1", {"ending_no": "A123456789"})
    assert refused.value.code == "number_series.too_long"


@pytest.mark.parametrize(
    ("last", "end", "step", "closed"),
    [("10", "10", 1, True), ("8", "10", 7, True), ("3", "10", 7, False), ("100", "10", 1, True), ("9", "", 1, False)],
)
def test_range_is_used_up_when_one_more_step_would_pass_its_end(
    last: str, end: str, step: int, closed: bool
) -> None:  # C-102
    assert is_used_up(SeriesNumber.parse(last), SeriesNumber.parse(end) if end else None, step) is closed


@pytest.mark.parametrize(
    ("number", "fits"),
    [("A005", True), ("A000", False), ("A100", False), ("B005", False), ("A05", False), ("A005X", False)],
)
def test_number_fits_its_range_by_shape_and_value(number: str, fits: bool) -> None:  # C-101
    start, end = SeriesNumber.parse("A001"), SeriesNumber.parse("A099")
    assert SeriesNumber.parse(number).fits(start, end) is fits
