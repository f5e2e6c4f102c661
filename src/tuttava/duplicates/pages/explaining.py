"""Why two contacts are thought to be one party: a bar for each field, for and against, that add up to the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuttava.duplicates import smart
from tuttava.duplicates.models import ContactDuplicate


@dataclass(frozen=True)
class Bar:
    """A number of points as a bar: ``start`` and ``size`` in hundredths of half the width, from the middle."""

    points: int
    longest: int

    @property
    def size(self) -> int:
        return round(100 * abs(self.points) / max(self.longest, 1))

    @property
    def start(self) -> int:
        return -self.size if self.against else 0

    @property
    def against(self) -> bool:
        return self.points < 0

    @property
    def text(self) -> str:
        """With its sign: a true minus is as wide as a plus."""
        return f"\N{MINUS SIGN}{-self.points}" if self.against else f"+{self.points}"


@dataclass(frozen=True)
class Reason:
    """What one field says; ``words`` tell what was found."""

    label: str
    words: str
    points: int


@dataclass(frozen=True)
class Why:
    """``base`` and the points of all reasons make the ``score``."""

    score: int
    base: int
    reasons: Sequence[Reason]

    @property
    def _longest(self) -> int:
        return max([abs(self.base), *(abs(reason.points) for reason in self.reasons)])

    @property
    def base_bar(self) -> Bar:
        return Bar(self.base, self._longest)

    @property
    def speaking(self) -> list[tuple[Reason, Bar]]:
        """What speaks for and against it, the weightiest first."""
        found = sorted((each for each in self.reasons if each.points), key=lambda each: -abs(each.points))
        return [(each, Bar(each.points, self._longest)) for each in found]

    @property
    def silent(self) -> list[Reason]:
        """Fields that say nothing either way."""
        return [reason for reason in self.reasons if not reason.points]


def why_of(pair: ContactDuplicate) -> Why | None:
    """The explanation of a pair, None where one of its contacts is gone."""
    found = smart.explain_pair(pair)
    if found is None:
        return None
    reasons = [Reason(str(each.label), str(each.words), each.points) for each in found.reasons]
    return Why(found.score, found.base, reasons)
