"""What the smart search answers: words for people, numbers that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import MASK
from tuttava.foundation.errors import Text


@dataclass(frozen=True)
class Reason:
    """One piece of evidence: ``points`` of the score, negative when it speaks against.

    ``field`` and ``verdict`` are stable codes, ``label`` and ``words`` what people read. ``left`` and ``right`` are the
    values compared.
    """

    field: str
    label: Text
    points: int
    verdict: str
    words: Text
    left: str
    right: str


@dataclass(frozen=True)
class Explained:
    """Why two contacts are thought the same, or not: ``base`` and the points of all reasons add up to ``score``.

    Reasons stand in the order of their weight, whichever way they speak.
    """

    score: int
    base: int
    reasons: tuple[Reason, ...]

    @property
    def speaks_for(self) -> Sequence[Reason]:
        return [reason for reason in self.reasons if reason.points > 0]

    @property
    def speaks_against(self) -> Sequence[Reason]:
        return [reason for reason in self.reasons if reason.points < 0]

    def masked(self, left: bool, right: bool) -> Explained:
        """The same without the values of a side that may not be seen."""
        if not (left or right):
            return self
        hidden = [
            replace(
                reason,
                left=MASK if left and reason.left else reason.left,
                right=MASK if right and reason.right else reason.right,
            )
            for reason in self.reasons
        ]
        return replace(self, reasons=tuple(hidden))


@dataclass(frozen=True)
class Suggestion:
    """A contact that what is being entered may be; masked where its personal data is locked."""

    contact: Contact
    score: int
    explained: Explained
