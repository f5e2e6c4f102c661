"""The lists that the product has, by name."""

from __future__ import annotations

from tuttava.ui.lists.declare import ListPage

_pages: dict[str, ListPage] = {}


def remember(page: ListPage) -> None:
    """Add a list, or put it in the place of the one of the same name."""
    _pages[page.name] = page


def pages() -> list[ListPage]:
    """All lists, for tests and tools that look at each."""
    return list(_pages.values())


def page_named(name: str) -> ListPage:
    """The list called ``name``."""
    return _pages[name]
