"""How dates, numbers and amounts are written for somebody, and in which language labels are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from django.conf import settings
from django.utils import translation

from tuttava.documents.money import precision_of
from tuttava.foundation.company import company_information, languages
from tuttava.foundation.context import current
from tuttava.foundation.locales import language_tag


@dataclass(frozen=True)
class Region:
    """A locale with the currency of what is printed."""

    locale: Locale
    currency_code: str = ""

    def date(self, value: dt.date | None) -> str:
        return str(format_date(value, "medium", self.locale)) if value else ""

    def money(self, value: Decimal) -> str:
        """With the decimal places of the currency, grouped."""
        places = 0 if precision_of(self.currency_code or None) >= 1 else 2
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return str(format_decimal(value, format=pattern, locale=self.locale))

    def number(self, value: Decimal) -> str:
        """With as many decimal places as it has, five at most."""
        return str(format_decimal(value, format="#,##0.#####", locale=self.locale))

    def price(self, value: Decimal) -> str:
        """Two decimal places at least, five at most."""
        return str(format_decimal(value, format="#,##0.00###", locale=self.locale))

    def percent(self, value: Decimal) -> str:
        return f"{format_decimal(value, format='#,##0.##', locale=self.locale)} %" if value else ""

    @property
    def language(self) -> str:
        """The language of labels: the locale's where we speak it, else English."""
        spoken = {code for code, _name in settings.LANGUAGES}
        found = {"no": "nb", "nn": "nb"}.get(self.locale.language, self.locale.language)
        return found if found in spoken else "en"

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Labels and addresses in the block are in this language."""
        with translation.override(self.language):
            yield


def region_for(language_code: str | None, format_region: str = "", currency_code: str | None = None) -> Region:
    """How to write for somebody with this language and region format; blank: as asked for (A-38), else as we write."""
    own = company_information()
    asked = current().language
    code = language_code or ("" if asked else own.language_code) or ""
    known = languages().get(code)
    wanted = (format_region, known.format_region if known else "", code, code.partition("-")[0])
    for text in wanted:
        tag = language_tag(text.replace("_", "-")) if text else ""
        if tag:
            return Region(Locale.parse(tag, sep="-"), currency_code or own.currency_code or "")
    return Region(_reader(asked), currency_code or own.currency_code or "")


def _reader(asked: str) -> Locale:
    """The language asked for, else that of who prints."""
    try:
        return Locale.parse(translation.to_locale(asked or translation.get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
