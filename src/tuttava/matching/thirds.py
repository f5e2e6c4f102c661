"""What a third record says of a pair in doubt: if both are surely the same as it, they are likely the same.

A pair is sure by its own values alone. What a third adds never makes a pair sure, so nothing is inferred from what was
inferred: the answer is the same in whatever order pairs are looked at, and can be told from the sure pairs alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.clusters import Rows, neighbours
from tuttava.matching.model import THRESHOLD

SURE = 0.895  # pairs from this score on are sure; in whole points: from 90 on
ADDED = 3.0  # log-odds that a third adds to a pair in doubt
LEAST = float(1 / (1 + (1 / THRESHOLD - 1) * np.exp(ADDED)))  # pairs from this score on are in doubt: it may lift them
MOST = 50  # sure partners of a record that are looked at; what is the same as more of them is nobody's own card
_CEILING = 0.894  # what a pair that a third speaks for has at most


def implied_pairs(n: int, left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """Return the pairs (left < right, each once) of `n` records that have a partner in common, without those given.

    Given are the sure pairs, left < right.
    """
    at, partners = neighbours(n, left, right)
    third = np.repeat(np.arange(n), np.diff(at))
    place = np.arange(len(partners))
    many = np.maximum(np.minimum(at[third + 1], at[third] + MOST) - place - 1, 0)
    nth = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    one, two = np.repeat(partners, many), partners[np.repeat(place + 1, many) + nth]
    pairs = np.setdiff1d(one * n + two, left * n + right)
    return pairs // max(n, 1), pairs % max(n, 1)


def in_doubt(scores: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Say which pairs a third may speak for."""
    return (scores >= LEAST) & (scores < SURE)


def with_third(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the scores of pairs whose two records are both surely the same as a third; others than in doubt stay."""
    doubted = np.clip(scores.astype(np.float64), LEAST, _CEILING)
    lifted = 1 / (1 + (1 / doubted - 1) * np.exp(-ADDED))
    return np.where(in_doubt(scores), np.minimum(lifted, _CEILING), scores).astype(np.float32)
