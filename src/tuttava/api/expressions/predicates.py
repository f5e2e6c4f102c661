"""The functions that are conditions: ``contains``, ``startswith``, ``endswith``, ``matchespattern``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tuttava.api.edm import Kind
from tuttava.api.expressions.comparing import with_null
from tuttava.api.expressions.operands import Operand
from tuttava.api.expressions.scope import Check
from tuttava.api.expressions.sql import Condition, Sql, constant, literal

_OF_TWO = {
    "contains": "STRPOS({0}, {1}) > 0",
    "startswith": "STARTS_WITH({0}, {1})",
    "endswith": "RIGHT({0}, CHAR_LENGTH({1})) = {1}",
}


@dataclass(frozen=True)
class Found(Check):
    """Whether a text holds ``needle``, or begins or ends with it. Prefixes can use an index."""

    name: str
    needle: str
    negated: bool = False

    @property
    def on_blank(self) -> bool:
        return (not self.needle) is not self.negated

    def inverse(self) -> Found:
        return Found(self.name, self.needle, not self.negated)

    def on(self, operand: Operand) -> Condition:
        if not self.needle:
            return constant(not self.negated)
        if self.name == "contains":
            test, value = "STRPOS({0}, {1}) > 0", self.needle
        else:
            escaped = re.sub(r"([\\%_])", r"\\\1", self.needle)
            test, value = "{0} LIKE {1}", f"{escaped}%" if self.name == "startswith" else f"%{escaped}"
        found = Sql(_either_way(test, self.negated), operand.expression, literal(value, Kind.STRING))
        return with_null(found, operand, self.on_blank)


def matches(text: Operand, pattern: str, *, negated: bool) -> Condition:
    """Whether ``text`` holds a match of a checked pattern; whether a blank does is for the server to say."""
    return Sql(_either_way("{0} ~ {1}", negated), text.total, literal(pattern, Kind.STRING))


def of_two(name: str, text: Operand, needle: Operand, *, negated: bool) -> Condition:
    """Like :class:`Found` where the needle is a value of the row."""
    return Sql(_either_way(_OF_TWO[name], negated), text.total, needle.total)


def _either_way(test: str, negated: bool) -> str:
    return f"(NOT ({test}))" if negated else f"({test})"
