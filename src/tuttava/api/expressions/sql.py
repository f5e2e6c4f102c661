"""SQL pieces that the binder puts together: templates, literals, constants, logic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    Field,
    Func,
    TextField,
    TimeField,
    UUIDField,
    Value,
)
from django.db.models.expressions import BaseExpression, Combinable

from tuttava.api.edm import Kind, Type
from tuttava.api.expressions.values import MAX_DIGITS

#: What ``filter`` takes, and what ``annotate`` takes.
Condition = Combinable
Column = BaseExpression | Combinable

_FIELDS: dict[Kind, Field[Any, Any]] = {
    Kind.STRING: TextField(),
    Kind.GUID: UUIDField(),
    Kind.BOOLEAN: BooleanField(),
    Kind.INT32: BigIntegerField(),
    Kind.INT64: BigIntegerField(),
    Kind.DECIMAL: DecimalField(),
    Kind.DATE: DateField(),
    Kind.TIME: TimeField(),
    Kind.INSTANT: DateTimeField(),
    Kind.DURATION: DurationField(),
}
#: Elements of arrays need their digits declared.
_NUMERIC: Field[Any, Any] = DecimalField(max_digits=2 * MAX_DIGITS, decimal_places=MAX_DIGITS)
_INT64 = 2**63
_SLOT = re.compile(r"\{(\d+)\}")


def field_of(kind: Kind) -> Field[Any, Any]:
    """The model field that reads and writes values of ``kind``."""
    return _FIELDS[kind]


class Sql(Func):
    """A template with numbered slots (``{0}``) for its arguments; a slot may occur more than once.

    A literal per cent sign is doubled. No aggregate can stand inside, which spares Django walking the whole tree at
    every level.
    """

    contains_aggregate = False
    contains_over_clause = False

    def __init__(self, template: str, *arguments: Any, output: Kind = Kind.BOOLEAN) -> None:
        super().__init__(*arguments, output_field=field_of(output))
        self.slots = _SLOT.split(template)

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[Any, ...]]:
        # Written out here, because deep nesting must not cost more frames of the stack than it has to.
        made: list[tuple[str, Sequence[Any]]] = []
        for each in self.get_source_expressions():
            try:
                made.append(compiler.compile(each))
            except EmptyResultSet:  # a query that can find nothing: no value, and not true
                made.append(("NULL", ()))
            except FullResultSet:
                made.append(("TRUE", ()))
        text: list[str] = []
        params: list[Any] = []
        for position, piece in enumerate(self.slots):
            if position % 2:
                sql, values = made[int(piece)]
                text.append(sql)
                params.extend(values)
            else:
                text.append(piece)
        return "".join(text), tuple(params)


def literal(value: Any, kind: Kind) -> Column:
    """A value of the caller as an SQL parameter."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not -_INT64 <= value < _INT64):
        value, kind = Decimal(value), Kind.DECIMAL
    return Value(value, output_field=field_of(kind))


def literals(values: Iterable[Any], kind: Kind) -> Column:
    """Values of the caller as one array parameter."""
    found = list(values)
    if kind in (Kind.INT32, Kind.INT64) and not all(isinstance(each, int) and abs(each) < _INT64 for each in found):
        kind = Kind.DECIMAL
    return Value(found, output_field=ArrayField(_NUMERIC if kind is Kind.DECIMAL else field_of(kind)))


def stored_kind(kind_of: Type) -> Kind:
    """The kind in which values of a type are stored: an enum's are texts or numbers."""
    if kind_of.enum is None:
        return kind_of.kind
    return Kind.INT32 if isinstance(kind_of.enum.blank, int) else Kind.STRING


def constant(value: bool) -> Condition:
    """True or false whatever the row."""
    return Sql("TRUE" if value else "FALSE")


def both(terms: Sequence[Condition]) -> Condition:
    return _joined(" AND ", terms)


def either(terms: Sequence[Condition]) -> Condition:
    return _joined(" OR ", terms)


def _joined(word: str, terms: Sequence[Condition]) -> Condition:
    return Sql(f"({word.join(f'{{{at}}}' for at in range(len(terms)))})", *terms)


def truth(condition: Condition) -> Column:
    """A condition as a value; unknown is false."""
    return Sql("COALESCE({0}, FALSE)", condition)
