"""Spreadsheets. A workbook is a zip archive: its size is checked before anything in it is opened."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tuttava.transfer.readers.common import MAX_FIELD, FileUnreadable, Layout, Row, Understanding
from tuttava.transfer.readers.guess import guess_heading_row

MAX_ENTRIES = 2000
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_RATIO = 200
RATIO_FREE = 8 * 1024 * 1024
MAX_COLUMNS = 500
SAMPLE_ROWS = 50


def check_archive(path: Path) -> None:
    """Refuse an archive that would unpack to far more than a workbook needs; nothing is unpacked for it."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FileUnreadable(_("The file is not a readable workbook. Save it again as .xlsx.")) from error
    unpacked = sum(entry.file_size for entry in entries)
    suspicious = any(
        entry.file_size > RATIO_FREE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1) for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or suspicious:
        raise FileUnreadable(
            _("The workbook unpacks to %(size)d MB and was not opened. Save only the sheet you need, or use CSV.")
            % {"size": unpacked // 1_048_576}
        )


def read_sheet(path: Path, layout: Layout) -> Iterator[Row]:
    """All rows below the heading row of one sheet, streamed; formulas give their last value."""
    check_archive(path)
    with _open(path) as book:
        sheet = book[layout.sheet] if layout.sheet in book.sheetnames else book[book.sheetnames[0]]
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        for line, values in enumerate(_guarded(rows), start=1):
            if line > layout.heading_row:
                yield _row(line - layout.heading_row, line, values)


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """The workbook, opened by its content; uploads have no suffix to go by."""
    from openpyxl import load_workbook  # slow to load, and seldom needed

    with path.open("rb") as handle:
        try:
            book = load_workbook(handle, read_only=True, data_only=True, keep_links=False)
        except Exception as error:
            raise FileUnreadable(_("The workbook is damaged: it cannot be opened.")) from error
        if not book.worksheets:
            raise FileUnreadable(_("The workbook has no sheet with rows."))
        yield book


def _guarded(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    try:
        yield from rows
    except Exception as error:
        raise FileUnreadable(_("The workbook is damaged: its rows cannot be read.")) from error


def _row(number: int, line: int, values: tuple[Any, ...]) -> Row:
    cells = [_text(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    if any(len(cell) > MAX_FIELD for cell in cells):
        problem = _("Row %(line)d has a cell longer than %(max)d characters.") % {"line": line, "max": MAX_FIELD}
        return Row(number, line, tuple(cell[:200] for cell in cells), problem)
    return Row(number, line, tuple(cells))


def _text(value: Any) -> str:
    """A cell as text: whole numbers without decimals, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()


def understand_sheet(path: Path, wish: Layout | None = None) -> Understanding:
    """Sheets, headings and first rows of a workbook."""
    check_archive(path)
    with _open(path) as book:
        names = tuple(book.sheetnames)
    layout = wish or Layout("xlsx", sheet=names[0])
    rows: list[Row] = []
    for row in read_sheet(path, Layout("xlsx", sheet=layout.sheet, heading_row=0)):
        rows.append(row)
        if len(rows) >= SAMPLE_ROWS + 10:
            break
    if wish is None:
        layout = Layout("xlsx", sheet=layout.sheet, heading_row=guess_heading_row([row.cells for row in rows]))
    headings = rows[layout.heading_row - 1].cells if 0 < layout.heading_row <= len(rows) else ()
    samples = tuple(
        Row(row.number - layout.heading_row, row.line, row.cells, row.problem)
        for row in rows[layout.heading_row :]
        if not row.blank
    )
    width = max([len(headings), *(len(row.cells) for row in samples)], default=0)
    return Understanding(layout, headings + ("",) * (width - len(headings)), samples[:SAMPLE_ROWS], names)
