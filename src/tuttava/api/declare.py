"""What a room declares: entity sets with properties, navigations, actions and functions.

A set costs a declaration; the machine gives it routes, metadata, query options, paging, ETags, deep insert, batch,
deltas and webhooks. A declaration names data and the room's functions; it holds no rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import BaseExpression, Combinable

from tuttava.api.edm import Kind, Type
from tuttava.api.files import FilePart
from tuttava.foundation import records
from tuttava.foundation.errors import Text

if TYPE_CHECKING:
    from tuttava.api.options import Options

Row = dict[str, Any]
Expression = BaseExpression | F | Combinable


@dataclass(frozen=True)
class Wanted:
    """What a page of rows is read for: the names of the properties shown, and the calculation filters (A-50)."""

    names: frozenset[str]
    calculation: Mapping[str, str]


#: Edits a page of rows in place after it was read: masks, figures that SQL does not give.
Compute = Callable[[Sequence[Row], Wanted], None]


@dataclass(frozen=True)
class Property:
    """One property of an entity.

    ``source`` is the stored column (attribute name of the model), or a path over relations (``country__id``).
    ``expression`` computes it in SQL instead; with ``later`` only for filter and order. Neither: ``finish`` of the set
    fills it after the page was read; such a property can be neither filtered nor sorted. ``write`` names the model's
    attribute that a value is entered in (default: ``source``); ``convert`` turns the sent value into the one to enter,
    raising domain errors. Two properties entered in one attribute are one thing in two forms (A-35). ``immutable``:
    may be given in POST only. ``write_only``: always blank in answers.
    """

    name: str
    type: Type
    source: str = ""
    expression: Callable[[], Expression] | None = None
    read_only: bool = False
    immutable: bool = False
    #: The code of the refusal to change it, where a set has one of its own.
    refusal: str = "BadRequest_InvalidOperation"
    required: bool = False
    write: str = ""
    write_only: bool = False
    convert: Callable[[Any], Any] | None = None
    caption: Text = ""
    #: Whether the column can be NULL (a path over relations always can).
    nullable: bool = False
    filterable: bool = True
    sortable: bool = True
    later: bool = False

    @property
    def computed(self) -> bool:
        """Whether only the set's ``finish`` knows its value."""
        return not self.source and self.expression is None

    @property
    def is_column(self) -> bool:
        """Whether it is read with the rows; what is ``later`` is filled in by ``finish`` for a whole page at once."""
        return not self.computed and not self.later and not self.write_only

    @property
    def key(self) -> str:
        """Under which name its raw value stands in a row."""
        return self.source or self.name

    def sql(self) -> Expression:
        """The expression of its raw value (NULL where blank, if ``nullable``)."""
        return self.expression() if self.expression is not None else F(self.source)

    @property
    def attribute(self) -> str:
        """The model attribute that a sent value is entered in; blank: not writable."""
        return "" if self.read_only else self.write or self.source


@dataclass(frozen=True)
class Navigation:
    """From an entity to others: those rows of ``target`` whose ``theirs`` column equals this entity's ``ours``.

    ``target`` is a set's name, or a model (its first set). ``where`` narrows further. ``contained``: the children live
    and die with the parent and can be posted with it; ``fills`` names what they take from it.
    """

    name: str
    target: str | type[Model]
    many: bool = True
    theirs: str = "id"
    ours: str = "id"
    #: A second column of theirs by which rows belong to this entity; a row never belongs to one entity by both, unless
    #: both hold the same.
    also: str = ""
    where: Q | None = None
    contained: bool = False
    partner: str = ""
    caption: Text = ""
    #: Attributes of the child's model that posting under a parent fills from the parent's attributes.
    fills: tuple[tuple[str, str], ...] = ()
    #: Attributes of the child's model that posting under a parent sets to a value.
    gives: tuple[tuple[str, Any], ...] = ()
    #: How the target set looks along this navigation, where its entities are rows of a model of their own there.
    shape: Callable[[EntitySet], EntitySet] | None = None

    def leading_to(self, key: Any) -> Q:
        """The condition of the rows that the entity with ``key`` in its column ``ours`` leads to."""
        found = Q(**{self.theirs: key})
        found = found | Q(**{self.also: key}) if self.also else found
        return found if self.where is None else found & self.where


@dataclass(frozen=True)
class Parameter:
    """A parameter of an action: its name on the wire, its type; without ``required`` it may be left out."""

    name: str
    type: Type
    required: bool = False
    default: Any = None


@dataclass(frozen=True)
class File:
    """A file as the result of an action or stream; its ``content`` is no bytes where it may be too large for memory."""

    content: bytes | FilePart
    media_type: str
    name: str = ""

    @property
    def data(self) -> bytes:
        """The content, held in memory whatever its size."""
        return self.content if isinstance(self.content, bytes) else b"".join(self.content.blocks())


@dataclass(frozen=True)
class Entities:
    """Records of the set ``name`` within an action's answer that has more to tell: written as that set writes them."""

    name: str
    records: Sequence[Any]


@dataclass(frozen=True)
class Action:
    """A bound action (POST) or function (GET) of an entity or of its set.

    ``run`` takes the record (entity-bound; None when bound to the set) and the parameters as keyword arguments in
    snake_case; parameters left out take their default. It returns a record or a list of records of the set
    ``returns``, any JSON value (``returns`` blank; an object may hold :class:`Entities`), a :class:`File`, or None
    (204). ``long`` work is run without a transaction around it and with the argument ``wait``; without waiting it
    returns the job that does it (A-67), or its result where there was nothing to do.
    """

    name: str
    run: Callable[..., Any]
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    returns_many: bool = False
    #: The set of what it returns, where that depends on the record.
    set_of: Callable[[Any], str] | None = None
    on_set: bool = False
    function: bool = False
    right: str = ""
    long: bool = False
    caption: Text = ""
    created: bool = False
    #: Whether the metadata document has it: an action and a function cannot share a name there (A-21).
    listed: bool = True


@dataclass(frozen=True)
class Stream:
    """A stream property: ``read`` gives the file or None, ``write`` stores bytes, ``delete`` removes them.

    ``peek``, where reading sets something off: the same file without that, for calls that do not take it away.
    """

    name: str
    read: Callable[[Any], File | None]
    write: Callable[[Any, bytes, str, str], None] | None = None
    delete: Callable[[Any], None] | None = None
    peek: Callable[[Any], File | None] | None = None


Create = Callable[[Mapping[str, Any], Mapping[str, Any]], Model]
Change = Callable[[Any, Mapping[str, Any], int | None], Model]
Delete = Callable[[Any, int | None], None]
#: Takes a whole sent object: creates it, or replaces the one with its key; answers the record and whether it is new.
Put = Callable[[Mapping[str, Any]], tuple[Model, bool]]


def _no_filter(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


def _is_better(prop: Property, known: Property) -> bool:
    """Whether ``prop`` rather than ``known`` stands for an attribute: one that is entered, a code rather than an id."""
    if not known.attribute:
        return True
    return known.type.kind is Kind.GUID and bool(prop.attribute) and prop.type.kind is not Kind.GUID


@dataclass(frozen=True, kw_only=True)
class EntitySet:
    """An entity set of one service.

    ``properties`` stand in metadata order, which is the order in which sent values are entered (A-35). ``natural_key``
    names the properties of the alternate key and the default order. ``rows`` narrows what may be seen. ``create``,
    ``change`` and ``delete`` default to the record machine of the foundation. ``finish`` edits a page of rows (masks,
    computed figures) before they are written as JSON. ``always`` names columns that
    ``finish`` needs whatever was selected.
    """

    name: str
    entity: str
    model: type[Model]
    properties: tuple[Property, ...]
    navigations: tuple[Navigation, ...] = ()
    actions: tuple[Action, ...] = ()
    streams: tuple[Stream, ...] = ()
    key: str = "id"
    natural_key: tuple[str, ...] = ()
    #: The properties by which a list stands in order, where that is not the natural key.
    order: tuple[str, ...] = ()
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] = _no_filter
    methods: frozenset[str] = frozenset({"GET", "POST", "PATCH", "DELETE"})
    create: Create | None = None
    #: After children were posted along: what of the values sent for the parent counts once they are there.
    completed: Callable[[Any, Mapping[str, Any]], None] | None = None
    change: Change | None = None
    delete: Delete | None = None
    #: POST of an existing key replaces it, answered 200 instead of 201 (17.11).
    put: Put | None = None
    #: A PATCH that sends nothing new runs ``change`` as well (it renews something).
    always_change: bool = False
    finish: Compute | None = None
    always: tuple[str, ...] = ()
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    #: Rights for reading, writing and deleting; blank: whoever has signed in (the verbs see for themselves).
    read_right: str = "api.read"
    write_right: str = "api.write"
    delete_right: str = "api.write"
    tracked: bool = False
    webhooks: bool = False
    outside: bool = False
    #: Calculation filters that the set's figures accept as query options (A-50), and the type of what they compare.
    calculation_filters: Mapping[str, Type] = field(default_factory=dict, hash=False)
    version: str = "version"
    caption: Text = ""
    caption_plural: Text = ""
    #: Reached only through a parent: without one it answers 400 with this domain code.
    needs_parent: str = ""
    #: A flag: rows that have it are left out of lists unless ``$filter`` names the property.
    left_out_by: str = ""
    #: Filters without which the set refuses to list, as (property, domain code).
    needs_filter: tuple[tuple[str, str], ...] = ()
    #: Sees the options of a request for a list that no parent narrows, and may refuse it.
    guard: Callable[[Options], None] | None = None
    #: Columns of other tables that make this entity changed when their row changes: (table, column with our id).
    touched_by: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Properties, streams and navigations of an entity share one space of names (CSDL)."""
        names = [prop.name for prop in self.properties] + [stream.name for stream in self.streams]
        names += [navigation.name for navigation in self.navigations]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{self.name} declares twice: {', '.join(twice)}")

    @cached_property
    def by_name(self) -> dict[str, Property]:
        return {prop.name: prop for prop in self.properties}

    @cached_property
    def navigation_by_name(self) -> dict[str, Navigation]:
        return {each.name: each for each in self.navigations}

    @cached_property
    def by_attribute(self) -> dict[str, Property]:
        """Properties by the model attribute they are entered in or read from; the plain copy wins, an id loses."""
        found: dict[str, Property] = {}
        for prop in self.properties:
            for name in (prop.source, prop.attribute):
                if name and (name not in found or _is_better(prop, found[name])):
                    found[name] = prop
        return found

    def forms_of(self, prop: Property) -> list[Property]:
        """The properties that enter the same value as ``prop``, itself among them."""
        return [each for each in self.properties if each.attribute == prop.attribute]

    def action(self, name: str, *, on_set: bool, function: bool) -> Action | None:
        """The action or function that ``name`` (without namespace, any case) calls (A-64)."""
        for each in self.actions:
            if each.name.casefold() == name.casefold() and (each.on_set, each.function) == (on_set, function):
                return each
        return None

    def shaped(self, shape: Callable[[EntitySet], EntitySet]) -> EntitySet:
        """This set as ``shape`` makes it; made once."""
        if shape not in self._shapes:
            self._shapes[shape] = shape(self)
        return self._shapes[shape]

    @cached_property
    def _shapes(self) -> dict[Callable[[EntitySet], EntitySet], EntitySet]:
        return {}

    def queryset(self) -> QuerySet[Any]:
        """All rows the caller may see."""
        return self.rows(self.model._default_manager.all())

    @property
    def key_property(self) -> Property:
        return self.by_name[self.key]


@dataclass
class Service:
    """One of the two services: its path below ``/api`` and its sets in the order of their registration."""

    path: str
    name: Literal["standard", "crm"]
    sets: dict[str, EntitySet] = field(default_factory=dict)
    functions: list[Action] = field(default_factory=list)

    def register(self, *sets: EntitySet) -> None:
        """Add sets; a name can be taken once only."""
        for each in sets:
            if each.name in self.sets:
                raise ValueError(f"entity set {each.name} is registered twice")
            self.sets[each.name] = each

    def extend(
        self,
        name: str,
        *,
        properties: Iterable[Property] = (),
        navigations: Iterable[Navigation] = (),
        actions: Iterable[Action] = (),
    ) -> None:
        """Let a higher room add to a set of a lower one."""
        known = self.sets[name]
        self.sets[name] = replace(
            known,
            properties=(*known.properties, *properties),
            navigations=(*known.navigations, *navigations),
            actions=(*known.actions, *actions),
        )

    def target(self, navigation: Navigation) -> EntitySet | None:
        """The set a navigation leads to; None while the service does not have it."""
        if not isinstance(navigation.target, str):
            return self.set_of(navigation.target)
        found = self.sets.get(navigation.target)
        return found if found is None or navigation.shape is None else found.shaped(navigation.shape)

    def reach(self, navigation: Navigation) -> EntitySet:
        """The set of a navigation that is known to lead somewhere."""
        found = self.target(navigation)
        if found is None:
            raise LookupError(navigation.name)
        return found

    def set_of(self, model: type[Model]) -> EntitySet | None:
        """The first set that shows ``model``; one that is reached through a parent shows only a part of it."""
        found = [each for each in self.sets.values() if each.model is model]
        return min(found, key=lambda each: bool(each.needs_parent), default=None)


STANDARD = Service("v2.0", "standard")
CRM = Service("tuttava/crm/v1.0", "crm")
SERVICES = (STANDARD, CRM)
#: *compat*: tells which sets have webhooks (A-98); has no sets of its own.
RUNTIME = Service("microsoft/runtime/beta", "standard")


def create_record(entity_set: EntitySet, values: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """Create by the set's own verb, else by the record machine."""
    if entity_set.create is not None:
        return entity_set.create(values, given)
    return records.create(_record_model(entity_set), values, given=given, in_order=True)


def change_record(entity_set: EntitySet, record: Any, values: Mapping[str, Any], version: int | None) -> Any:
    """Change by the set's own verb, else by the record machine."""
    if entity_set.change is not None:
        return entity_set.change(record, values, version)
    return records.change(record, values, version=version, in_order=True)


def delete_record(entity_set: EntitySet, record: Any, version: int | None) -> None:
    """Delete by the set's own verb, else by the record machine."""
    if entity_set.delete is not None:
        entity_set.delete(record, version)
    else:
        records.delete(record, version=version)


def _record_model(entity_set: EntitySet) -> type[records.Record]:
    model = entity_set.model
    if not issubclass(model, records.Record):
        raise TypeError(f"{entity_set.name} needs verbs of its own")
    return model


def id_of(record: Any) -> uuid.UUID:
    """The id of a record."""
    found: uuid.UUID = record.pk
    return found
