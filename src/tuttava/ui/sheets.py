"""Tables of lines that are worked like a spreadsheet: their columns and cells, and what was typed into them.

The room that owns the lines enters the changes through its rules and answers with a :class:`Result` for each.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError, Text
from tuttava.ui.answers import fragment

#: Rows that one paste may bring.
MOST_CHANGES = 500
_LONGEST = 500
_NUMBERS = ("decimal", "integer")


@dataclass(frozen=True)
class SheetColumn:
    """One column. ``calculated`` ones are only read.

    ``choices`` are the values of a ``choice``, ``default`` the one that a blank cell begins with. ``lookup`` names the
    source of candidates; ``only`` (``field:value``) the lines that it is for.
    """

    name: str
    label: Text
    kind: str = "text"
    lookup: str = ""
    calculated: bool = False
    wide: bool = False
    choices: Sequence[tuple[str, Text]] = ()
    default: str = ""
    only: str = ""
    #: Whether it is shown where there is little room.
    phone: bool = True

    @property
    def css(self) -> str:
        """The classes of its cells."""
        found = [*(("num",) if self.kind in _NUMBERS else ()), *(("wide",) if self.wide else ())]
        return " ".join([*found, *(() if self.phone else ("not-phone",))])


@dataclass
class Cell:
    """One cell: ``text`` to read, ``raw`` what its editor starts with.

    ``href`` leads on, over the page if ``dialog``; ``detail`` stands beside the text, ``badge`` warns there.
    """

    column: SheetColumn
    text: str
    raw: str
    editable: bool
    href: str = ""
    dialog: bool = False
    detail: str = ""
    badge: str = ""


@dataclass
class Row:
    """One line as the sheet shows it; ``warning`` says why it is of no use as it is."""

    id: str
    version: int
    label: str
    cells: list[Cell] = field(default_factory=list)
    warning: str = ""


def blank_row(columns: Sequence[SheetColumn]) -> Row:
    """The row in which a new line is typed."""
    return Row("", 0, "", [Cell(column, "", "", not column.calculated) for column in columns])


@dataclass(frozen=True)
class Change:
    """What was typed into one row. ``line``: the line, None for a new one; ``after``: the line above a new one."""

    key: str
    line: uuid.UUID | None
    version: int | None
    after: uuid.UUID | None
    values: Mapping[str, str]

    @classmethod
    def read(cls, sent: Any) -> Change:
        """A change from what the page sent; raises ``value_invalid``."""
        if not isinstance(sent, dict) or not isinstance(sent.get("values"), dict):
            raise DomainError("value_invalid", _("The lines could not be read. Load the page again."))
        version = sent.get("version")
        return cls(
            str(sent.get("key", ""))[:40],
            uuid_of(sent.get("id")),
            version if isinstance(version, int) and version > 0 else None,
            uuid_of(sent.get("after")),
            {str(name): str(value)[:_LONGEST].replace("\x00", "") for name, value in sent["values"].items()},
        )


@dataclass
class Result:
    """What became of a change: the line's ``id``, or why not (``error``, at ``field``)."""

    key: str
    id: str = ""
    error: str = ""
    field: str = ""
    conflict: bool = False

    def refused(self, change: Change, error: DomainError) -> None:
        """Note why the change was not entered."""
        self.error = " ".join([str(error), *(str(detail.message) for detail in error.details)])
        self.field = error.field or next(iter(change.values), "")
        self.id = str(change.line or "")


def uuid_of(value: Any) -> uuid.UUID | None:
    """The id that a page sent; None for anything else."""
    try:
        return uuid.UUID(str(value)) if value else None
    except ValueError:
        return None


def sent_list(text: str) -> list[Any]:
    """What the page sent as JSON; ``value_invalid`` for anything else than a list of bearable length."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or len(found) > MOST_CHANGES:
        words = _("At most %(most)d lines can be entered at once. Paste them in parts.")
        raise DomainError("value_invalid", words % {"most": MOST_CHANGES})
    return found


def sent_changes(request: HttpRequest) -> list[Change]:
    """What was typed or pasted."""
    return [Change.read(one) for one in sent_list(request.POST.get("changes", ""))]


def sent_lines(request: HttpRequest) -> list[uuid.UUID]:
    """The lines that are to go."""
    return [found for one in sent_list(request.POST.get("lines", "")) if (found := uuid_of(one)) is not None]


def row_html(request: HttpRequest, row: Row) -> str:
    """A row that can be typed into, as HTML."""
    return fragment(request, "ui/sheets/row.html", {"row": row, "editable": True})


def answers(request: HttpRequest, results: Sequence[Result], rows: Mapping[str, Row]) -> list[dict[str, Any]]:
    """The results as the page reads them, each with its row as it is now."""
    return [
        {
            "key": result.key,
            "id": result.id,
            "html": row_html(request, rows[result.id]) if result.id in rows else "",
            "error": result.error,
            "field": result.field,
            "conflict": result.conflict,
        }
        for result in results
    ]


def seen_by_somebody_else() -> DomainError:
    """The refusal of a line that changed since it was shown."""
    return DomainError(
        "changed_meanwhile",
        _("Somebody else changed this line meanwhile. Press Enter to keep yours, Esc to take theirs."),
    )


def line_gone() -> DomainError:
    """The refusal of a line that is not there any more."""
    return DomainError("record_gone", _("This line was deleted by somebody else."))


def choice_of(column: SheetColumn, text: str) -> str | None:
    """The value that a cell's text means, which may be the value or its words; None for a blank."""
    wanted = text.strip().casefold()
    if not wanted:
        return None
    for value, words in column.choices:
        if wanted in (value, str(words).strip().casefold()):
            return value
    raise DomainError(
        "value_invalid",
        _("“%(text)s” is none of these: %(choices)s.")
        % {"text": text, "choices": ", ".join(str(words) for _value, words in column.choices if str(words).strip())},
        field=column.name,
    )
