"""What the log adds up to on contacts and customers, as SQL for their sets (3.2, I-112, I-113)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from tuttava.api.declare import CRM, Compute, EntitySet, Row, Wanted
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

#: Calculation filters of contacts that narrow interactions, with the property of an entry that they compare (A-50).
FILTERED = {"dateFilter": "date", "salespersonFilter": "salespersonCode", "campaignFilter": "campaignNo"}
_SUMS: dict[str, Any] = {
    "noOfInteractions": Count("entry_no", filter=COUNTED),
    "cost": Coalesce(Sum("cost_lcy", filter=COUNTED), money()),
    "durationMinutes": Coalesce(Sum("duration_min", filter=COUNTED), money()),
}
_DATES: dict[str, Any] = {
    "dateOfLastInteraction": Max("date", filter=HAPPENED),
    "lastDateAttempted": Max("date", filter=ATTEMPTED),
}
_BLANK: dict[str, Any] = {"noOfInteractions": 0, "cost": ZERO, "durationMinutes": ZERO}


def _fill_contacts(rows: Sequence[Row], wanted: Wanted) -> None:
    """The figures of a whole page in two queries; calculation filters narrow what is counted, not last dates (C-76)."""
    entries = InteractionLogEntry.objects.order_by()
    sums = {name: each for name, each in _SUMS.items() if name in wanted.names}
    dates = {name: each for name, each in _DATES.items() if name in wanted.names}
    filters = {FILTERED[name]: text for name, text in wanted.calculation.items() if name in FILTERED}
    if filters:
        _fill(rows, filtered(CRM.sets["interactionLogEntries"], entries, filters), sums)
        _fill(rows, entries, dates)
    else:
        _fill(rows, entries, sums | dates)


def _fill(rows: Sequence[Row], entries: QuerySet[Any], figures: dict[str, Any]) -> None:
    """A company counts by its id; a person only what is said to it in the company that it is in now (C-75)."""
    if not figures:
        return
    columns = {f"figure_{place}": each for place, each in enumerate(figures.values())}
    companies = [row["id"] for row in rows if row["type"] == ContactType.COMPANY]
    people = [row["id"] for row in rows if row["type"] != ContactType.COMPANY]
    found: dict[tuple[Any, Any], Sequence[Any]] = {}
    for ids, by in ((companies, ("contact_company_id",)), (people, ("contact_id", "contact_company_id"))):
        if ids:
            grouped = entries.filter(**{f"{by[0]}__in": ids}).values(*by).annotate(**columns)
            for values in grouped.values_list(*by, *columns):
                found[values[0], values[len(by) - 1]] = values[len(by) :]
    blank = [_BLANK.get(name) for name in figures]
    for row in rows:
        company = row["id"] if row["type"] == ContactType.COMPANY else row["company_id"]
        row.update(zip(figures, found.get((row["id"], company), blank), strict=True))
        if "durationMinutes" in figures:
            row["durationMinutes"] = int(row["durationMinutes"])


def _with_figures(target: EntitySet, names: Collection[str], fill: Compute, *always: str) -> EntitySet:
    """``target`` with these figures filled in for whole pages; their SQL serves filters and orders alone."""

    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        if target.finish is not None:
            target.finish(rows, wanted)
        if wanted.names & set(names):
            fill(rows, wanted)

    later = tuple(replace(prop, later=True) if prop.name in names else prop for prop in target.properties)
    return replace(target, properties=later, finish=finish, always=(*target.always, *always))


CRM.sets["contacts"] = _with_figures(CRM.sets["contacts"], {*_SUMS, *_DATES}, _fill_contacts, "type", "company_id")

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


def _fill_customers(rows: Sequence[Row], wanted: Wanted) -> None:
    """The year of a whole page of customers in three queries, in five where persons are customers (I-113)."""
    hubs = _hubs([row["id"] for row in rows])
    companies = {hub for hub, company in hubs.values() if company}
    people = {hub for hub, company in hubs.values() if not company}
    year = InteractionLogEntry.objects.filter(_this_year())
    found: dict[Any, _Year] = defaultdict(_Year)
    if companies:
        _add_year(found, "contact_company_id", year.filter(contact_company_id__in=companies))
    if people:
        _add_year(found, "contact_id", year.filter(contact_id__in=people, contact_company_id=None))
    for row in rows:
        said = found[hubs[row["id"]][0]] if row["id"] in hubs else _Year()
        row["interactionsThisYear"] = sum(times for times, _last in said.groups.values())
        row["lastInteractionDate"], row["lastInteractionGroupCode"] = said.latest
        row["mostFrequentInteractionGroupCode"] = said.most_frequent


@dataclass
class _Year:
    """What was said to somebody in a year: by group how often and when last; date and group of the latest."""

    groups: dict[str, tuple[int, dt.date]] = field(default_factory=dict)
    latest: tuple[dt.date | None, str | None] = (None, None)

    @property
    def most_frequent(self) -> str | None:
        """The group spoken in most often, of several the one with the later date, then the first by code."""
        if not self.groups:
            return None
        return min(self.groups, key=lambda code: (-self.groups[code][0], -self.groups[code][1].toordinal(), code))


def _hubs(customers: Collection[Any]) -> dict[Any, tuple[Any, bool]]:
    """The contact behind each customer, and whether it is a company."""
    rows = ContactBusinessRelation.objects.filter(linked_id__in=customers).order_by("secondary", "pk")
    found: dict[Any, tuple[Any, bool]] = {}
    for linked, contact, kind in rows.values_list("linked_id", "contact_id", "contact__type"):
        found.setdefault(linked, (contact, kind == ContactType.COMPANY))
    return found


def _add_year(found: dict[Any, _Year], by: str, entries: QuerySet[Any]) -> None:
    grouped = entries.order_by().values_list(by, "interaction_group_code").annotate(Count("entry_no"), Max("date"))
    for hub, group, times, last in grouped:
        found[hub].groups[group] = (times, last)
    for hub, day, group in (
        entries.order_by(by, "-date", "-entry_no").distinct(by).values_list(by, "date", "interaction_group_code")
    ):
        found[hub].latest = (day, group)


_OF_YEAR = (
    *("interactionsThisYear", "lastInteractionDate", "lastInteractionGroupCode"),
    "mostFrequentInteractionGroupCode",
)
CRM.sets["customers"] = _with_figures(CRM.sets["customers"], _OF_YEAR, _fill_customers)
