"""What the declarations of the services say, in words a reader understands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tuttava.api.declare import SERVICES, Action, EntitySet, Parameter, Property, Service
from tuttava.api.edm import Kind, Member, Type
from tuttava.api.metadata import caption_of, title_of, words_of

#: Properties named under a set that was found by them, at most.
SHOWN_MATCHES = 6


@dataclass
class SetLine:
    """A set in the overview; ``matches``: the properties and actions by which a search found it."""

    service: Service
    entity_set: EntitySet
    title: str
    matches: list[str] = field(default_factory=list)

    @property
    def methods(self) -> list[str]:
        return methods_of(self.entity_set)


@dataclass(frozen=True)
class Line:
    """A property, a navigation or a parameter."""

    name: str
    words: str
    kind: str
    edm: str = ""
    marks: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    target: EntitySet | None = None


@dataclass(frozen=True)
class ActionLine:
    """An action or function."""

    name: str
    words: str
    call: str
    right: str
    parameters: tuple[Line, ...]
    returns: str
    target: EntitySet | None
    long: bool


def methods_of(entity_set: EntitySet) -> list[str]:
    """What can be done, in the order readers expect."""
    return [method for method in ("GET", "POST", "PATCH", "DELETE") if method in entity_set.methods]


def find(text: str) -> list[tuple[Service, list[SetLine]]]:
    """The sets of both services whose name, words, properties or actions contain every word of ``text``."""
    wanted = text.casefold().split()
    found = []
    for service in SERVICES:
        lines = [SetLine(service, each, title_of(each, plural=True)) for each in service.sets.values()]
        found.append((service, [line for line in lines if _fits(line, wanted)]))
    return found


def _fits(line: SetLine, wanted: list[str]) -> bool:
    name = f"{line.entity_set.name} {line.title}".casefold()
    inside = [word for word in wanted if word not in name]
    if not inside:
        return True
    for label, words in _inner_names(line.entity_set):
        if all(word in words.casefold() for word in inside):
            line.matches.append(label)
    more = len(line.matches) - SHOWN_MATCHES
    if more > 0:
        line.matches[SHOWN_MATCHES:] = [_("%(count)s more") % {"count": more}]
    return bool(line.matches)


def _inner_names(entity_set: EntitySet) -> Iterable[tuple[str, str]]:
    for prop in entity_set.properties:
        yield prop.name, f"{prop.name} {caption_of(entity_set, prop)}"
    for action in entity_set.actions:
        yield action.name, f"{action.name} {action.caption}"


def properties_of(entity_set: EntitySet) -> list[Line]:
    """The properties in the order in which sent values are entered."""
    return [_property(entity_set, prop) for prop in entity_set.properties] + [
        Line(each.name, "", _("File"), "Edm.Stream", () if each.write else (_("read-only"),))
        for each in entity_set.streams
    ]


def _property(entity_set: EntitySet, prop: Property) -> Line:
    marks = []
    if prop.name == entity_set.key:
        marks.append(_("key"))
    elif not prop.attribute:
        marks.append(_("read-only"))
    if prop.required:
        marks.append(_("required"))
    if prop.immutable and prop.name != entity_set.key:
        marks.append(_("when created"))
    if prop.write_only:
        marks.append(_("write-only"))
    if prop.computed or not prop.filterable:
        marks.append(_("no filter"))
    return _typed(prop.name, words_of(caption_of(entity_set, prop)), prop.type, marks)


def _typed(name: str, words: str, kind: Type, marks: Iterable[str]) -> Line:
    members = kind.enum.members if kind.enum else ()
    edm = kind.enum.name if kind.enum else kind.kind.value
    return Line(name, "" if words == name else words, kind_of(kind), edm, tuple(marks), members)


def kind_of(kind: Type) -> str:
    """A type in words, with its length."""
    if kind.length and kind.is_text:
        words = _("Code (%(length)s)") if kind.code else _("Text (%(length)s)")
        return words % {"length": kind.length}
    return {
        Kind.STRING: _("Texts") if kind.many else _("Text"),
        Kind.GUID: _("Id"),
        Kind.BOOLEAN: _("Yes or no"),
        Kind.INT32: _("Whole number"),
        Kind.INT64: _("Whole number"),
        Kind.DECIMAL: _("Number"),
        Kind.DATE: _("Date"),
        Kind.TIME: _("Time of day"),
        Kind.INSTANT: _("Date and time"),
        Kind.DURATION: _("Duration"),
        Kind.STREAM: _("File"),
        Kind.ENUM: pgettext("type", "Choice"),
        Kind.UNTYPED: "JSON",
    }[kind.kind]


def navigations_of(service: Service, entity_set: EntitySet) -> list[Line]:
    """Where one gets to from an entity."""
    found = []
    for each in entity_set.navigations:
        target = service.target(each)
        if target is not None:
            marks = (_("many") if each.many else _("one"),) + ((_("part of it"),) if each.contained else ())
            found.append(Line(each.name, title_of(target, plural=each.many), target.name, "", marks, target=target))
    return found


def actions_of(service: Service, entity_set: EntitySet) -> list[ActionLine]:
    """What can be done beyond reading and writing."""
    return [_action(service, entity_set, each) for each in entity_set.actions]


def _action(service: Service, entity_set: EntitySet, action: Action) -> ActionLine:
    place = entity_set.name if action.on_set else f"{entity_set.name}({{{entity_set.key}}})"
    target = service.sets.get(action.returns)
    if target is None:
        returns = _("a value") if action.function else ""
    else:
        returns = title_of(target, plural=action.returns_many)
    words = words_of(action.caption) if action.caption else ""
    return ActionLine(
        action.name,
        "" if words == action.name else words,
        f"{'GET' if action.function else 'POST'} {place}/Microsoft.NAV.{action.name}",
        action.right or (entity_set.read_right if action.function else entity_set.write_right),
        tuple(
            _typed(each.name, "", each.type, (_("required"),) if each.required else ()) for each in action.parameters
        ),
        returns,
        target,
        action.long,
    )


def _parameter(parameter: Parameter) -> Line:
    return _typed(parameter.name, "", parameter.type, (_("required"),) if parameter.required else ())


def rights_of_set(entity_set: EntitySet) -> list[tuple[str, str]]:
    """Method and right, for each method offered; a blank right is everybody's who is signed in."""
    named = {"GET": entity_set.read_right, "DELETE": entity_set.delete_right}
    return [(method, named.get(method, entity_set.write_right)) for method in methods_of(entity_set)]


def facts_of(entity_set: EntitySet) -> list[str]:
    """What else there is to know about a set."""
    found = []
    if entity_set.natural_key:
        inside = ",".join(f"{name}='…'" for name in entity_set.natural_key)
        found.append(_("Also found by its own key: %(address)s") % {"address": f"{entity_set.name}({inside})"})
    if entity_set.search is not None:
        found.append(_("Takes $search: words in any order, as the search field does."))
    if entity_set.tracked:
        found.append(_("Tracks changes: ask with “Prefer: odata.track-changes” and follow the delta link."))
    if entity_set.webhooks:
        found.append(_("Notifies: a subscription tells your program when something has changed."))
    if entity_set.needs_parent:
        found.append(_("Reached only through the record it belongs to."))
    for name, _code in entity_set.needs_filter:
        found.append(_("Listed only with a filter on %(property)s.") % {"property": name})
    if entity_set.calculation_filters:
        names = ", ".join(entity_set.calculation_filters)
        found.append(_("Options that narrow the computed figures: %(names)s") % {"names": names})
    return found
