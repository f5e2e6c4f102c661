"""Rich text that people type: cleaned when stored and again when shown."""

from __future__ import annotations

import html
import re

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

TAGS = {"a", "b", "blockquote", "br", "code", "em", "h3", "h4", "i", "li", "ol", "p", "s", "strong", "u", "ul"}
#: Markup that says more than where a paragraph or a line ends.
_MARKED = re.compile(r"(?i)<(?!/?(?:p|br)\b)[a-z/!?]")
_TAG = re.compile(r"<[a-zA-Z/!?]")


def is_rich(text: str) -> bool:
    """Whether ``text`` holds markup; text without any is kept and shown as it is."""
    return bool(_TAG.search(text))


def clean_rich_text(text: str) -> str:
    """``text`` with harmless markup only; plain text stays as typed, ``R&D`` and ``a < b`` included."""
    return _cleaned(text) if is_rich(text) else text


def as_html(text: str) -> SafeString:
    """``text`` ready for a page."""
    if is_rich(text):
        return mark_safe(_cleaned(text))  # noqa: S308 - nh3 has just cleaned it
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - linebreaks escapes


def as_plain(text: str) -> str:
    """``text`` without markup, for lists and exports."""
    if not is_rich(text):
        return text
    broken = re.sub(r"(?i)<(?:br|/p|/li|/h[34])[^>]*>", "\n", text)
    stripped = nh3.clean(broken, tags=set())
    return html.unescape(stripped).strip()


def as_typed(text: str) -> str:
    """``text`` as a person may go on writing it: paragraphs and line breaks alone are plain text again."""
    if not is_rich(text) or _MARKED.search(text):
        return text
    lines = re.sub(r"\s*\n\s*", " ", text)
    lines = re.sub(r"(?i)</p>\s*<p[^>]*>", "\n\n", lines)
    lines = re.sub(r"(?i)<br[^>]*>\s*", "\n", lines)
    return html.unescape(re.sub(r"(?i)</?p[^>]*>", "", lines)).strip()


def _cleaned(text: str) -> str:
    return nh3.clean(text, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"})
