"""The computed fields of contacts as properties of the services (3.2)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from tuttava.api import edm
from tuttava.api.declare import Property
from tuttava.api.edm import Type
from tuttava.api.provided import Provided
from tuttava.contacts.queries import COUNT_COLUMNS, Figures

_TYPES: dict[Any, Type] = {
    "bool": edm.BOOLEAN,
    "int": edm.INT,
    "decimal.Decimal": edm.DECIMAL,
    "dt.date | None": edm.DATE,
}
#: Parts of ``no_of_opportunities`` that only the statistics page shows.
_NOT_SHOWN = frozenset({"open_opportunities", "closed_opportunities"})

_figures = Provided()
#: SQL of the figures by field name: the register's own; the rooms above put theirs here.
provided = _figures.sql
provided.update(COUNT_COLUMNS)
_shown = tuple(_figures.figure(each.name, _TYPES[each.type]) for each in fields(Figures) if each.name not in _NOT_SHOWN)
#: The SQL of a figure by field name.
column = _figures.column


def figure_properties() -> tuple[Property, ...]:
    """A read-only property for each computed field."""
    return _shown
