"""Post code, city, county and country of an address fill each other in (C-49 to C-51).

One implementation for contacts, alternative addresses and the organisation itself: :class:`PlaceRules` is mixed into
the rules of a model with these four fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.utils.translation import gettext as _

from tuttava.foundation.company import company_information
from tuttava.foundation.context import choose, current
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import PostCode
from tuttava.foundation.records import Edit

#: More candidates than this are not offered; the user types more of the name.
MOST_CANDIDATES = 200


class PlaceRules:
    """Rules of the fields ``country_code``, ``post_code``, ``city`` and ``county``."""

    def enter_country_code(self, edit: Edit[Any], value: str | None) -> None:
        """C-51: changing a filled country clears post code, city and county."""
        before = edit.get("country_code")
        edit.put("country_code", value)
        if before and before != value and not company_information().country_first:
            for name in ("post_code", "city", "county"):
                edit.derive(name, "")

    def enter_post_code(self, edit: Edit[Any], value: str) -> None:
        """C-50. A city that the caller sends too is entered later and decides among the candidates."""
        edit.put("post_code", value)
        if value and "city" not in edit.typed:
            _apply_post_code(edit)

    def enter_city(self, edit: Edit[Any], value: str) -> None:
        """C-49; with a post code sent in the same request the pair is looked up."""
        if "post_code" in edit.typed and edit.get("post_code"):
            edit.put("city", value)
            _apply_pair(edit)
        elif value:
            _apply_city(edit, value)
        else:
            edit.put("city", "")

    def enter_county(self, edit: Edit[Any], value: str) -> None:
        """A blank county sent along with a new post code or city does not wipe the one that was looked up."""
        if value or not edit.changed("post_code", "city"):
            edit.put("county", value)


def prepare_places(rows: Iterable[tuple[str, str]]) -> None:
    """Read the candidates of many (post code, city) pairs with two queries, before a batch is entered."""
    pairs = list(rows)
    codes = {as_code(code) for code, _city in pairs if code and not code.rstrip().endswith("*")}
    cities = {as_code(city) for _code, city in pairs if city and not city.rstrip().endswith("*")}
    for field, wanted in (("code", codes), ("search_city", cities)):
        missing = [value for value in wanted if _key(field, value) not in current().cache]
        if not missing:
            continue
        for value in missing:
            current().cache[_key(field, value)] = []
        for row in PostCode.objects.filter(**{f"{field}__in": missing}).order_by("code", "city"):
            found = current().cache[_key(field, getattr(row, field))]
            if len(found) < MOST_CANDIDATES:
                found.append(row)


def _key(field: str, value: str) -> tuple[type[PostCode], str, str]:
    return (PostCode, field, value)


def _candidates(field: str, value: str, country: str | None) -> list[PostCode]:
    """Post codes whose ``field`` is ``value`` (or begins with it, when it ends in ``*``), the country's if any."""
    value = as_code(value)
    if value.endswith("*"):
        prefix = {f"{field}__startswith": value.rstrip("*")}
        query = PostCode.objects.filter(**prefix).order_by("code", "city")
        local = list(query.filter(country__code=country)[:MOST_CANDIDATES]) if country else []
        return local or list(query[:MOST_CANDIDATES])
    cache = current().cache
    if _key(field, value) not in cache:
        cache[_key(field, value)] = list(
            PostCode.objects.filter(**{field: value}).order_by("code", "city")[:MOST_CANDIDATES]
        )
    found = cast("list[PostCode]", cache[_key(field, value)])
    return [row for row in found if country and row.country_code == country] or found


def _apply_city(edit: Edit[Any], typed: str) -> None:
    found = _candidates("search_city", typed, edit.get("country_code"))
    if not found:
        edit.put("city", typed)
        return
    post_code = edit.get("post_code")
    same_code = [row for row in found if row.code == post_code]
    match = _pick("q_city", _("Which city do you mean?"), same_code or found)
    if match is None:
        return
    edit.put("city", match.city)
    if current().interactive or not post_code:
        edit.derive("post_code", match.code)
    _fill(edit, match)


def _apply_post_code(edit: Edit[Any]) -> None:
    found = _candidates("code", edit.get("post_code"), edit.get("country_code"))
    city = as_code(edit.get("city"))
    found = [row for row in found if city and row.search_city == city] or found
    match = _pick("q_post_code", _("Which place has this post code?"), found) if found else None
    if match is None:
        return
    edit.put("post_code", match.code)
    edit.put("city", match.city)
    _fill(edit, match)


def _apply_pair(edit: Edit[Any]) -> None:
    """Both came in one request: the city stays as sent, and tells which of the candidates is meant."""
    if not edit.get("city"):
        _apply_post_code(edit)
        return
    found = _candidates("code", edit.get("post_code"), edit.get("country_code"))
    city = as_code(edit.get("city"))
    match = next((row for row in found if row.search_city == city), None)
    if match is not None:
        edit.put("post_code", match.code)
        edit.put("city", match.city)
    if match is not None or len(found) == 1:
        _fill(edit, match or found[0])


def _fill(edit: Edit[Any], match: PostCode) -> None:
    """County and country of ``match``; a county that the caller sends too is entered later and wins."""
    edit.put("county", match.county)
    if "country_code" not in edit.typed or not edit.get("country_code"):
        edit.put("country_code", match.country_code)


def _pick(code: str, question: str, found: Sequence[PostCode]) -> PostCode | None:
    """The one candidate, the user's choice, or the first for unattended callers; None: the user cancelled."""
    if len(found) == 1:
        return found[0]
    answer = choose(code, question, [(str(row.pk), _words(row)) for row in found])
    return next((row for row in found if str(row.pk) == answer), None)


def _words(row: PostCode) -> str:
    return ", ".join(part for part in (f"{row.code} {row.city}", row.county, row.country_code or "") if part)
