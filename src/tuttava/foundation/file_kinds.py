"""What a file is, by its bytes first, and names that every system can store it under (A-86, A-88)."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

#: The name of a file that came without a valid one.
FALLBACK_NAME = "filename.txt"
LONGEST_NAME = 250
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,45}/[a-z0-9][a-z0-9.+_-]{0,45}", re.I)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}")
#: Types that tell nothing about the file.
_VAGUE = frozenset({"application/octet-stream", "application/x-www-form-urlencoded", "application/json", "text/plain"})
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: How far into a file its kind shows.
_HEAD = 4096


@dataclass(frozen=True)
class FileKind:
    """A media type, and the ending (without dot) that belongs to it."""

    media_type: str
    ending: str


_PDF = FileKind("application/pdf", "pdf")
_ZIP = FileKind("application/zip", "zip")
_TEXT = FileKind("text/plain", "txt")
_BYTES = FileKind("application/octet-stream", "bin")
_BY_BEGINNING: tuple[tuple[bytes, FileKind], ...] = (
    (b"%PDF-", _PDF),
    (b"\x89PNG\r\n\x1a\n", FileKind("image/png", "png")),
    (b"\xff\xd8\xff", FileKind("image/jpeg", "jpg")),
    (b"GIF87a", FileKind("image/gif", "gif")),
    (b"GIF89a", FileKind("image/gif", "gif")),
    (b"BM", FileKind("image/bmp", "bmp")),
    (b"II*\x00", FileKind("image/tiff", "tif")),
    (b"MM\x00*", FileKind("image/tiff", "tif")),
)
#: Parts by which a document of office programs is known inside its ZIP archive.
_OFFICE_PARTS = (
    (b"word/", FileKind(f"{_OFFICE}wordprocessingml.document", "docx")),
    (b"xl/", FileKind(f"{_OFFICE}spreadsheetml.sheet", "xlsx")),
    (b"ppt/", FileKind(f"{_OFFICE}presentationml.presentation", "pptx")),
)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script)\b", re.I | re.S)
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_MAIL_HEADER = re.compile(rb"^(?:from|received|return-path|message-id|mime-version):", re.I | re.M)


def kind_of(content: bytes, told: str = "") -> FileKind:
    """What the bytes are; ``told``, the media type they came with, counts only where they do not say (A-88)."""
    found = _by_bytes(content)
    if found is not None and found is not _ZIP:
        return found
    media = told.strip().lower()
    if _MEDIA_TYPE.fullmatch(media) and media not in _VAGUE:
        return FileKind(media, (mimetypes.guess_extension(media) or ".bin").removeprefix("."))
    return found or (_TEXT if _is_text(content) else _BYTES)


def _by_bytes(content: bytes) -> FileKind | None:
    head = content[:_HEAD]
    if head.startswith(b"PK\x03\x04"):
        # The names of an archive's parts stand in front of each, and all together at its end.
        names = head + content[-_HEAD * 4 :]
        return next((kind for part, kind in _OFFICE_PARTS if part in names), _ZIP)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileKind("image/webp", "webp")
    found = next((kind for beginning, kind in _BY_BEGINNING if head.startswith(beginning)), None)
    if found is not None:
        return found
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        return FileKind("text/html", "html")
    mail = _MAIL.match(head)
    return FileKind("message/rfc822", "eml") if mail and _MAIL_HEADER.search(mail[0]) else None


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def valid_name(name: str) -> str:
    """``name`` if files can be called so on every system, else :data:`FALLBACK_NAME` (A-86)."""
    name = name.strip()
    wrong = _FORBIDDEN.search(name) or _RESERVED.fullmatch(name) or not name.strip(". ") or name.endswith(".")
    return FALLBACK_NAME if wrong or len(name) > LONGEST_NAME else name


def with_ending(name: str, kind: FileKind) -> str:
    """``name``, with the ending of its kind if it has none (A-88)."""
    if _ENDING.fullmatch(PurePosixPath(name).suffix):
        return name
    return f"{name[: LONGEST_NAME - len(kind.ending) - 1]}.{kind.ending}"
