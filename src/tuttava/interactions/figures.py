"""What the log adds up to: figures and last dates of contacts, and of what has few interactions.

Postponed entries never count (I-68), canceled ones neither, in last dates as well (C-77, I-81).
"""

from __future__ import annotations

import datetime as dt
import decimal
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DecimalField, Max, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tuttava.contacts.queries import FigureFilters, Scope, provides_figures
from tuttava.interactions.models import InitiatedBy, InteractionLogEntry

#: Entries that figures count.
COUNTED = Q(postponed=False, canceled=False)
HAPPENED = COUNTED & Q(attempt_failed=False)
ATTEMPTED = COUNTED & Q(initiated_by=InitiatedBy.US)
ZERO = decimal.Decimal(0)

Entries = QuerySet[InteractionLogEntry]


@dataclass(frozen=True)
class Total:
    """How many interactions, what they cost in own currency, and how many minutes they took."""

    count: int = 0
    cost_lcy: decimal.Decimal = ZERO
    duration_min: decimal.Decimal = ZERO


def total_of_opportunity(no: str, date_from: dt.date | None = None, date_to: dt.date | None = None) -> Total:
    """The total of an opportunity, which has few interactions; its index leads to them (I-112)."""
    return _added(InteractionLogEntry.objects.filter(COUNTED, between(date_from, date_to), opportunity_no=no))


def total_with_state(canceled: bool, **named: Any) -> Total:
    """The same for a campaign entry or a logged segment: entries in the same state as itself count (I-112)."""
    return _added(InteractionLogEntry.objects.filter(postponed=False, canceled=canceled, **named))


def _added(rows: Entries) -> Total:
    found = rows.order_by().aggregate(
        count=Count("entry_no"),
        cost_lcy=Coalesce(Sum("cost_lcy"), ZERO),
        duration_min=Coalesce(Sum("duration_min"), ZERO),
    )
    return Total(**found)


def between(date_from: dt.date | None, date_to: dt.date | None) -> Q:
    """Entries from one day to another, both included; None is no limit (C-76)."""
    limits = Q()
    if date_from is not None:
        limits &= Q(date__gte=date_from)
    if date_to is not None:
        limits &= Q(date__lte=date_to)
    return limits


def in_scope(scope: Scope) -> Entries:
    """Entries of a company and its people, or of one person in its company (C-75); served by one index each."""
    if scope.person_id is None:
        return InteractionLogEntry.objects.filter(contact_company_id=scope.company_id)
    of_person = InteractionLogEntry.objects.filter(contact_id=scope.person_id)
    return of_person.filter(contact_company_id=scope.company_id)


@provides_figures
def contact_figures(scope: Scope, filters: FigureFilters) -> dict[str, object]:
    """Count, cost, duration and last dates of a contact, in one query that an index alone answers (C-75 to C-77).

    The date filter limits what is counted, not the last dates (3.2).
    """
    counted = COUNTED & between(filters.date_from, filters.date_to)
    rows = in_scope(scope)
    if filters.salesperson:
        rows = rows.filter(**{"salesperson_code": filters.salesperson})
    if filters.campaign:
        rows = rows.filter(campaign_no=filters.campaign)
    found = rows.order_by().aggregate(
        date_of_last_interaction=Max("date", filter=HAPPENED),
        last_date_attempted=Max("date", filter=ATTEMPTED),
        no_of_interactions=Count("entry_no", filter=counted),
        cost=Coalesce(Sum("cost_lcy", filter=counted), ZERO),
        duration_minutes=Coalesce(Sum("duration_min", filter=counted), ZERO),
    )
    return {**found, "duration_minutes": int(found["duration_minutes"])}


def money() -> Combinable:
    """Zero as SQL of an amount."""
    return Value(ZERO, output_field=DecimalField(max_digits=20, decimal_places=2))
