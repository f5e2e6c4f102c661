"""The box with the newest of a card's timeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuttava.ui.cards import card
from tuttava.ui.cards.views import timeline_context

#: Happenings that the box shows; the tab has all of them.
BOX_LINES = 6


def timeline_box(name: str) -> Callable[[Any], dict[str, Any]]:
    """What the box shows on the card called ``name``."""
    return lambda record: timeline_context(card(name), record, limit=BOX_LINES)
