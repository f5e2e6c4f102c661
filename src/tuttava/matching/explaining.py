"""Why a pair has its score: points for and against, field by field, that add up to it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.adapting import said_rows
from tuttava.matching.features import features_of
from tuttava.matching.guarding import guard_rows
from tuttava.matching.learning import Correction
from tuttava.matching.measures import FEATURES, FIELD_OF
from tuttava.matching.model import attribute_rows, shipped
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics
from tuttava.matching.thirds import with_third
from tuttava.matching.verdicts import FIELDS, shown, verdict

Figures = NDArray[np.float32]
_BASE_FIELDS = ("kind", "together")  # no field of a card: what they contribute is shared out or goes to the base
THIRD, SHARED = "third", "shared"  # the part that a third record contributes, and its verdict


@dataclass(frozen=True)
class Part:
    """What one field contributes: points (negative: against), a stable code of the verdict, both values as entered."""

    field: str
    points: int
    verdict: str
    left: str
    right: str


@dataclass(frozen=True)
class Explanation:
    """base + the points of all parts = score, 0..100, exactly. base: where a pair with these fields filled starts."""

    score: int
    base: int
    parts: tuple[Part, ...]


def log_odds_of(figures: Figures) -> NDArray[np.float64]:
    """Return the shipped log-odds of each row of figures, before anything that a company taught."""
    parts, base = _attributed(figures)
    return np.asarray(parts.sum(axis=1) + base, dtype=np.float64)


def starting_log_odds(figures: Figures, statistics: Statistics) -> NDArray[np.float64]:
    """Return them with what the base adds of itself: where the answers of its users begin."""
    parts = np.zeros(figures.shape, dtype=np.float64)
    said_rows(np.ascontiguousarray(figures, dtype=np.float32), statistics.apart, parts)
    added = parts.sum(axis=1) + (float(statistics.apart[-1, 0]) - statistics.border)
    return np.asarray(log_odds_of(figures) + added, dtype=np.float64)


def _attributed(figures: Figures) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    given = np.ascontiguousarray(figures, dtype=np.float32)
    parts = np.zeros(given.shape, dtype=np.float64)
    base = np.zeros(len(given), dtype=np.float64)
    attribute_rows(shipped(), given, parts, base)
    guard_rows(given, parts)
    return parts, base


def explain(
    left: Records, right: Records, statistics: Statistics, correction: Correction | None = None,
    thirds: Sequence[str] | None = None,
) -> list[Explanation]:  # fmt: skip
    """Return for each row why left and right have their score. A field that a side lacks has 0 points.

    `thirds` names for each row the record that both are surely the same as, blank where there is none.
    """
    figures = features_of(left, right, statistics)
    parts, base = _attributed(figures)
    weights, centres = (correction or Correction.none()).arrays()
    parts += np.where(np.isnan(figures), 0.0, (figures - centres) * weights[:-1])
    said_rows(figures, statistics.apart, parts)
    base += weights[-1] + statistics.apart[-1, 0] - statistics.border
    named = thirds or [""] * len(left)
    return [
        _one(left, right, row, figures[row], parts[row], float(base[row]), statistics, named[row])
        for row in range(len(left))
    ]


def _one(
    left: Records, right: Records, row: int, figures: Figures, parts: NDArray[np.float64], base: float,
    statistics: Statistics, third: str,
) -> Explanation:  # fmt: skip
    """Return the explanation of one pair."""
    added = _added(float(parts.sum()) + base) if third else 0.0
    total = float(parts.sum()) + base + added
    score = _percent(total)
    values = {field: (shown(left, row, field), shown(right, row, field)) for field in FIELDS}
    both = [field for field in FIELDS if all(values[field])]
    evidence = dict.fromkeys(both, 0.0)
    together = 0.0
    for place, field in enumerate(FIELD_OF):
        if field in evidence and not np.isnan(figures[place]):
            evidence[field] += float(parts[place])
        elif field == "together":
            together += float(parts[place])
    _share(evidence, together)
    if added:
        evidence[THIRD] = added
    start = _percent(total - sum(evidence.values()))
    points = _points(evidence, score - start)
    named = dict(zip(FEATURES, figures.tolist(), strict=True))
    found = [
        Part(field, points[field], verdict(field, named, *values[field], statistics), *values[field])
        for field in sorted(both, key=lambda name: -abs(points[name]))
    ]
    found += [
        Part(field, 0, "one_missing", *values[field]) for field in FIELDS if any(values[field]) and field not in both
    ]
    if added:
        found.insert(0, Part(THIRD, points[THIRD], SHARED, third, third))
    return Explanation(score, score - sum(points.values()), tuple(found))


def _added(log_odds: float) -> float:
    """Return what a third adds to a pair with these log-odds."""
    own = np.float32(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))
    lifted = float(with_third(np.array([own], dtype=np.float32))[0])
    return float(np.log(lifted / (1 - lifted))) - log_odds if lifted > own else 0.0


def _percent(log_odds: float) -> int:
    return round(100 / (1 + float(np.exp(-np.clip(log_odds, -30, 30)))))


def _share(evidence: dict[str, float], together: float) -> None:
    """Share what all fields say together among those that speak in the same direction; none: it stays in the base."""
    same = {field: value for field, value in evidence.items() if value * together > 0}
    whole = sum(same.values())
    for field, value in same.items():
        evidence[field] += together * value / whole


def _points(evidence: dict[str, float], total: int) -> dict[str, int]:
    """Return whole points in proportion to the evidence; their sum is `total` where the evidence has its sign."""
    whole = sum(evidence.values())
    scale = total / whole if whole * total > 0 else 0.0
    exact = {field: value * scale for field, value in evidence.items()}
    points = {field: int(np.floor(value)) for field, value in exact.items()}
    left = (total if scale else 0) - sum(points.values())
    for field in sorted(exact, key=lambda name: points[name] - exact[name])[:left]:
        points[field] += 1
    return points
