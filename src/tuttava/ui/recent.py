"""The records a user opened last, for Home and the palette. Kept in the session, a list for each company."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from tuttava.ui.registry import Hit

MOST = 12


def note(request: HttpRequest, page: Any, record: Any) -> None:
    """Remember that ``record`` was opened on its card ``page``; the setup's single cards are not worth it."""
    if page.single is not None or getattr(request, "company", None) is None:
        return
    mine = request.session.get("recent", {})
    company = str(request.company.pk)  # type: ignore[attr-defined]
    before = mine.get(company, [])
    here = [page.name, str(record.pk)]
    if before[:1] == [here]:
        return
    mine[company] = [here, *(other for other in before if other != here)][:MOST]
    request.session["recent"] = mine


def recent(request: HttpRequest) -> list[Hit]:
    """The records opened last, latest first; those deleted since are left out. One query a kind of record."""
    from tuttava.ui.cards.declare import cards

    pages = {page.name: page for page in cards()}
    company = getattr(request, "company", None)
    seen = request.session.get("recent", {}).get(str(company.pk), []) if company else []
    by_page: dict[str, list[uuid.UUID]] = {}
    for name, pk in seen:
        if name in pages:
            by_page.setdefault(name, []).append(uuid.UUID(pk))
    found = {
        (name, str(record.pk)): record
        for name, ids in by_page.items()
        for record in pages[name].model._default_manager.filter(pk__in=ids)
    }
    return [_hit(pages[name], found[name, pk]) for name, pk in seen if (name, pk) in found]


def _hit(page: Any, record: Any) -> Hit:
    try:
        href = reverse(page.name, kwargs={"pk": record.pk})
    except NoReverseMatch:
        href = ""
    masked = page.masked(record)
    title = str(record) if masked else str(page.title(record))
    detail = "" if masked or not page.subtitle else str(page.subtitle(record))
    return Hit(title, href, detail, "clock")
