"""The timeline: one stream of everything that happened with a record, from sources that rooms add."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.ui.cards.declare import CardPage, card_of
from tuttava.ui.cards.fields import address
from tuttava.ui.cards.history import FieldChange, RecordChange, UnitChange, history

SHOWN = 25
#: Rows of the journal read at once, and how often at most for one page of the stream.
PAGE, MOST_PAGES = 100, 4
MOST_LINES = 4


@dataclass(frozen=True)
class Happening:
    """One line of the stream. ``kind`` is its source; ``lines`` are further lines below the title.

    ``whom`` names the record that it happened with where that is not the one on the card; ``whom_url`` opens it.
    ``muted``: it does not count (any more), or not yet. ``step``, opened at ``step_url``, is what can be done next.
    """

    at: dt.datetime
    kind: str
    title: str
    who: str = ""
    lines: Sequence[str] = ()
    url: str = ""
    whom: str = ""
    whom_url: str = ""
    muted: bool = False
    step: str = ""
    step_url: str = ""


class Whom(TypedDict, total=False):
    """Those fields of :class:`Happening` that name another record."""

    whom: str
    whom_url: str


@dataclass(frozen=True)
class Asked:
    """What a source is to tell: at most ``limit`` happenings of ``record`` and ``others``, before a moment.

    ``told`` names the record types whose adding another source tells.
    """

    record: Any
    others: Sequence[Any] = ()
    before: dt.datetime | None = None
    limit: int = SHOWN
    told: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[uuid.UUID]:
        return [self.record.pk, *(other.pk for other in self.others)]

    def whom(self, pk: uuid.UUID | None) -> Whom:
        """``whom`` and ``whom_url`` of a happening with the record ``pk``."""
        other = next((other for other in self.others if other.pk == pk), None)
        page = card_of(type(other)) if other is not None else None
        return {} if page is None else {"whom": str(page.title(other)), "whom_url": address(page, other)}


@dataclass(frozen=True)
class Source:
    """Where happenings come from: ``find`` answers them newest first; fewer than asked for means there are no more.

    ``tells`` names the record types whose adding it tells, so that no other source says it again.
    """

    kind: str
    label: Text
    icon: str
    find: Callable[[Asked], Sequence[Happening]]
    tells: frozenset[str] = frozenset()


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
    page: CardPage, record: Any, *, kind: str = "", before: dt.datetime | None = None, limit: int = SHOWN
) -> Stream:
    """What happened with ``record`` in all sources (or the one called ``kind``), newest first."""
    chosen = [source for source in sources(page.name) if kind in ("", source.kind)]
    told = frozenset(record_type for source in chosen for record_type in source.tells)
    asked = Asked(record, page.includes(record), before, limit + 1, told)
    found = [(one, source) for source in chosen for one in source.find(asked)]
    found.sort(key=lambda pair: pair[0].at, reverse=True)
    shown = found[:limit]
    return Stream(shown, shown[-1][0].at if len(found) > limit else None)


def changes_of(asked: Asked) -> list[Happening]:
    """The journal of the records as happenings: one for each unit of work."""
    return [_happening(asked, unit) for unit in _units(asked)[: asked.limit]]


def _units(asked: Asked) -> list[UnitChange]:
    """Units of work, the newest first; a unit that wrote many rows is read on into the next page of the journal."""
    hidden = {one.pk: _hidden(one) for one in (asked.record, *asked.others)}
    found: dict[Any, UnitChange] = {}
    position: int | None = None
    for _page in range(MOST_PAGES):
        rows = history(
            asked.ids, position, until=asked.before, hidden=hidden, without_new=sorted(asked.told), limit=PAGE
        )
        for unit in rows.units:
            known = found.setdefault(unit.id or id(unit), unit)
            if known is not unit:
                known.changes.extend(unit.changes)
        position = rows.before
        if position is None or len(found) >= asked.limit:
            break
    return list(found.values())


def _hidden(record: Any) -> frozenset[str]:
    page = card_of(type(record))
    return page.masked(record) if page is not None else frozenset()


def _happening(asked: Asked, unit: UnitChange) -> Happening:
    """A unit of work in words: first what it did to the card's own record, then to others, with their names."""
    rows = sorted(unit.changes, key=lambda row: row.owner != asked.record.pk)
    whom = asked.whom(rows[0].owner)
    lines = [_line(asked, row, change, whom) for row in rows[:MOST_LINES] for change in row.fields]
    titles = [row.title for row in rows if row.title]
    title = unit.title if not titles else f"{unit.title}: {titles[0]}"
    return Happening(unit.at, "change", title, unit.who, lines[:MOST_LINES], **whom)


def _line(asked: Asked, row: RecordChange, change: FieldChange, whom: Whom) -> str:
    words = f"{change.old} → {change.new or '–'}" if change.old else change.new or "–"
    name = asked.whom(row.owner).get("whom", "")
    return f"{name} · {change.label}: {words}" if name != whom.get("whom", "") else f"{change.label}: {words}"


CHANGES = Source("change", _("Changes"), "pencil", changes_of)
