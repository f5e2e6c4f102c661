"""What every reader yields: rows of text cells, each with its place in the file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tuttava.foundation.errors import DomainError, Text

#: Longest line (characters) and field (characters) that is read; longer ones refuse their row alone.
MAX_LINE = 1_048_576
MAX_FIELD = 131_072


class FileUnreadable(DomainError):
    """The file as a whole cannot be read; nothing was imported."""

    def __init__(self, message: Text) -> None:
        super().__init__("import.file_unreadable", message, field="file")


@dataclass(frozen=True)
class Layout:
    """How the file is built, as guessed or as the user says.

    ``format``: ``csv``, ``xlsx``, ``vcard`` or ``json``; ``heading_row``: number of the record that holds the headings
    (1 is the first, 0: none); ``sheet``: name of the sheet.
    """

    format: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    heading_row: int = 1
    sheet: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Layout:
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**known)


@dataclass(frozen=True)
class Row:
    """One record of the file. ``number`` counts records after the headings, ``line`` is the place in the file.

    ``problem`` says why the record cannot be read (``cells`` then hold what could be). ``extras`` holds what does not
    fit a cell: pictures, further addresses.
    """

    number: int
    line: int
    cells: tuple[str, ...]
    problem: str = ""
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        return not self.problem and not self.extras and not any(self.cells)


@dataclass(frozen=True)
class Understanding:
    """What was understood of a file: layout, headings and the first rows; ``sheets`` are the choices of a workbook."""

    layout: Layout
    headings: tuple[str, ...]
    samples: tuple[Row, ...]
    sheets: tuple[str, ...] = ()
