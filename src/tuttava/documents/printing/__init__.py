"""Documents on paper."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.documents.printing.papers import paper_of
from tuttava.documents.printing.sources import Printable, Source, source_of
from tuttava.documents.printing.typesetting import Paper, pdf, pictures

__all__ = ["MOST_COPIES", "Printable", "papers_of", "pdf_of", "preview_of"]

#: Copies of one document that one print makes at most.
MOST_COPIES = 20


def pdf_of(record: Printable, *, copies: int = 0, internal: bool = False) -> bytes:
    """A document, version or posted document as PDF, in the language of whom it is for; records and counts nothing.

    ``copies``: further ones, marked as such; ``internal``: a last page that stays in the house.
    """
    return pdf(papers_of(source_of(record), copies=copies, internal=internal))


def preview_of(record: Printable) -> list[bytes]:
    """Its pages as PNG."""
    return pictures(papers_of(source_of(record)))


def papers_of(source: Source, *, copies: int = 0, internal: bool = False) -> Sequence[Paper]:
    """The original and its copies."""
    with source.region.speaking():
        mark = _("COPY")
    further = min(max(copies, 0), MOST_COPIES)
    original = paper_of(source, internal=internal)
    return [original, *[paper_of(source, internal=internal, mark=mark)] * further]
