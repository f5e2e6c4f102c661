"""Search strings as they are cut from texts (D-1 to D-3)."""

from __future__ import annotations

FIRST, LAST = "first", "last"
#: No string is longer.
LONGEST = 10

#: Characters that do not count.
DELETED = ' +"&/,.;:-_(){}#!£$\\'
_DELETED = str.maketrans(dict.fromkeys(DELETED))


def compose(text: str, part: str, length: int) -> str:
    """The first or last ``length`` characters that count, in capitals; blank when nothing remains (D-1, D-2)."""
    return cut(condensed(text), part, length)


def condensed(text: str) -> str:
    """The text without the twenty characters that do not count."""
    return text.translate(_DELETED)


def cut(kept: str, part: str, length: int) -> str:
    """The string of a condensed text."""
    return (kept[:length] if part == FIRST else kept[-length:]).upper()[:LONGEST]


def needed_strings(rows: int, hit_pct: int) -> int:
    """How many of the strings of ``rows`` setup rows two contacts must share, rounded up (D-10)."""
    return -(-rows * hit_pct // 100)
