"""The questions of the register: computed figures (3.2), related contacts, what changed."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tuttava.contacts.models import (
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
)
from tuttava.foundation.models import CommentLine, OwnerKind


@dataclass(frozen=True)
class Scope:
    """Which rows count for a contact (C-75): plain equality, whatever characters its number has (C-3).

    A company: all rows of ``company_id``, ``person_id`` None. A person: rows with exactly this company (None for an
    independent one) and exactly this person.
    """

    company_id: uuid.UUID | None
    person_id: uuid.UUID | None


def scope_of(contact: Contact) -> Scope:
    """The scope of a contact's figures."""
    if contact.is_company:
        return Scope(contact.pk, None)
    return Scope(contact.company_id, contact.pk)


@dataclass(frozen=True)
class FigureFilters:
    """What the computed fields can be limited by; blank means no limit. Dates include both ends (C-76)."""

    date_from: dt.date | None = None
    date_to: dt.date | None = None
    salesperson: str = ""
    campaign: str = ""
    team: str = ""
    sales_cycle: str = ""
    sales_cycle_stage: int | None = None
    action_taken: str = ""
    estimated_value: decimal.Decimal | None = None
    calcd_current_value: decimal.Decimal | None = None
    probability_pct: decimal.Decimal | None = None
    completed_pct: decimal.Decimal | None = None
    chances_of_success_pct: decimal.Decimal | None = None
    close_opportunity: str = ""
    task_status: str = ""
    task_closed: bool | None = None
    task_priority: str = ""
    job_responsibility: str = ""


@dataclass(frozen=True)
class Figures:
    """The computed fields of one contact; money in own currency. What no room provides is zero or blank.

    ``open_opportunities`` and ``closed_opportunities`` are the parts of ``no_of_opportunities`` (C-77).
    """

    has_comment: bool = False
    next_task_date: dt.date | None = None
    last_date_attempted: dt.date | None = None
    date_of_last_interaction: dt.date | None = None
    no_of_interactions: int = 0
    cost: decimal.Decimal = decimal.Decimal(0)
    duration_minutes: int = 0
    no_of_opportunities: int = 0
    open_opportunities: int = 0
    closed_opportunities: int = 0
    estimated_value: decimal.Decimal = decimal.Decimal(0)
    calcd_current_value: decimal.Decimal = decimal.Decimal(0)
    no_of_job_responsibilities: int = 0
    no_of_industry_groups: int = 0
    no_of_business_relations: int = 0
    no_of_mailing_groups: int = 0
    opportunity_entry_exists: bool = False
    task_entry_exists: bool = False


Provider = Callable[[Scope, FigureFilters], dict[str, object]]
_providers: list[Provider] = []
_NAMES = frozenset(each.name for each in fields(Figures))


def provides_figures(provider: Provider) -> Provider:
    """Decorator: ``provider`` computes some of the figures, by field name, in one query."""
    _providers.append(provider)
    return provider


def unplug_figures(provider: Provider) -> None:
    """Take a provider out again."""
    _providers.remove(provider)


def figures(contact: Contact, filters: FigureFilters | None = None) -> Figures:
    """All computed fields of a contact: one query for the register's own, one for each room above it."""
    found: dict[str, object] = own_counts(contact)
    for provider in _providers:
        found |= provider(scope_of(contact), filters or FigureFilters())
    unknown = found.keys() - _NAMES
    if unknown:
        raise ValueError(f"no such figures: {sorted(unknown)}")
    return Figures(**found)  # type: ignore[arg-type]


def own_counts(contact: Contact) -> dict[str, object]:
    """What the register itself counts on a contact, in one query (3.2, C-78)."""
    row = with_counts(Contact.objects.filter(pk=contact.pk)).values(*COUNT_COLUMNS).get()
    return dict(row)


def with_counts(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """``contacts`` with the register's own computed fields as columns, for lists."""
    return contacts.annotate(**{name: column() for name, column in COUNT_COLUMNS.items()})


_OWN_AND_COMPANY = Q(contact_id=OuterRef("pk")) | Q(contact_id=OuterRef("company_id"))


def count_of(model: type[Model], condition: Q) -> Coalesce:
    """SQL of how many rows of ``model`` meet ``condition``."""
    rows = model._default_manager.filter(condition).order_by().annotate(all=Value(1)).values("all")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


#: SQL of the register's own computed fields. Industry groups and business relations count the contact's own and its
#: company's (C-78).
COUNT_COLUMNS: dict[str, Callable[[], Combinable]] = {
    "has_comment": lambda: Exists(CommentLine.objects.filter(owner_kind=OwnerKind.CONTACT, owner_id=OuterRef("pk"))),
    "no_of_job_responsibilities": lambda: count_of(ContactJobResponsibility, Q(contact_id=OuterRef("pk"))),
    "no_of_mailing_groups": lambda: count_of(ContactMailingGroup, Q(contact_id=OuterRef("pk"))),
    "no_of_industry_groups": lambda: count_of(ContactIndustryGroup, _OWN_AND_COMPANY),
    "no_of_business_relations": lambda: count_of(ContactBusinessRelation, _OWN_AND_COMPANY),
}


def related_contacts(contact: Contact) -> QuerySet[Contact]:
    """The company and its people, the company first (C-28); of an independent person only itself."""
    if contact.company_id is None:
        return Contact.objects.filter(pk=contact.pk)
    return Contact.objects.filter(company_id=contact.company_id).order_by("type", "name", "pk")


def changed_since(moment: dt.datetime | None) -> QuerySet[Contact]:
    """Contacts last changed at ``moment`` or later; None selects all (C-80)."""
    return Contact.objects.all() if moment is None else Contact.objects.filter(last_modified_at__gte=moment)


def figures_of_rooms(contacts: Iterable[Contact]) -> dict[uuid.UUID, Figures]:
    """What other rooms compute for several contacts, without the register's own counts: for print-outs."""
    found = {}
    for contact in contacts:
        computed: dict[str, object] = {}
        for provider in _providers:
            computed |= provider(scope_of(contact), FigureFilters())
        found[contact.pk] = Figures(**computed)  # type: ignore[arg-type]
    return found
