"""JSON: a list of objects, an object with such a list, or one object a line; read as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from tuttava.transfer.readers.common import MAX_LINE, FileUnreadable, Layout, Row, Understanding

PIECE = 65536
SAMPLE = 200


def read_json(path: Path, layout: Layout) -> Iterator[Row]:
    """Every object as a row; its cells stand in the order of the headings found in the first objects."""
    headings = _headings(path)
    for number, found in enumerate(_objects(path), start=1):
        if isinstance(found, dict):
            yield Row(number, number, tuple(_text(found.get(name)) for name in headings))
        else:
            yield Row(number, number, (), _("Entry %(number)d is not an object with fields.") % {"number": number})


def understand_json(path: Path, wish: Layout | None = None) -> Understanding:
    layout = wish or Layout("json", heading_row=0)
    samples: list[Row] = []
    for row in read_json(path, layout):
        samples.append(row)
        if len(samples) == 50:
            break
    return Understanding(layout, _headings(path), tuple(samples))


#: What the service writes for a blank date or instant (A-32).
_BLANK = ("0001-01-01", "0001-01-01T00:00:00Z")


def _headings(path: Path) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for number, found in enumerate(_objects(path)):
        if isinstance(found, dict):
            names.update(dict.fromkeys(str(name) for name in found if not str(name).startswith("@")))
        if number >= SAMPLE:
            break
    return tuple(names)


def _text(value: Any) -> str:
    if value is None or value in _BLANK:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value).strip()


def _objects(path: Path) -> Iterator[Any]:
    """The objects of the outermost list one by one; at most a piece and one object are in memory."""
    decoder = json.JSONDecoder()
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as handle:
        buffer = _skip_to_list(handle)
        while True:
            buffer = buffer.lstrip(" \t\r\n,")
            if buffer[:1] == "]":
                return
            try:
                found, end = decoder.raw_decode(buffer) if buffer else (None, -1)
            except (ValueError, RecursionError):
                end = -1
            if end >= 0 and end < len(buffer):
                yield found
                buffer = buffer[end:]
                continue
            more = handle.read(PIECE)
            if not more and end < 0:
                if buffer.strip():
                    raise FileUnreadable(_("The file is not complete JSON: it stops in the middle of an entry."))
                return
            if not more:
                yield found
                return
            buffer += more
            if len(buffer) > MAX_LINE + PIECE:
                raise FileUnreadable(_("The JSON file holds an entry of more than a million characters."))


def _skip_to_list(handle: TextIO) -> str:
    """The text from the first entry on: after the ``[`` of a bare list or of the first list in an object."""
    start = handle.read(PIECE).lstrip()
    if start[:1] == "[":
        return start[1:]
    if start[:1] != "{":
        raise FileUnreadable(_("The file is not JSON with a list of objects."))
    first_line = start.split("\n", 1)[0]
    try:
        if isinstance(json.loads(first_line), dict) and not _wraps_list(first_line):
            return start
    except ValueError:
        pass
    inside = start.find("[")
    if inside < 0:
        return start
    return start[inside + 1 :]


def _wraps_list(text: str) -> bool:
    return any(isinstance(value, list) and value and isinstance(value[0], dict) for value in json.loads(text).values())
