"""Template filters of the card machine."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

from tuttava.ui import values

register = template.Library()


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A moment in the reader's time zone and language."""
    return values.show_moment(value) if value else ""


@register.filter
def shown(value: Any) -> str:
    """A value in the reader's language."""
    return values.show(value)
