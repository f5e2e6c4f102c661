"""Word documents that come from outside: refused when they are none, carry macros or unpack to far too much.

A .docx is an archive. It is looked at part by part and never unpacked beyond the limits here.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError, Text

LARGEST_FILE = 50 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
#: XML beyond this is no letter; pictures may be larger.
LARGEST_XML = 30 * 1024 * 1024
MOST_PARTS = 5000
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Endings of what Word opens as a document or template of this kind.
ENDINGS = frozenset({"docx", "docm", "dotx", "dotm"})
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_MACROS = re.compile(r"(?:^|/)(?:vbaProject|vbaData|vbaProjectSignature)[^/]*$", re.I)
_TEXT_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")


def check_docx(data: bytes) -> None:
    """Raise ``document_not_word``, ``document_has_macros`` or ``document_too_large`` for what is no sound .docx."""
    if len(data) > LARGEST_FILE:
        raise _too_large()
    with _opened(data) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise _too_large()
        if any(part.file_size > LARGEST_XML for part in parts if part.filename.lower().endswith((".xml", ".rels"))):
            raise _too_large()
        names = {part.filename for part in parts}
        if not {"[Content_Types].xml", "word/document.xml"} <= names:
            raise _not_word()
        types = _read(archive, "[Content_Types].xml")
        if any(_MACROS.search(name) for name in names) or b"macroEnabled" in types or b"vbaProject" in types:
            raise _refused(
                "document_has_macros",
                _("This Word document contains macros. Save it as a document without macros (.docx) and try again."),
            )
        for _part in _trees(archive):
            pass


def paragraphs_of(data: bytes) -> Iterator[Element]:
    """The paragraphs of a checked document: body, headers, footers and notes."""
    with _opened(data) as archive:
        for tree in _trees(archive):
            yield from tree.iter(f"{W}p")


def _trees(archive: zipfile.ZipFile) -> Iterator[Element]:
    for name in archive.namelist():
        if _TEXT_PARTS.fullmatch(name):
            try:
                yield SafeTree.fromstring(_read(archive, name))
            except (ParseError, DefusedXmlException, ValueError) as error:
                raise _not_word() from error


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise _not_word() from error


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part, as far as the archive may claim: one that unpacks to more than it says is cut off."""
    try:
        with archive.open(name) as part:
            found = part.read(LARGEST_XML + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise _not_word() from error
    if len(found) > LARGEST_XML:
        raise _too_large()
    return found


def _not_word() -> DomainError:
    return _refused("document_not_word", _("This is not a readable Word document. Save it as .docx and try again."))


def _too_large() -> DomainError:
    return _refused("document_too_large", _("This Word document is too large. Make its pictures smaller first."))


def _refused(code: str, message: Text) -> DomainError:
    return DomainError(code, message, field="document", rule="I-163")
