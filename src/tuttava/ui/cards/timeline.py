"""The timeline: one stream of everything that happened with a record, from sources that rooms add."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.ui.cards.declare import card_of
from tuttava.ui.cards.history import history

SHOWN = 25


@dataclass(frozen=True)
class Happening:
    """One line of the stream. ``kind`` is its source; ``lines`` are further lines below the title."""

    at: dt.datetime
    kind: str
    title: str
    who: str = ""
    lines: Sequence[str] = ()
    url: str = ""


@dataclass(frozen=True)
class Source:
    """Where happenings come from: ``find(record, before, limit)`` answers at most ``limit``, newest first."""

    kind: str
    label: Text
    icon: str
    find: Callable[[Any, dt.datetime | None, int], Sequence[Happening]]


_sources: dict[str, dict[str, Source]] = {}


def add_source(card: str, source: Source) -> None:
    """Let ``source`` speak in the timeline of the card called ``card``."""
    _sources.setdefault(card, {})[source.kind] = source


def sources(card: str) -> list[Source]:
    """The sources of a card's timeline."""
    return list(_sources.get(card, {}).values())


@dataclass(frozen=True)
class Stream:
    """A page of a timeline; ``before`` continues it (None: that was all)."""

    happenings: list[tuple[Happening, Source]]
    before: dt.datetime | None


def timeline(
    card: str, record: Any, *, kind: str = "", before: dt.datetime | None = None, limit: int = SHOWN
) -> Stream:
    """What happened with ``record`` in all sources (or the one called ``kind``), newest first."""
    chosen = [source for source in sources(card) if kind in ("", source.kind)]
    found = [(one, source) for source in chosen for one in source.find(record, before, limit + 1)]
    found.sort(key=lambda pair: pair[0].at, reverse=True)
    shown = found[:limit]
    return Stream(shown, shown[-1][0].at if len(found) > limit else None)


def changes_of(record: Any, before: dt.datetime | None, limit: int) -> list[Happening]:
    """The record's own journal as happenings: one for each unit of work."""
    found = []
    shown = card_of(type(record))
    hidden = shown.masked(record) if shown is not None else frozenset()
    for unit in history(record.pk, limit=limit, until=before, hidden=hidden).units:
        lines = [
            f"{change.label}: {change.old} → {change.new}" if change.old else f"{change.label}: {change.new or '–'}"
            for row in unit.changes
            for change in row.fields
        ]
        titles = [row.title for row in unit.changes if row.title]
        title = unit.title if not titles else f"{unit.title}: {titles[0]}"
        found.append(Happening(unit.at, "change", title, unit.who, lines[:4]))
    return found


CHANGES = Source("change", _("Changes"), "pencil", changes_of)
