"""Whom a contact is compared with: those that share its rarest keys (D-28)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.duplicates.smart import keys
from tuttava.duplicates.smart.many import Ids, Ints, as_bytes, hashed

#: Candidates of one contact that are compared: those that share the rarest keys with it.
COMPARED = 12
#: What a common key weighs, less than any sum of others; and how many who share such keys alone are compared: one card
#: entered a thousand times has no others.
COMMON_WEIGHT, BY_COMMON = 1e-6, 2
_LEAST = 1 / (keys.COMMON + 1)


class Near(NamedTuple):
    """``others[n]`` is a candidate of the contact ``rows[n]``."""

    rows: Ints
    others: Ids


def find(ids: Ids, rows: Ints, found: Ints, *, stored: bool) -> Near:
    """Whom each contact shares keys with; of too many those with the rarest in common.

    ``found[n]`` is a key of the contact ``ids[rows[n]]``, who is no candidate of its own; ``stored``: all of these keys
    are stored.
    """
    holders = keys.holders(found, at_least=2 if stored else 1)
    if not len(holders.keys):
        return Near(np.zeros(0, np.int64), as_bytes([]))
    order = np.argsort(holders.keys, kind="stable")
    shared, often, others = holders.keys[order], holders.often[order], holders.ids[order]
    begin = np.searchsorted(shared, found, side="left")
    size = np.searchsorted(shared, found, side="right") - begin
    entry = np.arange(size.sum()) + np.repeat(begin - np.cumsum(size) + size, size)
    weight = np.where(often > keys.COMMON, COMMON_WEIGHT, 1 / often)[entry]
    row = np.repeat(rows, size)
    people, firsts, who = np.unique(hashed(others), return_index=True, return_inverse=True)
    foreign = people[who[entry]] != hashed(ids)[row]
    met, place = np.unique(row[foreign] * len(people) + who[entry[foreign]], return_inverse=True)
    row, who = np.divmod(met, len(people))
    chosen = _heaviest(row, np.bincount(place, weights=weight[foreign], minlength=len(met)).astype(np.float64))
    return Near(row[chosen], others[firsts[who[chosen]]])


def _heaviest(rows: Ints, weight: NDArray[np.float64]) -> Ints:
    """The places of the :data:`COMPARED` greatest weights of each row, of common keys alone fewer."""
    order = np.lexsort((-weight, rows))
    ranked = rows[order]
    rank = np.arange(len(order)) - np.searchsorted(ranked, ranked, side="left")
    return order[(rank < COMPARED) & ((rank < BY_COMMON) | (weight[order] > _LEAST))]
