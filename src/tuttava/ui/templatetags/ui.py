"""Template tags of the interface (built in: no ``load`` needed)."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import heroicons
from django import template
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe

from tuttava.ui.values import show

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 20, style: str = "outline", css: str = "") -> SafeString:
    """A heroicons drawing that assistive technology passes over; the words beside it carry the meaning.

    ``style`` is ``outline`` (24 units), ``mini`` (20) or ``micro`` (16).
    """
    return _drawing(str(name), size, style, css)


@cache
def _drawing(name: str, size: int, style: str, css: str) -> SafeString:
    attributes: dict[str, Any] = {"class": f"icon {css}".strip(), "aria_hidden": "true", "focusable": "false"}
    return mark_safe(heroicons._render_icon(style, name, size, attributes))  # noqa: S308 - packaged drawings


@register.filter
def short_date(value: dt.date | None) -> str:
    """A date in the reader's conventions."""
    return show(value)


@register.filter
def number(value: float | None) -> str:
    """A number with the reader's grouping of digits."""
    return "" if value is None else formats.number_format(value, use_l10n=True, force_grouping=True)
