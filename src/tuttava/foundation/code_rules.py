"""Rules of the shared code tables: a key is required, places are searchable, layouts and formats are sound."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.db.models import Max, Model
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.locales import check_format_region
from tuttava.foundation.models import AddressFormat, Country, Currency, Language, PostCode, Territory, VatFormat
from tuttava.foundation.records import Edit, Rules, register


def require_filled(edit: Edit[Any], *names: str) -> None:
    """Refuse blank keys, naming the field."""
    model: type[Model] = type(edit.record)
    for name in names:
        if not edit.get(name):
            label = attribute(model, name).verbose_name
            raise DomainError(
                "field_required",
                _("A %(record)s needs a %(field)s.") % {"record": edit.record._meta.verbose_name, "field": label},
                field=name,
            )


@register
class CountryRules(Rules[Country]):
    model = Country
    set_name = "countries"

    def before_save(self, edit: Edit[Country]) -> None:
        """A custom layout needs its text (C-58); a blank ISO code follows a two-letter code."""
        require_filled(edit, "code")
        if edit.is_new and not edit.get("iso_code") and re.fullmatch("[A-Z]{2}", edit.get("code")):
            edit.derive("iso_code", edit.get("code"))
        if edit.get("address_format") == AddressFormat.CUSTOM and not edit.get("custom_address_format").strip():
            raise DomainError(
                "field_required",
                _("Country %(code)s: a custom layout needs its text, such as “%%1 %%2”.") % {"code": edit.get("code")},
                field="custom_address_format",
                rule="C-58",
            )


@register
class LanguageRules(Rules[Language]):
    model = Language
    set_name = "languages"

    def enter_format_region(self, edit: Edit[Language], value: str) -> None:
        """A language tag in its usual spelling (C-48)."""
        edit.put("format_region", check_format_region(value, field="format_region"))

    def before_save(self, edit: Edit[Language]) -> None:
        require_filled(edit, "code")


@register
class CurrencyRules(Rules[Currency]):
    model = Currency
    set_name = "currencies"

    def enter_amount_decimal_places(self, edit: Edit[Currency], value: str) -> None:
        """Fewest and most places, such as ``2:2``; one number means both."""
        found = re.fullmatch(r"\s*(\d)\s*(?::\s*(\d)\s*)?", value or "2:2")
        fewest, most = (found[1], found[2] or found[1]) if found else ("1", "0")
        if fewest > most:
            raise DomainError(
                "value_invalid",
                _("“%(value)s” does not say how many decimal places amounts have. Write 2:2, for example.")
                % {"value": value},
            )
        edit.put("amount_decimal_places", f"{fewest}:{most}")

    def enter_amount_rounding_precision(self, edit: Edit[Currency], value: Decimal) -> None:
        if value <= 0:
            raise DomainError("value_invalid", _("Amounts are rounded to multiples of a number above zero."))
        edit.put("amount_rounding_precision", value)

    def before_save(self, edit: Edit[Currency]) -> None:
        require_filled(edit, "code")


@register
class TerritoryRules(Rules[Territory]):
    model = Territory
    set_name = "territories"

    def before_save(self, edit: Edit[Territory]) -> None:
        require_filled(edit, "code")


@register
class PostCodeRules(Rules[PostCode]):
    """The pair of post code and city, ignoring case, is unique (3.6)."""

    model = PostCode
    set_name = "postCodes"

    def before_save(self, edit: Edit[PostCode]) -> None:
        edit.put("city", edit.get("city").strip())
        require_filled(edit, "code", "city")
        edit.put("search_city", edit.get("city"))


@register
class VatFormatRules(Rules[VatFormat]):
    model = VatFormat
    set_name = "vatFormats"

    def enter_format(self, edit: Edit[VatFormat], value: str) -> None:
        """Tax numbers are upper-cased before they are tested (C-46)."""
        edit.put("format", value.strip().upper())

    def before_save(self, edit: Edit[VatFormat]) -> None:
        require_filled(edit, "country_code", "format")
        if not edit.get("line_no"):
            lines = VatFormat.objects.filter(country__code=edit.get("country_code"))
            edit.put("line_no", (lines.aggregate(top=Max("line_no"))["top"] or 0) + LINE_STEP)
