"""Figures that a set shows and a room above it computes: blank while no room provides them."""

from __future__ import annotations

import decimal
from collections.abc import Callable

from django.db.models import BooleanField, CharField, DateField, DecimalField, IntegerField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from tuttava.api import edm
from tuttava.api.declare import Property
from tuttava.api.edm import Kind, Type
from tuttava.foundation.errors import Text
from tuttava.foundation.spelling import camel

#: SQL of the blank of each kind.
BLANKS: dict[Kind, Callable[[], Combinable]] = {
    Kind.BOOLEAN: lambda: Value(False, output_field=BooleanField()),
    Kind.INT32: lambda: Value(0, output_field=IntegerField()),
    Kind.DECIMAL: lambda: Value(decimal.Decimal(0), output_field=DecimalField(max_digits=20, decimal_places=2)),
    Kind.DATE: lambda: Cast(Value(None), DateField()),
    Kind.STRING: lambda: Value("", output_field=CharField()),
}


class Provided:
    """The figures of one set by name (snake_case); rooms above put the SQL of theirs into ``sql``."""

    def __init__(self) -> None:
        self.sql: dict[str, Callable[[], Combinable]] = {}
        self._types: dict[str, Type] = {}

    def declare(self, name: str, kind: Type) -> None:
        """Tell that the set has a figure of this type."""
        self._types[name] = kind

    def column(self, name: str) -> Callable[[], Combinable]:
        """The SQL of a declared figure, or its blank."""

        def sql() -> Combinable:
            return (self.sql.get(name) or BLANKS[self._types[name].kind])()

        return sql

    def figure(self, name: str, kind: Type = edm.DECIMAL, caption: Text = "") -> Property:
        """A read-only property with the figure."""
        self.declare(name, kind)
        return Property(camel(name), kind, expression=self.column(name), read_only=True, nullable=True, caption=caption)
