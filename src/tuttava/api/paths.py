"""From the path of a request to what it means: company, set, key, navigation, property, action (A-2 to A-6)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuttava.api import values
from tuttava.api.declare import Action, EntitySet, Navigation, Property, Service, Stream
from tuttava.api.edm import Kind
from tuttava.api.errors import ApiError, bad_request, no_record, no_segment, not_found
from tuttava.api.frame import Frame
from tuttava.foundation.fields import as_code

_SEGMENT = re.compile(r"([A-Za-z_$@][\w.$@-]*)(?:\((.*)\))?", re.S)
_QUALIFIED = re.compile(r"(?:Microsoft\.)?NAV\.", re.I)


@dataclass(frozen=True)
class Segment:
    """One segment: a name, and what stands in its parentheses (None: no parentheses)."""

    name: str
    key: str | None = None


@dataclass
class Place:
    """What a path leads to.

    ``rows`` are the rows in question; ``single``: it is one entity, not a collection. ``shown`` is the path inside
    the service that a context URL names. ``tail`` tells what of it is wanted: ``""`` (itself), ``$count``, ``$value``
    with ``property``, ``property``, ``stream``, ``action``.
    """

    frame: Frame
    entity_set: EntitySet
    rows: QuerySet[Any]
    shown: str
    single: bool = False
    keyed: bool = False
    via: Navigation | None = None
    parent: Any = None
    parent_set: EntitySet | None = None
    tail: str = ""
    property: Property | None = None
    stream: Stream | None = None
    action: Action | None = None
    arguments: dict[str, str] = field(default_factory=dict)

    def address(self, key: Any) -> str:
        """The absolute address of an entity found here; through its owner, if it has no other."""
        if self.via is None or not self.entity_set.needs_parent:
            return canonical(self.frame, self.entity_set, key)
        inside = f"({key_text(self.entity_set, key)})" if self.via.many else ""
        return f"{self.frame.root}/{self.shown}{inside}"

    def record(self) -> Any:
        """The one record this leads to; 404 when there is none."""
        found = self.rows.first()
        if found is None:
            raise no_record(self.entity_set)
        return found


def segments_of(path: str) -> list[Segment]:
    """The segments of a path; slashes in quotes or parentheses do not divide. Raises 404 for a malformed one."""
    found, start, depth, quoted = [], 0, 0, False
    for position, char in enumerate(f"{path}/"):
        if char == "'":
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if char == "/" and depth == 0:
                found.append(path[start:position])
                start = position + 1
    if quoted or depth:
        raise _malformed(path)
    return [_segment(text) for text in found if text]


def _segment(text: str) -> Segment:
    matched = _SEGMENT.fullmatch(text)
    if matched is None:
        raise _malformed(text)
    return Segment(matched[1], matched[2])


def _malformed(text: str) -> ApiError:
    return not_found("BadRequest_NotFound", _("The address cannot be read near “%(text)s”.") % {"text": text[:80]})


def arguments_of(text: str | None) -> dict[str, str]:
    """``a='x',b=1`` as raw texts; a lone value stands under ``""``. Raises 404 for a malformed one."""
    if text is None or not text.strip():
        return {}
    found: dict[str, str] = {}
    for part in re.findall(r"(?:[^,']|'(?:[^']|'')*')+", text):
        name, _sign, value = part.partition("=") if re.match(r"\s*\w+\s*=", part) else ("", "", part)
        if name.strip() in found:
            raise _malformed(text)
        found[name.strip()] = value.strip()
    return found


def unquoted(text: str) -> str:
    """The value of a literal: without its quotes, with doubled ones halved, without an enum's type."""
    matched = re.fullmatch(r"(?:[\w.]+)?'((?:[^']|'')*)'", text, re.S)
    return matched[1].replace("''", "'") if matched else text


def literal(text: str, prop: Property) -> Any:
    """A literal of a path in the property's type."""
    plain = unquoted(text)
    if prop.type.kind in (Kind.INT32, Kind.INT64, Kind.DECIMAL, Kind.STRING, Kind.GUID) or prop.type.enum:
        found = values.read(plain, prop.type, prop.name)
    elif prop.type.kind is Kind.BOOLEAN:
        found = plain == "true"
    else:
        found = values.read(plain, prop.type, prop.name)
    return as_code(found) if prop.type.code else found


def by_key(entity_set: EntitySet, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The row with this key: the id, or the natural key by name (A-4)."""
    given = arguments_of(text)
    if not given:
        raise _malformed(text)
    if set(given) in ({""}, {entity_set.key}):
        return _by_id(entity_set, rows, next(iter(given.values())))
    unknown = [name for name in given if name not in entity_set.by_name]
    if unknown or "" in given or set(given) != set(entity_set.natural_key):
        raise _malformed(text)
    for name, value in given.items():
        prop = entity_set.by_name[name]
        wanted = literal(value, prop)
        alias = f"key_{name}"
        blank = Q(**{f"{alias}__isnull": True}) if wanted in (None, "") else Q()
        rows = rows.alias(**{alias: prop.sql()}).filter(blank if wanted is None else Q(**{alias: wanted}) | blank)
    return rows


def _by_id(entity_set: EntitySet, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    prop = entity_set.key_property
    if prop.type.kind is not Kind.GUID:
        return rows.filter(**{prop.source: literal(text, prop)})
    return rows.filter(**{prop.source: values.parse_guid(text)})


def follow(navigation: Navigation, target: EntitySet, parent: Any) -> QuerySet[Any]:
    """The rows of ``target`` that ``parent`` navigates to."""
    ours = getattr(parent, navigation.ours)
    rows = target.queryset()
    if ours is None or ours == "":
        return rows.none()
    return rows.filter(navigation.leading_to(ours))


def navigation_named(service: Service, entity_set: EntitySet, name: str) -> tuple[Navigation, str] | None:
    """The navigation of this name; of one that leads to a single entity also by the plural name (A-6)."""
    found = entity_set.navigation_by_name.get(name)
    if found is None:
        found = next(
            (each for each in entity_set.navigations if not each.many and _leads_to(service, each, name)), None
        )
    return (found, name) if found is not None and service.target(found) else None


def _leads_to(service: Service, navigation: Navigation, name: str) -> bool:
    target = service.target(navigation)
    return target is not None and target.name == name


def locate(frame: Frame, segments: list[Segment]) -> Place:
    """What ``segments`` (inside the company, or outside of any) lead to."""
    first, rest = segments[0], segments[1:]
    entity_set = frame.service.sets.get(first.name)
    if entity_set is None:
        raise no_segment(first.name)
    place = Place(frame, entity_set, entity_set.queryset(), f"{frame.company}{first.name}")
    if first.key is not None:
        place = _keyed(place, first.key)
    while rest:
        segment, rest = rest[0], rest[1:]
        place = _step(place, segment, last=not rest)
        if place.tail and rest:
            place = _after_tail(place, rest)
            break
    return place


def _keyed(place: Place, text: str) -> Place:
    return replace(place, rows=by_key(place.entity_set, place.rows, text), single=True, keyed=True)


def _step(place: Place, segment: Segment, *, last: bool) -> Place:
    if segment.name == "$count" and not place.single:
        return replace(place, tail="$count")
    if segment.name == "$value" and place.single and len(place.entity_set.streams) == 1:
        return replace(place, tail="stream", stream=place.entity_set.streams[0])
    if place.single and (step := _into(place, segment)) is not None:
        return step
    action = _action(place, segment)
    if action is None:
        raise no_segment(segment.name)
    return replace(place, tail="action", action=action, arguments=arguments_of(segment.key))


def _into(place: Place, segment: Segment) -> Place | None:
    """One step from an entity: along a navigation, back to the parent, to a property or stream."""
    found = navigation_named(place.frame.service, place.entity_set, segment.name)
    if found is not None:
        return _along(place, found[0], segment)
    if segment.key is not None:
        return None
    if place.via is not None and place.via.contained and place.parent_set and segment.name == place.parent_set.entity:
        return _back(place, place.parent_set)
    stream = stream_named(place.entity_set, segment.name)
    if stream is not None:
        return replace(place, tail="stream", stream=stream)
    prop = place.entity_set.by_name.get(segment.name)
    if prop is not None:
        return replace(place, tail="property", property=prop)
    return None


def _back(place: Place, parent_set: EntitySet) -> Place:
    """From a contained entity to its parent, by the name of the parent's entity (A-6)."""
    rows = parent_set.queryset().filter(pk=place.parent.pk)
    return Place(place.frame, parent_set, rows, f"{place.shown}/{parent_set.entity}", single=True)


def stream_named(entity_set: EntitySet, name: str) -> Stream | None:
    """The stream of this name; ``content`` means the only one (A-85)."""
    for stream in entity_set.streams:
        if stream.name == name or (name == "content" and len(entity_set.streams) == 1):
            return stream
    return None


def _along(place: Place, navigation: Navigation, segment: Segment) -> Place:
    target = place.frame.service.target(navigation)
    assert target is not None
    parent = place.record()
    reached = Place(
        place.frame,
        target,
        follow(navigation, target, parent),
        f"{place.shown}({values.renderer(place.entity_set.key_property.type, values.Form())(parent.pk)})/{segment.name}"
        if place.keyed
        else f"{place.shown}/{segment.name}",
        single=not navigation.many,
        via=navigation,
        parent=parent,
        parent_set=place.entity_set,
    )
    if segment.key is None:
        return reached
    reached = replace(reached, rows=by_key(target, reached.rows, segment.key), single=True, keyed=navigation.many)
    if not navigation.many and not reached.rows.exists():
        raise no_record(target)
    return reached


def _action(place: Place, segment: Segment) -> Action | None:
    name = _QUALIFIED.sub("", segment.name)
    for function in (False, True):
        found = place.entity_set.action(name, on_set=not place.single, function=function)
        if found is not None:
            return found
    return None


def _after_tail(place: Place, rest: list[Segment]) -> Place:
    """``…/property/$value`` and ``…/stream/$value``; anything else does not exist."""
    if len(rest) == 1 and rest[0] == Segment("$value") and place.tail in ("property", "stream"):
        return replace(place, tail="$value" if place.tail == "property" else "stream")
    raise no_segment(rest[0].name)


def canonical(frame: Frame, entity_set: EntitySet, key: Any) -> str:
    """The absolute address of an entity in its set."""
    base = f"{frame.root}/" if entity_set.outside else frame.base
    return f"{base}{entity_set.name}({key_text(entity_set, key)})"


def key_text(entity_set: EntitySet, record_id: uuid.UUID | str) -> str:
    """A key as it stands in an address."""
    if entity_set.key_property.type.kind is Kind.GUID:
        return str(record_id)
    return "'" + str(record_id).replace("'", "''") + "'"


def refuse_duplicates(names: list[str]) -> None:
    """The same option twice is refused (A-43)."""
    for name in names:
        if names.count(name) > 1:
            raise bad_request(_("The option %(name)s is given twice.") % {"name": name}, name)
