"""From made-up worlds to the model file that ships: pairs, labels, boosted trees, flat arrays."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.matching_training.pairs import (
    FIRST_FILE,
    MOST_SAME_FILE,
    REGISTERS,
    Pairs,
    Scorer,
    file_pairs,
    register_pairs,
)
from tuttava.matching.measures import FEATURES

MODEL = Path(__file__).parents[2] / "src" / "tuttava" / "matching" / "model.npz"
FULL = 1500  # true pairs from which on more of them make a world count less than proportionally more
NEARLY_ALL = 0.9999  # of the pairs that end above one half are scored to their end
#: What tells which pairs are easy is trained on these.
ROUGH_FILES, ROUGH_REGISTERS = 40, ((10_000, range(30, 33)),)
SETTINGS: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.1, "min_data_in_leaf": 40, "min_sum_hessian_in_leaf": 4.0,
    "lambda_l2": 6.0, "feature_fraction": 0.7, "verbose": -1, "seed": 7, "deterministic": True, "num_threads": 2,
    "max_bin": 127,
}  # fmt: skip


def gathered(files: Iterable[int], registers: Iterable[tuple[int, range]], scorer: Scorer | None = None) -> list[Pairs]:
    """Return the pairs of all these worlds."""
    found = [file_pairs(seed, scorer) for seed in files]
    return found + [register_pairs(size, seed, scorer) for size, seeds in registers for seed in seeds]


def weights_of(worlds: list[Pairs]) -> NDArray[np.float64]:
    """Return the weight of every pair: a large world counts for more than a small one, but not for all it has."""
    parts = []
    for pairs in worlds:
        true = max(float(pairs.weight[pairs.same].sum()), 1.0)
        parts.append(pairs.weight * pairs.share * min(1.0, (FULL / true) ** 0.5))
    return np.concatenate(parts)


def trained(worlds: list[Pairs], trees: int, leaves: int) -> Any:
    """Return boosted trees over the pairs of the worlds."""
    import lightgbm

    figures = np.concatenate([pairs.figures for pairs in worlds])
    labels = np.concatenate([pairs.same for pairs in worlds]).astype(np.int8)
    print(f"{len(labels)} pairs, {labels.mean():.3f} the same", flush=True)
    data = lightgbm.Dataset(figures, labels, weight=weights_of(worlds), feature_name=list(FEATURES))
    return lightgbm.train(SETTINGS | {"num_leaves": leaves}, data, num_boost_round=trees)


def gains(booster: Any, worlds: list[Pairs]) -> NDArray[np.float32]:
    """Return for each tree, and the end, how much pairs that end above one half gain from there on: nearly all less."""
    figures = np.concatenate([pairs.figures[pairs.same][:MOST_SAME_FILE] for pairs in worlds])
    leaves = booster.predict(figures, pred_leaf=True).astype(np.int64)
    parts = np.empty(leaves.shape, dtype=np.float64)
    for tree in range(leaves.shape[1]):
        outputs = np.array([booster.get_leaf_output(tree, leaf) for leaf in range(int(leaves[:, tree].max()) + 1)])
        parts[:, tree] = outputs[leaves[:, tree]]
    parts = parts[parts.sum(axis=1) > 0]
    rest = np.concatenate((np.cumsum(parts[:, ::-1], axis=1)[:, ::-1], np.zeros((len(parts), 1))), axis=1)
    return np.maximum(np.quantile(rest, NEARLY_ALL, axis=0), 0.0).astype(np.float32)


def flat(booster: Any, worlds: list[Pairs]) -> dict[str, NDArray[Any]]:
    """Return the trees as flat arrays; inner nodes hold the mean of the leaves below them, weighed by their rows."""
    roots, feature, border, missing, left, right, value = [], [], [], [], [], [], []

    def put(node: dict[str, Any]) -> tuple[int, float, float]:
        place = len(feature)
        for column in (feature, border, missing, left, right, value):
            column.append(0)
        if "leaf_value" in node:
            feature[place], value[place] = -1, node["leaf_value"]
            return place, node["leaf_value"], max(node.get("leaf_count", 1), 1)
        feature[place] = node["split_feature"]
        exact = np.float32(np.clip(node["threshold"], -3e38, 3e38))
        border[place] = exact if float(exact) <= node["threshold"] else np.nextafter(exact, np.float32(-np.inf))
        missing[place] = node["default_left"]
        low, low_mean, low_rows = put(node["left_child"])
        high, high_mean, high_rows = put(node["right_child"])
        left[place], right[place] = low, high
        rows = low_rows + high_rows
        value[place] = (low_mean * low_rows + high_mean * high_rows) / rows
        return place, value[place], rows

    for tree in booster.dump_model()["tree_info"]:
        place, _, _ = put(tree["tree_structure"])
        roots.append(place)
    return {
        "features": np.array(FEATURES), "roots": np.array(roots, np.int32), "feature": np.array(feature, np.int16),
        "border": np.array(border, np.float32), "missing_left": np.array(missing, np.bool_),
        "left": np.array(left, np.int32), "right": np.array(right, np.int32), "value": np.array(value, np.float32),
        "most": gains(booster, worlds),
    }  # fmt: skip


def main() -> None:
    """Train on files and registers, report on files that were held out, write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=160)
    parser.add_argument("--held-out", type=int, default=16)
    parser.add_argument("--trees", type=int, default=180)
    parser.add_argument("--leaves", type=int, default=48)
    chosen = parser.parse_args()
    last = FIRST_FILE + chosen.files
    rough = trained(gathered(range(FIRST_FILE, FIRST_FILE + ROUGH_FILES), ROUGH_REGISTERS), 40, 24)
    worlds = gathered(range(FIRST_FILE, last), REGISTERS, rough.predict)
    booster = trained(worlds, chosen.trees, chosen.leaves)
    held = gathered(range(last, last + chosen.held_out), (), rough.predict)
    for pairs in held:
        report(f"{pairs.name} ({pairs.reach:.4f})", booster.predict(pairs.figures), pairs.same, pairs.weight)
    arrays = flat(booster, worlds)
    np.savez_compressed(MODEL, **arrays)
    print(f"{MODEL.stat().st_size // 1024} kB, {len(arrays['feature'])} nodes")


def report(name: str, score: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]) -> None:
    """Print precision, recall and F1 at one half, and the calibration (mean score / true share)."""
    found = score >= 0.5
    hits = float(weights[found & labels].sum())
    precision, share = hits / max(weights[found].sum(), 1e-9), hits / max(weights[labels].sum(), 1e-9)
    mean, true = np.average(score, weights=weights), np.average(labels, weights=weights)
    best = 2 * precision * share / max(precision + share, 1e-9)
    print(
        f"{name}: {int(labels.sum())} true, precision {precision:.4f} recall {share:.4f} F1 {best:.4f} mean {mean:.5f}/{true:.5f}"
    )
