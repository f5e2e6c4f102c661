"""Which rules of this room run when contacts or registers change."""

from __future__ import annotations


def connect() -> None:
    """Listen to both sides."""
