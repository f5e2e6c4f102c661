"""HTML as mails carry it: its looks stay; scripts, handlers, frames and everything fetched from elsewhere go."""

from __future__ import annotations

import re

import nh3

_DOCUMENT = '<html><head><meta charset="utf-8"></head><body>{}</body></html>'
_TAGS = nh3.ALLOWED_TAGS | {"font", "section", "u"}
_PLACED = {"align", "valign", "width", "height", "bgcolor"}
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", *_PLACED},
    "td": {"colspan", "rowspan", *_PLACED},
    "th": {"colspan", "rowspan", *_PLACED},
    "tr": _PLACED,
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
}
_SIDES = ("top", "right", "bottom", "left")
_STYLES = {
    *("color", "background-color", "font", "font-family", "font-size", "font-style", "font-weight", "line-height"),
    *("text-align", "text-decoration", "text-indent", "letter-spacing", "white-space", "vertical-align"),
    *("width", "height", "max-width", "min-width", "border", "border-collapse", "border-spacing", "border-radius"),
    *("margin", "padding", "display", "list-style-type"),
    *(f"{name}-{side}" for name in ("margin", "padding", "border") for side in _SIDES),
}
_OWN_PICTURE = re.compile(r"cid:|data:image/(?:png|jpeg|gif|webp);base64,", re.I)
_START = re.compile(r"\s*(?:<!doctype[^>]*>\s*)?<html\b", re.I)
#: Elements that go with what stands in them.
_UNSEEN = {"script", "style", "title", "iframe", "object", "template"}
_REACHES_OUT = re.compile(r"url\s*\(|expression|@import|\\|javascript", re.I)


def clean_html(html: str) -> str:
    """HTML that is harmless in a mail and in a preview; a whole document stays one."""
    inner = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        clean_content_tags=_UNSEEN,
        link_rel=None,
    )
    return document(inner) if is_document(html) else inner


def document(inner: str) -> str:
    """One complete document around a piece of one; a whole one stays as it is."""
    return inner if is_document(inner) else _DOCUMENT.format(inner)


def is_document(html: str) -> bool:
    """Whether ``html`` is a document rather than a piece of one."""
    return bool(_START.match(html))


def _kept(tag: str, name: str, value: str) -> str | None:
    """Pictures come with the mail, links lead out of it, styles fetch nothing."""
    if name == "src":
        return value if _OWN_PICTURE.match(value.strip()) else None
    if name == "href":
        return None if value.strip().lower().startswith(("data:", "cid:")) else value
    if name == "style":
        return ";".join(part for part in value.split(";") if not _REACHES_OUT.search(part))
    return value
