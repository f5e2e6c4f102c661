"""What groups, templates and salespeople add up to, as properties of their sets (I-112)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import DecimalField, IntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from tuttava.api import edm
from tuttava.api.declare import CRM, Compute, Property, Row, Wanted
from tuttava.interactions.figures import Total
from tuttava.interactions.models import InteractionTotal, TotalKind
from tuttava.interactions.statistics import dates_within, totals

#: The calculation filter of these figures (A-50).
FILTERS = {"dateFilter": edm.DATE}
_NO_TOTAL = Total()
_MONEY = DecimalField(max_digits=20, decimal_places=2)
_NAMES = {"noOfInteractions": "count", "costLcy": "cost_lcy", "durationMin": "duration_min"}


def total_properties(kind: TotalKind) -> tuple[Property, ...]:
    """The three figures of a set with a ``code``; SQL only where rows are filtered or sorted by them."""
    types = {"noOfInteractions": edm.INT}
    return tuple(
        Property(
            name,
            types.get(name, edm.DECIMAL),
            expression=_summed(kind, column, IntegerField() if name in types else _MONEY),
            read_only=True,
            later=True,
        )
        for name, column in _NAMES.items()
    )


def _summed(kind: TotalKind, column: str, output: Any) -> Callable[[], Coalesce]:
    def sql() -> Coalesce:
        rows = InteractionTotal.objects.filter(kind=kind, code=OuterRef("code")).order_by().values("code")
        summed = Subquery(rows.annotate(sum=Sum(column)).values("sum"), output_field=output)
        return Coalesce(summed, Value(0, output_field=output), output_field=output)

    return sql


def fill_totals(kind: TotalKind, rows: Sequence[Row], wanted: Wanted) -> None:
    """One query for a page, and none when nobody asked."""
    if not _NAMES.keys() & wanted.names:
        return
    found = totals(kind, [row["code"] for row in rows], dates_within(wanted.calculation.get("dateFilter", "")))
    for row in rows:
        total = found.get(row["code"], _NO_TOTAL)
        row.update({name: getattr(total, column) for name, column in _NAMES.items()})


def _also(first: Compute | None, then: Compute) -> Compute:
    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        if first is not None:
            first(rows, wanted)
        then(rows, wanted)

    return finish


_salespeople = CRM.sets["salespeople"]
CRM.sets["salespeople"] = replace(
    _salespeople,
    properties=(*_salespeople.properties, *total_properties(TotalKind.SALESPERSON)),
    calculation_filters={**_salespeople.calculation_filters, **FILTERS},
    always=(*_salespeople.always, "code"),
    finish=_also(_salespeople.finish, partial(fill_totals, TotalKind.SALESPERSON)),
)
