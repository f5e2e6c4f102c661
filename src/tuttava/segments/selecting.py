"""Which contacts filters select: AND between entities, OR among their rows (S-40 to S-44).

``withoutInteractionLogEntry`` and the like name the same rows as ``interactionLogEntry`` and select the contacts that
have none of them: a filter of its own in the criteria log, in saved criteria and in the API, beside the one that asks
for such a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext as _

from tuttava.api.declare import CRM, EntitySet
from tuttava.api.filter_objects import condition_of
from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactType
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import bad_filter
from tuttava.trade.models import PostedDocument, SourceType, ValueEntry

Filters = Mapping[str, Mapping[str, Any]]
#: Begins the name of a filter whose rows must be missing.
WITHOUT = "without"


@dataclass(frozen=True)
class Entity:
    """A kind of rows that contacts are selected by; ``linked``: the condition on contacts that its rows make."""

    set_name: str
    linked: Callable[[QuerySet[Any], Filters], Q]


_entities: dict[str, Entity] = {}


def selects(name: str, set_name: str) -> Callable[[Callable[[QuerySet[Any], Filters], Q]], None]:
    """Decorator: contacts can be selected by rows of a set. Rooms above plug theirs in (profile answers)."""

    def plug(linked: Callable[[QuerySet[Any], Filters], Q]) -> None:
        _entities[name] = Entity(set_name, linked)

    return plug


def entities() -> Mapping[str, str]:
    """What can be filtered by, with the set whose properties the filter names; contacts first."""
    installed = {name: entity.set_name for name, entity in _entities.items() if entity.set_name in CRM.sets}
    return {"contact": "contacts", **installed}


def filter_name(entity: str, *, without: bool = False) -> str:
    """The name of a filter: that of the entity whose rows must be there, or missing."""
    return f"{WITHOUT}{entity[:1].upper()}{entity[1:]}" if without else entity


def filtered_entity(name: str) -> tuple[str, bool]:
    """The entity that a filter names, and whether its rows must be missing."""
    known = entities()
    absent = next((each for each in known if each != "contact" and filter_name(each, without=True) == name), None)
    return (absent, True) if absent is not None else (name, False)


def selected(filters: Filters, among: QuerySet[Contact] | None = None) -> QuerySet[Contact]:
    """The contacts that meet all filters, without duplicates. Raises ``bad_filter`` at the field.

    ``among``: only these are looked at.
    """
    rows = Contact.objects.all() if among is None else among
    check(filters)
    own = filters.get("contact")
    if own:
        rows = rows.filter(condition_of(_set("contacts"), own))
    for name, fields in filters.items():
        if name != "contact" and fields:
            rows = rows.filter(_linked(name, fields, filters))
    return rows


def _linked(name: str, fields: Mapping[str, Any], filters: Filters) -> Q:
    """Contacts with a row that meets the filter, or without any."""
    entity, absent = filtered_entity(name)
    found = _entities[entity].linked(_rows(_entities[entity], fields), {**filters, entity: fields})
    # An anti-join: unlike NOT IN it stays one however many rows there are, and rows without contact say nothing.
    return ~Q(Exists(Contact.objects.filter(found, pk=OuterRef("pk")))) if absent else found


def check(filters: Filters) -> None:
    """Refuse what cannot be filtered by."""
    known = entities()
    for name, fields in filters.items():
        if filtered_entity(name)[0] not in known:
            raise bad_filter(_("Contacts cannot be selected by this."), 1, name)
        if not isinstance(fields, Mapping):
            raise bad_filter(_("A filter names fields and what they must be."), 1, name)


def _set(name: str) -> EntitySet:
    return CRM.sets[name]


def _rows(entity: Entity, filters: Mapping[str, Any]) -> QuerySet[Any]:
    found = _set(entity.set_name)
    try:
        return found.queryset().filter(condition_of(found, filters))
    except DomainError as error:
        error.field = f"{entity.set_name}.{error.field}" if error.field else entity.set_name
        raise


def _of_contact(rows: QuerySet[Any], _filters: Filters) -> Q:
    """Rows that belong to the contact itself (S-41)."""
    return Q(pk__in=rows.order_by().values("contact_id"))


def _of_company(rows: QuerySet[Any], _filters: Filters) -> Q:
    """Rows that belong to its company, which its people inherit (S-41)."""
    owners = rows.order_by().values("contact_id")
    return Q(type=ContactType.COMPANY, pk__in=owners) | Q(type=ContactType.PERSON, company__in=owners)


selects("mailingGroup", "contactMailingGroups")(_of_contact)
selects("jobResponsibility", "contactJobResponsibilities")(_of_contact)
selects("segmentLine", "segmentLines")(_of_contact)
selects("segmentHistoryEntry", "segmentHistoryEntries")(_of_contact)
selects("industryGroup", "contactIndustryGroups")(_of_company)
selects("businessRelation", "contactBusinessRelations")(_of_company)


@selects("interactionLogEntry", "interactionLogEntries")
def _of_interactions(rows: QuerySet[Any], filters: Filters) -> Q:
    """Interactions with exactly this contact; canceled ones only where the filter names them (S-41)."""
    named = set(filters["interactionLogEntry"])
    for column in ("canceled", "postponed"):
        if column not in named:
            rows = rows.filter(**{column: False})
    return Q(pk__in=rows.order_by().values("contact_id"))


@selects("valueEntry", "valueEntries")
def _of_value_entries(rows: QuerySet[Any], filters: Filters) -> Q:
    """Companies whose customer or vendor has such an entry; people whom its posted document names (S-42)."""
    relation = _entities["businessRelation"]
    links = ContactBusinessRelation.objects.filter(linked_id__isnull=False)
    if filters.get("businessRelation"):
        links = _rows(relation, filters["businessRelation"]).filter(linked_id__isnull=False)
    bought = rows.order_by()
    parties = Q(linked_id__in=bought.filter(source_type=SourceType.CUSTOMER).values("customer_id"))
    parties |= Q(linked_id__in=bought.filter(source_type=SourceType.VENDOR).values("vendor_id"))
    companies = links.filter(parties).order_by().values("contact_id")
    named = _named_in(bought, links)
    return Q(type=ContactType.COMPANY, pk__in=companies) | Q(type=ContactType.PERSON, pk__in=named)


def _named_in(rows: QuerySet[ValueEntry], links: QuerySet[ContactBusinessRelation]) -> QuerySet[Any]:
    """People whom posted documents of their own company's entries name (S-42)."""
    papers = PostedDocument.objects.filter(
        Exists(_entries_of(rows, "customer_id")) | Exists(_entries_of(rows, "vendor_id"))
    )
    found: list[QuerySet[Any]] = []
    for role in ("main_contact", "billing_contact"):
        party = Q(linked_id=OuterRef("customer_id")) | Q(linked_id=OuterRef("vendor_id"))
        own = links.filter(party, contact_id=OuterRef(f"{role}__company_id"))
        found.append(papers.filter(Exists(own)).order_by().values(f"{role}_id"))
    return found[0].union(found[1])


def _entries_of(rows: QuerySet[ValueEntry], party: str) -> QuerySet[ValueEntry]:
    return rows.filter(**{"document_no": OuterRef("no"), party: OuterRef(party)})


def expanded(rows: QuerySet[Contact], *, companies: bool, related: bool) -> QuerySet[Contact]:
    """With the companies of the selected, and with all their people, too (S-43)."""
    if not (companies or related):
        return rows
    owners = owners_of(rows.order_by())
    found = Q(pk__in=rows.order_by().values("pk"))
    if related or companies:
        found |= Q(pk__in=owners)
    if companies:
        found |= Q(company__in=owners)
    return Contact.objects.filter(found)


def owners_of(rows: QuerySet[Contact]) -> QuerySet[Any]:
    """The companies of contacts; a company is its own."""
    owner = Case(When(type=ContactType.COMPANY, then=F("pk")), default=F("company_id"))
    return rows.annotate(owner=owner).filter(owner__isnull=False).values("owner")


def reachable(*, ignore_exclusion: bool) -> Q:
    """Who may be put on a segment (S-44); the blocked and minors without consent never."""
    allowed = Q(privacy_blocked=False) & ~Q(minor=True, parental_consent_received=False)
    return allowed if ignore_exclusion else allowed & Q(exclude_from_segment=False)
