"""HTML of e-mails and their layouts: harmless and complete."""

from __future__ import annotations

import re

import nh3

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "center", "code", "div", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "u", "ul"),
}
_SHAPE = {"align", "bgcolor", "border", "cellpadding", "cellspacing", "height", "style", "valign", "width"}
ATTRIBUTES = {
    "*": {"style", "title", "dir", "lang", "align"},
    "a": {"href"},
    "img": {"src", "alt", *_SHAPE},
    "font": {"color", "face", "size"},
    **{tag: {*_SHAPE, "colspan", "rowspan"} for tag in ("table", "tbody", "tr", "td", "th", "thead", "tfoot")},
    "ol": {"start", "type"},
}
#: Style properties that only change how text looks; none fetches anything or leaves its place.
STYLES = {
    *("background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius"),
    *("border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "display"),
    *("font", "font-family", "font-size", "font-style", "font-weight", "height", "letter-spacing", "line-height"),
    *("list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width"),
    *("min-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "text-align"),
    *("text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width"),
}
SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_DOCUMENT = re.compile(r"\s*(?:<!doctype[^>]*>\s*)?<html\b[^>]*>", re.I)


def is_document(text: str) -> bool:
    """Whether the text is a whole HTML document and not only a part of one."""
    return bool(_DOCUMENT.match(text))


def clean_document(text: str) -> str:
    """HTML without anything that acts: scripts, forms, frames, handlers. A whole document stays one."""
    cleaned = nh3.clean(
        text,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        filter_style_properties=STYLES,
        clean_content_tags={"script", "style", "title", "iframe", "object", "template"},
    )
    return complete(cleaned) if is_document(text) else cleaned


def complete(text: str) -> str:
    """One complete HTML document around a part of one."""
    return text if is_document(text) else f"<html><body>{text}</body></html>"
