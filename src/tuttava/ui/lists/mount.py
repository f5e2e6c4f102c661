"""Puts declared lists into the product's addresses."""

from __future__ import annotations

from tuttava.ui.lists.declare import BulkLink, ListPage, PageLink
from tuttava.ui.lists.grid import GridViews
from tuttava.ui.lists.views import ListViews
from tuttava.ui.registry import add_route

_pages: dict[str, ListPage] = {}


def register_list(page: ListPage) -> ListPage:
    """Add a list to the product.

    Its addresses are named after it: ``contacts`` (the list), ``contacts-file``, ``contacts-choices``,
    ``contacts-bulk``, ``contacts-save-view``, ``contacts-delete-view``; editable lists also have ``-cell``, ``-new``
    and ``-delete``.
    """
    _pages[page.name] = page
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


def pages() -> list[ListPage]:
    """All lists, for tests and tools that look at each."""
    return list(_pages.values())


def page_named(name: str) -> ListPage:
    """The list called ``name``."""
    return _pages[name]


def add_link(name: str, link: BulkLink) -> None:
    """Let a room above take rows selected in the list called ``name``."""
    links = _pages[name].links
    links[:] = [*(known for known in links if known.name != link.name), link]


def add_page_link(name: str, link: PageLink) -> None:
    """Let a room above offer a page beside *Export* of the list called ``name``."""
    links = _pages[name].page_links
    links[:] = [*(known for known in links if known.name != link.name), link]
