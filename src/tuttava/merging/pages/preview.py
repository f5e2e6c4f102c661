"""The card of the record that stays, as it will be (M-24, M-43)."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuttava.merging.fields import locked_fields, outcome
from tuttava.merging.pages.comparison import CURRENT, Choices, Comparison, Side, stored_name, together
from tuttava.merging.pages.parties import page_of
from tuttava.ui.cards import CardPage
from tuttava.ui.cards.fields import FieldViews


@dataclass(frozen=True)
class PreviewField:
    """A value of the result; ``taken`` is the number of the record that it comes from, blank for the one that stays."""

    label: str
    text: str
    taken: str = ""


@dataclass(frozen=True)
class PreviewGroup:
    """Values under a heading of the card."""

    title: str
    fields: Sequence[PreviewField]


@dataclass(frozen=True)
class Preview:
    """The result in the groups of the card, without what is blank."""

    title: str
    subtitle: str
    face: str
    groups: Sequence[PreviewGroup]

    @property
    def letter(self) -> str:
        return self.title[:1].upper()

    @property
    def taken(self) -> int:
        """How many values do not come from the record that stays."""
        return sum(bool(shown.taken) for group in self.groups for shown in group.fields)


def preview(compared: Comparison, choices: Choices) -> Preview:
    """What the form's choices come to; fields that it does not hold are as the merges have them."""
    page = page_of(compared.table)
    stays, *others = compared.sides
    result = copy.copy(stays.shown.record)
    taken: dict[str, str] = {}
    hidden = set(page.masked(result))
    for side in others:
        values = outcome(result, side.shown.record, _overrides(compared, choices, side))
        for name, value in values.items():
            setattr(result, name, value)
            taken[name] = side.shown.no
        hidden |= values.keys() & page.masked(side.shown.record)
    subtitle = str(page.subtitle(result)) if page.subtitle else ""
    title = stays.shown.no if "name" in hidden else str(page.title(result))
    return Preview(title, subtitle, stays.shown.face, _groups(page, result, taken, frozenset(hidden)))


def _overrides(compared: Comparison, choices: Choices, side: Side) -> Collection[str]:
    """The fields whose value one duplicate gives, with those that go with them."""
    record = compared.sides[0].shown.record
    found: set[str] = set()
    for line in compared.open_lines:
        now = next((value.side.key for value in line.values if value.chosen), CURRENT)
        if choices.get(line.name, now) == side.key:
            found.update(together(compared.sides, line.name))
    return found - locked_fields(record)


def _groups(page: CardPage, result: Any, taken: Mapping[str, str], hidden: frozenset[str]) -> list[PreviewGroup]:
    views = FieldViews(page, result)
    views.masked = hidden
    groups = []
    for group in views.groups({}):
        fields = []
        for view in group.fields:
            source = taken.get(stored_name(view.name, taken), "")
            if source or (view.text and view.typed != "false"):
                fields.append(PreviewField(view.label, f"{view.text} {view.detail}".strip(), source))
        if fields:
            groups.append(PreviewGroup(str(group.group.title), fields))
    return groups
