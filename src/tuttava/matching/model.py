"""The shipped model: boosted trees over the figures of a pair, scored by compiled loops; trained in tools/."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.comparing import Figures
from tuttava.matching.kernels import Float, kernel
from tuttava.matching.measures import FEATURES

THRESHOLD = 0.5  # pairs from this score on are taken for duplicates


class Trees(NamedTuple):
    """All trees in flat arrays; a node whose `feature` is -1 is a leaf."""

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    border: NDArray[np.float32]  # go left if figure <= border
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]  # log-odds; of an inner node: the mean below it
    most: NDArray[np.float32]  # (trees + 1,): what the trees from here on add at most to nearly all that end above .5


@cache
def shipped() -> Trees:
    """Return the model that ships with the product."""
    return load(Path(__file__).with_name("model.npz"))


def load(path: Path) -> Trees:
    """Return the trees stored in a file. Raises ValueError if they were trained on other figures."""
    with np.load(path, allow_pickle=False) as stored:
        if tuple(stored["features"].tolist()) != FEATURES:
            raise ValueError("The model was trained on other figures: train it again.")
        return Trees(
            stored["roots"].astype(np.int32), stored["feature"].astype(np.int16), stored["border"].astype(np.float32),
            stored["missing_left"].astype(np.bool_), stored["left"].astype(np.int32), stored["right"].astype(np.int32),
            stored["value"].astype(np.float32), stored["most"].astype(np.float32),
        )  # fmt: skip


@kernel
def attribute(trees: Trees, figures: Figures, out: NDArray[np.float64]) -> Float:
    """Add to `out` what each figure contributes to the log-odds along the trees' paths; return what is left (base)."""
    base = 0.0
    for tree in range(len(trees.roots)):
        node = trees.roots[tree]
        base += trees.value[node]
        while trees.feature[node] >= 0:
            feature = trees.feature[node]
            figure = figures[feature]
            left = figure <= trees.border[node] or (np.isnan(figure) and trees.missing_left[node])
            below = trees.left[node] if left else trees.right[node]
            out[feature] += trees.value[below] - trees.value[node]
            node = below
    return base


@kernel
def attribute_rows(
    trees: Trees, figures: NDArray[np.float32], out: NDArray[np.float64], base: NDArray[np.float64]
) -> None:
    """Attribute each row of figures."""
    for row in range(len(figures)):
        base[row] = attribute(trees, figures[row], out[row])
