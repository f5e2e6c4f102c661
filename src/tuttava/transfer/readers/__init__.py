"""Reading files of any kind as a stream of rows, and saying what was understood of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tuttava.transfer.readers.cards import read_vcards, understand_vcards
from tuttava.transfer.readers.common import FileUnreadable, Layout, Row, Understanding
from tuttava.transfer.readers.json_rows import read_json, understand_json
from tuttava.transfer.readers.sheets import read_sheet, understand_sheet
from tuttava.transfer.readers.text import read_text, understand_text

FORMATS = {"csv": (understand_text, read_text), "xlsx": (understand_sheet, read_sheet)}
FORMATS |= {"vcard": (understand_vcards, read_vcards), "json": (understand_json, read_json)}


def format_of(path: Path, file_name: str) -> str:
    """The kind of file, by its first bytes before its name."""
    with path.open("rb") as handle:
        head = handle.read(4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start[:11].upper() == b"BEGIN:VCARD":
        return "vcard"
    if start[:1] in (b"[", b"{") or file_name.lower().endswith(".json"):
        return "json"
    return "csv"


def understand(path: Path, file_name: str, wish: Layout | None = None) -> Understanding:
    """What can be understood of the file; ``wish`` holds the user's own decisions. Raises :class:`FileUnreadable`."""
    kind = wish.format if wish else format_of(path, file_name)
    return FORMATS[kind][0](path, wish)


def read(path: Path, layout: Layout) -> Iterator[Row]:
    """The rows of the file that are not blank. Raises :class:`FileUnreadable`."""
    return (row for row in FORMATS[layout.format][1](path, layout) if not row.blank)


__all__ = ["FORMATS", "FileUnreadable", "Layout", "Row", "Understanding", "format_of", "read", "understand"]
