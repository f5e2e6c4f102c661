"""What groups, templates, salespeople and campaigns add up to, from the totals kept by day (I-112)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, Sum

from tuttava.foundation.filter_expressions import Comparison, Range, date_of, parse
from tuttava.interactions.figures import Total, between
from tuttava.interactions.models import InteractionTotal, TotalKind

_LOOKUPS = {"eq": "exact", "lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}


def total(kind: TotalKind, code: str, date_from: dt.date | None = None, date_to: dt.date | None = None) -> Total:
    """The total of a group, template, salesperson or campaign, within dates that include both ends (I-112)."""
    return totals(kind, [code], between(date_from, date_to)).get(code, Total())


def totals(kind: TotalKind, codes: Collection[str], dates: Q | None = None) -> dict[str, Total]:
    """The total of each of ``codes`` that has any, in one query whose cost does not grow with the log (I-112).

    ``dates``: the condition that the ``date`` of interactions meets.
    """
    rows = InteractionTotal.objects.filter(dates or Q(), kind=kind, code__in=codes).order_by()
    found = rows.values_list("code").annotate(Sum("count"), Sum("cost_lcy"), Sum("duration_min"))
    return {code: Total(count, cost, minutes) for code, count, cost, minutes in found}


def dates_within(expression: str) -> Q:
    """The condition of a date filter such as ``2024-01-01..2024-12-31|today``; blank: none. Raises ``bad_filter``."""
    met = Q()
    for terms in parse(expression).alternatives:
        every = Q()
        for term in terms:
            every &= _term(term)
        met |= every
    return met


def _term(term: Comparison | Range) -> Q:
    if isinstance(term, Comparison):
        day = date_of(term.value)
        return ~Q(date=day) if term.operator == "ne" else Q(**{f"date__{_LOOKUPS[term.operator]}": day})
    limits = Q()
    if term.low is not None:
        limits &= Q(date__gte=date_of(term.low))
    if term.high is not None:
        limits &= Q(date__lte=date_of(term.high))
    return limits
