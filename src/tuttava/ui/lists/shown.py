"""A list made ready to be shown: rows, cells, chips, views, and the addresses behind every control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import current
from tuttava.foundation.fields import CodeRef
from tuttava.ui.banners import Banner
from tuttava.ui.lists import operators, paging
from tuttava.ui.lists.chips import AppliedChip, ShownChip, applied, shown_chips
from tuttava.ui.lists.declare import BulkLink, Column, Filter, ListPage, PageLink, Rows, Sort
from tuttava.ui.lists.export import Format, formats_of
from tuttava.ui.lists.markup import rows_html
from tuttava.ui.lists.models import SavedView
from tuttava.ui.lists.state import Chip, ListState, from_text
from tuttava.ui.registry import has_route
from tuttava.ui.values import kind_of, to_text

SEARCH_COUNT = 200


@dataclass(frozen=True)
class Heading:
    """A column as its heading shows it; ``order`` is ``ascending``, ``descending`` or blank."""

    column: Column
    label: str
    width: int
    order: str
    query: str


@dataclass(frozen=True)
class Cell:
    """One value of one row; ``html`` is safe."""

    column: Column
    html: str
    raw: str = ""
    label: str = ""


@dataclass(frozen=True)
class ShownRow:
    """One row with its cells; the first opens its page."""

    row: Any
    href: str
    css: str
    cells: list[Cell]


@dataclass(frozen=True)
class FilterForm:
    """A filter in the add-filter menu with its operators in words."""

    filter: Filter
    operators: list[tuple[str, str]]
    takes_value: bool
    choices: list[tuple[str, str]]
    lookup: str


@dataclass(frozen=True)
class Editor:
    """What the last line of an editable list offers for a column."""

    column: Column
    label: str
    kind: str
    choices: list[tuple[str, str]]
    offer: str
    length: int | None
    default: str


@dataclass
class Shown:
    """Everything the template of a list needs."""

    page: ListPage
    state: ListState
    views: list[SavedView] = field(default_factory=list)

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view in force."""
        return next((view for view in self.views if str(view.pk) == self.state.view), None)

    @cached_property
    def view_changed(self) -> bool:
        """Whether the state is no longer what the saved view holds."""
        if self.view is None:
            return False
        return replace(from_text(self.view.state), view="") != replace(self.state, view="", after="", before="")

    @cached_property
    def address(self) -> str:
        return reverse(self.page.name)

    # --- rows ------------------------------------------------------------------------------------------------
    @cached_property
    def all_rows(self) -> Rows:
        """The rows of the list before anything narrows them."""
        return self.page.rows() if self.page.rows else self.page.model._default_manager.all()

    @cached_property
    def _conditions(self) -> list[AppliedChip]:
        return applied(self.page, self.state)

    @cached_property
    def filtered(self) -> Rows:
        """The rows that the chips leave."""
        rows = self.all_rows
        for chip in self._conditions:
            if chip.condition is not None:
                rows = rows.filter(chip.condition)
        return rows

    @property
    def searchable(self) -> bool:
        return self.page.search is not None

    @property
    def searching(self) -> bool:
        return bool(self.state.q) and self.page.search is not None

    @cached_property
    def rows_in_state(self) -> Rows:
        """The rows that search and chips leave, for bulk actions and export of everything that matches."""
        if not self.searching:
            return self.filtered
        assert self.page.search is not None
        return self.filtered.filter(pk__in=list(self.page.search(self.state.q, self.filtered, 1000)))

    @cached_property
    def sort(self) -> Sort:
        return self.page.sort(self.state.sort.removeprefix("-")) or self.page.sorts[0]

    @property
    def descending(self) -> bool:
        return self.state.sort.startswith("-") if self.state.sort else self.sort.falls

    @cached_property
    def _page(self) -> paging.Page:
        if self.searching and not self.state.sort:
            found = self._best_hits()
        else:
            found = paging.take(
                self.rows_in_state,
                self.sort,
                descending=self.descending,
                after=self.state.after,
                before=self.state.before,
            )
        if self.page.prepare:
            self.page.prepare(found.rows)
        return found

    @cached_property
    def _hits(self) -> Sequence[Any]:
        """Ids of the best hits as far as the page shown needs them, and enough to say how many there are."""
        assert self.page.search is not None
        return list(
            self.page.search(self.state.q, self.filtered, max(SEARCH_COUNT, self._place + paging.PAGE_SIZE) + 1)
        )

    @property
    def _place(self) -> int:
        text = self.state.after or self.state.before
        return min(int(text), 1000) if text.isdecimal() and len(text) < 6 else 0

    def _best_hits(self) -> paging.Page:
        """The best hits in their order; the place is their position among the hits."""
        start, size = self._place, paging.PAGE_SIZE
        wanted = self._hits[start : start + size]
        by_id = {row.pk: row for row in self.filtered.filter(pk__in=wanted)}
        page = paging.Page([by_id[pk] for pk in wanted if pk in by_id])
        page.after = str(start + size) if len(self._hits) > start + size else ""
        page.before = str(start - size) if start > size else ("0" if start else "")
        return page

    @cached_property
    def count(self) -> tuple[int, bool]:
        """How many rows there are, and whether that is exact."""
        if self.searching and not self.state.sort:
            return min(len(self._hits), SEARCH_COUNT), len(self._hits) <= SEARCH_COUNT
        alone = not (self.state.after or self.state.before or self._page.after)
        return (len(self._page.rows), True) if alone else paging.bounded_count(self.rows_in_state)

    @cached_property
    def rows(self) -> list[ShownRow]:
        columns = self.state.columns(self.page)
        return [self.shown_row(row, columns) for row in self._page.rows]

    @cached_property
    def banner(self) -> Banner | None:
        """What is suggested to somebody who may follow the suggestion."""
        return self.page.banner(self._page.rows) if self.may_write else None

    @property
    def rows_html(self) -> SafeString:
        """The rows of a list that is only read."""
        return rows_html(self.rows, selectable=self.selectable)

    def shown_row(self, row: Any, columns: Sequence[tuple[Column, int]] | None = None) -> ShownRow:
        page = self.page
        return ShownRow(
            row,
            page.href(row) if page.href else "",
            page.row_class(row) if page.row_class else "",
            [self._cell(column, row) for column, _width in columns or self.state.columns(page)],
        )

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {column.name: self.label(column) for column in self.page.columns}

    def _cell(self, column: Column, row: Any) -> Cell:
        raw = to_text(getattr(row, column.name), column.kind) if column.edit else ""
        return Cell(column, render(column, row), raw, self._labels[column.name])

    @cached_property
    def editors(self) -> list[Editor]:
        """The fields of the new row, in the order of the columns."""
        return [self._editor(column) for column, _width in self.state.columns(self.page)]

    def _editor(self, column: Column) -> Editor:
        label = self.label(column)
        if not column.edit:
            return Editor(column, label, "", [], "", None, "")
        made = attribute(self.page.model, column.name)
        default = made.get_default() if made.has_default() else ""
        choices = [(str(value), str(words)) for value, words in made.flatchoices]
        offer = reverse(f"{self.page.name}-offer", args=[column.name]) if isinstance(made, CodeRef) else ""
        default = next((chip.values[0] for chip in self.state.chips if self._fills(chip, column)), default)
        return Editor(column, label, kind_of(made), choices, offer, made.max_length, to_text(default))

    @staticmethod
    def _fills(chip: Chip, column: Column) -> bool:
        """Whether a chip decides what new rows hold: the list of one country's formats makes formats of it."""
        return chip.field == column.name and chip.operator == "is" and len(chip.values) == 1

    # --- controls --------------------------------------------------------------------------------------------
    @cached_property
    def headings(self) -> list[Heading]:
        return [self._heading(column, width) for column, width in self.state.columns(self.page)]

    def _heading(self, column: Column, width: int) -> Heading:
        in_force = bool(column.sort) and column.sort == self.sort.name and not (self.searching and not self.state.sort)
        order = ("descending" if self.descending else "ascending") if in_force else ""
        query = self.state.query(sort=f"-{column.sort}" if order == "ascending" else column.sort) if column.sort else ""
        return Heading(column, self.label(column), width, order, query)

    def label(self, column: Column) -> str:
        """A column's words: its own, else its field's, with a capital."""
        words = str(column.label or attribute(self.page.model, column.name).verbose_name)
        return words[:1].upper() + words[1:]

    @cached_property
    def chips(self) -> list[ShownChip]:
        return shown_chips(self._conditions, self.state)

    @cached_property
    def filter_forms(self) -> list[FilterForm]:
        ordered = sorted(self.page.filters, key=lambda found: not found.quick)
        return [self._filter_form(found) for found in ordered]

    def _filter_form(self, found: Filter) -> FilterForm:
        names = operators.operators_of(found)
        lookup = reverse(f"{self.page.name}-choices", args=[found.name]) if found.model else ""
        return FilterForm(
            found,
            [(name, operators.words(name)) for name in names],
            any(name not in operators.WITHOUT_VALUE for name in names),
            [(value, str(words)) for value, words in found.options()],
            lookup,
        )

    @cached_property
    def all_columns(self) -> list[tuple[Column, str, bool, int]]:
        """For the column chooser: shown columns in their order, then the others."""
        shown = self.state.columns(self.page)
        names = {column.name for column, _width in shown}
        others = [(column, column.width) for column in self.page.columns if column.name not in names]
        return [(column, self.label(column), column.name in names, width) for column, width in [*shown, *others]]

    @property
    def clear(self) -> str:
        """The query without search and chips."""
        return self.state.query(q="", chips=())

    @property
    def next(self) -> str:
        return self.state.query(after=self._page.after) if self._page.after else ""

    @property
    def previous(self) -> str:
        return self.state.query(before=self._page.before) if self._page.before else ""

    @property
    def here(self) -> str:
        """The query of this very page."""
        return self.state.query(after=self.state.after, before=self.state.before)

    @property
    def plain_columns(self) -> str:
        """The address with the columns the room shows."""
        return self.address + self.state.query(cols=())

    @cached_property
    def files(self) -> list[tuple[Format, str]]:
        """The kinds of file to export, with their addresses."""
        query = self.state.query()
        return [(kind, reverse(f"{self.page.name}-file", args=[kind.name]) + query) for kind in formats_of(self.page)]

    @property
    def save_view_name(self) -> str:
        return f"{self.page.name}-save-view"

    @property
    def delete_view_name(self) -> str:
        return f"{self.page.name}-delete-view"

    @property
    def bulk_name(self) -> str:
        return f"{self.page.name}-bulk"

    @property
    def new_name(self) -> str:
        return f"{self.page.name}-new"

    @property
    def delete_name(self) -> str:
        return f"{self.page.name}-delete"

    @property
    def narrowed(self) -> bool:
        return bool(self.state.q or self.state.chips)

    @property
    def may_write(self) -> bool:
        return current().may("api.write", self.page.set_name)

    @property
    def may_create(self) -> bool:
        """Whether *New* leads somewhere."""
        return self.may_write and has_route(self.page.new)

    @property
    def new_address(self) -> str:
        """Where *New* leads; what the list is narrowed to goes along where the page behind it wants to know."""
        chips = self.state.chips if self.page.new_takes_chips else ()
        return reverse(self.page.new) + (ListState(chips=chips).query() if chips else "")

    @cached_property
    def bulk(self) -> list[Any]:
        return [action for action in self.page.bulk if current().may(action.right, self.page.set_name)]

    @cached_property
    def links(self) -> list[BulkLink]:
        """Pages of other rooms that take the selected rows."""
        return [link for link in self.page.links if current().may(link.right, link.set_name or self.page.set_name)]

    @cached_property
    def page_links(self) -> list[PageLink]:
        """Pages of other rooms beside *Export*."""
        return [link for link in self.page.page_links if current().may(link.right, self.page.set_name)]

    @property
    def selectable(self) -> bool:
        return bool(self.bulk or self.links)


def render(column: Column, row: Any) -> str:
    """The cell of ``row`` as HTML; plain text is escaped."""
    if column.cell is not None:
        return column.cell(row)
    if column.kind == "flag":
        return format_html('<span class="badge">{}</span>', _("Yes")) if column.read(row) else ""
    return format_html("{}", column.text(row))
