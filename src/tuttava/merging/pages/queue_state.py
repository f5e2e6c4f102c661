"""Which pairs the queue shows, in which order, and where one stands in it. The address holds all of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from tuttava.contacts.models import ContactType
from tuttava.duplicates import smart
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.pages.words import BANDS
from tuttava.duplicates.queries import queue_pairs
from tuttava.ui.lists.paging import bounded_count

NAME = "duplicates"
#: So many pairs are asked about when answers are to teach; each answer may change which.
ASKED = 200
_UNSEEN = [f"{side}__{name}" for side in ("contact", "duplicate") for name in ("search_tokens", "search_text")]
_ENDS = dict(zip((str(least) for least, *_ in BANDS), [101, *(least for least, *_ in BANDS)], strict=False))
_FOUND = ("classic", "smart")


@dataclass(frozen=True)
class QueueState:
    """What the address says: ``kind`` of contact, ``score`` band by its least, ``found`` by which search, ``teach``."""

    kind: str = ""
    score: str = ""
    found: str = ""
    teach: bool = False
    pair: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> QueueState:
        kind, score, found = (sent.get(name, "") for name in ("kind", "score", "found"))
        return cls(
            kind if kind in ContactType.values else "",
            score if score in _ENDS else "",
            found if found in _FOUND else "",
            sent.get("order") == "teach",
            sent.get("pair", ""),
        )

    def query(self, **changes: object) -> str:
        """The address of the queue with ``changes``; another choice begins anew."""
        state = replace(self, **{"pair": "", **changes})  # type: ignore[arg-type]
        return reverse(NAME) + state.suffix

    @property
    def suffix(self) -> str:
        return f"?{text}" if (text := urlencode(self.pairs)) else ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What a form sends on."""
        order = "teach" if self.teach else ""
        named = (("kind", self.kind), ("score", self.score), ("found", self.found), ("order", order))
        return [(name, value) for name, value in (*named, ("pair", self.pair)) if value]

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.score or self.found)


def rows_of(state: QueueState) -> QuerySet[ContactDuplicate]:
    """The open pairs that the state lets through, in its order."""
    rows = queue_pairs()
    if state.kind:
        rows = rows.filter(contact__type=state.kind)
    if state.score:
        rows = rows.filter(score__gte=int(state.score), score__lt=_ENDS[state.score])
    if state.found:
        rows = rows.filter(**{state.found: True})
    if state.teach:
        asked = smart.informative_pairs(ASKED, among=rows.filter(put_off_at__isnull=True))
        place = Func(Value(asked, output_field=ArrayField(UUIDField())), F("pk"), function="array_position")
        rows = rows.filter(pk__in=asked).annotate(place=Cast(place, IntegerField())).order_by("place")
    return rows


def shown_rows(state: QueueState) -> QuerySet[ContactDuplicate]:
    """The same with both contacts."""
    return rows_of(state).select_related("contact", "duplicate").defer(*_UNSEEN)


def _behind(pair: ContactDuplicate, state: QueueState) -> Q:
    """What comes after the pair in the order of the queue."""
    if state.teach:
        # What was just decided has no place any more: the next is what the search wants to know most now.
        return Q(place__gt=getattr(pair, "place", 0))
    lower = Q(score__isnull=True, id__gt=pair.pk)
    if pair.score is not None:
        lower = Q(score__lt=pair.score) | Q(score__isnull=True) | Q(score=pair.score, id__gt=pair.pk)
    if pair.put_off_at is None:
        return Q(put_off_at__isnull=False) | (Q(put_off_at__isnull=True) & lower)
    return Q(put_off_at__gt=pair.put_off_at) | (Q(put_off_at=pair.put_off_at) & lower)


@dataclass(frozen=True)
class Place:
    """Where a pair stands: ``position`` of ``total`` (not exact where it has a plus), with its neighbours."""

    pair: ContactDuplicate | None
    position: int = 0
    total: int = 0
    exact: bool = True
    next: uuid.UUID | None = None
    previous: uuid.UUID | None = None


def place_of(state: QueueState) -> Place:
    """The pair that the address names, else the first, and its place."""
    rows = shown_rows(state)
    pair = _named(rows, state.pair) or rows.first()
    if pair is None:
        return Place(None)
    plain = rows_of(state)
    behind = _behind(pair, state)
    before = plain.exclude(pk=pair.pk).exclude(behind) if state.teach else plain.filter(_ahead(pair))
    total, exact = bounded_count(plain)
    ahead, _exact = bounded_count(before)
    return Place(
        pair,
        min(ahead + 1, total) if total else 1,
        total,
        exact,
        plain.filter(behind).values_list("pk", flat=True).first(),
        before.reverse().values_list("pk", flat=True).first(),
    )


def _ahead(pair: ContactDuplicate) -> Q:
    """What comes before the pair."""
    higher = Q(score__isnull=False) | Q(score__isnull=True, id__lt=pair.pk)
    if pair.score is not None:
        higher = Q(score__gt=pair.score) | Q(score=pair.score, id__lt=pair.pk)
    if pair.put_off_at is None:
        return Q(put_off_at__isnull=True) & higher
    return Q(put_off_at__isnull=True) | Q(put_off_at__lt=pair.put_off_at) | (Q(put_off_at=pair.put_off_at) & higher)


def _named(rows: QuerySet[ContactDuplicate], text: str) -> ContactDuplicate | None:
    try:
        return rows.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None


def following(state: QueueState, pair: ContactDuplicate) -> str:
    """The pair to show once this one is decided: the next, else the one before; blank when none is left."""
    rows = rows_of(state)
    found = rows.filter(_behind(pair, state)).values_list("pk", flat=True).first()
    return str(found or "")
