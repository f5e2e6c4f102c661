"""Scores of pairs: figures and trees in one pass, the same for a whole base and for a single check."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.adapting import said_by
from tuttava.matching.comparing import Figures, Side
from tuttava.matching.comparing_contact import Knowledge
from tuttava.matching.features import Rows, compare, knowledge_of
from tuttava.matching.guarding import guard
from tuttava.matching.kernels import Float, Int, in_chunks, inlined, kernel
from tuttava.matching.learning import Correction
from tuttava.matching.measures import FEATURES
from tuttava.matching.statistics import Statistics
from tuttava.matching.walking import Walk, shipped_walk, spread, walked

#: Pairs whose records are brought to hand at a time.
FETCHED = 128


@inlined
def corrected(figures: Figures, weights: Figures, centres: Figures) -> Float:
    """Return what the answers of a company add to the log-odds; missing figures add nothing."""
    total = weights[len(figures)]
    for place in range(len(figures)):
        if weights[place] != 0 and not np.isnan(figures[place]):
            total += weights[place] * (figures[place] - centres[place])
    return total


@kernel
def fetched(side: Side, rows: Rows) -> Int:
    """Read something of each part of these rows, and return a number made of it, that it be read.

    The records lie all over memory: waiting for all of them at once takes a fraction of waiting for one after another.
    """
    total = np.int64(0)
    last = len(side.text) - 1
    if last < 0:
        return total
    for place in range(len(rows)):
        row = np.int64(rows[place])
        for part in range(0, side.hashes.shape[1], 8):
            total += side.hashes[row, part]
        text = side.base[row]
        total += np.int64(side.text[min(text, last)]) + side.text[min(text + 64, last)]
        total += np.int64(side.edges[row, 0]) + side.numbers[row, 0] + side.words[row, 0]
        total += np.int64(side.weights[row, 0] + side.weights[row, -1] + side.word_weights[row, 0])
    return total


@kernel
def score_rows(
    one: Side, left: Rows, two: Side, right: Rows, knowledge: Knowledge, walk: Walk, weights: Figures,
    centres: Figures, apart: NDArray[np.float32], least: Float, scores: NDArray[np.float32],
) -> Int:  # fmt: skip
    """Write the score of each pair (left[k], right[k]); 0 for those whose log-odds stay below `least`.

    What is returned means nothing.
    """
    total = np.int64(0)
    for low in range(0, len(left), FETCHED):
        some = slice(low, low + FETCHED)
        total += fetched(one, left[some]) + fetched(two, right[some])
        score_some(
            one, left[some], two, right[some], knowledge, walk, weights, centres, apart, least, scores[some]
        )  # fmt: skip
    return total


@kernel
def score_some(
    one: Side, left: Rows, two: Side, right: Rows, knowledge: Knowledge, walk: Walk, weights: Figures,
    centres: Figures, apart: NDArray[np.float32], least: Float, scores: NDArray[np.float32],
) -> None:  # fmt: skip
    """Write the scores of pairs whose records are at hand."""
    masks = np.zeros(256, dtype=np.uint64)
    spots = np.zeros((48, 2), dtype=np.int64)
    figures = np.empty(len(FEATURES), dtype=np.float32)
    bits = figures.view(np.int32)
    places = np.empty(2 * len(FEATURES), dtype=np.int32)
    for pair in range(len(left)):
        i, j = np.int64(left[pair]), np.int64(right[pair])
        if one.numbers[i, 1] + two.numbers[j, 1] == 3 and one.numbers[i, 1] != 0 and two.numbers[j, 1] != 0:
            scores[pair] = 0
            continue
        compare(one, i, two, j, knowledge, figures, masks, spots)
        more = corrected(figures, weights, centres) + said_by(figures, apart) - guard(figures)
        spread(bits, places)
        total = walked(walk, places, np.float32(least - more)) + more
        scores[pair] = np.float32(1) / (np.float32(1) + np.exp(-total)) if total >= least else np.float32(0)


def scores_of(
    one: Side, left: Rows, two: Side, right: Rows, statistics: Statistics, correction: Correction | None, least: float
) -> NDArray[np.float32]:
    """Return the scores 0..1 of pairs; those below `least` (a score) are given as 0."""
    scores = np.zeros(len(left), dtype=np.float32)
    weights, centres = (correction or Correction.none()).arrays()
    weights[-1] -= np.float32(statistics.border)
    border = float(np.log(least / (1 - least))) if least > 0 else -1e9
    knowledge, walk, apart = knowledge_of(statistics), shipped_walk(), statistics.apart

    def work(a: int, b: int) -> None:
        score_rows(
            one, left[a:b], two, right[a:b], knowledge, walk, weights, centres, apart, border, scores[a:b]
        )  # fmt: skip

    in_chunks(len(left), 1 << 14, work)
    return scores


def log_odds_of(one: Side, left: Rows, two: Side, right: Rows, statistics: Statistics) -> NDArray[np.float64]:
    """Return the log-odds of pairs as shipped; those of different types have the least there are."""
    scores = scores_of(one, left, two, right, statistics, None, 0.0).astype(np.float64)
    return np.asarray(np.log(np.clip(scores, 1e-12, 1)) - np.log(np.clip(1 - scores, 1e-7, 1)), dtype=np.float64)
