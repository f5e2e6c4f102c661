"""Words of many languages as values: countries and languages (CLDR), types, yes and no, dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import locale_identifiers

from tuttava.transfer.headings import normalise

_NEAR = ("en", "nb", "nn", "nl", "fi", "sv", "da", "de", "fr", "es", "it", "pt", "pl", "et", "lv", "lt", "is", "ru")
_SHORT = {
    "usa": "US",
    "america": "US",
    "unitedstatesofamerica": "US",
    "uk": "GB",
    "greatbritain": "GB",
    "england": "GB",
    "scotland": "GB",
    "thenetherlands": "NL",
    "holland": "NL",
}

_BOOLEANS = {
    True: "true yes y 1 x ja j sant kyllä kylla tosi si oui vrai wahr waar on",
    False: "false no n 0 nei nej nee nein ei epätosi epatosi non faux falsch onwaar usant off",
}
_TYPES = {
    "company": "company organization organisation business account firma firm bedrift selskap foretak virksomhed"
    " bedrijf organisatie yritys organisaatio företag bolag unternehmen gesellschaft org",
    "person": "person contact individual people persoon privatperson kontakt kontaktperson henkilö contactpersoon"
    " yhteyshenkilö kontaktpersonen ansprechpartner individuell mensch",
}
_CHANNELS = {
    "none": "none ingen geen ei inga keine",
    "hard_copy": "hardcopy letter post paper papir brev papier brief paperi kirje papper",
    "email": "email e-mail mail epost e-post sähköposti mejl",
}


def _table(words: dict[str, str]) -> dict[str, str]:
    return {normalise(word): value for value, text in words.items() for word in (*text.split(), value)}


_CHOICES = tuple(_table(each) for each in (_TYPES, _CHANNELS))
_BOOLEAN_WORDS = {normalise(word): value for value, text in _BOOLEANS.items() for word in text.split()}


def as_boolean(text: str) -> bool | None:
    """Yes or no in any of the languages; None when it is neither."""
    return _BOOLEAN_WORDS.get(normalise(text))


def further_words(stored: frozenset[str]) -> dict[str, str]:
    """Usual words, beside the labels, for the values of a choice; empty for choices that have none."""
    return next((dict(table) for table in _CHOICES if stored <= set(table.values())), {})


def country_iso_of(text: str) -> str:
    """Two-letter code of a country named in any language, or by its three-letter code; blank when unknown."""
    key = normalise(text)
    if key in _SHORT:
        return _SHORT[key]
    if re.fullmatch(r"[A-Za-z]{3}", text.strip()):
        aliases = get_global("territory_aliases").get(text.strip().upper(), ())
        if len(aliases) == 1:
            return str(aliases[0])
    return _territories(False).get(key) or _territories(True).get(key, "")


def language_of(text: str) -> str:
    """Language tag (``nb``, ``en``) of a language named in any language or given as a tag; blank when unknown."""
    key = normalise(text)
    return _languages(False).get(key) or _languages(True).get(key, "")


@cache
def _territories(everywhere: bool) -> dict[str, str]:
    return _names(everywhere, "territories", r"[A-Z]{2}")


@cache
def _languages(everywhere: bool) -> dict[str, str]:
    return _names(everywhere, "languages", r"[a-z]{2}")


def _names(everywhere: bool, kind: str, pattern: str) -> dict[str, str]:
    """Normalised name to code; the nearer languages win where a name means two things."""
    found: dict[str, str] = {}
    for identifier in (*_NEAR, *(_all_locales() if everywhere else ())):
        try:
            names = getattr(Locale.parse(identifier), kind)
        except (UnknownLocaleError, ValueError):
            continue
        for code, name in names.items():
            if re.fullmatch(pattern, code):
                found.setdefault(normalise(name), code)
    return found


def _all_locales() -> Iterable[str]:
    return sorted(name for name in locale_identifiers() if "_" not in name)


DATE_ORDERS = ("ymd", "dmy", "mdy")
_DATE = re.compile(r"^(\d{1,4})[./\-\s](\d{1,2})[./\-\s](\d{1,4})$")


def as_date(text: str, order: str) -> dt.date | None:
    """A date in ISO form or in ``order`` (``dmy``, ``mdy``, ``ymd``); two-digit years are 1950 to 2049."""
    text = text.strip().removesuffix(".").split("T")[0].split(" 00:00")[0]
    match = _DATE.match(text)
    if match is None:
        digits = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
        parts = digits.groups() if digits else None
        used = "ymd"
    else:
        parts = match.groups()
        used = "ymd" if len(parts[0]) == 4 else order
    if parts is None:
        return None
    by_letter = dict(zip(used, (int(part) for part in parts), strict=True))
    year = by_letter["y"]
    year += 0 if year > 99 else 2000 if year < 50 else 1900
    try:
        return dt.date(year, by_letter["m"], by_letter["d"])
    except ValueError:
        return None


def guess_date_order(values: Iterable[str]) -> str:
    """The order in which most of the values are dates; day first when nothing speaks against it."""
    sample = [value for value in values if value][:200]
    scores = {order: sum(as_date(value, order) is not None for value in sample) for order in ("dmy", "mdy", "ymd")}
    return max(scores, key=lambda order: scores[order])
