"""What a sent object means: values to enter in metadata order, children to create with it (A-34, A-35, A-63)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import values
from tuttava.api.declare import EntitySet, Navigation, Property, Row, Service
from tuttava.api.edm import EMPTY_GUID
from tuttava.api.errors import ApiError, bad_request, from_domain
from tuttava.api.frame import Frame
from tuttava.api.options import Options, unknown_property
from tuttava.api.paths import navigation_named
from tuttava.api.shaping import Shape
from tuttava.foundation.errors import DomainError

MOST_NESTED = 1000
_NOTHING: Mapping[str, Any] = {}
#: Never refused, whatever is sent (A-34).
_ALWAYS_IGNORED = frozenset({"lastModifiedDateTime"})


@dataclass
class Child:
    """One nested entity: where it stood, its set, its object."""

    navigation: Navigation
    entity_set: EntitySet
    target: str
    body: dict[str, Any]


@dataclass
class Sent:
    """A sent object taken apart. ``entered``: model attribute to value, in the order to enter them."""

    entered: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)


class BodyReader:
    """Reads objects sent to one entity set."""

    def __init__(self, frame: Frame, entity_set: EntitySet, references: Mapping[str, str]) -> None:
        self.frame = frame
        self.entity_set = entity_set
        self.references = references

    def for_post(self, body: dict[str, Any], prefix: str = "", filled: Mapping[str, Any] = _NOTHING) -> Sent:
        """A new entity: null means "not given", what is read-only is ignored; ``filled`` its parent gives it."""
        sent = Sent()
        if not prefix and nested_in(self.frame.service, self.entity_set, body) > MOST_NESTED:
            raise bad_request(_("At most %(most)d entities can be nested in one request.") % {"most": MOST_NESTED})
        plain = self._split(body, sent, prefix)
        plain = {name: value for name, value in plain.items() if value is not None}
        for prop in self.entity_set.properties:
            if prop.required and prop.attribute not in filled and not self._given(prop, plain):
                raise ApiError(
                    400,
                    "BadRequest_RequiredParamNotProvided",
                    _("%(name)s must be given.") % {"name": prop.name},
                    _at(prefix, prop.name),
                )
        key = self.entity_set.key_property
        own_id = plain.pop(key.name, None) if key.source == "id" else None
        if own_id is not None:
            chosen = self._value(key, own_id, prefix)
            if chosen is not None:
                sent.given["id"] = chosen
        writable = {name: value for name, value in plain.items() if self.entity_set.by_name[name].attribute}
        self._enter(writable, sent, prefix, new=True)
        self._refuse_other_parent(sent, filled, prefix)
        return sent

    def _refuse_other_parent(self, sent: Sent, filled: Mapping[str, Any], prefix: str) -> None:
        """A child posted under a parent cannot name another one."""
        for name, value in filled.items():
            other = sent.entered.get(name)
            if other not in (None, "") and other != value:
                raise _disagreement(self.entity_set.entity, self.entity_set.by_attribute[name].name, prefix)

    def _given(self, prop: Property, plain: Mapping[str, Any]) -> bool:
        """Whether the value came, in this form or another."""
        return any(plain.get(each.name) is not None for each in self.entity_set.forms_of(prop))

    def for_patch(self, body: dict[str, Any], stored: Row) -> Sent:
        """A change: null means "empty", what is read-only must be equal to what is stored."""
        sent = Sent()
        plain = self._split(body, sent, "")
        if sent.children:
            raise bad_request(
                _("Nested objects can be sent with POST only."), sent.children[0].target.partition("[")[0]
            )
        writable = {}
        for name, value in plain.items():
            prop = self.entity_set.by_name[name]
            if prop.attribute and not prop.immutable and name != self.entity_set.key:
                writable[name] = value
            elif name not in _ALWAYS_IGNORED:
                self._refuse_change(prop, value, stored)
        self._enter(writable, sent, "", new=False)
        return sent

    def _split(self, body: dict[str, Any], sent: Sent, prefix: str) -> dict[str, Any]:
        """The plain properties; binds become properties, navigations children."""
        plain: dict[str, Any] = {}
        for name, value in body.items():
            if name.endswith("@odata.bind"):
                prop = self._bound(name.removesuffix("@odata.bind"), prefix)
                plain[prop.name] = self._bound_id(value, name)
            elif "@" in name:
                continue
            elif name in self.entity_set.by_name:
                plain[name] = value
            elif any(stream.name == name for stream in self.entity_set.streams):
                continue
            else:
                self._nested(name, value, sent, prefix)
        return plain

    def _nested(self, name: str, value: Any, sent: Sent, prefix: str) -> None:
        found = navigation_named(self.frame.service, self.entity_set, name)
        if found is None:
            raise self._unknown(name, prefix)
        navigation = found[0]
        target = self.frame.service.target(navigation)
        if value is None:
            return
        items = value if navigation.many else [value]
        if (
            target is None
            or not navigation.contained
            or "POST" not in target.methods
            or not isinstance(items, list)
            or not all(isinstance(item, dict) for item in items)
        ):
            raise bad_request(_("%(name)s cannot be sent like this.") % {"name": name}, _at(prefix, name))
        for position, item in enumerate(items):
            place = f"{_at(prefix, name)}[{position}]" if navigation.many else _at(prefix, name)
            sent.children.append(Child(navigation, target, place, item))

    def _unknown(self, name: str, prefix: str) -> ApiError:
        error = unknown_property(self.entity_set, name)
        error.target = _at(prefix, error.target)
        return error

    def _bound(self, name: str, prefix: str) -> Property:
        """The property behind ``name@odata.bind``: the id that the navigation stands for."""
        prop = self.entity_set.by_name.get(f"{name}Id")
        if prop is None or name not in self.entity_set.navigation_by_name:
            raise self._unknown(name, prefix)
        return prop

    def _bound_id(self, value: Any, name: str) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise bad_request(_("%(name)s must be the address of an entity.") % {"name": name}, name)
        text = self.references.get(value.removeprefix("$").removeprefix("/$"), value)
        found = re.search(r"\(([^()]*)\)/?$", text)
        if found is None:
            raise bad_request(_("%(name)s must be the address of an entity.") % {"name": name}, name)
        return str(values.parse_guid(found[1]))

    def _refuse_change(self, prop: Property, value: Any, stored: Row) -> None:
        """Refuse another value for a read-only property than the stored one."""
        render = values.renderer(prop.type, self.frame.form)
        now = render(stored.get(prop.key))
        sent = render(self._value(prop, value, "")) if value is not None else render(None)
        if now != sent:
            # The contract wants these words in the message, whatever its language.
            message = _("%(name)s cannot be changed (%(mark)s).") % {"name": prop.name, "mark": "read-only"}
            raise ApiError(400, prop.refusal, message, prop.name)

    def _value(self, prop: Property, value: Any, prefix: str) -> Any:
        try:
            found = values.read(value, prop.type, prop.name)
        except ApiError as error:
            error.target = _at(prefix, error.target)
            raise
        length = len(found.strip() if prop.type.code else found) if isinstance(found, str) and prop.type.length else 0
        if length > prop.type.length:
            raise ApiError(
                400,
                "Application_StringExceededLength",
                _("%(name)s holds at most %(max)d characters; this has %(length)d.")
                % {"name": prop.name, "max": prop.type.length, "length": length},
                _at(prefix, prop.name),
                domain_code="value_too_long",
            )
        return found

    def _enter(self, plain: dict[str, Any], sent: Sent, prefix: str, *, new: bool) -> None:
        """Convert values in metadata order; two forms of one thing must agree (A-35)."""
        forms: dict[str, str] = {}
        for prop in self.entity_set.properties:
            if prop.name not in plain:
                continue
            entered = self._converted(prop, plain[prop.name], prefix)
            other = forms.get(prop.attribute)
            if other is not None:
                before = sent.entered[prop.attribute]
                blank = entered in (None, "") or before in (None, "")
                if before != entered and not (new and blank):
                    raise _disagreement(other, prop.name, prefix)
                entered = before if entered in (None, "") else entered
            forms[prop.attribute] = prop.name
            sent.entered[prop.attribute] = entered

    def _converted(self, prop: Property, value: Any, prefix: str) -> Any:
        found = self._value(prop, value, prefix)
        if found is None and prop.type.enum is not None:
            found = prop.type.blank
        if found == EMPTY_GUID:
            found = None
        if prop.convert is None:
            return found
        try:
            return prop.convert(found)
        except DomainError as error:
            error.field = error.field or prop.attribute
            raised = from_domain(error, None, prefix)
            raised.target = _at(prefix, prop.name)
            raise raised from error


def _disagreement(one: str, other: str, prefix: str) -> ApiError:
    """Two names of one thing do not agree (A-35)."""
    return ApiError(
        400,
        "Application_DialogException",
        _("%(one)s and %(other)s name different records.") % {"one": one, "other": other},
        _at(prefix, other),
    )


def nested_in(service: Service, entity_set: EntitySet, body: dict[str, Any]) -> int:
    """How many entities are nested in ``body``, at any depth (A-63)."""
    total = 0
    for name, value in body.items():
        found = navigation_named(service, entity_set, name) if isinstance(value, list | dict) else None
        if found is None:
            continue
        items = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
        total += len(items) + sum(nested_in(service, service.reach(found[0]), each) for each in items)
    return total


def _at(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if prefix else name


def stored_row(frame: Frame, entity_set: EntitySet, record_id: uuid.UUID | str, names: frozenset[str]) -> Row:
    """What is stored of the named properties, to compare sent values with."""
    known = frozenset(name for name in names if name in entity_set.by_name)
    shape = Shape(frame, entity_set, Options(select=known))
    rows = shape.read(entity_set.queryset().filter(pk=record_id)[:1])
    return rows[0] if rows else {}
