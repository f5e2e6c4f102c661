"""The computed fields of contacts as properties of the services (3.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from django.db.models import BooleanField, DateField, DecimalField, IntegerField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from tuttava.api import edm
from tuttava.api.declare import Property
from tuttava.api.edm import Type
from tuttava.contacts.queries import COUNT_COLUMNS, Figures
from tuttava.foundation.spelling import camel

#: SQL of the figures that rooms above the register provide, by field name; they put theirs here.
provided: dict[str, Callable[[], Combinable]] = {}

_NO_DATE = Cast(Value(None), DateField())
_EMPTY: dict[Any, tuple[Type, Combinable]] = {
    "bool": (edm.BOOLEAN, Value(False, output_field=BooleanField())),
    "int": (edm.INT, Value(0, output_field=IntegerField())),
    "decimal.Decimal": (edm.DECIMAL, Value(0, output_field=DecimalField(max_digits=20, decimal_places=2))),
    "dt.date | None": (edm.DATE, _NO_DATE),
}
#: Parts of ``no_of_opportunities`` that only the statistics page shows.
_NOT_SHOWN = frozenset({"open_opportunities", "closed_opportunities"})


def column(name: str) -> Callable[[], Combinable]:
    """The SQL of a figure: the register's own, a higher room's, or its blank while no room provides it."""
    return COUNT_COLUMNS.get(name) or (lambda: provided[name]() if name in provided else _EMPTY[_KINDS[name]][1])


_KINDS: dict[str, Any] = {each.name: each.type for each in fields(Figures)}


def figure_properties() -> tuple[Property, ...]:
    """A read-only property for each computed field."""
    return tuple(
        Property(camel(name), _EMPTY[kind][0], expression=column(name), read_only=True, nullable=True)
        for name, kind in _KINDS.items()
        if name not in _NOT_SHOWN
    )
