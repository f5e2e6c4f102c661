"""A suggestion above a list or a card: one sentence, the ways to follow it, and a way to see it no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuttava.foundation.errors import Text


@dataclass(frozen=True)
class Way:
    """A step that a banner offers. ``how``: ``link`` goes to ``url``, ``dialog`` opens it, ``post`` does it at once."""

    label: Text
    url: str
    how: str = "link"
    icon: str = ""


@dataclass(frozen=True)
class Banner:
    """``hide_url`` is a POST after which this user does not see it again."""

    text: Text
    ways: Sequence[Way] = ()
    hide_url: str = ""
