"""Letters: a Word document is read once, then filled in as often as there are addressees (I-92, I-163)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

from lxml import etree

from tuttava.interactions.word_fields import Known, Marking, Slot, mark_fields
from tuttava.interactions.word_files import CONTENT_TYPES, Package, open_document, parsed

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEXT_PARTS = re.compile(r"word/(?:document\d*|header\d*|footer\d*|footnotes|endnotes)\.xml")
_SETTINGS = "word/settings.xml"
#: What makes Word ask for a data source, or fetch a template from somewhere, when the letter is opened.
_CONNECTIONS = ("mailMerge", "attachedTemplate")
_TEMPLATE, _DOCUMENT = b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml"
#: Characters that XML cannot hold.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Letter:
    """A Word document with merge fields. ``names``: the fields in it, each once, in order, unknown ones included."""

    def __init__(self, data: bytes, known: Known) -> None:
        """Read ``data``; raises the refusals of :func:`open_document`."""
        parts = open_document(data)
        marking = Marking(known)
        for name in parts:
            if _TEXT_PARTS.fullmatch(name):
                root = parsed(parts[name])
                mark_fields(root, marking)
                parts[name] = _written(root)
        if _SETTINGS in parts:
            parts[_SETTINGS] = _unconnected(parts[_SETTINGS])
        parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(_TEMPLATE, _DOCUMENT)
        self.names = tuple(dict.fromkeys(marking.names))
        cut = {name: marking.cut(parts[name]) for name in parts if _TEXT_PARTS.fullmatch(name)}
        self._open = {name: pieces for name, pieces in cut.items() if len(pieces) > 1}
        self._package = Package({name: content for name, content in parts.items() if name not in self._open})

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The letter as a .docx; a field without value leaves nothing, an unknown one stays (I-163)."""
        written: dict[Slot, bytes] = {}
        return self._package.with_parts(
            {name: b"".join(_filled(pieces, values, written)) for name, pieces in self._open.items()}
        )


def _filled(pieces: Iterable[bytes | Slot], values: Mapping[str, str], written: dict[Slot, bytes]) -> Iterator[bytes]:
    """A part with its values; ``written`` keeps those that stand in more than one place."""
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
        else:
            if piece not in written:
                written[piece] = _value(piece, values)
            yield written[piece]


def _written(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _unconnected(xml: bytes) -> bytes:
    root = parsed(xml)
    space = etree.QName(root).namespace or ""
    for name in _CONNECTIONS:
        for element in root.findall(f"{{{space}}}{name}"):
            root.remove(element)
    return _written(root)


def _value(slot: Slot, values: Mapping[str, str]) -> bytes:
    """A value as it stands inside a text element; lines of an address block become line breaks."""
    text = escape(_IMPOSSIBLE.sub("", slot.switches.apply(values.get(slot.name, ""))))
    tag = f"{slot.prefix}t"
    broken = re.sub("\r\n|\r|\n", f'</{tag}><{slot.prefix}br/><{tag} xml:space="preserve">', text)
    return broken.encode()
