"""What a row of the file will do: its values, its record if there is one already, its outcome."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tuttava.foundation.cells import plain
from tuttava.foundation.errors import DomainError
from tuttava.transfer.mapping import Column
from tuttava.transfer.models import Outcome
from tuttava.transfer.readers import Row
from tuttava.transfer.targets import Conversion, Target
from tuttava.transfer.values import Converter

if TYPE_CHECKING:
    from tuttava.transfer.kinds import Kind


@dataclass(frozen=True)
class Note:
    """A message about a row; ``field`` the target it belongs to."""

    code: str
    text: str
    field: str = ""

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "field": self.field, "text": self.text}


@dataclass
class Plan:
    """A row on its way through the import. ``errors`` refuse it, ``notes`` are said beside it.

    ``title`` is what the row is called in lists; ``late``: it is due in the second pass through the file. Contacts
    alone have ``is_person`` and ``company_text``, the company that a person's row names. ``keys`` is where matching
    keeps what it compares of the row; the values behind it do not change once planned.
    """

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    comment: str = ""
    title: str = ""
    late: bool = False
    is_person: bool = False
    company_text: str = ""
    match_id: uuid.UUID | None = None
    matched_by: str = ""
    decision: str = ""
    outcome: str = ""
    entity_id: uuid.UUID | None = None
    errors: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    def refuse(self, error: DomainError, target: str = "") -> None:
        self.errors.append(Note(error.code, str(error), target or error.field))
        self.outcome = Outcome.FAIL

    @property
    def label(self) -> str:
        """What the row is called in lists; its first filled cell where it has no name."""
        return str(self.title or next((cell for cell in self.row.cells if cell), ""))[:150]


@dataclass(frozen=True)
class Late:
    """Which rows of a file wait until all others are stored.

    ``target``: the column that tells, ``says`` whether its filled cell makes the row late. The file is read twice when
    it has that column and, where ``beside`` names some, one of those.
    """

    target: str
    says: Callable[[Target, str, Converter], bool]
    beside: frozenset[str] = frozenset()

    def concerns(self, used: frozenset[str]) -> bool:
        """Whether a file with these targets is read twice."""
        return self.target in used and (not self.beside or bool(used & self.beside))


class Planner:
    """Makes the plans of rows: their cells converted, conversion errors of all fields collected.

    ``skip_late``: a first pass through the file; rows of the second are not converted at all.
    """

    def __init__(self, kind: Kind, columns: Sequence[Column], converter: Converter, *, skip_late: bool = False) -> None:
        used = [(column.index, kind.targets[column.target]) for column in columns if column.target]
        # Most cells are taken as they are, so these take the short way.
        self._texts = [(index, target.name) for index, target in used if target.conversion is Conversion.TEXT]
        self._others = [(index, target) for index, target in used if target.conversion is not Conversion.TEXT]
        self._converter = converter
        self._settle = kind.settle
        self._late = kind.late if skip_late else None
        self._place = next(
            ((index, target) for index, target in used if self._late and target.name == self._late.target), None
        )

    def plan(self, row: Row) -> Plan | None:
        """The plan of a row; None of one that is passed over."""
        if self._place is not None and not row.problem and self._says_late(row, *self._place):
            return None
        return self._plan(row)

    def _says_late(self, row: Row, index: int, target: Target) -> bool:
        text = row.cells[index] if index < len(row.cells) else ""
        return bool(text) and self._late is not None and self._late.says(target, text, self._converter)

    def _plan(self, row: Row) -> Plan:
        plan = Plan(row)
        if row.problem:
            plan.errors.append(Note("import.row_unreadable", row.problem))
            plan.outcome = Outcome.FAIL
            return plan
        cells, width, values = row.cells, len(row.cells), plan.values
        for index, name in self._texts:
            if index < width and (text := cells[index]):
                values[name] = plain(text)
        for index, target in self._others:
            if index < width and (text := cells[index]):
                _take(plan, target, text, self._converter)
        plan.notes += [Note("import.card_note", text) for text in row.extras.get("notes", ())]
        self._settle(plan, self._converter.options)
        return plan


def _take(plan: Plan, target: Target, text: str, converter: Converter) -> None:
    try:
        if target.conversion is Conversion.CODES:
            plan.links[target.name] = converter.value(target, text)
        elif target.conversion is Conversion.COMMENT:
            plan.comment = text
        else:
            plan.values[target.name] = converter.value(target, text)
    except DomainError as error:
        plan.refuse(error, target.name)
