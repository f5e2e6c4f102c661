"""From made-up worlds to the model file that ships: pairs, labels, boosted trees, flat arrays."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.matching_training.worlds import world
from tuttava.matching.blocks import candidate_pairs
from tuttava.matching.features import figures_of, side_of
from tuttava.matching.measures import DIRECTIONS, FEATURES
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics

MODEL = Path(__file__).parents[2] / "src" / "tuttava" / "matching" / "model.npz"
SIZES = (500, 1500, 3000, 6000, 10000)
MOST_OTHERS = 12_000  # pairs of one world that are not the same


def pairs_of(seed: int) -> tuple[NDArray[np.float32], NDArray[np.bool_], float, float]:
    """Return of one world figures, labels, the share of true pairs that are candidates, and the others' weight."""
    made = world(seed, SIZES[seed % len(SIZES)])
    records = Records.of(made.columns)
    truth = np.array(made.truth)
    left, right = candidate_pairs(records.normal)
    same = truth[left] == truth[right]
    _, counts = np.unique(truth, return_counts=True)
    recall = float(same.sum() / max((counts * (counts - 1) // 2).sum(), 1))
    chance = np.random.default_rng(seed)
    others = np.flatnonzero(~same)
    weight = max(len(others) / MOST_OTHERS, 1.0)
    if weight > 1:
        kept = np.sort(np.concatenate((np.flatnonzero(same), chance.choice(others, MOST_OTHERS, replace=False))))
        left, right, same = left[kept], right[kept], same[kept]
    statistics = Statistics.of(records)
    side = side_of(records.normal, statistics)
    return figures_of(side, left, side, right, statistics), same, recall, weight


def flat(booster: Any) -> dict[str, NDArray[Any]]:
    """Return the trees as flat arrays; inner nodes hold the mean of the leaves below them, weighed by their rows."""
    roots, feature, border, missing, left, right, value, most = [], [], [], [], [], [], [], []

    def put(node: dict[str, Any]) -> tuple[int, float, float, float]:
        place = len(feature)
        for column in (feature, border, missing, left, right, value):
            column.append(0)
        if "leaf_value" in node:
            feature[place], value[place] = -1, node["leaf_value"]
            return place, node["leaf_value"], max(node.get("leaf_count", 1), 1), node["leaf_value"]
        feature[place] = node["split_feature"]
        exact = np.float32(np.clip(node["threshold"], -3e38, 3e38))
        border[place] = exact if float(exact) <= node["threshold"] else np.nextafter(exact, np.float32(-np.inf))
        missing[place] = node["default_left"]
        low, low_mean, low_rows, low_most = put(node["left_child"])
        high, high_mean, high_rows, high_most = put(node["right_child"])
        left[place], right[place] = low, high
        rows = low_rows + high_rows
        value[place] = (low_mean * low_rows + high_mean * high_rows) / rows
        return place, value[place], rows, max(low_most, high_most)

    for tree in booster.dump_model()["tree_info"]:
        place, _, _, top = put(tree["tree_structure"])
        roots.append(place)
        most.append(top)
    rest = np.concatenate((np.cumsum(np.array(most)[::-1])[::-1], [0.0]))
    return {
        "features": np.array(FEATURES), "roots": np.array(roots, np.int32), "feature": np.array(feature, np.int16),
        "border": np.array(border, np.float32), "missing_left": np.array(missing, np.bool_),
        "left": np.array(left, np.int32), "right": np.array(right, np.int32), "value": np.array(value, np.float32),
        "most": (rest + 1e-4).astype(np.float32),
    }  # fmt: skip


def main() -> None:
    """Train on worlds with seeds from 1000 on, report on worlds that were held out, write the model."""
    import lightgbm

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=240)
    parser.add_argument("--held-out", type=int, default=24)
    parser.add_argument("--trees", type=int, default=160)
    parser.add_argument("--leaves", type=int, default=24)
    chosen = parser.parse_args()
    seeds = range(1000, 1000 + chosen.worlds + chosen.held_out)
    worlds = [pairs_of(seed) for seed in seeds]
    train, held = worlds[: chosen.worlds], worlds[chosen.worlds :]
    figures, labels = np.concatenate([part[0] for part in train]), np.concatenate([part[1] for part in train])
    weights = np.concatenate([np.where(part[1], 1.0, part[3]) for part in train])
    print(f"{len(labels)} pairs, {labels.mean():.3f} the same, candidates {np.mean([part[2] for part in worlds]):.4f}")
    settings = {
        "objective": "binary", "num_leaves": chosen.leaves, "learning_rate": 0.1, "min_data_in_leaf": 60,
        "lambda_l2": 5.0, "feature_fraction": 0.7, "monotone_constraints": list(DIRECTIONS), "verbose": -1,
        "monotone_constraints_method": "intermediate", "seed": 7, "deterministic": True, "num_threads": 2, "max_bin": 127,
    }  # fmt: skip
    data = lightgbm.Dataset(figures, labels.astype(np.int8), weight=weights, feature_name=list(FEATURES))
    booster = lightgbm.train(settings, data, num_boost_round=chosen.trees)
    for name, group in (("train", train[: len(held)]), ("held out", held)):
        parts = [(booster.predict(part[0]), part[1], np.where(part[1], 1.0, part[3])) for part in group]
        for seed, (part, known) in enumerate(zip(parts, group, strict=True)):
            report(f"{name} {seed} ({known[2]:.4f})", *part)
        report(f"{name}, all", *(np.concatenate(column) for column in zip(*parts, strict=True)))
    arrays = flat(booster)
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
