"""What later rooms add to print-outs: figures are :mod:`tuttava.contacts.queries`'; lines and logging are here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuttava.contacts.models import Contact
from tuttava.foundation.errors import Text


@dataclass(frozen=True)
class Lines:
    """A table under a contact in a summary: its tasks, its interactions. ``rows`` hold one text a column.

    ``name`` is its column in the data set of the report.
    """

    title: Text
    columns: Sequence[Text]
    rows: Sequence[Sequence[str]]
    name: str = "lines"


#: Lines for a batch of contacts at once: by contact id, nothing for contacts without any; a filter on dates (A-114).
LinesProvider = Callable[[Sequence[Contact], str], dict[uuid.UUID, Lines]]
#: Logs the sending of a cover sheet to one contact; registered only while a template for cover sheets exists.
CoverSheetLog = Callable[[Contact], None]

_lines: list[LinesProvider] = []
_log: list[tuple[Callable[[], bool], CoverSheetLog]] = []


def provides_lines(provider: LinesProvider) -> LinesProvider:
    """Decorator: ``provider`` adds lines to company and person summaries."""
    _lines.append(provider)
    return provider


def lines_of(contacts: Sequence[Contact], dates: str = "") -> dict[uuid.UUID, list[Lines]]:
    """All lines of the contacts, in the order of registration; one call a provider. ``dates`` limits them."""
    found: dict[uuid.UUID, list[Lines]] = {}
    for provider in _lines:
        for identity, lines in provider(contacts, dates).items():
            found.setdefault(identity, []).append(lines)
    return found


def log_cover_sheets_with(offered: Callable[[], bool], log: CoverSheetLog) -> None:
    """Let ``log`` record cover sheets; ``offered`` says whether the template for them exists."""
    _log[:] = [(offered, log)]


def cover_sheet_log() -> CoverSheetLog | None:
    """How to log a cover sheet; None: logging is not offered."""
    return next((log for offered, log in _log if offered()), None)


def unplug() -> None:
    """Take everything out again."""
    _lines.clear()
    _log.clear()
