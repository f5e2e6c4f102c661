"""The query options of a request (A-43, A-48 to A-50)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api.declare import EntitySet, Navigation, Service
from tuttava.api.errors import ApiError, bad_request, not_found
from tuttava.api.filter_objects import check_expression
from tuttava.api.paths import navigation_named, refuse_duplicates
from tuttava.api.request import Call, storable

KNOWN = frozenset(
    [
        "$filter",
        "$orderby",
        "$top",
        "$skip",
        "$count",
        "$select",
        "$expand",
        "$format",
        "$schemaversion",
        "$skiptoken",
        "$search",
    ]
)
UNSUPPORTED = frozenset({"$apply", "$compute", "$levels"})
DEEPEST_EXPAND = 5
_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Expand:
    """One navigation to follow, under the name that was asked for."""

    navigation: Navigation
    name: str
    target: EntitySet
    options: Options


@dataclass(frozen=True)
class Options:
    """What a request wants of a set. ``select`` None: all properties."""

    filter: str = ""
    orderby: str = ""
    top: int | None = None
    skip: int = 0
    count: bool = False
    select: frozenset[str] | None = None
    expand: tuple[Expand, ...] = ()
    search: str = ""
    token: str | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    calculation: dict[str, str] = field(default_factory=dict)


def read_options(query: Sequence[tuple[str, str]], service: Service, entity_set: EntitySet) -> Options:
    """The options of a request; raises 400 and 501 for what is not offered."""
    refuse_duplicates([name for name, _value in query if name.startswith("$") or name.startswith("@")])
    check_names(query)
    given = dict(query)
    if "$search" in given and entity_set.search is None:
        raise bad_request(_("%(set)s cannot be searched.") % {"set": entity_set.name}, "$search")
    return Options(
        **_common(given, service, entity_set, DEEPEST_EXPAND),
        search=given.get("$search", "").strip().strip('"'),
        token=given.get("$skiptoken"),
        aliases={name: value for name, value in query if name.startswith("@")},
        calculation=_calculation(query, entity_set),
    )


def _calculation(query: Sequence[tuple[str, str]], entity_set: EntitySet) -> dict[str, str]:
    """The calculation filters, read to see that they can be (A-50)."""
    found = {name: value for name, value in query if name in entity_set.calculation_filters}
    for name, text in found.items():
        check_expression(name, text, entity_set.calculation_filters[name])
    return found


def check_characters(call: Call) -> None:
    """Characters that the database cannot hold stand in no path and no option."""
    if not storable(call.path):
        raise not_found("BadRequest_NotFound", _("The address has characters that cannot be read."))
    for name, value in call.query:
        if not storable(name + value):
            raise bad_request(_("The address has characters that cannot be read."), name[:60].replace("\0", ""))


def check_names(query: Sequence[tuple[str, str]]) -> None:
    """Names beginning with ``$`` must be known (A-43)."""
    for name, _value in query:
        if name in UNSUPPORTED:
            raise ApiError(
                501, "BadRequest_MethodNotImplemented", _("%(name)s is not supported.") % {"name": name}, name
            )
        if name.startswith("$") and name not in KNOWN:
            raise bad_request(_("There is no query option %(name)s.") % {"name": name[:60]}, name[:60])


def _common(given: dict[str, str], service: Service, entity_set: EntitySet, depth: int) -> dict[str, Any]:
    return {
        "filter": given.get("$filter", "").strip(),
        "orderby": given.get("$orderby", "").strip(),
        "top": _number(given, "$top"),
        "skip": _number(given, "$skip") or 0,
        "count": _flag(given, "$count"),
        "select": _select(given["$select"], service, entity_set) if "$select" in given else None,
        "expand": _expand(given.get("$expand", ""), service, entity_set, depth),
    }


def _number(given: dict[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text.strip()):
        raise bad_request(_("%(name)s must be a whole number, zero or more.") % {"name": name}, name)
    return int(text)


def _flag(given: dict[str, str], name: str) -> bool:
    text = given.get(name, "false").strip()
    if text not in ("true", "false"):
        raise bad_request(_("%(name)s must be true or false.") % {"name": name}, name)
    return text == "true"


def _select(text: str, service: Service, entity_set: EntitySet) -> frozenset[str] | None:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        known = name == "*" or name in entity_set.by_name or any(name == each.name for each in entity_set.streams)
        if not known and navigation_named(service, entity_set, name) is None:
            raise unknown_property(entity_set, name)
    return None if "*" in names or not names else frozenset(names)


def unknown_property(entity_set: EntitySet, name: str) -> ApiError:
    """A name that the entity does not have."""
    return bad_request(
        _("%(entity)s has no property “%(name)s”.") % {"entity": entity_set.entity, "name": name[:60]}, name[:60]
    )


def split_outside(text: str, divider: str) -> list[str]:
    """The parts of ``text`` between dividers that stand outside of quotes and parentheses."""
    found, start, depth, quoted = [], 0, 0, False
    for position, char in enumerate(text):
        if char == "'":
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if char == divider and depth == 0:
                found.append(text[start:position])
                start = position + 1
    if quoted or depth:
        raise bad_request(_("Quotes or parentheses do not match in “%(text)s”.") % {"text": text[:80]})
    found.append(text[start:])
    return [part.strip() for part in found if part.strip()]


def _expand(text: str, service: Service, entity_set: EntitySet, depth: int) -> tuple[Expand, ...]:
    found: dict[str, Expand] = {}
    for part in split_outside(text, ","):
        name, _paren, inner = part.partition("(")
        name = name.strip()
        if depth <= 0:
            raise bad_request(_("$expand goes at most %(depth)d levels deep.") % {"depth": DEEPEST_EXPAND}, "$expand")
        if name == "*":
            for each in entity_set.navigations:
                if (target := service.target(each)) is not None:
                    found.setdefault(each.name, Expand(each, each.name, target, Options()))
            continue
        known = navigation_named(service, entity_set, name)
        if known is None:
            raise unknown_property(entity_set, name)
        target = service.target(known[0])
        assert target is not None
        found[name] = Expand(known[0], name, target, _nested(inner.removesuffix(")"), service, target, depth - 1))
    return tuple(found.values())


def _nested(text: str, service: Service, target: EntitySet, depth: int) -> Options:
    given: dict[str, str] = {}
    for part in split_outside(text, ";"):
        name, _sign, value = part.partition("=")
        name = name.strip()
        if name not in ("$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand"):
            raise bad_request(_("%(name)s cannot be used inside $expand.") % {"name": name[:60]}, name[:60])
        refuse_duplicates([*given, name])
        given[name] = value
    return Options(**_common(given, service, target, depth))
