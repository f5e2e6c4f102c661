"""What is compared of a pair: some forty figures, NaN where a side lacks the field."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.comparing import Figures, Side, compare_names, compare_places
from tuttava.matching.comparing_contact import Knowledge, compare_contacts, compare_whole
from tuttava.matching.kernels import Int, in_chunks, kernel
from tuttava.matching.measures import FEATURES
from tuttava.matching.normalising import Normal
from tuttava.matching.records import Records
from tuttava.matching.similarity import Masks
from tuttava.matching.statistics import Statistics, weights_of

Rows = NDArray[np.int32]


@kernel
def compare(
    one: Side, i: Int, two: Side, j: Int, knowledge: Knowledge, out: Figures, masks: Masks, spots: NDArray[np.int64]
) -> None:
    """Fill the figures of one pair."""
    out[:] = np.nan
    compare_names(one, i, two, j, out, masks, spots)
    compare_places(one, i, two, j, out, masks)
    compare_contacts(one, i, two, j, out, masks)
    compare_whole(out, knowledge)


@kernel
def compare_rows(one: Side, left: Rows, two: Side, right: Rows, knowledge: Knowledge, out: NDArray[np.float32]) -> None:
    """Fill the figures of each pair (left[k], right[k])."""
    masks = np.zeros(256, dtype=np.uint64)
    spots = np.zeros((48, 2), dtype=np.int64)
    for pair in range(len(left)):
        compare(one, np.int64(left[pair]), two, np.int64(right[pair]), knowledge, out[pair], masks, spots)


def side_of(normal: Normal, statistics: Statistics) -> Side:
    """Return records ready to be compared in a base with these statistics."""
    return Side(*normal, *weights_of(normal, statistics))


def knowledge_of(statistics: Statistics) -> Knowledge:
    """Return what is known of a base as a whole, as the compiled loops take it."""
    return Knowledge(np.float32(np.log2(statistics.size)), statistics.logs, statistics.bits)


def figures_of(one: Side, left: Rows, two: Side, right: Rows, statistics: Statistics) -> NDArray[np.float32]:
    """Return the figures (pairs, FEATURES)."""
    out = np.empty((len(left), len(FEATURES)), dtype=np.float32)
    knowledge = knowledge_of(statistics)
    in_chunks(len(left), 1 << 14, lambda a, b: compare_rows(one, left[a:b], two, right[a:b], knowledge, out[a:b]))
    return out


def features_of(left: Records, right: Records, statistics: Statistics) -> NDArray[np.float32]:
    """Return the figures (rows, FEATURES) of left and right row by row; NaN = a side lacks the field."""
    rows = np.arange(len(left), dtype=np.int32)
    return figures_of(side_of(left.normal, statistics), rows, side_of(right.normal, statistics), rows, statistics)
