"""What a room declares to get a list: columns, sorts, filters, bulk actions. A declaration holds no rules.

Everything a list does follows from this: address with its whole state, keyset paging, chips, saved views, column
choice, selection, export, keys. Register with :func:`tuttava.ui.lists.mount.register_list`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.expressions import Expression
from django.urls import reverse

from tuttava.foundation.errors import Text
from tuttava.ui.banners import Banner
from tuttava.ui.values import show

Rows = QuerySet[Any]
Choices = Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Sort:
    """An order that an index serves. ``keys`` are field names or expressions, all in one direction, the last unique.

    ``nullable``: the first key may be null (such rows come last). ``falls``: descending where nobody asked for an
    order. ``covered``: indexes hold all that filters compare, so the last keys of a page are found in an index alone
    and only its rows are read, however many others the filters turn down.
    """

    name: str
    keys: Sequence[str | Expression]
    nullable: bool = False
    falls: bool = False
    covered: bool = False


@dataclass(frozen=True)
class Column:
    """One column. ``value`` reads the row (default: the attribute ``name``); ``cell`` renders it instead as HTML.

    ``sort`` names the :class:`Sort` its heading offers, ``width`` is in pixels, ``hidden`` columns wait in the column
    chooser, ``edit`` makes the cell of an editable list writable (the model field ``name``). The figures of a
    ``number`` stand below each other.
    """

    name: str
    label: Text = ""
    width: int = 140
    sort: str = ""
    hidden: bool = False
    kind: str = ""
    value: Callable[[Any], Any] | None = None
    cell: Callable[[Any], str] | None = None
    export: Callable[[Any], Any] | None = None
    edit: bool = False
    help: Text = ""
    phone: bool = True
    number: bool = False

    @property
    def css(self) -> str:
        """The classes of its cells."""
        return " ".join([*(() if self.phone else ("not-phone",)), *(("figure",) if self.number else ())])

    def read(self, row: Any) -> Any:
        """The plain value, for exports and plain cells; choices in words."""
        if self.value is not None:
            return self.value(row)
        words = getattr(row, f"get_{self.name}_display", None)
        return words() if words else getattr(row, self.name)

    def text(self, row: Any) -> str:
        return show(self.read(row), self.kind)


@dataclass(frozen=True)
class Filter:
    """Something the rows can be narrowed by. ``kind`` decides the operators:

    ``text`` (``lower``: the index holds lower case), ``code`` (of ``model`` or ``choices``), ``choice``, ``flag``,
    ``date``, ``moment``. ``path`` is the field (default ``name``). ``condition(operator, values)`` replaces the
    built-in condition. ``quick`` filters stand first.
    """

    name: str
    label: Text
    kind: str = "text"
    path: str = ""
    lower: bool = False
    choices: Choices | Callable[[], Choices] = ()
    model: type[models.Model] | None = None
    condition: Callable[[str, Sequence[str]], Q] | None = None
    operators: Sequence[str] = ()
    quick: bool = False
    help: Text = ""

    @property
    def field(self) -> str:
        return self.path or self.name

    def options(self) -> Choices:
        return self.choices() if callable(self.choices) else self.choices

    def stored(self, value: str) -> str:
        """A chip's value as the database holds it: codes are capitals."""
        return value.upper() if self.kind == "code" else value


@dataclass(frozen=True)
class Plan:
    """What a bulk action would do: ``will`` rows change, ``already`` have it, ``refused`` cannot (with ``reason``)."""

    will: int
    already: int = 0
    refused: int = 0
    reason: Text = ""


@dataclass(frozen=True)
class BulkField:
    """What a bulk action asks for. ``model`` offers that code table, ``choices`` a few values."""

    name: str
    label: Text
    model: type[models.Model] | None = None
    choices: Choices = ()
    required: bool = False
    help: Text = ""


@dataclass(frozen=True)
class BulkAction:
    """Something done to all selected rows at once, as one unit of work that can be undone.

    ``plan`` is the dry run, ``run`` does it and answers how many rows changed; both get the selected rows and what
    was entered. ``done`` words the notice, with ``%(count)d``.
    """

    name: str
    label: Text
    run: Callable[[Rows, Mapping[str, str]], int]
    plan: Callable[[Rows, Mapping[str, str]], Plan]
    fields: Sequence[BulkField] = ()
    icon: str = "pencil-square"
    right: str = "api.write"
    done: Text = ""
    danger: bool = False


@dataclass(frozen=True)
class BulkLink:
    """A page of a room above that takes the selected rows.

    Its address, named ``url``, is posted what a bulk action is: ``id`` of each row, ``state`` and ``everything``;
    :func:`tuttava.ui.lists.selected.selected_query` makes a query of it, ``selected_rows`` the rows themselves.
    ``right`` is asked of ``set_name``, or of the list's own set. ``dialog``: it opens over the list.
    """

    name: str
    label: Text
    url: str
    icon: str = "arrow-right"
    right: str = "api.read"
    set_name: str = ""
    dialog: bool = False


@dataclass(frozen=True)
class PageLink:
    """A page of a room above that stands beside *Export*, such as *Import*; an empty list that one may fill offers it.

    ``url`` names its address, which ``given`` completes; ``right`` is asked of the list's set.
    """

    name: str
    label: Text
    url: str
    icon: str = "arrow-right"
    right: str = "api.read"
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return reverse(self.url, kwargs=dict(self.given))


@dataclass(frozen=True)
class Start:
    """The first step an empty list offers."""

    title: Text
    text: Text
    label: Text = ""
    url: str = ""
    icon: str = "inbox"


Search = Callable[[str, Rows, int], Sequence[uuid.UUID]]


@dataclass
class ListPage:
    """A list as a room declares it.

    ``rows()`` answers the unfiltered rows; ``search(text, rows, limit)`` ids of the best hits first; ``prepare``
    looks up what cells of one page need, in a fixed number of queries; ``row_class`` a CSS class for a row; ``new`` the
    name of the address behind *New*, which is given the list's chips when ``new_takes_chips``; ``banner`` what is
    suggested above the rows of this page, if anything.
    ``editable`` makes a grid of it, for code tables: cells are written through the record's rules.
    """

    name: str
    path: str
    title: Text
    model: type[models.Model]
    columns: Sequence[Column]
    sorts: Sequence[Sort]
    filters: Sequence[Filter] = ()
    rows: Callable[[], Rows] | None = None
    search: Search | None = None
    href: Callable[[Any], str] | None = None
    row_class: Callable[[Any], str] | None = None
    prepare: Callable[[list[Any]], None] | None = None
    banner: Callable[[list[Any]], Banner | None] = lambda rows: None
    bulk: Sequence[BulkAction] = ()
    links: list[BulkLink] = field(default_factory=list)
    page_links: list[PageLink] = field(default_factory=list)
    new: str = ""
    new_label: Text = ""
    new_takes_chips: bool = False
    start: Start | None = None
    right: str = "api.read"
    editable: bool = False
    parent: tuple[str, Text] | None = None
    intro: Text = ""
    set_name: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def filter(self, name: str) -> Filter | None:
        return next((found for found in self.filters if found.name == name), None)

    def sort(self, name: str) -> Sort | None:
        return next((sort for sort in self.sorts if sort.name == name), None)
