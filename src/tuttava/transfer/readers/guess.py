"""Guessing how a text file is written: encoding, delimiter, heading row."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from charset_normalizer import from_bytes

from tuttava.transfer.headings import known_heading

SAMPLE = 262_144
SCAN_LIMIT = 512 * 1024 * 1024
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1", "windows-1250", "windows-1257", "cp850")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters that the high bytes of Western European business data stand for.
_WESTERN = set("ÆØÅæøåÄÖÜäöüßÉÈÊËéèêëÁÀÂáàâÍÌÎÏíìîïÓÒÔÕóòôõÚÙÛúùûÇçÑñÐðÞþÝý–—‘’“”„…€§°´£«»·\u00a0½²³®©")


def guess_encoding(path: Path) -> str:
    """The encoding of a text file: a byte order mark, UTF-16 by its zero bytes, UTF-8 if the bytes are, else a guess.

    A file that is UTF-8 but for a few broken places stays UTF-8: those rows are refused, the others are read.
    """
    with path.open("rb") as handle:
        head = handle.read(SAMPLE)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    zeros = head[:4096].count(0)
    if zeros > len(head[:4096]) // 4:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    broken = _first_broken_utf8(path)
    if broken is None:
        return "utf-8"
    return _legacy(broken)


def _first_broken_utf8(path: Path) -> bytes | None:
    """The first block of the file that is not UTF-8; None when all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    with path.open("rb") as handle:
        while block := handle.read(SAMPLE):
            read += len(block)
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return block
            if read > SCAN_LIMIT:
                break
    return None


def _legacy(block: bytes) -> str:
    high = sum(byte > 127 for byte in block)
    good = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", block))
    valid = sum(
        len(match)
        for match in re.findall(
            rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})", block
        )
    )
    if good and valid > 4 * (high - valid):
        return "utf-8"
    text = block.decode("windows-1252", "replace")
    foreign = [char for char in text if ord(char) > 127]
    if sum(char in _WESTERN for char in foreign) >= 0.95 * len(foreign):
        return "windows-1252"
    best = from_bytes(block).best()
    return best.encoding.replace("_", "-") if best else "windows-1252"


def guess_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts the sample into the most even table; a first line ``sep=x`` says it outright."""
    if lines and (said := re.fullmatch(r"sep=(.)\s*", lines[0])):
        return said[1]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        score = count / sum(widths.values()) * (min(width, 5) + width / 1000) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def guess_heading_row(records: Sequence[Sequence[str]]) -> int:
    """Number of the record that holds headings (0: none).

    The record with the most headings known in any language among the first ten; without one the first record, unless
    it looks like data.
    """
    best, best_known = 0, 0
    for number, cells in enumerate(records[:10], start=1):
        filled = [cell for cell in cells if cell.strip()]
        known = sum(1 for cell in filled if known_heading(cell))
        if known > best_known and known * 3 >= len(filled):
            best, best_known = number, known
    if best_known >= 2 or (best_known == 1 and best == 1):
        return best
    return 0 if not records or _looks_like_data(records[0]) else 1


def _looks_like_data(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    odd = any(re.search(r"@|^\+?[\d\s().,/-]{3,}$|^https?:", cell) or len(cell) > 60 for cell in filled)
    return odd or len(set(filled)) < len(filled) or not filled
