"""What is seen in a list as a file. Formats register themselves; CSV is built in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuttava.foundation.cells import neutral
from tuttava.foundation.errors import Text
from tuttava.ui.lists.declare import Column, ListPage, Rows
from tuttava.ui.values import show


@dataclass(frozen=True)
class Sheet:
    """What a format writes: the columns seen with their labels, and the rows in their order."""

    page: ListPage
    columns: list[tuple[Column, str]]
    rows: Rows

    def values(self) -> Iterator[list[Any]]:
        """One list of typed values a row; memory stays flat whatever the number of rows."""
        batch: list[Any] = []
        for row in self.rows.iterator(chunk_size=1000):
            batch.append(row)
            if len(batch) == 1000:
                yield from self._read(batch)
                batch = []
        yield from self._read(batch)

    def _read(self, batch: list[Any]) -> Iterator[list[Any]]:
        if self.page.prepare and batch:
            self.page.prepare(batch)
        for row in batch:
            yield [(column.export or column.read)(row) for column, _label in self.columns]


@dataclass(frozen=True)
class Format:
    """A kind of file. ``write`` streams it; ``lists`` limits it to some lists (blank: all)."""

    name: str
    label: Text
    content_type: str
    write: Callable[[Sheet], Iterable[bytes]]
    lists: frozenset[str] = frozenset()


_formats: dict[str, Format] = {}


def register_format(found: Format) -> None:
    """Offer a kind of file in the export menu of lists."""
    _formats[found.name] = found


def formats_of(page: ListPage) -> list[Format]:
    return [found for found in _formats.values() if not found.lists or page.name in found.lists]


def _cell(value: Any) -> str:
    """A value as it stands in a text file; a number is no formula."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return neutral(show(value))


class _Line:
    """A file that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def write_csv(sheet: Sheet) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, so that spreadsheets read the letters right."""
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf"
    yield writer.writerow([neutral(label) for _column, label in sheet.columns]).encode()
    for values in sheet.values():
        yield writer.writerow([_cell(value) for value in values]).encode()


register_format(Format("csv", _("CSV file"), "text/csv; charset=utf-8", write_csv))
