"""What a row of the file will do: its values, its contact if there is one already, its outcome."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tuttava.foundation.errors import DomainError
from tuttava.transfer.mapping import Column
from tuttava.transfer.models import Outcome
from tuttava.transfer.readers import Row
from tuttava.transfer.targets import Target, targets
from tuttava.transfer.values import Converter

PERSON_FIELDS = frozenset(
    {
        "first_name",
        "middle_name",
        "surname",
        "initials",
        "job_title",
        "organizational_level_code",
        "company_no",
        "company_name",
        "job_responsibilities",
    }
)
NAME_PARTS = ("first_name", "middle_name", "surname")


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

    ``keys`` is where matching keeps what it compares of the row; the values behind it do not change once planned.
    """

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    comment: str = ""
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
        """What the row is called in lists."""
        parts = " ".join(str(self.values[name]) for name in NAME_PARTS if self.values.get(name))
        found = parts or self.values.get("name") or self.values.get("email") or self.values.get("external_id") or ""
        return str(found or next((cell for cell in self.row.cells if cell), ""))[:150]


class Planner:
    """Makes the plans of rows: their cells converted, conversion errors of all fields collected.

    ``skip_persons``: a pass over the companies of the file; rows whose type cell says person are not converted at all.
    """

    def __init__(
        self, kind: str, columns: Sequence[Column], converter: Converter, *, skip_persons: bool = False
    ) -> None:
        known = targets(kind)
        self._used = [(column.index, known[column.target]) for column in columns if column.target]
        self._converter = converter
        self._type = next((index for index, target in self._used if target.name == "type"), 0) if skip_persons else None

    def plan(self, row: Row) -> Plan | None:
        """The plan of a row; None of a person that is passed over."""
        if self._type is not None and not row.problem and _says_person(row, self._type, self._converter):
            return None
        return _plan(row, self._used, self._converter)


def _says_person(row: Row, index: int, converter: Converter) -> bool:
    text = row.cells[index] if index < len(row.cells) else ""
    try:
        return bool(text) and converter.value("type", text, "") == "person"
    except DomainError:
        return False


def _plan(row: Row, used: Sequence[tuple[int, Target]], converter: Converter) -> Plan:
    plan = Plan(row)
    if row.problem:
        plan.errors.append(Note("import.row_unreadable", row.problem))
        plan.outcome = Outcome.FAIL
        return plan
    for index, target in used:
        text = row.cells[index] if index < len(row.cells) else ""
        if text:
            _take(plan, target, text, converter)
    plan.notes += [Note("import.card_note", text) for text in row.extras.get("notes", ())]
    _settle(plan, converter)
    return plan


def _take(plan: Plan, target: Target, text: str, converter: Converter) -> None:
    try:
        if target.link:
            plan.links[target.name] = converter.codes(target.name, text, target.label)
        elif target.name == "comment":
            plan.comment = text
        else:
            plan.values[target.name] = converter.value(target.name, text, target.label)
    except DomainError as error:
        plan.refuse(error, target.name)


def _settle(plan: Plan, converter: Converter) -> None:
    """Person or company, and one source for the name: its parts are surer than the whole."""
    wish = plan.values.get("type") or converter.options.contact_type
    given = plan.values.keys() | plan.links.keys()
    plan.is_person = wish == "person" or (wish == "auto" and bool(given & PERSON_FIELDS))
    if plan.is_person:
        if any(plan.values.get(name) for name in ("first_name", "surname")):
            plan.values.pop("name", None)
        plan.company_text = str(plan.values.pop("company_name", ""))
    else:
        company_name = plan.values.pop("company_name", "")
        plan.values.setdefault("name", company_name)
        plan.values.pop("company_no", None)
