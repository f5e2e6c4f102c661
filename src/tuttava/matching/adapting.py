"""What a base teaches without any answer: how often each field agrees among its duplicates and among its other pairs.

Two kinds of pairs are told apart by expectation maximisation over the levels of agreement, started from the bits of
surprise. A household register, where one address says little, so differs from a file without neighbours. The result
is one more figure for the trees.

Where the trees' own verdicts start it instead and hardly a pair is left in doubt, as in a file of persons with their
numbers and dates, the trees are confirmed by the base, and what it says is added to them in full: a badly damaged
duplicate is told by all of its fields together. A base of colleagues, branches and families never gets there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.comparing import Figures
from tuttava.matching.comparing_contact import level_of, level_rows
from tuttava.matching.kernels import Float, inlined, kernel
from tuttava.matching.measures import F_SURPRISE, LEVELLED, LEVELS

SAMPLE = 120_000  # pairs looked at
_ROUNDS = 10
_MOST, _LEAST = 10.0, -6.0  # bits that one level may add
_FIRM = 4.0  # imagined pairs that hold the shares to what is usual
_USUAL = np.array([0.06, 0.05, 0.09, 0.8])
_LEAST_PAIRS = 30.0  # expected duplicates below which a base teaches nothing


def adapted_to(figures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return bits for each level of each levelled figure (LEVELLED, LEVELS), a last row with the start.

    All zeros if the pairs tell too little. `figures` are those of a sample of candidate pairs.
    """
    levels = levels_of(figures)
    expected = 1 / (1 + np.exp2(-np.clip(figures[:, F_SURPRISE].astype(np.float64), -30, 30) + 2))
    bits = no_bits()
    for _ in range(_ROUNDS):
        if not _LEAST_PAIRS <= expected.sum() <= 0.98 * len(figures):
            return no_bits()
        bits = _bits(levels, expected)
        expected = _chances(levels, bits)
    return bits


_ROUNDS_APART = 3
_LEAST_APART = 60.0  # expected duplicates below which a base confirms nothing
_DOUBT, _LOST, _GAINED = 0.03, 0.02, 0.2  # most that may be undecided, decided otherwise, and found besides


def standing_apart(figures: NDArray[np.float32], log_odds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return log-odds for each level to be added to those of the trees, a last row with the start.

    All zeros unless the duplicates of the base stand apart. `log_odds` are those of the trees.
    """
    levels = levels_of(figures)
    taken = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    expected, bits = taken, no_bits()
    for _ in range(_ROUNDS_APART):
        if not _LEAST_APART <= expected.sum() <= 0.98 * len(figures):
            return no_bits()
        bits = _bits(levels, expected)
        expected = _chances(levels, bits)
    before, now = taken > 0.5, expected > 0.5
    both = np.count_nonzero(before & now)
    doubt = float((expected * (1 - expected)).sum()) / max(float(expected.sum()), 1.0)
    lost, gained = 1 - both / max(before.sum(), 1), 1 - both / max(now.sum(), 1)
    if doubt > _DOUBT or lost > _LOST or gained > _GAINED or expected.sum() < _LEAST_APART:
        return no_bits()
    bits[:-1] *= np.float32(np.log(2))
    bits[-1, 0] *= np.float32(np.log(2))
    return bits


def no_bits() -> NDArray[np.float32]:
    """Return what a base teaches that teaches nothing."""
    return np.zeros((len(LEVELLED) + 1, LEVELS), dtype=np.float32)


def levels_of(figures: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return the levels (rows, LEVELLED) of figures; -1: a side lacks the field."""
    levels = np.full((len(figures), len(LEVELLED)), -1, dtype=np.int8)
    level_rows(np.ascontiguousarray(figures), levels)
    return levels


@inlined
def said_by(figures: Figures, apart: NDArray[np.float32]) -> Float:
    """Return the log-odds that a base whose duplicates stand apart adds to a pair."""
    total = apart[len(LEVELLED), 0]
    if apart[len(LEVELLED), 1] > 0:
        for place in range(len(LEVELLED)):
            level = level_of(figures, place)
            if level >= 0:
                total += apart[place, level]
    return total


@kernel
def said_rows(figures: NDArray[np.float32], apart: NDArray[np.float32], parts: NDArray[np.float64]) -> None:
    """Add it to what each figure of each row says, without the start."""
    for row in range(len(figures)):
        for place in range(len(LEVELLED)):
            level = level_of(figures[row], place)
            if level >= 0:
                parts[row, LEVELLED[place][0]] += apart[place, level]


def _chances(levels: NDArray[np.int8], bits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how likely each pair is a duplicate by the bits of its levels."""
    total = np.full(len(levels), bits[-1, 0], dtype=np.float64)
    for place in range(levels.shape[1]):
        known = levels[:, place] >= 0
        total[known] += bits[place][levels[known, place]]
    return np.asarray(1 / (1 + np.exp2(-np.clip(total, -40, 40))), dtype=np.float64)


def _bits(levels: NDArray[np.int8], expected: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return log2 of how much more often each level occurs among duplicates; never less for more agreement."""
    bits = np.zeros((levels.shape[1] + 1, LEVELS), dtype=np.float32)
    for place in range(levels.shape[1]):
        column = levels[:, place].astype(np.int64) + 1
        same = np.bincount(column, weights=expected, minlength=LEVELS + 1)[1:]
        other = np.bincount(column, weights=1 - expected, minlength=LEVELS + 1)[1:]
        if same.sum() < 1 or other.sum() < 1:
            continue
        share = (same + _FIRM * _USUAL) / (same.sum() + _FIRM)
        against = (other + 1.0) / (other.sum() + LEVELS)
        bits[place] = np.clip(np.maximum.accumulate(np.log2(share / against)), _LEAST, _MOST)
    prior = expected.sum() / len(expected)
    bits[-1] = (np.log2(prior / (1 - prior)), 1.0, 0.0, 0.0)
    return bits


#: Least and most of the log-odds between which strangers and duplicates are told apart.
_LOWEST, _HIGHEST = -12, 1
_FURTHEST = 6.0  # how far the border may go down
_DEADBAND = 0.75  # nearer than that it stays where it is
_SLACK = 1.5  # strangers may be so many times as many as the step before lets expect
_FIRM_PAIRS, _FIRM_STRANGERS = 30, 300  # pairs above one half and below the least of them that make a base tell
_MOST_BETWEEN = 0.08  # of those above one half; more are not a valley but people and companies that resemble each other


def border_of(log_odds: NDArray[np.float64]) -> float:
    """Return where duplicates begin among candidate pairs: 0 as shipped, or less, to be added to every score.

    Going up, strangers get rarer by a steady rate; where there are twice as many pairs as that lets expect, duplicates
    have begun. In a file of persons who are told apart well that is far below one half, with hardly a pair between.
    """
    counts, _ = np.histogram(log_odds, bins=np.arange(_LOWEST, _HIGHEST + 1))
    above = int(np.count_nonzero(log_odds >= 0))
    if above < _FIRM_PAIRS or int(counts[:3].sum()) < _FIRM_STRANGERS:
        return 0.0
    border = _first_beyond(counts.astype(np.float64))
    if int(np.count_nonzero((log_odds >= border) & (log_odds < 0))) > _MOST_BETWEEN * above:
        return 0.0
    return -min(max(-border - _DEADBAND, 0.0), _FURTHEST)


def _first_beyond(counts: NDArray[np.float64]) -> float:
    """Return from which log-odds on at most half of the pairs can be strangers."""
    strangers = counts.copy()
    for place in range(3, len(counts)):
        rate = np.sqrt(max(strangers[place - 1], 0.5) / max(strangers[place - 3], 1.0))
        expected = strangers[place - 1] * min(rate, 1.0)
        if counts[place] >= max(2 * expected, 2.0):
            return float(_LOWEST + place)
        strangers[place] = min(counts[place], _SLACK * expected)
    return 0.0
