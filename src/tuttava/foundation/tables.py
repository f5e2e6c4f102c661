"""Tables as files: CSV, JSON and Excel, made block by block, so that memory stays flat however many rows there are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tuttava.foundation.cells import neutral

if TYPE_CHECKING:
    from openpyxl import Workbook

#: Rows of one sheet; more go on in the next one. Spreadsheets end at 1,048,576.
SHEET_ROWS = 1_000_000
_BLOCK = 65536


def joined(value: Any) -> Any:
    """A value for one cell: lines of text below each other, nested data as JSON."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else value


def csv_blocks(labels: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Comma-separated, every field quoted as needed, UTF-8 with a mark by which spreadsheets know it.

    Texts that a spreadsheet would run as a formula are neutralised.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(labels)
    yield "\ufeff".encode()
    for values in rows:
        writer.writerow([neutral(value) if isinstance(value, str) else value for value in values])
        if out.tell() > _BLOCK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def json_blocks(objects: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A list of objects, one a line."""
    lead = "[\n"
    for each in objects:
        yield (lead + json.dumps(each, ensure_ascii=False, default=str)).encode()
        lead = ",\n"
    yield b"[]\n" if lead == "[\n" else b"\n]\n"


def sheet_blocks(
    labels: Sequence[str], rows: Iterable[Sequence[Any]], title: str, above: Sequence[str] = ()
) -> Iterator[bytes]:
    """A workbook, usually of one sheet; ``above`` are lines over the headings.

    Texts are stored as texts, so none of them can be a formula.
    """
    from openpyxl import Workbook  # slow to load, and seldom needed

    book = Workbook(write_only=True)
    sheet = _new_sheet(book, title, labels, above)
    for number, values in enumerate(rows):
        if number and number % SHEET_ROWS == 0:
            sheet = _new_sheet(book, title, labels, above)
        sheet.append([_text_cell(sheet, value) if isinstance(value, str) else value for value in values])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        book.save(path)
        with path.open("rb") as handle:
            while block := handle.read(_BLOCK):
                yield block


def _new_sheet(book: Workbook, title: str, labels: Sequence[str], above: Sequence[str]) -> Any:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = f"A{len(above) + 2}"
    for line in above:
        sheet.append([_text_cell(sheet, line)])
    sheet.append([_text_cell(sheet, text, bold=True) for text in labels])
    return sheet


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=_storable(text))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _storable(text: str) -> str:
    return "".join(char for char in text[:32767] if char >= " " or char in "\n\t")
