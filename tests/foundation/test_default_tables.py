"""What a new company starts with."""

from __future__ import annotations

import time
from typing import Any

import pytest
from babel import Locale
from django.db.models import Count

from tuttava.foundation import series
from tuttava.foundation.company import company_information
from tuttava.foundation.context import acting
from tuttava.foundation.defaults import fill_new_company, iso_countries, warning_number
from tuttava.foundation.directory.actions import create_company
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import (
    CompanyInformation,
    Country,
    Currency,
    Language,
    NumberSeries,
    NumberSeriesLine,
    PostCode,
    VatFormat,
)
from tuttava.foundation.post_codes import Place, learn
from tuttava.foundation.schemas import in_schema

pytestmark = pytest.mark.usefixtures("company")


def test_all_countries_of_iso_are_there_with_their_layouts() -> None:  # C-58
    assert len(iso_countries(Locale("en"))) == 249
    assert Country.objects.count() == 249
    layouts = dict(Country.objects.values_list("code", "address_format"))
    assert (layouts["NO"], layouts["US"], layouts["IE"]) == (
        "post_code_city",
        "city_county_post_code",
        "city_post_code",
    )
    names = dict(Country.objects.values_list("code", "county_name"))
    assert (names["US"], names["CA"], names["NO"], names["DE"]) == ("State", "Province", "County", "")
    custom = Country.objects.filter(address_format="custom")
    assert custom and not custom.filter(custom_address_format="").exists()


@pytest.mark.parametrize(
    ("language", "name", "spoken"),
    [("nb", "Tyskland", "Norsk bokmål"), ("nl", "Duitsland", "Nederlands"), ("fi", "Saksa", "Suomi")],
)
def test_names_are_in_the_companys_language(language: str, name: str, spoken: str) -> None:
    made = create_company(name="Named", setup_data="standard", language=language, country="NO")
    with in_schema(made.schema):
        assert Country.objects.get(code="DE").name == name
        assert Language.objects.get(code=language.upper()).name == spoken
        own = CompanyInformation.objects.get()
    known = (own.name, own.country_code, own.language_code, own.currency_code)
    assert known == ("Named", "NO", language.upper(), "NOK")


def test_languages_know_their_region_format() -> None:  # C-48
    regions = dict(Language.objects.values_list("code", "format_region"))
    assert {"DA", "DE", "DE-AT", "EN", "ES", "FI", "FR", "IT", "NB", "NL", "SV"} <= regions.keys()
    assert (regions["NB"], regions["DE-AT"]) == ("nb-NO", "de-AT")


def test_currencies_come_with_their_symbols() -> None:
    euro = Currency.objects.get(code="EUR")
    assert (euro.description, euro.symbol) == ("Euro", "€")
    assert Currency.objects.filter(code__in=["NOK", "SEK", "DKK", "USD", "GBP"]).count() == 5


def test_tax_number_formats_hold_the_three_signs_only() -> None:  # C-46
    assert VatFormat.objects.filter(country__code="NO", format="NO#########MVA").exists()
    assert not VatFormat.objects.filter(format__regex=r"[^A-Z0-9#@?.\- ]").exists()


def test_places_of_five_countries_are_known_and_unique() -> None:  # C-49
    counts = dict(PostCode.objects.values_list("country__code").annotate(number=Count("id")))
    assert set(counts) == {"NO", "SE", "DK", "FI", "NL"} and min(counts.values()) > 30


@pytest.mark.parametrize(
    ("code", "first"),
    [("CUST", "C00010"), ("VEND", "V00010"), ("ITEM", "1000"), ("S-INV", "SI00001"), ("S-INV+", "1I000001")],
)
def test_series_of_registers_and_documents_start_where_they_should(code: str, first: str) -> None:  # C-116
    assert NumberSeriesLine.objects.get(series__code=code).starting_no == first
    assert series.may_be_manual(code) is not code.endswith("+")


def test_every_series_is_sound() -> None:  # C-101
    for found in NumberSeries.objects.all():
        assert series.peek(found.code)
    line = NumberSeriesLine.objects.get(series__code="CUST")
    assert (line.warning_no, line.increment_by, line.mode) == ("C94990", 10, "sequence")
    assert warning_number("A1", "", 1) == ""


def test_contacts_have_no_hard_end() -> None:
    assert NumberSeriesLine.objects.get(series__code="CONT").ending_no == ""


def test_empty_company_has_only_its_own_row() -> None:
    CompanyInformation.objects.all().delete()
    countries = Country.objects.count()
    fill_new_company(company=Company(name="E"), setup_data="empty", language="nb", country="ZZ")
    assert CompanyInformation.objects.get().country_code is None
    assert Country.objects.count() == countries


def test_tables_are_filled_within_seconds() -> None:
    started = time.monotonic()
    fill_new_company(company=Company(name="E"), setup_data="standard", language="en", country="NO")
    assert time.monotonic() - started < 5


def test_places_are_learnt_only_where_switched_on(django_assert_num_queries: Any) -> None:
    places = [Place("9999", "Nowhere", "NO"), Place("9999", "NOWHERE", "NO"), Place("0150", "oslo", "NO")]
    places += [Place("", "Half", "NO"), Place("1", "No country", "")]
    with acting():
        assert learn(places) == 0
    CompanyInformation.objects.update(learn_post_codes=True)
    with acting(cache={}):
        company_information()
        with django_assert_num_queries(2):
            assert learn(places) == 1
        assert learn(places) == 0
    assert PostCode.objects.filter(search_city="NOWHERE").count() == 1
