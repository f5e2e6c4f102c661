"""HTML as PDF, where WeasyPrint is installed (the extra ``pdf``)."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError


def available() -> bool:
    """Whether PDF can be offered."""
    return find_spec("weasyprint") is not None


def render(html: str, *, styles: Sequence[str] = ()) -> bytes:
    """``html`` as PDF with ``styles`` (CSS text); reads nothing from the network or disk.

    Raises ``report.pdf_missing`` where WeasyPrint or a library it needs is not installed.
    """
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise DomainError(
            "report.pdf_missing",
            _("PDF needs the extra “pdf” of the installation (WeasyPrint). Print the page and choose “Save as PDF”."),
        ) from error
    sheets = [weasyprint.CSS(string=css) for css in styles]
    document = weasyprint.HTML(string=html, url_fetcher=_refuse(weasyprint))
    return bytes(document.write_pdf(stylesheets=sheets))


def _refuse(weasyprint: Any) -> Any:
    """A fetcher that fetches nothing: what stands in a contact's fields must not make the server open addresses."""

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError("print-outs hold nothing to fetch")

    return Fetcher()
