"""What groups and templates add up to in the log, for many at once (I-112)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Q, Sum

from tuttava.foundation.filter_expressions import Comparison, Range, date_of, parse
from tuttava.interactions.figures import COUNTED, Total
from tuttava.interactions.models import InteractionLogEntry

GROUP = "interaction_group_code"
TEMPLATE = "interaction_template_code"
_LOOKUPS = {"eq": "exact", "lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}


def totals(column: str, codes: Collection[str], dates: Q | None = None) -> dict[str, Total]:
    """The total of each code of :data:`GROUP` or :data:`TEMPLATE` that has any entry, in one query.

    Entries count that are neither canceled nor postponed and meet ``dates``.
    """
    rows = InteractionLogEntry.objects.filter(COUNTED, dates or Q(), **{f"{column}__in": codes})
    found = rows.order_by().values_list(column).annotate(Count("pk"), Sum("cost_lcy"), Sum("duration_min"))
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
