"""The lines of vCards: unfolding, bytes to text, size limits. Property syntax itself is vobject's work."""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from vobject.base import ContentLine, ParseError, parseLine

#: Pictures up to this many bytes are read; the text of one card up to MAX_CARD.
MAX_PICTURE = 5 * 1024 * 1024
MAX_CARD = 1024 * 1024
PIECE = 65536
_BINARY = re.compile(rb"^(?:[\w-]+\.)?(PHOTO|LOGO|SOUND|KEY)\b", re.I)
_CHARSET = re.compile(rb";CHARSET=\"?([\w-]+)", re.I)
_QUOTED = re.compile(rb"QUOTED-PRINTABLE", re.I)
_BASE64_LINE = re.compile(rb"^[A-Za-z0-9+/=]{20,}\s*$")

# The library has no types of its own.
_parse_line: Any = parseLine
_content_line: Any = ContentLine

logging.getLogger("vobject").setLevel(logging.CRITICAL)


@dataclass
class Card:
    """One card: its properties, its picture, and what could not be read of it."""

    line: int
    properties: list[ContentLine] = field(default_factory=list)
    picture: bytes | None = None
    notes: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass
class _Logical:
    """One property line being put together; ``size`` goes on counting when ``text`` has reached its limit."""

    text: bytearray
    size: int
    limit: int

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if len(self.text) < self.limit:
            self.text += piece

    @property
    def quoted_open(self) -> bool:
        return self.text.endswith(b"=") and bool(_QUOTED.search(self.text.partition(b":")[0]))

    @property
    def binary(self) -> bool:
        return bool(_BINARY.match(self.text))


def read_cards(path: Path, encoding: str) -> Iterator[Card]:
    """Every card of a file, one at a time."""
    card: Card | None = None
    size = 0
    with path.open("rb") as handle:
        for number, logical in _logical_lines(handle):
            head = bytes(logical.text[:20]).strip().upper()
            if head == b"BEGIN:VCARD":
                if card is not None:
                    yield _unended(card)
                card, size = Card(number), 0
            elif head == b"END:VCARD":
                if card is not None:
                    yield card
                card = None
            elif card is not None and logical.text.strip():
                size += 0 if logical.binary else logical.size
                _take(card, logical, encoding, size)
    if card is not None:
        yield _unended(card)


def _unended(card: Card) -> Card:
    card.problem = _("The card that starts in line %(line)d never ends.") % {"line": card.line}
    return card


def _logical_lines(handle: BinaryIO) -> Iterator[tuple[int, _Logical]]:
    current: _Logical | None = None
    started = number = 0
    fresh = True
    while piece := handle.readline(PIECE):
        begins, fresh = fresh, piece.endswith(b"\n")
        number += begins
        piece = piece.rstrip(b"\r\n") if fresh else piece
        if current is not None and _continues(current, piece, begins):
            _join(current, piece, begins)
            continue
        if current is not None:
            yield started, current
        piece = piece.removeprefix(b"\xef\xbb\xbf") if number == 1 else piece
        limit = MAX_PICTURE * 3 // 2 if _BINARY.match(piece) else MAX_CARD
        current, started = _Logical(bytearray(piece), len(piece), limit), number
    if current is not None:
        yield started, current


def _continues(current: _Logical, piece: bytes, begins: bool) -> bool:
    if not begins or current.quoted_open:
        return True
    if piece[:1] in (b" ", b"\t"):
        return True
    return current.binary and bool(_BASE64_LINE.match(piece))


def _join(current: _Logical, piece: bytes, begins: bool) -> None:
    if not begins:
        current.add(piece)
    elif current.quoted_open:
        del current.text[-1]
        current.add(piece)
    else:
        current.add(piece[1:] if piece[:1] in (b" ", b"\t") else piece)


def _take(card: Card, logical: _Logical, encoding: str, size: int) -> None:
    if logical.binary:
        if logical.text[:20].upper().find(b"PHOTO") >= 0 and card.picture is None:
            _take_picture(card, logical)
        return
    if size > MAX_CARD:
        card.problem = _("The card that starts in line %(line)d is larger than a million characters.") % {
            "line": card.line
        }
        return
    raw = bytes(logical.text)
    head = raw.partition(b":")[0]
    charset = _CHARSET.search(head)
    name = charset[1].decode() if charset else encoding
    try:
        text = raw.decode(encoding if _QUOTED.search(head) else name)
        card.properties.append(_property(text))
    except (UnicodeDecodeError, LookupError):
        _note_broken(card, head.decode("ascii", "replace").partition(";")[0], name)
    except (ParseError, ValueError, AttributeError, IndexError):
        card.notes.append(_("Not understood: %(line)s") % {"line": raw[:100].decode(encoding, "replace")})


def _property(text: str) -> ContentLine:
    name, parameters, value, group = _parse_line(text)
    made: ContentLine = _content_line(name, parameters, value, group, encoded=True, isNative=False)
    return made


def _note_broken(card: Card, name: str, encoding: str) -> None:
    """Bytes that are not what they should be: fatal in a name, otherwise the property alone is left out."""
    words = {"line": card.line, "name": name, "encoding": encoding.upper()}
    if name.upper() in ("N", "FN"):
        card.problem = _("The name in the card that starts in line %(line)d is not %(encoding)s.") % words
    else:
        card.notes.append(_("%(name)s was left out: its bytes are not %(encoding)s.") % words)


def _take_picture(card: Card, logical: _Logical) -> None:
    head, _colon, body = bytes(logical.text).partition(b":")
    if body.lower().startswith(b"data:"):
        body = body.partition(b",")[2]
    elif not re.search(rb"ENCODING=|BASE64", head, re.I):
        card.notes.append(_("The picture is only a link and was left out."))
        return
    if logical.size * 3 // 4 > MAX_PICTURE:
        card.notes.append(
            _("The picture has %(size)d MB; at most %(max)d MB are taken. The card is imported without it.")
            % {"size": logical.size * 3 // 4 // 1_048_576, "max": MAX_PICTURE // 1_048_576}
        )
        return
    try:
        card.picture = base64.b64decode(re.sub(rb"\s", b"", body), validate=True)
    except binascii.Error:
        card.notes.append(_("The picture is damaged. The card is imported without it."))
