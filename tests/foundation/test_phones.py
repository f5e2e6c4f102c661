"""Phone numbers in their international form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS, country_code_for_region, example_number

from tuttava.foundation import communication
from tuttava.foundation.communication import normalised_phone, parsed_phone

_REGIONS = sorted(SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("22 33 44 55", "NO", "+4722334455"),
        ("+47 (22) 33-44.55", "", "+4722334455"),
        ("08-123 456 78", "SE", "+46812345678"),
        ("+44 (0)20 7031 3000", "NO", "+442070313000"),
        ("0047 22334455", "NO", "+4722334455"),
        ("+39 06 1234 5678", "", "+390612345678"),
        ("+0 22334455", "NO", ""),
        ("12", "NO", ""),
        ("22 33 44 55", "", ""),
    ],
)
def test_number_in_its_international_form(text: str, country: str, expected: str) -> None:  # C-41
    assert normalised_phone(text, country) == expected


@st.composite
def _typed(draw: st.DrawFn) -> tuple[str, str]:
    """A number as somebody types it, and a country: prefixes, signs and lengths right and wrong."""
    region = draw(st.sampled_from(_REGIONS))
    example = example_number(region)
    last = draw(st.text("0123456789", min_size=2, max_size=5))
    national = str(example.national_number)[: -len(last)] + last if example else last
    code = str(country_code_for_region(region))
    number = draw(st.sampled_from(["", "0", "00", "+", f"+{code}", f"00{code}", code, "+0", "1"])) + draw(
        st.sampled_from([national, national[1:], national + "7", last])
    )
    signs = draw(st.lists(st.sampled_from(["", "", " ", "-", "/", " (", ") ", "."]), min_size=20, max_size=20))
    spread = "".join(char + sign for char, sign in zip(number, signs, strict=False))
    return spread + number[20:], draw(st.sampled_from([region, region, "NO", ""]))


@settings(max_examples=2000, deadline=None)
@given(_typed())
def test_shortcut_for_plain_numbers_agrees_with_the_library(typed: tuple[str, str]) -> None:  # C-41
    text, country = typed
    assert normalised_phone(text, country) == (parsed_phone(text, country) if text.strip() else "")


_LABEL = st.text("aZ09-x", min_size=1, max_size=4) | st.sampled_from(
    ["xn--80ak6aa92e", "test", "local", "-a", "a--b", ""]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_LABEL, min_size=1, max_size=4))
def test_shortcut_for_plain_addresses_accepts_what_the_library_accepts(labels: list[str]) -> None:  # C-42
    address = f"anna@{'.'.join(labels)}"
    assert communication.is_email(address) == communication._is_valid(address)
