"""Chips: the conditions in a list's address, what each means for the rows and how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.ui.lists import operators
from tuttava.ui.lists.choices import names_of
from tuttava.ui.lists.declare import Filter, ListPage
from tuttava.ui.lists.state import Chip, ListState


@dataclass(frozen=True)
class AppliedChip:
    """A chip with the filter it names and its condition, or ``error``: why it does not apply."""

    chip: Chip
    filter: Filter | None = None
    condition: Q | None = None
    error: str = ""


@dataclass(frozen=True)
class ShownChip:
    """A chip in words; ``remove`` is the query without it, ``error`` why it does not apply."""

    label: str
    operator: str
    value: str
    remove: str
    error: str = ""


def applied(page: ListPage, state: ListState) -> list[AppliedChip]:
    """Every chip of ``state``; those that do not apply to ``page`` narrow nothing and say why."""
    return [_applied(page, chip) for chip in state.chips]


def _applied(page: ListPage, chip: Chip) -> AppliedChip:
    known = page.filter(chip.field)
    if known is None:
        return AppliedChip(chip, error=_("This list has no such filter."))
    try:
        return AppliedChip(chip, known, operators.condition(known, chip))
    except DomainError as error:
        return AppliedChip(chip, known, error=str(error))


def shown_chips(chips: Sequence[AppliedChip], state: ListState) -> list[ShownChip]:
    """The chips in words, codes of a table with what they stand for."""
    names = _names(chips)
    return [_shown(found, state, names) for found in chips]


def _shown(found: AppliedChip, state: ListState, names: dict[type[Model], dict[str, str]]) -> ShownChip:
    chip, remove = found.chip, state.without(found.chip)
    if found.filter is None:
        return ShownChip(chip.field, operators.words(chip.operator), "", remove, found.error)
    meant = names[found.filter.model] if found.filter.model else {}
    label, operator, value = operators.chip_words(found.filter, chip, meant)
    return ShownChip(label, operator, value, remove, found.error)


def _names(chips: Sequence[AppliedChip]) -> dict[type[Model], dict[str, str]]:
    """What the codes in the chips stand for: one query for each code table, however many chips and codes."""
    codes: dict[type[Model], set[str]] = {}
    for found in chips:
        if found.filter and found.filter.model:
            wanted = codes.setdefault(found.filter.model, set())
            wanted.update(found.filter.stored(value) for value in found.chip.values)
    return {model: names_of(model, wanted) for model, wanted in codes.items()}
