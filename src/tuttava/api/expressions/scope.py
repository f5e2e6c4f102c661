"""Where names lead: properties, navigations, lambda variables - and how SQL refers to them from inner queries.

Level 0 is the query being filtered, each subquery is one level deeper. A row of level *n* is reached from level *m* by
*m - n* outer references. Only declared properties and navigations can be named (A-46).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from tuttava.api.declare import EntitySet, Navigation, Property, Service
from tuttava.api.edm import Kind
from tuttava.api.expressions import nodes
from tuttava.api.expressions.errors import ExpressionError
from tuttava.api.expressions.operands import UNBOUNDED, Operand
from tuttava.api.expressions.sql import Column, Condition, field_of, stored_kind
from tuttava.foundation.context import require

MAX_PATH = 4
MAX_LAMBDAS = 10

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Frame:
    """A row that can be named: its set and the level of the query it comes from."""

    entity_set: EntitySet
    level: int = 0


@dataclass(frozen=True)
class Route:
    """A path as declared: navigations from a frame, then (perhaps) a property."""

    start: Frame
    navigations: tuple[Navigation, ...]
    property: Property | None = None


@dataclass(frozen=True)
class Scope:
    """What can be named at one place. ``level`` is that of the query the place belongs to."""

    service: Service
    root: Frame
    level: int = 0
    lambdas: int = 0
    variables: Mapping[str, Frame] = field(default_factory=dict)

    def with_variable(self, name: str, frame: Frame, position: int) -> Scope:
        """The inside of ``any(name: …)`` over rows of ``frame``; the name hides what had it outside."""
        if self.lambdas == MAX_LAMBDAS:
            message = _("Nested more than %(count)d levels deep.")
            raise ExpressionError(message % {"count": MAX_LAMBDAS}, position)
        return replace(self, level=frame.level, lambdas=self.lambdas + 1, variables={**self.variables, name: frame})

    def route(self, path: nodes.Path, *, to_collection: bool = False, sorting: bool = False) -> Route:
        """The declarations that ``path`` names, ending in a property or (``to_collection``) in a collection.

        ``sorting``: the property need not be filterable but sortable.
        """
        steps = list(zip(path.names, path.positions, strict=True))
        start = self.root
        if steps[0][0] == "$it" or steps[0][0] in self.variables:
            start = self.variables.get(steps[0][0], self.root)
            steps = steps[1:]
        if not steps:
            raise ExpressionError(_("A property is missing here."), path.position, path.names[0])
        if len(steps) > MAX_PATH + 1:
            message = _("A path can go over %(count)d navigations at most.")
            raise ExpressionError(message % {"count": MAX_PATH}, path.position)
        navigations: list[Navigation] = []
        current = start.entity_set
        *through, (last, last_position) = steps
        for name, position in through:
            navigation = self._navigation(current, name, position, many=False)
            navigations.append(navigation)
            current = self.service.reach(navigation)
        if to_collection:
            navigations.append(self._navigation(current, last, last_position, many=True))
            return Route(start, tuple(navigations))
        return Route(start, tuple(navigations), usable(current, last, last_position, sorting=sorting))

    def _navigation(self, entity_set: EntitySet, name: str, position: int, *, many: bool) -> Navigation:
        found = entity_set.navigation_by_name.get(name)
        if found is None or self.service.target(found) is None:
            raise unknown(entity_set, name, position)
        if found.many and not many:
            message = _("“%(name)s” leads to many; use any, all or $count.")
            raise ExpressionError(message % {"name": name}, position, name)
        if many and not found.many:
            raise ExpressionError(_("“%(name)s” is not a collection.") % {"name": name}, position, name)
        target = self.service.reach(found)
        require(target.read_right, target.name)
        return found

    def step(self, frame: Frame, navigation: Navigation, level: int) -> tuple[Rows, Frame]:
        """The rows that ``navigation`` leads to, as a query inside one of ``level``."""
        target = self.service.reach(navigation)
        ours = outer(navigation.ours, level + 1 - frame.level)
        return target.queryset().order_by().filter(navigation.leading_to(ours)), Frame(target, level + 1)

    def value(self, route: Route) -> Operand:
        """The value at the end of ``route``; over an absent entity NULL."""
        return self._value(route.start, route.navigations, route.property, self.level)

    def _value(self, frame: Frame, navigations: tuple[Navigation, ...], prop: Property | None, level: int) -> Operand:
        assert prop is not None
        if not navigations:
            return operand(frame, prop, level)
        rows, inner = self.step(frame, navigations[0], level)
        found = self._value(inner, navigations[1:], prop, level + 1)
        column = field_of(stored_kind(prop.type))
        reached = Subquery(rows.annotate(_value=found.expression).values("_value")[:1], output_field=column)
        return replace(found, expression=reached, nullable=True)

    def where(self, route: Route, check: Check) -> Condition:
        """``check`` of the value at the end of ``route``, as conditions that can use the indexes of each table."""
        return self._where(route.start, route.navigations, route.property, self.level, check)

    def _where(
        self, frame: Frame, navigations: tuple[Navigation, ...], prop: Property | None, level: int, check: Check
    ) -> Condition:
        assert prop is not None
        if not navigations:
            return check.on(operand(frame, prop, level))
        rows, inner = self.step(frame, navigations[0], level)
        # At most one row is there. Where the blank passes, an absent row passes: no row may fail.
        wanted = check.inverse() if check.on_blank else check
        found = Exists(rows.filter(self._where(inner, navigations[1:], prop, level + 1, wanted)))
        return ~found if check.on_blank else found


class Check(ABC):
    """A condition about one value and constants."""

    @property
    @abstractmethod
    def on_blank(self) -> bool:
        """Whether the blank value passes."""

    @abstractmethod
    def inverse(self) -> Check:
        """The test that exactly the other values pass."""

    @abstractmethod
    def on(self, operand: Operand) -> Condition:
        """The condition in SQL; never unknown where it should hold."""


def outer(name: str, levels: int) -> Column:
    """A column of the query ``levels`` further out."""
    if levels == 0:
        return F(name)
    found: Any = name
    for _each in range(levels):
        found = OuterRef(found)
    return cast(Column, found)


def usable(entity_set: EntitySet, name: str, position: int, *, sorting: bool = False) -> Property:
    """The property ``name`` if conditions (or ``sorting``: orders) may use it."""
    found = entity_set.by_name.get(name)
    if found is None:
        raise unknown(entity_set, name, position)
    if not can_compare(found) or not (found.sortable if sorting else found.filterable):
        message = _("“%(name)s” of %(set)s can be neither filtered nor sorted by.")
        if can_compare(found):
            message = (
                _("%(set)s cannot be sorted by “%(name)s”.")
                if sorting
                else _("%(set)s cannot be filtered by “%(name)s”.")
            )
        raise ExpressionError(message % {"name": name, "set": entity_set.name}, position, name)
    return found


def can_compare(prop: Property) -> bool:
    """Whether the property has a value in SQL that may be shown."""
    opaque = prop.type.many or prop.type.kind in (Kind.STREAM, Kind.UNTYPED)
    return not (opaque or prop.computed or prop.write_only)


def unknown(entity_set: EntitySet, name: str, position: int) -> ExpressionError:
    message = _("%(set)s has no property “%(name)s”.")
    return ExpressionError(message % {"set": entity_set.name, "name": name}, position, name)


def operand(frame: Frame, prop: Property, level: int) -> Operand:
    """The value of a property of ``frame``'s row, named in a query of ``level``."""
    size = prop.type.length or UNBOUNDED
    return Operand(prop.type, _column(frame, prop, level), can_be_null(frame.entity_set, prop), size)


def _column(frame: Frame, prop: Property, level: int) -> Column:
    distance = level - frame.level
    if prop.expression is None:
        return outer(prop.source, distance)
    if distance == 0:
        return prop.sql()
    # An expression speaks of its own query: it is computed there, for the row in question.
    row = frame.entity_set.model._default_manager.filter(pk=outer("pk", distance + 1))
    column = field_of(stored_kind(prop.type))
    return Subquery(row.order_by().annotate(_value=prop.sql()).values("_value")[:1], output_field=column)


def can_be_null(entity_set: EntitySet, prop: Property) -> bool:
    """Whether the SQL of a property may give NULL: by declaration, by its column, or because nobody knows."""
    if prop.nullable or prop.expression is not None or "__" in prop.source:
        return True
    try:
        column = entity_set.model._meta.get_field(prop.source)
    except FieldDoesNotExist:
        return True
    return bool(getattr(column, "null", True))
