"""Delimited text, read as a stream: whatever the file's size, a few lines are in memory.

A record that cannot be read refuses itself alone: an over-long line or field, a quote that never ends, bytes that are
not in the encoding.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from tuttava.transfer.readers.common import MAX_FIELD, MAX_LINE, FileUnreadable, Layout, Row, Understanding
from tuttava.transfer.readers.guess import guess_delimiter, guess_encoding, guess_heading_row

csv.field_size_limit(MAX_FIELD)
SAMPLE_ROWS = 50
SHOWN = 200
_BROKEN = re.compile("[\udc80-\udcff\ufffd]")


class _TooLong(Exception):
    """A physical line over the limit was passed over; ``start`` is how it begins."""

    def __init__(self, start: str) -> None:
        super().__init__()
        self.start = start


class _Lines:
    """Physical lines, remembered until the record they belong to is complete, so that a bad record gives them back."""

    def __init__(self, handle: TextIO) -> None:
        self.handle = handle
        self.number = 0
        self.taken: list[str] = []
        self.waiting: deque[str] = deque()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else self.handle.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
            while (rest := self.handle.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
                pass
            raise _TooLong(line[:SHOWN])
        self.taken.append(line)
        return line

    def give_back(self, count: int) -> None:
        """Put all but the first ``count`` lines of the record back."""
        self.waiting.extendleft(reversed(self.taken[count:]))
        self.number -= len(self.taken) - count


def read_text(path: Path, layout: Layout) -> Iterator[Row]:
    """All rows below the heading row of a delimited text file."""
    errors = "replace" if layout.encoding.startswith("utf-16") else "surrogateescape"
    try:
        handle = path.open(encoding=layout.encoding, errors=errors, newline="")
    except LookupError as error:
        raise FileUnreadable(_("There is no encoding “%(name)s”.") % {"name": layout.encoding}) from error
    with handle:
        number = -layout.heading_row
        for line, cells, problem in _records(handle, layout):
            number += 1
            if number > 0:
                yield _row(number, line, cells, problem, layout)


def _row(number: int, line: int, cells: list[str], problem: str, layout: Layout) -> Row:
    whole = "\x1f".join(cells)
    if not problem and not whole.isascii() and _BROKEN.search(whole):
        problem = _("Line %(line)d holds bytes that are not %(encoding)s. Choose another encoding or repair them.") % {
            "line": line,
            "encoding": layout.encoding.upper(),
        }
        cells = [_BROKEN.sub("\ufffd", cell) for cell in cells]
    return Row(number, line, tuple(map(str.strip, cells)), problem)


def _records(handle: TextIO, layout: Layout) -> Iterator[tuple[int, list[str], str]]:
    """(first line, cells, problem) of every record."""
    lines = _Lines(handle)
    quote = layout.quote or '"'
    reader = csv.reader(lines, delimiter=layout.delimiter, quotechar=quote, strict=True)
    width = 0
    while True:
        lines.taken = []
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLong as error:
            yield start, [error.start], _("Line %(line)d is longer than a million characters.") % {"line": start}
            continue
        except csv.Error:
            yield _mend(lines, layout, width)
            continue
        if start == 1 and len(lines.taken) == 1 and re.fullmatch(r"sep=.\s*", lines.taken[0]):
            continue
        width = width or len(cells)
        yield start, cells, ""


def _mend(lines: _Lines, layout: Layout, width: int) -> tuple[int, list[str], str]:
    """A record that strict reading refuses: read leniently, or refused with as few lines as possible."""
    taken, start = lines.taken, lines.number - len(lines.taken) + 1
    if len(taken) == 1:
        cells = _lenient(taken[0], layout)
        if cells is not None and not _open_quote(taken[0], layout):
            return start, cells, ""
        if cells is None:
            return start, [taken[0][:SHOWN]], _too_long(start)
    elif not _one_record(taken[1], layout, width):
        _pass_over(lines, layout)
        return start, _shown(taken[0], layout), _too_long(start)
    lines.give_back(1)
    return start, _shown(taken[0], layout), _("Line %(line)d opens a quote that never ends.") % {"line": start}


def _too_long(line: int) -> str:
    return _("A field that starts in line %(line)d is longer than %(max)d characters.") % {
        "line": line,
        "max": MAX_FIELD,
    }


def _lenient(line: str, layout: Layout) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=layout.delimiter, quotechar=layout.quote or '"'), [])
    except csv.Error:
        return None


def _open_quote(line: str, layout: Layout) -> bool:
    return line.count(layout.quote or '"') % 2 == 1


def _shown(line: str, layout: Layout) -> list[str]:
    return _lenient(line[:MAX_FIELD].replace(layout.quote or '"', ""), layout) or [line[:SHOWN]]


def _one_record(line: str, layout: Layout, width: int) -> bool:
    """Whether the line alone is a whole record as wide as the others."""
    cells = _lenient(line, layout)
    return cells is not None and len(cells) == width and not _open_quote(line, layout)


def _pass_over(lines: _Lines, layout: Layout) -> None:
    """Read on to the end of an over-long quoted field."""
    end = re.compile(re.escape(layout.quote or '"') + r"\s*(" + re.escape(layout.delimiter) + r"|\r|\n|$)")
    while True:
        lines.taken = []
        try:
            line = next(lines)
        except StopIteration:
            return
        except _TooLong:
            continue
        if end.search(line):
            return


def understand_text(path: Path, wish: Layout | None = None) -> Understanding:
    """Guess how a text file is built; ``wish`` holds what the user decided (all of it is taken as given)."""
    layout = wish or _guess(path)
    headings: tuple[str, ...] = ()
    samples: list[Row] = []
    whole = Layout(**{**layout.as_json(), "heading_row": 0})
    for row in read_text(path, whole):
        if row.number == layout.heading_row:
            headings = row.cells
        if row.number > layout.heading_row and not row.blank:
            samples.append(Row(row.number - layout.heading_row, row.line, row.cells, row.problem))
        if len(samples) >= SAMPLE_ROWS:
            break
    width = max([len(headings), *(len(row.cells) for row in samples)], default=0)
    headings += ("",) * (width - len(headings))
    return Understanding(layout, headings, tuple(samples))


def _guess(path: Path) -> Layout:
    encoding = guess_encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        lines = [handle.readline(MAX_FIELD // 4) for _n in range(30)]
    lines = [line for line in lines if line]
    if not lines:
        raise FileUnreadable(_("The file is empty."))
    layout = Layout("csv", encoding, guess_delimiter(lines))
    records: list[list[str]] = []
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        for _line, cells, _problem in _records(handle, layout):
            records.append(cells)
            if len(records) == 10:
                break
    return Layout("csv", encoding, layout.delimiter, heading_row=guess_heading_row(records))
