"""Labelled pairs of made-up worlds: figures, who is the same, and what a pair stands for where only some are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from benchmarks.duplicates.worlds import EVALUATION_SEED
from benchmarks.duplicates.worlds import world as register
from numpy.typing import NDArray

from tools.matching_training.worlds import world
from tuttava.matching.blocks import candidate_pairs
from tuttava.matching.comparing import Side
from tuttava.matching.features import Rows, figures_of, side_of
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics

Scorer = Callable[[NDArray[np.float32]], NDArray[Any]]
SIZES = (500, 1500, 3000, 6000, 10000)
FIRST_FILE = 1000  # the seed of the first file of `worlds.world`
#: Registers of the comparison's generator: size and seeds. The comparison measures with other seeds, and a model is
#: chosen with others again (41, 50, 51).
REGISTERS: tuple[tuple[int, range], ...] = (
    (1_000, range(20, 40)), (10_000, range(20, 30)), (100_000, range(22, 24)), (1_000_000, range(21, 22)),
)  # fmt: skip
REGISTER_SHARE = 6.0  # what a register counts beside a file
MOST_SEEN, SEEN_A_RECORD = 2_000_000, 15  # pairs of strangers of one world whose figures are worked out
MOST_SAME, MOST_SAME_FILE = 50_000, 2_500  # true pairs of one world that are kept
MOST_OTHERS, MOST_OTHERS_FILE = 4, 2  # pairs of strangers that are kept, for each true pair
OTHERS_A_SAME = 6  # pairs of strangers that are kept without a scorer, for each true pair
FEW = 500  # true pairs that a world is taken to have at least, for its strangers
EASY, EASY_KEPT = 0.002, 0.05  # what a scorer puts below the first is kept with the chance of the second


@dataclass(frozen=True)
class Kept:
    """How many true pairs of a world are kept at most, how many pairs of strangers for each, and what it counts."""

    same: int
    others: int
    share: float


@dataclass(frozen=True)
class Pairs:
    """Figures (pairs, FEATURES), labels and weights of some candidates of a world.

    `reach` is the share of the true pairs that are candidates. The weights add up to as many pairs as there are;
    `share` is what the world as a whole counts beside others.
    """

    name: str
    figures: NDArray[np.float32]
    same: NDArray[np.bool_]
    weight: NDArray[np.float64]
    reach: float
    share: float = 1.0


def file_pairs(seed: int, scorer: Scorer | None = None) -> Pairs:
    """Return pairs of a file of random columns and manners."""
    made = world(seed, SIZES[seed % len(SIZES)])
    kept = Kept(MOST_SAME_FILE, MOST_OTHERS_FILE, 1.0)
    return _pairs(f"file {seed}", made.columns, np.array(made.truth), seed, scorer, kept)


def register_pairs(size: int, seed: int, scorer: Scorer | None = None) -> Pairs:
    """Return pairs of a register of the comparison's generator. Raises ValueError for a seed that is measured with."""
    if seed >= EVALUATION_SEED:
        raise ValueError(f"Seed {seed} is for measuring: train on seeds below {EVALUATION_SEED}.")
    made = register(size, seed)
    columns = {name: made.records[name] for name in made.records.columns}
    return _pairs(
        f"register {size} {seed}", columns, made.entity, seed, scorer, Kept(MOST_SAME, MOST_OTHERS, REGISTER_SHARE)
    )


def _pairs(
    name: str, columns: Mapping[str, Any], truth: NDArray[np.int64], seed: int, scorer: Scorer | None,
    kept_of: Kept,
) -> Pairs:  # fmt: skip
    """Return pairs of a world, all that are not easy and some of the easy ones."""
    chance = np.random.default_rng(seed)
    records = Records.of(columns)
    left, right = candidate_pairs(records.normal)
    statistics = Statistics.of(records, (left, right))
    side = side_of(records.normal, statistics)
    same = truth[left] == truth[right]
    _, counts = np.unique(truth, return_counts=True)
    reach = float(same.sum() / max((counts * (counts - 1) // 2).sum(), 1))
    weight = np.ones(len(left))
    kept = _some(np.flatnonzero(same), kept_of.same, weight, chance)
    others = np.flatnonzero(~same)
    seen = min(MOST_SEEN, SEEN_A_RECORD * len(truth))
    others = _some(others, seen if scorer else OTHERS_A_SAME * len(kept), weight, chance)
    if scorer:
        others = _hard(side, left[others], right[others], statistics, scorer, others, weight, chance)
        others = _some(others, kept_of.others * max(len(kept), FEW), weight, chance)
    chosen = np.sort(np.concatenate((kept, others)))
    figures = figures_of(side, left[chosen], side, right[chosen], statistics)
    return Pairs(name, figures, same[chosen], weight[chosen], reach, kept_of.share)


def _some(
    rows: NDArray[np.int64], most: int, weight: NDArray[np.float64], chance: np.random.Generator
) -> NDArray[np.int64]:
    """Return at most so many of the rows; each then stands for more."""
    if len(rows) <= most:
        return rows
    weight[rows] *= len(rows) / most
    return np.sort(chance.choice(rows, most, replace=False))


def _hard(
    side: Side, left: Rows, right: Rows, statistics: Statistics, scorer: Scorer, rows: NDArray[np.int64],
    weight: NDArray[np.float64], chance: np.random.Generator,
) -> NDArray[np.int64]:  # fmt: skip
    """Return the rows that are not easily told to be strangers, and a few of those that are."""
    found = []
    for low in range(0, len(rows), 500_000):
        some = slice(low, low + 500_000)
        easy = scorer(figures_of(side, left[some], side, right[some], statistics)) < EASY
        kept = ~easy | (chance.random(len(easy)) < EASY_KEPT)
        weight[rows[some][easy]] /= EASY_KEPT
        found.append(rows[some][kept])
    return np.concatenate(found) if found else rows
