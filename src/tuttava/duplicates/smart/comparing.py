"""Pairs of contacts compared in one go: how alike the two of each are (D-26, D-27)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.duplicates.smart import columns, pairs, state, thirds
from tuttava.duplicates.smart.many import Ids, Ints, Pairs, Places, distinct
from tuttava.matching.features import side_of
from tuttava.matching.model import THRESHOLD
from tuttava.matching.records import Records
from tuttava.matching.scoring import scores_of
from tuttava.matching.thirds import LEAST, in_doubt

Rows = NDArray[np.int32]


def score(own: Ids, records: Records, wanted: Pairs, *, known: Pairs | None = None) -> list[pairs.Scored]:
    """How alike the two of each pair are; ``records`` are those of ``own``, others are read.

    A company and a person are never alike. Pairs of a contact that is gone are left out, and with ``known`` those that
    are neither alike nor known.
    """
    if not len(wanted.one):
        return []
    everybody, records = _with_others(own, records, wanted)
    places = Places(everybody)
    left, right = places.of(wanted.one), places.of(wanted.other)
    there = (left >= 0) & (right >= 0)
    if not there.all():
        wanted, left, right = wanted.taken(there), left[there], right[there]
    listed = np.zeros(len(left), dtype=bool) if known is not None else np.ones(len(left), dtype=bool)
    if known is not None and len(known.one):
        listed = wanted.among(known)
    scores = _scores(records, left.astype(np.int32), right.astype(np.int32), 0.0 if listed.any() else LEAST)
    scores = _weighed(wanted, scores, left, right)
    alike = scores >= THRESHOLD
    told = np.flatnonzero(alike | listed)
    return [
        pairs.Scored(other, one, round(100 * likeness), likeness >= THRESHOLD)
        for (one, other), likeness in zip(wanted.taken(told).keys(), scores[told].tolist(), strict=True)
    ]


def _with_others(own: Ids, records: Records, wanted: Pairs) -> tuple[Ids, Records]:
    """The contacts of all pairs: ``own``, then those that are stored of the others."""
    people = np.concatenate((wanted.one, wanted.other))
    others = people[Places(own).of(people) < 0]
    if not len(others):
        return own, records
    found, more = columns.stored(distinct(others))
    return np.concatenate((own, found)), records.joined(more)


def _scores(records: Records, left: Rows, right: Rows, least: float) -> NDArray[np.float32]:
    """The scores of pairs by themselves; those below ``least`` are 0."""
    records, left, right = _with_shared_mail(records, left, right)
    facts = state.knowledge()
    side = side_of(records.normal, facts.statistics)
    return scores_of(side, left, side, right, facts.statistics, facts.correction, least)


def _weighed(wanted: Pairs, scores: NDArray[np.float32], left: Ints, right: Ints) -> NDArray[np.float32]:
    """The same with what a third says of those in doubt: of others who stand in a pair with one of these."""
    doubted = in_doubt(scores)
    if not doubted.any():
        return scores
    people = np.concatenate((left[doubted], right[doubted]))
    rows = np.flatnonzero(np.isin(left, people) | np.isin(right, people))
    result = scores.copy()
    result[rows] = thirds.weighed(wanted.taken(rows).keys(), scores[rows])
    return result


def _with_shared_mail(records: Records, left: Rows, right: Rows) -> tuple[Records, Rows, Rows]:
    """Two contacts that have an address in common are compared by that one, whichever each of them names first."""
    several = columns.with_several_mails(records)
    concerned = np.flatnonzero(np.isin(left, several) | np.isin(right, several))
    changed: list[list[str | None]] = []
    left, right = left.copy(), right.copy()
    for place in concerned.tolist():
        both = int(left[place]), int(right[place])
        shared = _shared_mail(*(columns.mails_of(records, row) for row in both))
        if shared:
            left[place], right[place] = len(records) + len(changed), len(records) + len(changed) + 1
            changed += [columns.with_mail(records, row, shared) for row in both]
    return (records.joined(Records.of(columns.columns_of(changed))) if changed else records), left, right


def _shared_mail(mine: list[str], others: list[str]) -> str:
    """An address that both have, unless it is the first of both; blank without one."""
    if mine[0] == others[0]:
        return ""
    return next((mail for mail in mine if mail in others), "")
