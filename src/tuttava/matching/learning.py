"""What the answers of one company teach: a small correction of the shipped model, visible and taken back at will."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.measures import FEATURES, FIELD_OF

if TYPE_CHECKING:
    from tuttava.matching.statistics import Statistics

_HOLD = 6.0  # how strongly a weight is held to the shipped model, in answers
_HOLD_SHIFT = 3.0
_STEPS = 60


@dataclass(frozen=True)
class Correction:
    """Additive on the model's log-odds: a weight for each figure (around its centre, per spread) and a shift.

    No answers: no correction. Few answers move it a little; it never learns what contradicts the figures' direction.
    """

    weights: tuple[float, ...]
    centres: tuple[float, ...]
    shift: float
    answers: int

    @classmethod
    def none(cls) -> Correction:
        """Return the correction that changes nothing."""
        zeros = (0.0,) * len(FEATURES)
        return cls(zeros, zeros, 0.0, 0)

    @classmethod
    def learn(
        cls,
        features: NDArray[np.float32],
        labels: Sequence[bool] | NDArray[np.bool_],
        statistics: Statistics | None = None,
    ) -> Correction:
        """Return what the answers teach: `features` as of `features_of`, a label is true for "the same".

        `statistics` are those of the base, whose scores are corrected; None: those as shipped.
        """
        from tuttava.matching.explaining import log_odds_of, starting_log_odds

        wanted = np.asarray(labels, dtype=np.float64)
        if not len(wanted):
            return cls.none()
        given = np.asarray(features, dtype=np.float64)
        known = ~np.isnan(given)
        count = np.maximum(known.sum(axis=0), 1)
        centres = np.where(known, given, 0.0).sum(axis=0) / count
        spread = np.sqrt((np.where(known, given - centres, 0.0) ** 2).sum(axis=0) / count)
        spread = np.where(spread > 1e-6, spread, np.inf)
        scaled = np.where(known, (given - centres) / spread, 0.0)
        prior = log_odds_of(features) if statistics is None else starting_log_odds(features, statistics)
        weights, shift = _fitted(scaled, prior, wanted)
        weights = np.where(np.abs(weights) < 1e-4, 0.0, weights / spread)
        return cls(tuple(weights.tolist()), tuple(centres.tolist()), float(shift), len(wanted))

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return weights (the shift last) and centres for compiled loops."""
        weights = np.array([*self.weights, self.shift], dtype=np.float32)
        return weights, np.array(self.centres, dtype=np.float32)

    def to_json(self) -> str:
        """Return the correction as JSON; figures that weigh nothing are left out."""
        held = {
            name: [weight, centre]
            for name, weight, centre in zip(FEATURES, self.weights, self.centres, strict=True)
            if weight
        }
        return json.dumps({"figures": held, "shift": self.shift, "answers": self.answers})

    @classmethod
    def from_json(cls, text: str) -> Correction:
        """Return what `to_json` wrote; figures this version does not know are left out."""
        stored = json.loads(text)
        held = [stored["figures"].get(name, (0.0, 0.0)) for name in FEATURES]
        return cls(
            tuple(float(weight) for weight, _ in held), tuple(float(centre) for _, centre in held),
            float(stored["shift"]), int(stored["answers"]),
        )  # fmt: skip

    def describe(self) -> list[tuple[str, float]]:
        """Return (field, change of its weight), the greatest change first; 0 = as shipped."""
        total: dict[str, float] = {}
        for field, weight in zip(FIELD_OF, self.weights, strict=True):
            total[field] = total.get(field, 0.0) + weight
        changed = [(field, round(weight, 3)) for field, weight in total.items() if abs(weight) >= 0.0005]
        return sorted(changed, key=lambda entry: -abs(entry[1]))


def _fitted(
    scaled: NDArray[np.float64], prior: NDArray[np.float64], wanted: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return weights and shift of a logistic regression held to 0, with the model's log-odds as a given term."""
    design = np.concatenate((scaled, np.ones((len(scaled), 1))), axis=1)
    hold = np.full(design.shape[1], _HOLD)
    hold[-1] = _HOLD_SHIFT
    solution = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(prior + design @ solution, -30, 30)))
        slope = design.T @ (wanted - chance) - hold * solution
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(hold)
        step = np.linalg.solve(bend, slope)
        solution += step
        if float(np.abs(step).max()) < 1e-8:
            break
    return solution[:-1], float(solution[-1])


def most_informative(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the places of the pairs to ask about first: the least certain ones, spread over the doubtful range."""
    doubt = np.abs(np.asarray(scores, dtype=np.float64) - 0.5)
    return np.argsort(doubt, kind="stable")[:count].astype(np.int64)
