"""Rules of the shared code tables."""

from __future__ import annotations

from typing import Any

import pytest

from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Country, Currency, Language, PostCode, Territory, VatFormat

pytestmark = pytest.mark.usefixtures("company")


@pytest.mark.parametrize("model", [Country, Currency, Language, Territory])
def test_blank_code_is_refused(model: Any) -> None:
    with pytest.raises(DomainError) as refused:
        records.create(model, {"code": " "})
    assert (refused.value.code, refused.value.field) == ("field_required", "code")


def test_post_code_is_found_by_its_city_in_any_case_and_the_pair_is_unique() -> None:  # C-49
    place = records.create(PostCode, {"code": "9999", "city": " Åby "})
    assert (place.city, place.search_city) == ("Åby", "ÅBY")
    assert records.change(place, {"city": "Ny by"}).search_city == "NY BY"
    records.create(PostCode, {"code": "9999", "city": "Åby"})
    with pytest.raises(DomainError) as refused:
        records.create(PostCode, {"code": "9999", "city": "NY BY"})
    assert refused.value.code == "already_exists"


def test_post_code_without_city_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        records.create(PostCode, {"code": "9999"})
    assert (refused.value.code, refused.value.field) == ("field_required", "city")


def test_custom_layout_needs_its_text() -> None:  # C-58
    with pytest.raises(DomainError) as refused:
        records.create(Country, {"code": "Q1", "address_format": "custom"})
    assert refused.value.field == "custom_address_format"
    made = records.create(Country, {"code": "Q1", "address_format": "custom", "custom_address_format": "%2 %1"})
    assert made.iso_code == ""


def test_region_format_is_spelt_as_usual_and_unknown_ones_are_refused() -> None:  # C-48
    assert records.create(Language, {"code": "X", "format_region": "nb-no"}).format_region == "nb-NO"
    with pytest.raises(DomainError) as refused:
        records.create(Language, {"code": "Y", "format_region": "xx-nonsense"})
    assert refused.value.field == "format_region"


def test_tax_number_format_is_upper_cased_and_gets_a_line_number() -> None:  # C-46
    records.create(Country, {"code": "Q1"})
    formats = [records.create(VatFormat, {"country_code": "Q1", "format": text}) for text in ("q1###", "Q1####")]
    assert [(row.format, row.line_no) for row in formats] == [("Q1###", 10000), ("Q1####", 20000)]
