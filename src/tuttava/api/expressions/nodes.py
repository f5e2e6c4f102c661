"""What the parser makes of a text: a small typed tree. Every node knows its position (characters from 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuttava.api.edm import Kind


@dataclass(frozen=True, slots=True)
class Literal:
    """A value. ``kind`` None is ``null``."""

    position: int
    value: Any
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class EnumLiteral:
    """``Any.Namespace.contactType'Person'``: ``enum`` is the part after the last dot."""

    position: int
    enum: str
    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """``customer/displayName``: names with their positions; the last is a property unless a node says otherwise."""

    position: int
    names: tuple[str, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    position: int
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Quantified:
    """``nav/any(x:body)`` or ``nav/all(x:body)``; ``any()`` has neither variable nor body."""

    position: int
    path: Path
    every: bool
    variable: str
    body: Node | None


@dataclass(frozen=True, slots=True)
class Count:
    """``nav/$count``."""

    position: int
    path: Path


@dataclass(frozen=True, slots=True)
class Negation:
    """``not x``."""

    position: int
    operand: Node


@dataclass(frozen=True, slots=True)
class Minus:
    """``-x``."""

    position: int
    operand: Node


@dataclass(frozen=True, slots=True)
class Logical:
    """``a and b and c`` or ``a or b or c``: a whole chain at once."""

    position: int
    every: bool
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right``; ``has`` arrives as ``eq``."""

    position: int
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right`` with ``add sub mul div divby mod``."""

    position: int
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Membership:
    """``operand in (a, b, …)``."""

    position: int
    operand: Node
    members: tuple[Node, ...]


Node = (
    Literal
    | EnumLiteral
    | Path
    | Call
    | Quantified
    | Count
    | Negation
    | Minus
    | Logical
    | Comparison
    | Arithmetic
    | Membership
)
