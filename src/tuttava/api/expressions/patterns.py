"""Patterns of ``matchespattern``: checked before use, so that none is refused or explodes on the server (A-46)."""

from __future__ import annotations

import re

from django.db import DataError, connection, transaction
from django.utils.translation import gettext as _

from tuttava.api.expressions.errors import ExpressionError

#: The longest pattern, and how large it may become when its repetitions are written out, both in characters.
MAX_PATTERN = 250
MAX_EXPANDED = 2_000

_BOUND = re.compile(r"\{(\d{1,3})(?:,(\d{0,3}))?\}", re.ASCII)
_ESCAPES = {"b": r"\y", "B": r"\Y"}
_KNOWN_ESCAPES = frozenset("dDwWsStnrfvbB")


def checked(pattern: str, position: int) -> str:
    """``pattern`` in the words of PostgreSQL. Refuses what cannot be read, back references and explosions."""
    if len(pattern) > MAX_PATTERN:
        message = _("A pattern can have %(count)d characters at most.")
        raise ExpressionError(message % {"count": MAX_PATTERN}, position)
    try:
        made = _Pattern(pattern).translated()
        re.compile(pattern)
    except (re.error, ValueError, IndexError, OverflowError, RecursionError):
        raise _unusable(position) from None
    if not _readable(made):
        raise _unusable(position)
    return made


def _unusable(position: int) -> ExpressionError:
    return ExpressionError(_("This pattern cannot be used."), position)


def _readable(pattern: str) -> bool:
    """Whether the server takes it: asked once, without any data."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT '' ~ %s", [pattern])
    except DataError:
        return False
    return True


class _Pattern:
    """Walks over a pattern once: translates escapes, adds up its size with all repetitions written out."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.made: list[str] = []
        #: Size of each open group, the whole pattern first; then of the last atom.
        self.sizes = [0]
        self.atom = 0

    def translated(self) -> str:
        while self.at < len(self.pattern):
            self.step(self.pattern[self.at])
        if sum(self.sizes) > MAX_EXPANDED:
            raise ValueError(self.pattern)
        return "".join(self.made)

    def step(self, char: str) -> None:
        match char:
            case "\\":
                self.escape()
            case "[":
                self.bracket()
            case "(":
                self.open()
            case ")":
                self.atom = self.sizes.pop() + 1
                self.add(")", self.atom)
            case "{":
                self.bound()
            case _:
                self.add(char, 1)

    def add(self, text: str, size: int, length: int = 1) -> None:
        self.made.append(text)
        self.atom = size
        self.sizes[-1] += size
        self.at += length

    def escape(self) -> None:
        char = self.pattern[self.at + 1 : self.at + 2]
        if char.isalnum() and char not in _KNOWN_ESCAPES:
            raise ValueError(self.pattern)
        self.add(_ESCAPES.get(char, f"\\{char}"), 1, 2)

    def bracket(self) -> None:
        """A bracket expression: only plain characters, ranges and escapes of classes."""
        end = self.at + 1
        while self.pattern[end] != "]" or end == self.at + 1:
            if self.pattern[end] == "[" or self.pattern[end : end + 2] in (r"\b", r"\B"):
                raise ValueError(self.pattern)
            end += 2 if self.pattern[end] == "\\" else 1
        self.add(self.pattern[self.at : end + 1], 1, end + 1 - self.at)

    def open(self) -> None:
        if self.pattern.startswith("(?", self.at) and self.pattern[self.at + 2 : self.at + 3] not in (":", "=", "!"):
            raise ValueError(self.pattern)
        length = 3 if self.pattern.startswith("(?", self.at) else 1
        self.made.append(self.pattern[self.at : self.at + length])
        self.at += length
        self.sizes.append(0)

    def bound(self) -> None:
        found = _BOUND.match(self.pattern, self.at)
        if found is None:
            raise ValueError(self.pattern)
        times = max(int(found[1]), int(found[2] or 0), 1)
        self.sizes[-1] += self.atom * (times - 1)
        self.made.append(found[0])
        self.at = found.end()
