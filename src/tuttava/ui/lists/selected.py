"""Rows selected in a list, for pages of other rooms: by their ids, or as the list's state."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
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


def selected_rows(request: HttpRequest, name: str) -> Rows:
    """The rows that were ticked in the list called ``name``, or all that it shows; none when none was ticked."""
    page = page_named(name)
    require(page.right, page.set_name)
    if request.POST.get("everything"):
        return rows_in_state(name, request.POST.get("state", "").lstrip("?") or "all")
    return Shown(page, from_text("")).all_rows.filter(pk__in=as_ids(request.POST.getlist("id")))


def selection_empty() -> DomainError:
    """The refusal where no row was ticked."""
    return DomainError("selection.empty", _("Select at least one row first."))


def as_ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """The ids among what was sent; what is none is left out."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found
