"""Precision, recall and F1 of pairs and of clusters, and the threshold at which F1 is best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.duplicates.sets import LabelledSet, Pairs

#: Thresholds at which clusters are formed to look for the best.
CLUSTER_STEPS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
Clusterer = Callable[["Scored", float], NDArray[np.int64]]


@dataclass(frozen=True)
class Scored:
    """Pairs with scores, each unordered pair once."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float32]

    def above(self, threshold: float) -> Scored:
        kept = self.score >= threshold
        return Scored(self.left[kept], self.right[kept], self.score[kept])


@dataclass(frozen=True)
class Quality:
    """Shares between 0 and 1, and the threshold they belong to."""

    precision: float
    recall: float
    f1: float
    threshold: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def quality(hits: int, found: int, true: int, threshold: float) -> Quality:
    precision, recall = hits / found if found else 1.0, hits / true if true else 1.0
    return Quality(precision, recall, 2 * hits / (found + true) if found + true else 1.0, threshold)


def keys(pairs: Pairs, n: int) -> NDArray[np.int64]:
    """One number for each unordered pair of rows."""
    left, right = pairs
    return np.minimum(left, right) * n + np.maximum(left, right)


def pairwise(scored: Scored, truth: LabelledSet, threshold: float) -> Quality:
    """How good the pairs at or above ``threshold`` are."""
    kept = scored.above(threshold)
    return of_pairs((kept.left, kept.right), truth, threshold)


def of_pairs(found: Pairs, truth: LabelledSet, threshold: float) -> Quality:
    wanted = keys(truth.pairs(), len(truth))
    got = np.unique(keys(found, len(truth)))
    return quality(int(np.isin(got, wanted).sum()), len(got), len(wanted), threshold)


def best_pairwise(scored: Scored, truth: LabelledSet) -> Quality:
    """The threshold, among all scores, at which F1 of the pairs is best."""
    wanted = keys(truth.pairs(), len(truth))
    if not len(scored.score):
        return quality(0, 0, len(wanted), 1.0)
    order = np.argsort(-scored.score, kind="stable")
    hit = np.isin(keys((scored.left, scored.right), len(truth)), wanted)[order]
    score = scored.score[order]
    hits, found = np.cumsum(hit), np.arange(1, len(hit) + 1)
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    f1 = 2 * hits[last] / (found[last] + len(wanted))
    at = last[int(np.argmax(f1))]
    return quality(int(hits[at]), int(found[at]), len(wanted), float(score[at]))


def clustered(cluster: NDArray[np.int64], truth: LabelledSet, threshold: float) -> Quality:
    """How good the pairs are that clusters imply; of two linked files those across count."""
    split = truth.second_file
    first = cluster if split is None else cluster[:split]
    entity = truth.entity if split is None else truth.entity[:split]
    rest, rest_entity = (cluster[split:], truth.entity[split:]) if split is not None else (None, None)
    joint = np.unique(cluster, return_inverse=True)[1].astype(np.int64) * (int(truth.entity.max()) + 1) + truth.entity
    if rest is None or rest_entity is None:
        return quality(_within(joint), _within(first), _within(entity), threshold)
    hits = _across(joint[:split], joint[split:])
    return quality(hits, _across(first, rest), _across(entity, rest_entity), threshold)


def _within(group: NDArray[np.int64]) -> int:
    sizes = np.unique(group, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _across(first: NDArray[np.int64], second: NDArray[np.int64]) -> int:
    names, number = np.unique(np.concatenate([first, second]), return_inverse=True)
    left = np.bincount(number[: len(first)], minlength=len(names)).astype(np.int64)
    right = np.bincount(number[len(first) :], minlength=len(names)).astype(np.int64)
    return int((left * right).sum())


def best_clustered(scored: Scored, truth: LabelledSet, clusterer: Clusterer) -> Quality:
    """The best of some thresholds for forming clusters, that which is best for pairs among them."""
    steps = (*CLUSTER_STEPS, best_pairwise(scored, truth).threshold)
    tried = [clustered(clusterer(scored.above(step), step), truth, step) for step in steps]
    return max(tried, key=lambda found: found.f1)


def components(n: int, pairs: Scored) -> NDArray[np.int64]:
    """Connected components: what most tools call clusters."""
    labels = np.arange(n, dtype=np.int64)
    while True:
        least = np.minimum(labels[pairs.left], labels[pairs.right])
        before = labels.copy()
        np.minimum.at(labels, pairs.left, least)
        np.minimum.at(labels, pairs.right, least)
        labels = labels[labels]
        if np.array_equal(labels, before):
            return labels
