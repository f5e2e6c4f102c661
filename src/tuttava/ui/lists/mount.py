"""Puts declared lists into the product's addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuttava.ui.lists.declare import BulkLink, Column, ListPage, PageLink
from tuttava.ui.lists.grid import GridViews
from tuttava.ui.lists.known import page_named, remember
from tuttava.ui.lists.views import ListViews
from tuttava.ui.registry import add_route


def register_list(page: ListPage) -> ListPage:
    """Add a list to the product.

    Its addresses are named after it: ``contacts`` (the list), ``contacts-file``, ``contacts-choices``,
    ``contacts-bulk``, ``contacts-save-view``, ``contacts-delete-view``; editable lists also have ``-cell``, ``-new``
    and ``-delete``.
    """
    remember(page)
    views, base = ListViews(page), page.path.rstrip("/")
    add_route(f"{base}/", views.show, page.name)
    add_route(f"{base}/file/<slug:name>", views.file, f"{page.name}-file")
    add_route(f"{base}/choices/<slug:name>", views.choices, f"{page.name}-choices")
    add_route(f"{base}/views/save", views.save_view, f"{page.name}-save-view")
    add_route(f"{base}/views/<uuid:pk>/delete", views.delete_view, f"{page.name}-delete-view")
    add_route(f"{base}/bulk/<slug:name>", views.bulk, f"{page.name}-bulk")
    if page.editable:
        grid = GridViews(page)
        add_route(f"{base}/cell/<uuid:pk>", grid.cell, f"{page.name}-cell")
        add_route(f"{base}/new", grid.new, f"{page.name}-new")
        add_route(f"{base}/delete/<uuid:pk>", grid.delete, f"{page.name}-delete")
        add_route(f"{base}/offer/<slug:name>", grid.offer, f"{page.name}-offer")
    return page


def add_link(name: str, link: BulkLink) -> None:
    """Let a room above take rows selected in the list called ``name``."""
    links = page_named(name).links
    links[:] = [*(known for known in links if known.name != link.name), link]


def add_column(name: str, column: Column, prepare: Callable[[list[Any]], None]) -> None:
    """Let a room above show a column in the list called ``name``; ``prepare`` reads it for all rows of a page."""
    page = page_named(name)
    before = page.prepare
    page.columns = [*page.columns, column]

    def prepare_all(rows: list[Any]) -> None:
        if before is not None:
            before(rows)
        prepare(rows)

    page.prepare = prepare_all


def add_page_link(name: str, link: PageLink) -> None:
    """Let a room above offer a page beside *Export* of the list called ``name``."""
    links = page_named(name).page_links
    links[:] = [*(known for known in links if known.name != link.name), link]
