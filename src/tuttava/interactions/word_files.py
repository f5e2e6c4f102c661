"""Word documents as they come from outside: what is no harmless .docx is refused before anything reads it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import cast

from django.utils.translation import gettext as _
from lxml import etree

from tuttava.foundation.errors import DomainError

#: Bytes of the largest file, of all its parts unpacked, and how many parts it may have.
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 2000
#: How many times its packed size a part of more than a megabyte may have.
MOST_RATIO = 200
_SMALL = 1024 * 1024

CONTENT_TYPES = "[Content_Types].xml"
_MAIN = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")
_MACROS = ("macroenabled", "vbaproject", "vbadata", "activex")
_ENCRYPTED = 0x1


def open_document(data: bytes) -> dict[str, bytes]:
    """The parts of a .docx or .dotx by name, in their order.

    Raises ``word_document_invalid``, ``word_document_too_large`` (zip bombs too) and ``word_document_macros``.
    """
    if len(data) > MOST_BYTES:
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _unpacked(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise invalid() from error
    _check_kind(parts)
    return parts


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise _too_large()
    if len({info.filename for info in infos}) < len(infos) or any(info.flag_bits & _ENCRYPTED for info in infos):
        raise invalid()
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for info in infos:
        parts[info.filename] = _part(archive, info, left)
        left -= len(parts[info.filename])
    return parts


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """One part; what it says about its size is not believed."""
    if info.file_size > _SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise _too_large()
    with archive.open(info) as packed:
        content = packed.read(left + 1)
    if len(content) > left:
        raise _too_large()
    return content


def _check_kind(parts: Mapping[str, bytes]) -> None:
    kinds = parts.get(CONTENT_TYPES, b"").decode("utf-8", "replace").lower()
    told = kinds + " ".join(parts).lower()
    if any(sign in told for sign in _MACROS):
        raise DomainError(
            "word_document_macros",
            _("The Word document holds macros or active elements. Save it as a plain .docx and try again."),
            field="document",
        )
    if not any(kind in kinds for kind in _MAIN):
        raise invalid()


def parsed(xml: bytes) -> etree._Element:
    """A part as a tree: no entities, no document types, nothing fetched. Raises ``word_document_invalid``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise invalid() from error
    if root.getroottree().docinfo.doctype:
        raise invalid()
    return cast("etree._Element", root)


class Package:
    """A .docx of which some parts stay the same: they are packed once, however many documents are made of it."""

    def __init__(self, fixed: Mapping[str, bytes]) -> None:
        self._count = len(fixed)
        self._parts, self._directory = _entries(fixed, 0)

    def with_parts(self, parts: Mapping[str, bytes]) -> bytes:
        """The document with its other parts, which come last."""
        entries, directory = _entries(parts, len(self._parts))
        files, whole = self._parts + entries, self._directory + directory
        count = self._count + len(parts)
        return files + whole + _END.pack(b"PK\5\6", 0, 0, count, count, len(whole), len(files), 0)


# The three records of a ZIP archive: in front of each part, for each part at the end, and the end itself.
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_NAMES_IN_UTF8 = 0x800
#: The first day that archives know, so that equal letters are equal bytes.
_DAY = (1 << 5) | 1


def _entries(parts: Mapping[str, bytes], start: int) -> tuple[bytes, bytes]:
    """Parts as they stand in an archive from the byte ``start`` on, and their records in its directory.

    Pictures, which are packed already, are stored as they are.
    """
    entries, directory = bytearray(), bytearray()
    for name, content in parts.items():
        method = zipfile.ZIP_DEFLATED if name.endswith((".xml", ".rels")) else zipfile.ZIP_STORED
        data = _deflated(content) if method == zipfile.ZIP_DEFLATED else content
        written = name.encode()
        told = (_NAMES_IN_UTF8, method, 0, _DAY, zlib.crc32(content), len(data), len(content), len(written), 0)
        at = start + len(entries)
        entries += _LOCAL.pack(b"PK\3\4", _VERSION, *told) + written + data
        directory += _CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *told, 0, 0, 0, 0, at) + written
    return bytes(entries), bytes(directory)


def _deflated(content: bytes) -> bytes:
    pack = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return pack.compress(content) + pack.flush()


def invalid() -> DomainError:
    return DomainError(
        "word_document_invalid", _("The file is no Word document. Choose a .docx file."), field="document"
    )


def _too_large() -> DomainError:
    return DomainError(
        "word_document_too_large",
        _("The Word document is too large: at most %(most)s MB, and %(unpacked)s MB unpacked. Make it smaller.")
        % {"most": MOST_BYTES // 1024 // 1024, "unpacked": MOST_UNPACKED // 1024 // 1024},
        field="document",
    )
