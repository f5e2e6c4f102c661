"""What the log adds up to on contacts and customers, as SQL for their sets (3.2, I-112, I-113)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from tuttava.api.declare import CRM, Compute, Row, Wanted
from tuttava.api.filter_objects import filtered
from tuttava.contacts.entities.figures import provided
from tuttava.contacts.models import ContactBusinessRelation, ContactType
from tuttava.foundation.context import current
from tuttava.interactions.figures import ATTEMPTED, COUNTED, HAPPENED, ZERO, money
from tuttava.interactions.models import InteractionLogEntry
from tuttava.relations.entities.figures import customer_figures


def _summed(condition: Q, figure: Any) -> Subquery:
    rows = InteractionLogEntry.objects.filter(condition).order_by().annotate(all=Value(1)).values("all")
    return Subquery(rows.annotate(figure=figure).values("figure"))


def _of_contact(condition: Q, figure: Any) -> Case:
    """Over the entries of the contact outside, in its scope (C-75): each kind has an index of its own."""
    person = Q(contact_id=OuterRef("pk"))
    of_company = _summed(condition & Q(contact_company_id=OuterRef("pk")), figure)
    of_person = _summed(condition & person & Q(contact_company_id=OuterRef("company_id")), figure)
    alone = _summed(condition & person & Q(contact_company_id=None), figure)
    return Case(When(type=ContactType.COMPANY, then=of_company), When(company_id=None, then=alone), default=of_person)


provided.update(
    {
        "no_of_interactions": lambda: Coalesce(_of_contact(COUNTED, Count("entry_no")), 0),
        "cost": lambda: Coalesce(_of_contact(COUNTED, Sum("cost_lcy")), money()),
        "duration_minutes": lambda: Cast(Coalesce(_of_contact(COUNTED, Sum("duration_min")), money()), IntegerField()),
        "date_of_last_interaction": lambda: _of_contact(HAPPENED, Max("date")),
        "last_date_attempted": lambda: _of_contact(ATTEMPTED, Max("date")),
    }
)

# -- filtered figures (A-50) -------------------------------------------------------------------------------------------

#: Calculation filters of contacts that narrow interactions, with the property of an entry that they compare.
FILTERED = {"dateFilter": "date", "salespersonFilter": "salespersonCode", "campaignFilter": "campaignNo"}
_COUNTED_NAMES = frozenset({"noOfInteractions", "cost", "durationMinutes"})


def _count_again(rows: Sequence[Row], wanted: Wanted) -> None:
    """What is counted, within the calculation filters, for a whole page in two queries; last dates stay (C-76)."""
    filters = {FILTERED[name]: text for name, text in wanted.calculation.items() if name in FILTERED}
    if not filters or not wanted.names & _COUNTED_NAMES:
        return
    entries = filtered(CRM.sets["interactionLogEntries"], InteractionLogEntry.objects.filter(COUNTED), filters)
    companies = [row["id"] for row in rows if row["type"] == ContactType.COMPANY]
    people = [row["id"] for row in rows if row["type"] != ContactType.COMPANY]
    here = Q(contact_company_id=F("contact__company_id")) | Q(contact_company_id=None, contact__company_id=None)
    found = _grouped(entries.filter(contact_company_id__in=companies), "contact_company_id")
    found |= _grouped(entries.filter(here, contact_id__in=people), "contact_id")
    for row in rows:
        number, cost, minutes = found.get(row["id"], (0, ZERO, ZERO))
        row.update(noOfInteractions=number, cost=cost, durationMinutes=int(minutes))


def _grouped(entries: QuerySet[Any], by: str) -> dict[Any, tuple[int, Any, Any]]:
    totals = entries.order_by().values_list(by).annotate(Count("entry_no"), Sum("cost_lcy"), Sum("duration_min"))
    return {key: (number, cost, minutes) for key, number, cost, minutes in totals}


def _finish_contacts(known: Compute | None) -> Compute:
    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        if known is not None:
            known(rows, wanted)
        _count_again(rows, wanted)

    return finish


CRM.sets["contacts"] = replace(CRM.sets["contacts"], finish=_finish_contacts(CRM.sets["contacts"].finish))

# -- customers -------------------------------------------------------------------------------------------------------


def _this_year() -> Q:
    year = current().date.year
    return COUNTED & Q(date__gte=dt.date(year, 1, 1), date__lte=dt.date(year, 12, 31))


def _of_customer() -> Q:
    """Entries of the company, or the person alone, behind the customer two queries out."""
    contact = ContactBusinessRelation.objects.filter(linked_id=OuterRef(OuterRef("pk"))).order_by("secondary", "pk")
    hub = Subquery(contact.values("contact_id")[:1])
    return Q(contact_company_id=hub) | Q(contact_id=hub, contact_company_id=None)


def _latest(name: str) -> Subquery:
    rows = InteractionLogEntry.objects.filter(_this_year() & _of_customer())
    return Subquery(rows.order_by("-date", "-entry_no").values(name)[:1])


def _most_frequent() -> Subquery:
    rows = InteractionLogEntry.objects.filter(_this_year() & _of_customer()).order_by()
    grouped = rows.values("interaction_group_code").annotate(times=Count("entry_no"), last=Max("date"))
    ordered = grouped.order_by(F("times").desc(), F("last").desc(), "interaction_group_code")
    return Subquery(ordered.values("interaction_group_code")[:1])


def _times() -> Combinable:
    return Coalesce(_summed(_this_year() & _of_customer(), Count("entry_no")), 0)


customer_figures.sql.update(
    {
        "interactions_this_year": _times,
        "last_interaction_date": lambda: _latest("date"),
        "last_interaction_group_code": lambda: _latest("interaction_group_code"),
        "most_frequent_interaction_group_code": _most_frequent,
    }
)
