"""What every new company starts with: countries, languages, currencies, tax number formats, places, number series.

Names come from CLDR in the company's language. Bulk inserts, because a company must be there within seconds; rows that
exist already stay. ``setup_data="empty"`` leaves all tables blank except the organisation itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_symbol, get_territory_currencies
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.directory.models import Company
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import (
    AddressFormat,
    CompanyInformation,
    ContactAddressFormat,
    Country,
    Currency,
    Language,
    NumberSeries,
    NumberSeriesLine,
    PostCode,
    SeriesMode,
    VatFormat,
)
from tuttava.foundation.records import check_constraints
from tuttava.foundation.series_lines import set_sequence
from tuttava.foundation.series_number import SeriesNumber

#: Languages that descriptions are shipped in; others get English.
DESCRIBED = ("en", "nb", "nl", "fi")

#: CLDR territories that are no countries of ISO 3166: groups, exceptional reservations, user-assigned codes.
NOT_ISO = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])

#: Languages offered from the start, with the region format of each (C-48).
LANGUAGES = {
    "CS": "cs-CZ",
    "DA": "da-DK",
    "DE": "de-DE",
    "DE-AT": "de-AT",
    "DE-CH": "de-CH",
    "EN": "en-GB",
    "EN-US": "en-US",
    "ES": "es-ES",
    "ET": "et-EE",
    "FI": "fi-FI",
    "FR": "fr-FR",
    "IS": "is-IS",
    "IT": "it-IT",
    "LT": "lt-LT",
    "LV": "lv-LV",
    "NB": "nb-NO",
    "NL": "nl-NL",
    "NL-BE": "nl-BE",
    "NN": "nn-NO",
    "PL": "pl-PL",
    "PT": "pt-PT",
    "SV": "sv-SE",
}

#: Countries whose post code line is not "1234 City" (C-58): the others keep the initial layout.
LAYOUTS: dict[str, str] = {
    **dict.fromkeys(["AU", "CA", "US"], AddressFormat.CITY_COUNTY_POST_CODE),
    **dict.fromkeys(["BD", "HK", "IE", "IN", "MO", "MT", "MY", "PK", "TH"], AddressFormat.CITY_POST_CODE),
}
CUSTOM_LAYOUTS = {
    "BR": "%1 %2 - %3",
    "CN": "%1 %2, %3",
    "GB": "%2 %1",
    "GG": "%2 %1",
    "IM": "%2 %1",
    "IT": "%1 %2 %3",
    "JE": "%2 %1",
    "JP": "%1 %3 %2",
    "LV": "%2, LV-%1",
    "MX": "%1 %2, %3",
    "NZ": "%2 %1",
    "SG": "%2 %1",
    "ZA": "%2 %1",
}
#: Where letters put the person above the company (the others: below the company's name).
PERSON_FIRST = frozenset(["AU", "BE", "CA", "FR", "GB", "IE", "IN", "LU", "NZ", "US", "ZA"])
PERSON_LAST = frozenset(["CN", "JP", "KR", "TW"])
COUNTY_LABELS = {
    **dict.fromkeys(["AU", "BR", "IN", "MX", "MY", "US"], gettext_noop("State")),
    **dict.fromkeys(["CA", "CN", "ES", "IT", "NL", "BE"], gettext_noop("Province")),
    **dict.fromkeys(["DK", "FI"], gettext_noop("Region")),
    **dict.fromkeys(["EE", "GB", "HU", "IE", "NO", "SE"], gettext_noop("County")),
    "CH": gettext_noop("Canton"),
    "JP": gettext_noop("Prefecture"),
}


def connect() -> None:
    """Listen to new companies."""
    company_created.connect(fill_new_company, dispatch_uid="foundation.defaults")


def fill_new_company(*, company: Company, setup_data: str, language: str, country: str, **_signal: Any) -> None:
    """Fill the shared code tables and the organisation's own row."""
    with unit_of_work("set up company"), translation.override(language):
        if setup_data != "empty":
            locale = _locale(language)
            _fill_countries(locale)
            _fill_languages(locale)
            _fill_currencies(locale)
            _fill_vat_formats()
            _fill_post_codes()
            _fill_series(language)
        _fill_company(company, language, country)
        check_constraints()


def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-") if language else Locale("en")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files("tuttava.foundation") / "data" / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def iso_countries(locale: Locale) -> dict[str, str]:
    """The countries of ISO 3166 by code, with their names in a language."""
    return {
        code: name
        for code, name in sorted(locale.territories.items())
        if len(code) == 2 and code.isalpha() and code not in NOT_ISO
    }


def _fill_countries(locale: Locale) -> None:
    Country.objects.bulk_create(
        [
            Country(
                code=code,
                name=name[:50],
                iso_code=code,
                address_format=AddressFormat.CUSTOM
                if code in CUSTOM_LAYOUTS
                else LAYOUTS.get(code, AddressFormat.POST_CODE_CITY),
                custom_address_format=CUSTOM_LAYOUTS.get(code, ""),
                contact_address_format=_place_of_person(code),
                county_name=_(COUNTY_LABELS[code]) if code in COUNTY_LABELS else "",
            )
            for code, name in iso_countries(locale).items()
        ],
        ignore_conflicts=True,
    )


def _place_of_person(country: str) -> str:
    if country in PERSON_FIRST:
        return ContactAddressFormat.FIRST
    return ContactAddressFormat.LAST if country in PERSON_LAST else ContactAddressFormat.AFTER_COMPANY_NAME


def _fill_languages(locale: Locale) -> None:
    Language.objects.bulk_create(
        [
            Language(code=code, name=_capitalised(_language_name(code, locale)), format_region=region)
            for code, region in LANGUAGES.items()
        ],
        ignore_conflicts=True,
    )


def _language_name(code: str, locale: Locale) -> str:
    return str(Locale.parse(code, sep="-").get_display_name(locale) or code)[:50]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fill_currencies(locale: Locale) -> None:
    current = {code for country in get_global("territory_currencies") for code in get_territory_currencies(country)}
    Currency.objects.bulk_create(
        [
            Currency(
                code=code,
                description=_capitalised(locale.currencies.get(code, code))[:50],
                symbol=get_currency_symbol(code, locale=locale)[:10],
            )
            for code in sorted(current)
        ],
        ignore_conflicts=True,
    )


def _fill_vat_formats() -> None:
    lines: dict[str, int] = {}
    formats = []
    for row in _rows("vat_formats.csv"):
        lines[row["country"]] = lines.get(row["country"], 0) + 10000
        formats.append(VatFormat(country_code=row["country"], line_no=lines[row["country"]], format=row["format"]))
    VatFormat.objects.bulk_create(formats, ignore_conflicts=True)


def _fill_post_codes() -> None:
    PostCode.objects.bulk_create(
        [
            PostCode(code=row["code"], city=row["city"], search_city=row["city"].upper(), country_code=row["country"])
            for row in _rows("post_codes.csv")
        ],
        ignore_conflicts=True,
    )


def _fill_series(language: str) -> None:
    """Registers and documents (section 8); the warning number stands at 95 % of each range."""
    words = language if language in DESCRIBED else "en"
    rows = {row["code"]: row for row in _rows("number_series.csv")}
    for code in NumberSeries.objects.filter(code__in=rows).values_list("code", flat=True):
        del rows[code]
    NumberSeries.objects.bulk_create(
        [
            NumberSeries(code=code, description=row[words], default_nos=True, manual_nos=bool(row["manual"]))
            for code, row in rows.items()
        ]
    )
    lines = [
        NumberSeriesLine(
            series_code=code,
            line_no=10000,
            starting_no=row["first"],
            ending_no=row["last"],
            warning_no=warning_number(row["first"], row["last"], int(row["step"])),
            increment_by=int(row["step"]),
            mode=row["mode"],
        )
        for code, row in rows.items()
    ]
    NumberSeriesLine.objects.bulk_create(lines)
    for line in lines:
        if line.mode == SeriesMode.SEQUENCE:
            set_sequence(line)


def warning_number(first: str, last: str, step: int) -> str:
    """The number of a range at 95 % of it; blank for a range without end."""
    if not last:
        return ""
    start, end = SeriesNumber.parse(first), SeriesNumber.parse(last)
    return str(start.at(start.value + (end.value - start.value) * 95 // 100 // step * step))


def _fill_company(company: Company, language: str, country: str) -> None:
    """The organisation's own row, with what is known of it."""
    if CompanyInformation.objects.exists():
        return
    home = Country.objects.filter(code=country.upper()).first()
    money = get_territory_currencies(country.upper())[-1:] if home else []
    spoken = language.upper()
    CompanyInformation.objects.create(
        name=(company.display_name or company.name)[:100],
        country_code=home.code if home else None,
        currency_code=next(iter(Currency.objects.filter(code__in=money).values_list("code", flat=True)), None),
        language_code=spoken if Language.objects.filter(code=spoken).exists() else None,
        address_format=home.address_format if home else AddressFormat.POST_CODE_CITY,
        custom_address_format=home.custom_address_format if home else "",
        contact_address_format=home.contact_address_format if home else ContactAddressFormat.AFTER_COMPANY_NAME,
    )
