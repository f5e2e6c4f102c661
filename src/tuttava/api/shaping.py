"""Rows as JSON entities: which columns to read, how each is written, what is expanded (A-31, A-32, A-49)."""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from tuttava.api import expressions
from tuttava.api.declare import EntitySet, Property, Row, Service, Wanted
from tuttava.api.expressions.scope import can_be_null
from tuttava.api.frame import Frame
from tuttava.api.options import Expand, Options
from tuttava.api.paths import canonical, key_text
from tuttava.api.values import AS_STORED, Render, renderer

#: Children shown of one parent when ``$expand`` does not ask for fewer.
MOST_CHILDREN = 20_000


def etag_of(record_id: Any, version: Any) -> str:
    """The weak tag of a row: changes with every stored change (A-54)."""
    mark = record_id.hex[-12:] if isinstance(record_id, uuid.UUID) else zlib.crc32(str(record_id).encode())
    return f'W/"{mark}.{version}"'


def tag_of(entity_set: EntitySet, record: Any) -> str:
    """The tag of a record, as its entity carries it."""
    return etag_of(getattr(record, entity_set.key_property.source), getattr(record, entity_set.version))


class Shape:
    """The entities of one set as one request wants them."""

    def __init__(
        self, frame: Frame, entity_set: EntitySet, options: Options, address: Callable[[Any], str] | None = None
    ) -> None:
        self.frame = frame
        self.entity_set = entity_set
        self.options = options
        #: The absolute address of the entity with a key.
        self.address = address or partial(canonical, frame, entity_set)

    @cached_property
    def properties(self) -> list[Property]:
        """What is written, in metadata order."""
        wanted = self.options.select
        return [
            prop
            for prop in self.entity_set.properties
            if wanted is None or prop.name in wanted or prop.name == self.entity_set.key
        ]

    @cached_property
    def _names(self) -> list[str]:
        return [prop.name for prop in self.properties]

    @cached_property
    def _keys(self) -> list[str]:
        return [prop.key for prop in self.properties]

    @cached_property
    def _renderers(self) -> list[tuple[str, Render]]:
        """How values are written; those that go out as they are stored have none."""
        return [
            (prop.name, renderer(prop.type, self.frame.form))
            for prop in self.properties
            if not prop.is_column or prop.type.kind not in AS_STORED or can_be_null(self.entity_set, prop)
        ]

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Expressions to read, by the name under which a row holds them."""
        found: dict[str, Any] = {}
        for prop in [self.entity_set.key_property, *self.properties]:
            if prop.is_column:
                found[prop.key] = prop.sql()
        for name in (*self.entity_set.always, *self._version_columns):
            found[name] = F(name)
        for expand in self.options.expand:
            found[expand.navigation.ours] = F(expand.navigation.ours)
        return found

    @property
    def joins(self) -> bool:
        """Whether columns of other tables are read with the rows."""
        sources = (prop.source for prop in self.properties if prop.is_column)
        return any("__" in name for name in (*sources, *self.entity_set.always))

    @property
    def _version_columns(self) -> tuple[str, ...]:
        return (self.entity_set.version,) if self.entity_set.version else ()

    def read(self, rows: QuerySet[Any], extra: Mapping[str, Any] | None = None) -> list[Row]:
        """The raw rows, finished by the set."""
        columns = {**self.columns, **(extra or {})}
        # What is the same is read once: Django loses count of equal columns below a window.
        computed: dict[Any, str] = {}
        for expression in columns.values():
            if not isinstance(expression, F):
                computed.setdefault(expression, f"x_{len(computed)}")
        sources = {name: computed.get(each) or each.name for name, each in columns.items()}
        selected = list(dict.fromkeys(sources.values()))
        fetched = rows.annotate(**{alias: each for each, alias in computed.items()}).values_list(*selected)
        found = [dict(zip(selected, values, strict=True)) for values in fetched]
        renamed = [(name, source) for name, source in sources.items() if name != source]
        for row in found:
            for name, source in renamed:
                row[name] = row[source]
        if self.entity_set.finish is not None and found:
            shown = frozenset(prop.name for prop in self.properties)
            self.entity_set.finish(found, Wanted(shown, self.frame.calculation))
        return found

    def entities(self, raw: Sequence[Row]) -> list[dict[str, Any]]:
        """JSON of the rows, expanded set by set."""
        made = [self._entity(row) for row in raw]
        for expand in self.options.expand:
            self._fill(expand, raw, made)
        return made

    def _entity(self, row: Row) -> dict[str, Any]:
        entity: dict[str, Any] = self._annotations(row) if self.frame.metadata != "none" else {}
        entity.update(zip(self._names, map(row.get, self._keys), strict=True))
        for name, render in self._renderers:
            entity[name] = render(entity[name])
        if self.entity_set.streams:
            self._media(entity, row)
        return entity

    def key_of(self, row: Row) -> Any:
        return row[self.entity_set.key_property.key]

    def _annotations(self, row: Row) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.entity_set.version:
            found["@odata.etag"] = etag_of(self.key_of(row), row[self.entity_set.version])
        if self.frame.metadata == "full":
            address = self.address(self.key_of(row))
            found |= {"@odata.type": f"#Microsoft.NAV.{self.entity_set.entity}", "@odata.id": address}
            if self.entity_set.methods & {"PATCH", "DELETE"}:
                found["@odata.editLink"] = address
            for each in self.entity_set.navigations:
                if self.frame.service.target(each) is None:
                    continue
                found[f"{each.name}@odata.navigationLink"] = f"{address}/{each.name}"
        return found

    def _media(self, entity: dict[str, Any], row: Row) -> None:
        if self.frame.metadata == "none":
            return
        for stream in self.entity_set.streams:
            if self.options.select is not None and stream.name not in self.options.select:
                continue
            address = f"{self.address(self.key_of(row))}/{stream.name}"
            if stream.write is not None:
                entity[f"{stream.name}@odata.mediaEditLink"] = address
            entity[f"{stream.name}@odata.mediaReadLink"] = address

    def _fill(self, expand: Expand, raw: Sequence[Row], made: list[dict[str, Any]]) -> None:
        """Read the children of all rows at once and hang them below their parents."""
        ours = expand.navigation.ours
        parents = {row[ours]: self.address(self.key_of(row)) for row in raw if row[ours] not in (None, "")}
        found = _children(self.frame, expand, parents)
        many = expand.navigation.many
        for row, entity in zip(raw, made, strict=True):
            children, count = found.get(row[ours], ([], 0))
            if many and expand.options.count:
                entity[f"{expand.name}@odata.count"] = self.frame.number(count)
            entity[expand.name] = children if many else (children[0] if children else None)

    def context(self, shown: str, *, entity: bool = False) -> str:
        """The context URL (A-31)."""
        parts = ""
        if self.options.select is not None or self.options.expand:
            names = [prop.name for prop in self.properties if self.options.select and prop.name in self.options.select]
            names += [f"{expand.name}({_inner(expand)})" for expand in self.options.expand]
            parts = f"({','.join(names)})"
        return f"{self.frame.root}/$metadata#{shown}{parts}{'/$entity' if entity else ''}"


def _inner(expand: Expand) -> str:
    chosen = expand.options.select
    names = [prop.name for prop in expand.target.properties if chosen and prop.name in chosen]
    names += [f"{each.name}({_inner(each)})" for each in expand.options.expand]
    return ",".join(names)


def _below(above: Mapping[Any, str], expand: Expand, target: EntitySet, key: Any) -> str:
    """The address of a child that has none but through its parent."""
    inside = f"({key_text(target, key)})" if expand.navigation.many else ""
    return f"{above[key]}/{expand.name}{inside}"


def narrowed(service: Service, entity_set: EntitySet, rows: QuerySet[Any], options: Options) -> QuerySet[Any]:
    """``rows`` by ``$filter`` and ``$search``, without those that lists leave out."""
    left_out = entity_set.left_out_by
    if left_out and not re.search(rf"\b{left_out}\b", options.filter):
        rows = rows.filter(**{entity_set.by_name[left_out].source: False})
    if options.filter:
        rows = rows.filter(
            expressions.condition(service, entity_set, expressions.parse(options.filter, options.aliases))
        )
    if options.search and entity_set.search is not None:
        rows = entity_set.search(rows, options.search)
    return rows


def _placed(rows: QuerySet[Any], theirs: str, options: Options, orders: Sequence[Any]) -> QuerySet[Any]:
    """Those of the children that ``$skip`` and ``$top`` leave each parent."""
    last = options.skip + (MOST_CHILDREN if options.top is None else options.top)
    counted: QuerySet[Any] = rows.annotate(place_among=Window(RowNumber(), partition_by=[F(theirs)], order_by=orders))
    return counted.filter(place_among__gt=options.skip, place_among__lte=last)


def _by_both(frame: Frame, expand: Expand, parents: Mapping[Any, str]) -> dict[Any, tuple[list[dict[str, Any]], int]]:
    """Children of a navigation with two columns: each parent has them by one of both."""
    way = expand.navigation
    where = Q() if way.where is None else way.where
    first = replace(way, also="", where=where & ~Q(**{way.theirs: F(way.also)}))
    second = replace(way, also="", theirs=way.also, where=where)
    found = _children(frame, replace(expand, navigation=first), parents)
    for key, (rows, number) in _children(frame, replace(expand, navigation=second), parents).items():
        found[key] = (found[key][0] + rows, found[key][1] + number)
    return found


def _children(frame: Frame, expand: Expand, parents: Mapping[Any, str]) -> dict[Any, tuple[list[dict[str, Any]], int]]:
    """Children by their parent's value: the entities shown, and how many there are in all.

    ``parents`` holds the address of each parent.
    """
    if not parents:
        return {}
    if expand.navigation.also:
        return _by_both(frame, expand, parents)
    options, target, theirs = expand.options, expand.target, expand.navigation.theirs
    # In one filter: a column of many rows means the same row in both conditions.
    rows = target.queryset().filter(expand.navigation.where or Q(), **{f"{theirs}__in": parents})
    rows = narrowed(frame.service, target, rows, options)
    shape = Shape(frame, target, options)
    keys = expressions.order_keys(frame.service, target, options.orderby)
    counts: dict[Any, int] = {}
    if options.count:
        counts = dict(rows.order_by().values_list(theirs).annotate(n=Count("pk")))
    if expand.navigation.many:
        rows = _placed(rows, theirs, options, expressions.order_by(keys))
    raw = shape.read(rows.order_by(*expressions.order_by(keys)), {"parent_key": F(theirs)})
    if target.needs_parent:
        above = {shape.key_of(row): parents[row["parent_key"]] for row in raw}
        shape.address = partial(_below, above, expand, target)
    found: dict[Any, tuple[list[dict[str, Any]], int]] = {parent: ([], counts.get(parent, 0)) for parent in parents}
    for row, entity in zip(raw, shape.entities(raw), strict=True):
        found[row["parent_key"]][0].append(entity)
    return found
