"""E-mail layouts as finished HTML documents (I-89, I-98)."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping

from django.utils.html import escape

from tuttava.foundation.company import company_information, logo
from tuttava.foundation.mail_html import clean_html, document, is_document
from tuttava.foundation.rich_text import as_html
from tuttava.interactions.attachments import content_of
from tuttava.interactions.merge_fields import NAMES, canonical
from tuttava.interactions.models import InteractionAttachment
from tuttava.interactions.word_files import open_document

HTML_ENDINGS = ("html", "htm")
_BRACED = re.compile(r"\{\{(.*?)\}\}", re.S)
_TAG = re.compile(r"<[^>]*>")


def render_layout(html: str, values: Mapping[str, str], body: str) -> str:
    """A layout with its merge fields filled in and ``body`` in its place: one complete document (I-89, I-98).

    Scripts and whatever would be fetched from elsewhere are left out; an unknown field stays as it is. A layout that
    has lost its place for the body gets it at its end.
    """
    content = fill_html(as_html(body), values)
    filled = fill_html(html, values, {"layout.content": content, "layout.logo": _logo()})
    return document(clean_html(filled if "layout.content" in fields_of_html(html) else filled + content))


def _logo() -> str:
    """The organisation's logo as an image that comes with the mail; blank without one (2.10)."""
    found = logo()
    if found is None:
        return ""
    kind, data = found
    source = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return f'<img src="{source}" alt="{escape(company_information().name)}">'


def fields_of_html(html: str) -> list[str]:
    """The merge fields in a layout or body, each once, unknown ones included."""
    return list(dict.fromkeys(_name(found[1]) for found in _BRACED.finditer(html)))


def render_attachment(attachment: InteractionAttachment, values: Mapping[str, str]) -> str:
    """An attachment as a page: a layout filled in, a finished one as it is, anything else as empty text (I-89)."""
    if attachment.email_layout is not None:
        return render_layout(attachment.email_layout.html, values, attachment.content_body)
    if attachment.file_extension.lower() not in HTML_ENDINGS:
        return ""
    text = content_of(attachment).decode("utf-8", "replace")
    return text if is_document(text) else ""


def html_of_word(data: bytes) -> str:
    """A Word document as the body of a mail: one complete document (I-96)."""
    import mammoth  # costs every start a tenth of a second otherwise

    open_document(data)
    return document(clean_html(mammoth.convert_to_html(io.BytesIO(data)).value))


def fill_html(html: str, values: Mapping[str, str], ready: Mapping[str, str] | None = None) -> str:
    """HTML with the fields of ``values`` (text) and ``ready`` (HTML) filled in; without values fields stay."""

    def value(found: re.Match[str]) -> str:
        name = _name(found[1])
        if ready and name in ready:
            return ready[name]
        return escape(values.get(name, "")).replace("\n", "<br>") if values and name in NAMES else found[0]

    return _BRACED.sub(value, html)


def _name(text: str) -> str:
    return canonical(_TAG.sub("", text))
