"""The records side by side: which fields differ, whose value is kept, what is equal (M-7, M-8, M-40, M-43)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.rules.names import as_search_name
from tuttava.merging import actions
from tuttava.merging.actions import FieldLine, Source
from tuttava.merging.fields import tied_to
from tuttava.merging.models import Merge
from tuttava.merging.pages.parties import Shown, page_of, shown
from tuttava.ui.cards import CardPage
from tuttava.ui.values import show

CURRENT = "current"
PREFIX = "field:"
#: Fields filled differently on both sides from which the page doubts that they are the same party.
MANY = 8

#: What a company repeats of itself: it follows its name and number without saying.
_OWN_COMPANY = ("company_no", "company_name", "company_id")

Choices = Mapping[str, str]


@dataclass(frozen=True)
class Side:
    """One of the records: the one that stays (``key`` is :data:`CURRENT`), or a duplicate (the id of its merge)."""

    key: str
    shown: Shown
    merge: Merge | None = None

    @property
    def is_current(self) -> bool:
        return self.key == CURRENT


@dataclass(frozen=True)
class Value:
    """What one side has in a field. ``same``: as the record that stays, so there is nothing to choose."""

    side: Side
    text: str
    source: str
    chosen: bool
    proposed: bool
    same: bool


@dataclass(frozen=True)
class Line:
    """A field in which the sides differ.

    ``why``: it takes no choice, for this reason; ``outcome`` is what it will be then. ``follows``: the label of the
    field that it goes with.
    """

    name: str
    label: str
    values: Sequence[Value]
    why: str = ""
    outcome: str = ""
    follows: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody chooses here."""
        return not self.why and not self.follows

    @property
    def filled(self) -> int:
        """How many different values the sides have here."""
        return len({value.text for value in self.values if value.text})


@dataclass(frozen=True)
class LineGroup:
    """Lines under the heading that they have on the card."""

    title: str
    lines: Sequence[Line]


@dataclass
class Comparison:
    """Everything that the page shows of the fields."""

    table: str
    sides: Sequence[Side]
    groups: Sequence[LineGroup]
    equal: Sequence[tuple[str, str]] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @property
    def open_lines(self) -> list[Line]:
        """Lines that can be chosen."""
        return [line for line in self.lines if line.is_open]

    @property
    def contradicting(self) -> int:
        """Fields that are filled on several sides, differently."""
        return sum(line.filled > 1 for line in self.open_lines)

    @property
    def doubtful(self) -> bool:
        """Whether so much differs that it is rather a mistake (M-7)."""
        return self.contradicting >= MANY

    @property
    def hint(self) -> str:
        """What the number of differing fields says."""
        number, clashing = len(self.open_lines), self.contradicting
        if not number:
            return _("All fields are equal. That speaks for a true duplicate.")
        differ = ngettext("%(count)d field differs.", "%(count)d fields differ.", number) % {"count": number}
        both = ngettext(
            "%(count)d field is filled on both sides.", "%(count)d fields are filled on both sides.", clashing
        ) % {"count": clashing}
        verdict = (
            _("That is a lot for one and the same party: look twice before you merge.")
            if self.doubtful
            else _("Few differences speak for a true duplicate.")
        )
        return " ".join([differ, both, verdict] if clashing else [differ, verdict])


def compare(table: str, current: Any, merges: Sequence[Merge]) -> Comparison:
    """The record that stays beside its duplicates."""
    records = duplicates_of(table, merges)
    sides = [Side(CURRENT, shown(table, current))]
    sides += [Side(str(merge.pk), shown(table, records[merge.pk]), merge) for merge in merges if merge.pk in records]
    page = page_of(table)
    known: dict[str, dict[str, FieldLine]] = {
        side.key: {line.field: line for line in actions.field_lines(side.merge)}
        for side in sides
        if side.merge is not None
    }
    unsaid = _OWN_COMPANY if getattr(current, "is_company", False) else ()
    names = list(dict.fromkeys(name for lines in known.values() for name in lines if name not in unsaid))
    heads = {name: _head(page, sides, name, names) for name in names}
    lines = {
        name: _line(sides, {key: found.get(name) for key, found in known.items()}, heads[name])
        for name in names
        if heads[name] == name or _is_on_card(page, name)
    }
    return Comparison(table, sides, _grouped(page, lines), _equal(page, sides, set(names)))


def together(sides: Sequence[Side], name: str) -> tuple[str, ...]:
    """The fields that are taken with this one: a search name that nobody typed goes with the name."""
    record = sides[0].shown.record
    tied = tied_to(record, name)
    if not {"name", "search_name"} & {name, *tied} or not hasattr(record, "search_name"):
        return tied
    own = any(side.shown.record.search_name != as_search_name(side.shown.record.name) for side in sides)
    return tied if own else tuple(dict.fromkeys((*tied_to(record, "name"), "search_name")))


def _is_on_card(page: CardPage, name: str) -> bool:
    return any(name in (each.name, f"{each.name}_id", f"{each.name}_code") for each in page.all_fields)


def _head(page: CardPage, sides: Sequence[Side], name: str, names: Sequence[str]) -> str:
    """The field by which those that are taken together are chosen: one that the card shows, if any."""
    found = [each for each in together(sides, name) if each in names] or [name]
    return next((each for each in found if _is_on_card(page, each)), found[0])


def duplicates_of(table: str, merges: Sequence[Merge]) -> dict[uuid.UUID, Any]:
    """The record to fold in, by merge."""
    page = page_of(table)
    rows = page.model._default_manager.select_related(*page.select_related)
    found = rows.in_bulk([merge.duplicate_id for merge in merges if merge.duplicate_id])
    return {merge.pk: found[merge.duplicate_id] for merge in merges if merge.duplicate_id in found}


def _line(sides: Sequence[Side], known: Mapping[str, FieldLine | None], head: str) -> Line:
    """One field of all sides; the last duplicate whose value is taken has the word, for it is merged last."""
    first = next(line for line in known.values() if line is not None)
    taken = [key for key, line in known.items() if line is not None and line.override]
    better = [key for key, line in known.items() if line is not None and line.proposed]
    chosen, proposed = (keys[-1] if keys else CURRENT for keys in (taken, better))
    values = [_value(side, known, first, chosen == side.key, proposed == side.key) for side in sides]
    if len({value.source for value in values}) == 1:
        values = [replace(value, source="") for value in values]
    why = _why(first)
    follows = "" if why or head == first.field else _label(sides[0].shown.record, head)
    label = first.label[:1].upper() + first.label[1:]
    return Line(first.field, label, values, why, first.outcome if first.locked else "", follows)


def _value(side: Side, known: Mapping[str, FieldLine | None], first: FieldLine, chosen: bool, proposed: bool) -> Value:
    if side.is_current:
        return Value(side, first.current_value, _words(first.current_source), chosen, proposed, False)
    line = known[side.key]
    if line is None:
        return Value(side, first.current_value, "", chosen, proposed, True)
    return Value(side, line.duplicate_value, _words(line.duplicate_source), chosen, proposed, False)


def _words(source: Source) -> str:
    """Who wrote a value and when, and whether it was checked (M-40)."""
    parts = [show(source.at.date()) if source.at else "", source.user_name, _("checked") if source.verified else ""]
    return " · ".join(part for part in parts if part)


def _label(record: models.Model, name: str) -> str:
    found = next(stored for stored in record._meta.concrete_fields if stored.attname == name)
    return str(found.verbose_name)


def _why(line: FieldLine) -> str:
    """Why a field takes no choice."""
    if line.in_primary_key:
        return _("The number stays. The other number leads here from now on.")
    if not line.locked:
        return ""
    reasons = {
        "privacy_blocked": _("A block on personal data of either record stays in force."),
        "minor": _("A minor stays one, whichever record says so."),
        "parental_consent_received": _("Consent counts only where both records have it."),
    }
    return reasons.get(line.field, _("This is settled by the record that stays."))


def _grouped(page: CardPage, lines: Mapping[str, Line]) -> list[LineGroup]:
    """The lines in the order and under the headings of the card; what is not on it comes last."""
    left = dict(lines)
    groups = []
    for group in page.groups:
        names = [name for card_field in group.fields if (name := stored_name(card_field.name, left))]
        found = [left.pop(name) for name in dict.fromkeys(names)]
        if found:
            groups.append(LineGroup(str(group.title), found))
    return [*groups, LineGroup(_("Other fields"), list(left.values()))] if left else groups


def stored_name(name: str, lines: Mapping[str, Any]) -> str:
    """The one of ``lines`` that a field of the card belongs to, blank without one."""
    return next((known for known in (name, f"{name}_id", f"{name}_code") if known in lines), "")


def _equal(page: CardPage, sides: Sequence[Side], differing: set[str]) -> list[tuple[str, str]]:
    """Label and value of the filled fields that are the same on all sides."""
    record = sides[0].shown.record
    hidden = {name for side in sides for name in page.masked(side.shown.record)}
    on_card = {card_field.name for card_field in page.all_fields}
    found = []
    for stored in page.model._meta.concrete_fields:
        if not {stored.name, stored.attname} & on_card or stored.attname in differing | hidden or not stored.editable:
            continue
        words = getattr(record, f"get_{stored.attname}_display", None)
        value = words() if words else getattr(record, stored.attname)
        if value is not False and (text := show(value)):
            label = str(stored.verbose_name)
            found.append((label[:1].upper() + label[1:], text))
    return found


def read_choices(sent: Mapping[str, Any]) -> dict[str, str]:
    """The choices that a form holds: the key of a side by field."""
    return {name.removeprefix(PREFIX): str(value) for name, value in sent.items() if name.startswith(PREFIX) and value}


def apply_choices(compared: Comparison, choices: Choices) -> None:
    """Keep the choices of the form with their merges; fields that were not sent stay as they are (M-8)."""
    known = {line.name for line in compared.open_lines}
    wishes = {each: key for name, key in choices.items() if name in known for each in together(compared.sides, name)}
    for merge in [side.merge for side in compared.sides if side.merge is not None]:
        for name, key in wishes.items():
            wanted = key == str(merge.pk)
            if wanted != (name in merge.overrides):
                actions.set_override(merge, name, wanted)
