"""From the text of a cell to the value of a field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from tuttava.foundation import cells, records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.company import countries
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import Language
from tuttava.transfer import numbers, words
from tuttava.transfer.headings import normalise
from tuttava.transfer.options import Options
from tuttava.transfer.targets import CodeTableOf, Conversion, Target

_REMEMBERED = 20_000


class Converter:
    """Converts the cells of one import. ``dry``: nothing is created; ``created`` says what is (or would be)."""

    def __init__(self, options: Options, *, dry: bool) -> None:
        self.options = options
        self.dry = dry
        self.created: set[tuple[str, str]] = set()
        self._codes: dict[tuple[str, str], str | None] = {}
        self._conversions: dict[Conversion, Callable[[Target, str], Any]] = {
            Conversion.COUNTRY: self._country,
            Conversion.CODE: self._code,
            Conversion.CODES: self._code_list,
            Conversion.BOOLEAN: lambda target, text: _known(target, text, words.as_boolean(text)),
            Conversion.DATE: lambda target, text: _known(target, text, words.as_date(text, options.date_order)),
            Conversion.AMOUNT: lambda target, text: _known(target, text, numbers.as_decimal(text, options.decimal)),
            Conversion.INTEGER: lambda target, text: _known(target, text, numbers.as_integer(text, options.decimal)),
            Conversion.CHOICE: self._choice,
        }
        self._choices: dict[str, dict[str, str]] = {}

    def value(self, target: Target, text: str) -> Any:
        """The value of ``target`` that ``text`` stands for; raises ``value_invalid`` or ``not_found`` at the field."""
        text = cells.plain(text)
        if target.conversion is Conversion.TEXT:
            return text
        return self._conversions[target.conversion](target, text)

    def understood(self, target: Target, text: str) -> Any:
        """The same, None where the text has no value."""
        try:
            return self.value(target, text)
        except DomainError:
            return None

    def _code_list(self, target: Target, text: str) -> list[str]:
        """Several codes in one cell, separated by semicolons, commas or bars."""
        parts = [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]
        found = [self._code(target, part) for part in dict.fromkeys(parts)]
        return list(dict.fromkeys(code for code in found if code))

    def _code(self, target: Target, text: str) -> str:
        """The code that ``text`` is or describes; a missing one is created where the user wished so."""
        key, table = (target.name, text), target.table
        if table is None:
            raise TypeError(f"{target.name} has no table of codes")
        if key not in self._codes:
            self._remember(key, _find(table, text))
        found = self._codes[key]
        if found is not None:
            return found
        if not (table.creatable and self.options.create_codes):
            raise DomainError(
                "not_found",
                _("%(field)s: there is no “%(code)s”.") % {"field": target.label, "code": text},
                field=target.name,
            )
        self.created.add(key)
        if self.dry:
            return ""
        made = _create(table, text)
        self._remember(key, made)
        return made

    def _choice(self, target: Target, text: str) -> str:
        """The stored value that a word of any language means."""
        if target.name not in self._choices:
            self._choices[target.name] = _choice_words(target)
        return str(_known(target, text, self._choices[target.name].get(normalise(text))))

    def _remember(self, key: tuple[str, str], code: str | None) -> None:
        if len(self._codes) > _REMEMBERED:
            self._codes.clear()
        self._codes[key] = code

    def _country(self, target: Target, text: str) -> str:
        known = countries()
        code = as_code(text)
        if code in known:
            return code
        key = (target.name, text)
        if key not in self._codes:
            iso = words.country_iso_of(text)
            names = (row.code for row in known.values() if row.name.casefold() == text.casefold())
            found = (row.code for row in known.values() if iso and iso in (row.iso_code, row.code))
            self._remember(key, next(names, None) or next(found, None))
        named = self._codes[key]
        if named is None:
            raise DomainError(
                "not_found",
                _("%(field)s: “%(text)s” is not a country I know. Write its name or its two-letter code.")
                % {"field": target.label, "text": text},
                field=target.name,
            )
        return named


def _find(table: CodeTableOf, text: str) -> str | None:
    code = as_code(text)
    tags = [code]
    if table.model is Language:
        named = words.language_of(text).upper()
        tags += [named, code.replace("_", "-"), code.replace("_", "-").split("-")[0]]
        tags += ["NB"] if "NO" in tags else []
    rows = _rows(table).filter(Q(code__in=tags) | Q(**{f"{table.text}__iexact": text.strip()}))
    found = set(rows.values_list("code", flat=True)[:50])
    if len(found) > 1 and not found & set(tags):
        return None
    return next((tag for tag in tags if tag in found), next(iter(found), None))


def _rows(table: CodeTableOf) -> QuerySet[Any]:
    return cast("QuerySet[Any]", table.model._default_manager.all())


def _create(table: CodeTableOf, text: str) -> str:
    base = re.sub(r"[^0-9A-ZÀ-ÞĀ-Ž]", "", as_code(text))[:10] or "X"
    taken = set(_rows(table).filter(code__startswith=base[:7]).values_list("code", flat=True)[:1000])
    code = base if base not in taken else next(c for n in range(2, 1002) if (c := f"{base[:7]}{n}"[:10]) not in taken)
    length = attribute(table.model, table.text).max_length
    records.create(table.model, {"code": code, table.text: text[:length]})
    return code


def _choice_words(target: Target) -> dict[str, str]:
    """Normalised words of each choice: what is stored, its label in every language, further words that are usual."""
    stored = frozenset(value for value, _label in target.choices)
    found = words.further_words(stored)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.update({normalise(str(label)): value for value, label in target.choices})
    found.update({normalise(value): value for value in stored})
    found.pop("", None)
    return found


def _known(target: Target, text: str, value: Any) -> Any:
    if value is None:
        raise DomainError(
            "value_invalid",
            _("“%(value)s” is not a valid value for %(field)s.") % {"value": text[:80], "field": target.label},
            field=target.name,
        )
    return value
