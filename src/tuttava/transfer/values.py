"""From the text of a cell to the value of a field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import IndustryGroup, JobResponsibility, MailingGroup, OrganizationalLevel, Salutation
from tuttava.foundation import cells, records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.company import countries
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import Currency, Language, Territory
from tuttava.foundation.records import Record
from tuttava.partners.models import Salesperson
from tuttava.transfer import words
from tuttava.transfer.options import Options


@dataclass(frozen=True)
class CodeTableOf:
    """The table behind a coded field: ``text`` its descriptive column; ``creatable``: an import may add codes."""

    model: type[Record]
    text: str = "description"
    creatable: bool = False


TABLES = {
    "salutation_code": CodeTableOf(Salutation),
    "organizational_level_code": CodeTableOf(OrganizationalLevel, creatable=True),
    "language_code": CodeTableOf(Language, "name"),
    "currency_code": CodeTableOf(Currency),
    "territory_code": CodeTableOf(Territory, "name", creatable=True),
    "salesperson_code": CodeTableOf(Salesperson, "name"),
    "mailing_groups": CodeTableOf(MailingGroup, creatable=True),
    "industry_groups": CodeTableOf(IndustryGroup, creatable=True),
    "job_responsibilities": CodeTableOf(JobResponsibility, creatable=True),
}
BOOLEANS = frozenset({"exclude_from_segment", "minor", "parental_consent_received", "privacy_blocked"})
DATES = frozenset({"starting_date", "ending_date"})
#: Fields whose cells are not taken as they are.
_CONVERTED = frozenset({"country_code", "type", "correspondence_type", *TABLES}) | BOOLEANS | DATES
_REMEMBERED = 20_000


class Converter:
    """Converts the cells of one import. ``dry``: nothing is created; ``created`` says what is (or would be)."""

    def __init__(self, options: Options, *, dry: bool) -> None:
        self.options = options
        self.dry = dry
        self.created: set[tuple[str, str]] = set()
        self._codes: dict[tuple[str, str], str | None] = {}

    def value(self, target: str, text: str, label: Text) -> Any:
        """The value of ``target`` that ``text`` stands for; raises ``value_invalid`` or ``not_found`` at the field."""
        text = cells.plain(text)
        if target not in _CONVERTED:
            return text
        if target == "country_code":
            return self._country(text, label)
        if target in TABLES:
            return self.code(target, text, label)
        if target in BOOLEANS:
            return _known(target, text, label, words.as_boolean(text))
        if target in DATES:
            return _known(target, text, label, words.as_date(text, self.options.date_order))
        if target == "type":
            return _known(target, text, label, words.as_type(text))
        return _known(target, text, label, words.as_channel(text))

    def codes(self, target: str, text: str, label: Text) -> list[str]:
        """Several codes in one cell, separated by semicolons, commas or bars."""
        parts = [part.strip() for part in re.split(r"[;,|]", cells.plain(text)) if part.strip()]
        found = [self.code(target, part, label) for part in dict.fromkeys(parts)]
        return list(dict.fromkeys(code for code in found if code))

    def code(self, target: str, text: str, label: Text) -> str:
        """The code that ``text`` is or describes; a missing one is created where the user wished so."""
        key = (target, text)
        if key not in self._codes:
            if len(self._codes) > _REMEMBERED:
                self._codes.clear()
            self._codes[key] = self._find(target, text)
        found = self._codes[key]
        if found is not None:
            return found
        table = TABLES[target]
        if not (table.creatable and self.options.create_codes):
            raise DomainError(
                "not_found", _("%(field)s: there is no “%(code)s”.") % {"field": label, "code": text}, field=target
            )
        self.created.add(key)
        if self.dry:
            return ""
        self._codes[key] = _create(table, text)
        return self._codes[key] or ""

    def _find(self, target: str, text: str) -> str | None:
        table = TABLES[target]
        code = as_code(text)
        tags = [code]
        if target == "language_code":
            named = words.language_of(text).upper()
            tags += [named, code.replace("_", "-"), code.replace("_", "-").split("-")[0]]
            tags += ["NB"] if "NO" in tags else []
        rows = _rows(table).filter(Q(code__in=tags) | Q(**{f"{table.text}__iexact": text.strip()}))
        found = set(rows.values_list("code", flat=True)[:50])
        if len(found) > 1 and not found & set(tags):
            return None
        return next((tag for tag in tags if tag in found), next(iter(found), None))

    def _country(self, text: str, label: Text) -> str:
        known = countries()
        code = as_code(text)
        if code in known:
            return code
        key = ("country_code", text)
        if key not in self._codes:
            iso = words.country_iso_of(text)
            names = (row.code for row in known.values() if row.name.casefold() == text.casefold())
            self._codes[key] = next(names, None) or next(
                (row.code for row in known.values() if iso and iso in (row.iso_code, row.code)), None
            )
        found = self._codes[key]
        if found is None:
            raise DomainError(
                "not_found",
                _("%(field)s: “%(text)s” is not a country I know. Write its name or its two-letter code.")
                % {"field": label, "text": text},
                field="country_code",
            )
        return found


def _rows(table: CodeTableOf) -> QuerySet[Any]:
    return cast("QuerySet[Any]", table.model._default_manager.all())


def _create(table: CodeTableOf, text: str) -> str:
    base = re.sub(r"[^0-9A-ZÀ-ÞĀ-Ž]", "", as_code(text))[:10] or "X"
    taken = set(_rows(table).filter(code__startswith=base[:7]).values_list("code", flat=True)[:1000])
    code = base if base not in taken else next(c for n in range(2, 1002) if (c := f"{base[:7]}{n}"[:10]) not in taken)
    length = attribute(table.model, table.text).max_length
    records.create(table.model, {"code": code, table.text: text[:length]})
    return code


def _known(target: str, text: str, label: Text, value: Any) -> Any:
    if value is None:
        raise DomainError(
            "value_invalid",
            _("“%(value)s” is not a valid value for %(field)s.") % {"value": text[:80], "field": label},
            field=target,
        )
    return value
