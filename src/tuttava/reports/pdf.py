"""PDF of a print-out with the stylesheet of all print-outs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.contrib.staticfiles import finders

from tuttava.foundation import pdf
from tuttava.foundation.pdf import available

__all__ = ["available", "print_css", "render"]

PRINT_CSS = "reports/print.css"


def render(html: str, *, styles: Sequence[str] = ()) -> bytes:
    """``html`` as PDF with the print stylesheet and ``styles`` (CSS text); raises ``report.pdf_missing``."""
    return pdf.render(html, styles=(print_css(), *styles))


def print_css() -> str:
    """The stylesheet of all print-outs."""
    found = finders.find(PRINT_CSS)
    return Path(str(found)).read_text(encoding="utf-8") if found else ""
