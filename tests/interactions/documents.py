"""Word documents that tests make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


def saved(document: Document) -> bytes:
    """The bytes of a document."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def document_of(*paragraphs: str | Sequence[str]) -> bytes:
    """A document with these paragraphs; one given as several texts has a run for each."""
    document = docx.Document()
    for paragraph in paragraphs:
        added = document.add_paragraph()
        for text in [paragraph] if isinstance(paragraph, str) else paragraph:
            added.add_run(text)
    return saved(document)


def document_with(*xml: str) -> bytes:
    """A document with one paragraph for each piece of inner XML (prefix ``w``)."""
    document = docx.Document()
    for inner in xml:
        document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))
    return saved(document)


def lines_of(data: bytes) -> list[str]:
    """The texts of all paragraphs."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def with_parts(data: bytes, more: Mapping[str, bytes]) -> bytes:
    """A copy of a document with further or other parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in more:
                after.writestr(name, before.read(name))
        for name, content in more.items():
            after.writestr(name, content)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a document by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
