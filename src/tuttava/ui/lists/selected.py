"""Rows selected in a list, for pages of other rooms: by their ids, or as the list's state."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest

from tuttava.ui.lists.declare import Rows
from tuttava.ui.lists.known import page_named
from tuttava.ui.lists.shown import Shown
from tuttava.ui.lists.state import from_text


def selected_query(request: HttpRequest) -> str:
    """The query for another page: ``ids`` of the rows ticked, or ``state`` of the list for all that match."""
    if request.POST.get("everything"):
        return urlencode({"state": request.POST.get("state", "").lstrip("?") or "all"})
    return urlencode({"ids": ",".join(request.POST.getlist("id"))})


def rows_in_state(name: str, text: str) -> Rows:
    """The rows that the list called ``name`` shows in the state ``text``."""
    return Shown(page_named(name), from_text("" if text == "all" else text)).rows_in_state
