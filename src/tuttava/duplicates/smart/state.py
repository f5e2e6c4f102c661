"""What the search knows of a company's contacts as a whole: value frequencies, and what answers taught."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, cast

from django.db import connection
from django.utils import timezone
from psycopg import sql

from tuttava.duplicates.models import MatchingState
from tuttava.duplicates.smart.standing import IS_WHOLE
from tuttava.foundation.context import current
from tuttava.foundation.schemas import current_schema
from tuttava.matching.learning import Correction
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics

log = logging.getLogger(__name__)
#: Frequencies are stored anew once they stand for this many times as many contacts as those stored last.
GROWTH = 1.2
#: New contacts are counted in once they are so many, and this share of the base: it takes a while in a large one.
LEAST_COUNTED, SHARE_COUNTED = 20, 0.05
#: Companies whose frequencies a process keeps at hand.
_MOST_HELD = 4
_KEY = "duplicates.knowledge"
# Asked with each contact that is saved: the frequencies themselves stay where they are.
_KNOWN = sql.SQL(
    "SELECT {whole}, s.id, s.counted, s.counted_at, CASE WHEN s.use_correction THEN s.correction END"
    " FROM (SELECT) one LEFT JOIN duplicates_matchingstate s ON true LIMIT 1"
).format(whole=IS_WHOLE)


@dataclass(frozen=True)
class _Held:
    """A company's frequencies in this process: as stored at ``counted_at``, and what it added since."""

    counted_at: dt.datetime | None
    statistics: Statistics
    stored: int
    counted: int
    waiting: list[Records] = field(default_factory=list)
    waiting_contacts: int = 0

    @property
    def due(self) -> bool:
        """Whether those that wait are enough to be counted in."""
        return self.waiting_contacts >= max(LEAST_COUNTED, self.counted * SHARE_COUNTED)


_held: OrderedDict[str, _Held] = OrderedDict()
_turn = threading.Lock()


@dataclass(frozen=True)
class Knowledge:
    """What judging a pair needs beside the pair. ``correction`` None: nothing learnt, or switched off.

    ``whole``: the keys of all contacts are there, so that nobody is missed.
    """

    statistics: Statistics
    correction: Correction | None
    whole: bool


def matching_state() -> MatchingState:
    """The company's one row, without the frequencies; an unsaved one where there is none yet."""
    return MatchingState.objects.defer("statistics").first() or MatchingState()


def ensure_state() -> MatchingState:
    """The same, created when missing."""
    MatchingState.objects.get_or_create(only_row=True)
    return matching_state()


def knowledge() -> Knowledge:
    """What is known now; asked once a call, the frequencies read only when they changed since this process did."""
    cache = current().cache
    if _KEY not in cache:
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN)
            whole, pk, counted, counted_at, learnt = cursor.fetchone()
        statistics = _statistics(MatchingState(pk, counted=counted or 0, counted_at=counted_at)).statistics
        correction = Correction.from_json(json.loads(learnt)) if learnt else None
        cache[_KEY] = Knowledge(statistics, correction, whole)
    return cast("Knowledge", cache[_KEY])


def forget_knowledge() -> None:
    """Ask anew next time in this call."""
    current().cache.pop(_KEY, None)


def _statistics(state: MatchingState) -> _Held:
    with _turn:
        held = _held.get(_company())
    if held is not None and held.counted_at == state.counted_at:
        return held
    data = None if state.pk is None else MatchingState.objects.values_list("statistics", flat=True).get(pk=state.pk)
    known, counted = _read(data, state.counted)
    return _hold(_Held(state.counted_at, known, counted, counted))


def _read(data: bytes | memoryview | None, counted: int) -> tuple[Statistics, int]:
    """Stored frequencies; those of another version count as none, until the base is searched or grows."""
    try:
        if data:
            return Statistics.from_bytes(bytes(data)), counted
    except (KeyError, ValueError):
        log.warning("the value frequencies of another version are counted anew")
    return Statistics.of(Records.of({})), 0


def _company() -> str:
    return current_schema() or ""


def _hold(held: _Held) -> _Held:
    with _turn:
        _held[_company()] = held
        _held.move_to_end(_company())
        while len(_held) > _MOST_HELD:
            _held.popitem(last=False)
    return held


def forget_held() -> None:
    """Read the frequencies of all companies anew."""
    with _turn:
        _held.clear()


def count_in(records: Records) -> None:
    """New contacts count from now on, a number at a time; stored for all processes once the base has grown enough.

    Approximate: what was added and taken back stays counted until the whole base is searched next.
    """
    held = _held_now()
    held.waiting.append(records)
    held = replace(held, waiting_contacts=held.waiting_contacts + len(records))
    if not held.due:
        _hold(held)
        return
    known = held.statistics.updated(reduce(Records.joined, held.waiting))
    counted = held.counted + held.waiting_contacts
    if counted > held.stored * GROWTH and _free_to_store():
        store_statistics(known, counted)
    else:
        _hold(replace(held, statistics=known, counted=counted, waiting=[], waiting_contacts=0))
    forget_knowledge()


def _held_now() -> _Held:
    """What this process holds; whoever asked for :func:`knowledge` in this call need not ask whether it changed."""
    with _turn:
        held = _held.get(_company()) if _KEY in current().cache else None
    return held or _statistics(matching_state())


def _free_to_store() -> bool:
    """Whether nobody else is storing just now: nobody waits for that."""
    return MatchingState.objects.select_for_update(skip_locked=True).only("pk").first() is not None


def store_statistics(statistics: Statistics, counted: int, **more: Any) -> None:
    """Keep frequencies that stand for ``counted`` contacts, for every process."""
    now = timezone.now()
    MatchingState.objects.update(statistics=statistics.to_bytes(), counted=counted, counted_at=now, **more)
    _hold(_Held(now, statistics, counted, counted))
    forget_knowledge()
