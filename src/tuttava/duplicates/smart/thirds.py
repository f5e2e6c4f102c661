"""A third contact that speaks for a pair in doubt: both are surely the same as it, by the pairs that are stored."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import LiteralString

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tuttava.duplicates.smart.pairs import Pair, Scored, ordered
from tuttava.matching.thirds import MOST, SURE, in_doubt, with_third

#: A stored score from which on a pair is sure.
SURE_POINTS = round(100 * SURE)
#: Who stands beside each contact in a pair that is sure, and in one that was said not to be the same.
_PARTNERS: LiteralString = """
SELECT e.id, t.other, t.separate_contacts FROM unnest(%(ids)s::uuid[]) e(id) CROSS JOIN LATERAL (
  (SELECT duplicate_id AS other, separate_contacts FROM duplicates_contactduplicate
    WHERE contact_id = e.id AND (score >= %(sure)s OR separate_contacts) LIMIT %(most)s)
  UNION ALL
  (SELECT contact_id, separate_contacts FROM duplicates_contactduplicate
    WHERE duplicate_id = e.id AND (score >= %(sure)s OR separate_contacts) LIMIT %(most)s)) t
"""
_BETWEEN: LiteralString = """
SELECT contact_id, duplicate_id FROM duplicates_contactduplicate
 WHERE contact_id = ANY (%(ids)s) AND duplicate_id = ANY (%(ids)s) LIMIT %(most)s
"""
_NOBODY: Mapping[Pair, bool] = {}


def weighed(due: Sequence[Pair], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """The scores of pairs as they are by themselves, with what a third says of those in doubt."""
    rows = np.flatnonzero(in_doubt(scores))
    if not len(rows):
        return scores
    fresh = dict(zip(due, (scores >= SURE).tolist(), strict=True))
    found = thirds_of([due[row] for row in rows.tolist()], fresh)
    rows = rows[[due[row] in found for row in rows.tolist()]]
    result = scores.copy()
    result[rows] = with_third(scores[rows])
    return result


def thirds_of(wanted: Collection[Pair], fresh: Mapping[Pair, bool] = _NOBODY) -> dict[Pair, uuid.UUID]:
    """A contact that both of a pair are surely the same as, for the pairs that have one.

    ``fresh``: pairs just compared, and whether they are sure; what is stored of them counts no more.
    """
    partners: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    apart: set[Pair] = set()
    for one, other, said_apart in _partners({pk for pair in wanted for pk in pair}):
        if said_apart:
            apart.add(ordered(one, other))
        elif ordered(one, other) not in fresh:
            partners[one].add(other)
    for pair in (pair for pair, sure in fresh.items() if sure and pair not in apart):
        for one, other in (pair, pair[::-1]):
            partners[one].add(other)
    shared = {pair: partners[pair[0]] & partners[pair[1]] for pair in wanted}
    return {pair: min(both) for pair, both in shared.items() if both}


def implied_by(scored: Sequence[Scored]) -> set[Pair]:
    """Who else may be a pair because of these, just stored: whoever is surely the same as one of a sure pair."""
    sure = [pair for pair in scored if pair.score >= SURE_POINTS]
    partners: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one, other, said_apart in _partners({pk for pair in sure for pk in pair.key}):
        if not said_apart:
            partners[one].add(other)
    ends = [ends for pair in sure if pair.duplicate in partners[pair.contact] for ends in (pair.key, pair.key[::-1])]
    return {ordered(one, third) for one, other in ends for third in partners[other] if third != one}


def _partners(ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, bool]]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PARTNERS, {"ids": list(ids), "sure": SURE_POINTS, "most": MOST})
        return [(one, other, bool(said_apart)) for one, other, said_apart in cursor.fetchall()]


def resting_on(ids: Collection[uuid.UUID], known: Collection[Pair]) -> set[Pair]:
    """The stored pairs among the partners of contacts that changed: one of these may be what they rest on.

    ``known``: the stored pairs of the contacts.
    """
    people = {pk for pair in known for pk in pair}.difference(ids)
    if len(people) < 2:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_BETWEEN, {"ids": list(people), "most": MOST * MOST})
        return {ordered(one, other) for one, other in cursor.fetchall()}
