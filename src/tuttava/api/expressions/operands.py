"""A bound value: its type, its SQL, whether it may be NULL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api.edm import Kind, Type
from tuttava.api.expressions import nodes, values
from tuttava.api.expressions.errors import ExpressionError
from tuttava.api.expressions.sql import Column, Sql, literal, stored_kind

#: How long a text without declared length is taken to be, in characters.
UNBOUNDED = 10_000
#: The longest text that a condition may make.
MAX_SIZE = 1_000_000


@dataclass(frozen=True)
class Operand:
    """A value in SQL. ``nullable``: NULL stands for the blank. ``size``: how long a text can be."""

    type: Type
    expression: Column
    nullable: bool = False
    size: int = UNBOUNDED

    @property
    def total(self) -> Column:
        """The expression without NULL."""
        if not self.nullable:
            return self.expression
        kind = stored_kind(self.type)
        return Sql("COALESCE({0}, {1})", self.expression, literal(self.type.blank, kind), output=kind)


Constant = nodes.Literal | nodes.EnumLiteral


def is_constant(node: nodes.Node) -> bool:
    """Whether ``node`` is a value of the caller."""
    return isinstance(node, nodes.Literal | nodes.EnumLiteral)


def own_type(node: Constant) -> Type:
    """The type of a constant that stands for itself; ``null`` and qualified enums are texts."""
    if isinstance(node, nodes.EnumLiteral) or node.kind is None:
        return Type(Kind.STRING)
    return Type(node.kind)


def standalone(node: Constant, kind_of: Type | None = None) -> Operand:
    """A constant as an operand, of its own type or of ``kind_of``."""
    kind_of = kind_of or own_type(node)
    value = coerce(node, kind_of)
    size = len(value) if isinstance(value, str) else 0
    return Operand(kind_of, literal(value, stored_kind(kind_of)), size=size)


def coerce(node: Constant, kind_of: Type, target: str = "") -> Any:
    """The stored value that a constant means where a value of type ``kind_of`` stands.

    ``null`` is the blank; codes are upper-cased and trimmed; GUIDs and dates may be quoted. Raises
    :class:`ExpressionError` for a value of another type (A-46).
    """
    if isinstance(node, nodes.Literal) and node.kind is None:
        return kind_of.blank
    if kind_of.enum is not None:
        return _member(node, kind_of, target)
    if isinstance(node, nodes.EnumLiteral):
        raise mismatch(node.position, target)
    if node.kind is Kind.STRING:
        return _from_text(node, kind_of, target)
    if node.kind is kind_of.kind or (kind_of.is_number and node.kind in (Kind.INT64, Kind.DECIMAL)):
        return node.value
    raise mismatch(node.position, target)


def _from_text(node: nodes.Literal, kind_of: Type, target: str) -> Any:
    if kind_of.is_text:
        return node.value.strip().upper() if kind_of.code else node.value
    read = values.QUOTED.get(kind_of.kind)
    if read is None:
        raise mismatch(node.position, target)
    try:
        return read(node.value)
    except ValueError:
        raise mismatch(node.position, target) from None


def _member(node: Constant, kind_of: Type, target: str) -> Any:
    assert kind_of.enum is not None
    text = ""
    if isinstance(node, nodes.EnumLiteral):
        text = node.text if node.enum == kind_of.enum.name else ""
    elif node.kind in (Kind.STRING, Kind.INT64):
        text = str(node.value)
    else:
        raise mismatch(node.position, target)
    found = kind_of.enum.member_of(text)
    if found is None or (isinstance(node, nodes.EnumLiteral) and node.enum != kind_of.enum.name):
        names = ", ".join(each.name for each in kind_of.enum.members)
        raise ExpressionError(_("Not one of %(members)s.") % {"members": names}, node.position, target)
    return found.stored


def mismatch(position: int, target: str = "") -> ExpressionError:
    """Two types that do not go together."""
    return ExpressionError(_("The value has a type that does not fit here."), position, target)


def family(kind_of: Type) -> str:
    """What compares with what: two values of one family."""
    if kind_of.enum is not None:
        return f"enum {kind_of.enum.name}"
    return "number" if kind_of.is_number else kind_of.kind.value
