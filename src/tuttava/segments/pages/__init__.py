"""The pages of segments: list, card with its lines and content, building, logging; importing it mounts them."""

from tuttava.segments.pages import (
    actions,
    building,
    calls,
    card,
    contact,
    export,
    lines,
    lists,
    logged,
    logging,
    new,
    picking,
    saved,
    trying,
    why,
)

__all__ = [
    "actions",
    "building",
    "calls",
    "card",
    "contact",
    "export",
    "lines",
    "lists",
    "logged",
    "logging",
    "new",
    "picking",
    "saved",
    "trying",
    "why",
]
