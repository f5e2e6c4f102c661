"""One pair of the queue made ready to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.pages.comparing import LEFT, LOCKED, RIGHT, WITH, LineGroup, groups_of
from tuttava.duplicates.pages.explaining import Why, why_of
from tuttava.duplicates.pages.parties import Party, parties
from tuttava.duplicates.pages.words import Likelihood, likelihood
from tuttava.merging.fields import proposals


@dataclass(frozen=True)
class Pair:
    """Both sides with their fields, and why they are thought to be one."""

    row: ContactDuplicate
    left: Party
    right: Party
    groups: Sequence[LineGroup]
    why: Why | None
    likelihood: Likelihood
    others: Sequence[Party] = field(default_factory=list)

    @property
    def suggested(self) -> str:
        """The side on which more hangs, else the one that is older."""
        if self.left.weight != self.right.weight:
            return LEFT if self.left.weight > self.right.weight else RIGHT
        return LEFT if self.left.contact.pk < self.right.contact.pk else RIGHT

    @property
    def staying(self) -> Party:
        return self.left if self.suggested == LEFT else self.right

    @property
    def going(self) -> Party:
        return self.right if self.suggested == LEFT else self.left

    @property
    def sides(self) -> list[tuple[str, Party]]:
        return [(LEFT, self.left), (RIGHT, self.right)]


def shown_pair(row: ContactDuplicate, others: Sequence[Contact]) -> Pair:
    """Everything that the page tells of a pair; ``others`` are further contacts that look alike."""
    left, right, *more = parties([row.contact, row.duplicate, *others])
    return Pair(row, left, right, _groups(row), why_of(row), likelihood(row.score), more)


def _groups(row: ContactDuplicate) -> list[LineGroup]:
    """The fields of both, with the better value marked where one chooses."""
    better = _better(row)
    groups = groups_of(row.contact, row.duplicate)
    return [
        LineGroup(each.title, [replace(line, better=better.get(line.name, "")) for line in each.lines])
        for each in groups
    ]


def _better(row: ContactDuplicate) -> dict[str, str]:
    """The side with the better value (M-40), by field: a checked value before another, a newer one before an older."""
    left, right = row.contact, row.duplicate
    return dict.fromkeys(proposals(right, left), LEFT) | dict.fromkeys(proposals(left, right), RIGHT)


def overrides(pair: ContactDuplicate, keep: str, picked: dict[str, str]) -> list[str]:
    """The fields, by attribute name, in which the contact that stays takes the other's value.

    Those that were picked from the other side, and those that only the other side has.
    """
    other = RIGHT if keep == LEFT else LEFT
    found = []
    for group in groups_of(pair.contact, pair.duplicate):
        for line in group.lines:
            if line.name in LOCKED:
                continue
            if line.state == other or (line.picks and picked.get(line.name) == other):
                found += [line.name, *WITH.get(line.name, ())]
    return found
