"""Contacts in the CRM service (17.1)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from tuttava.api import edm
from tuttava.api.build import code_behind, crm_set, properties_of
from tuttava.api.declare import Navigation, Property
from tuttava.api.sets.comments import comments_navigation, owns_comments
from tuttava.api.sets.pictures import picture_navigation
from tuttava.contacts.entities.figures import figure_properties
from tuttava.contacts.entities.masks import NEEDED, mask
from tuttava.contacts.entities.verbs import VERBS
from tuttava.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactEmail,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactType,
    ContactWebSource,
)
from tuttava.foundation.models import OwnerKind, PictureParent
from tuttava.foundation.records import Record
from tuttava.foundation.search import search_queryset

#: Filters that the computed fields accept as query options (A-50).
CALCULATION_FILTERS = {
    "dateFilter": edm.DATE,
    "salespersonFilter": edm.code(20),
    "campaignFilter": edm.code(20),
    "teamFilter": edm.code(10),
    "salesCycleFilter": edm.code(10),
    "stageFilter": edm.INT,
    "actionTakenFilter": edm.text(),
    "estimatedValueFilter": edm.DECIMAL,
    "calcdCurrentValueFilter": edm.DECIMAL,
    "probabilityPctFilter": edm.DECIMAL,
    "completedPctFilter": edm.DECIMAL,
    "chancesOfSuccessPctFilter": edm.DECIMAL,
    "closeOpportunityFilter": edm.code(10),
    "taskStatusFilter": edm.text(),
    "taskClosedFilter": edm.BOOLEAN,
    "taskPriorityFilter": edm.text(),
    "jobResponsibilityFilter": edm.code(10),
}


def _belongs(model: type[Record], name: str, **options: Any) -> Navigation:
    """The navigation from contacts to what hangs on them."""
    return Navigation(
        name,
        model,
        theirs="contact_id",
        contained=True,
        partner="contact",
        fills=(("contact_id", "id"),),
        **options,
    )


BELONGINGS = (
    _belongs(ContactAltAddress, "contactAlternativeAddresses"),
    _belongs(ContactAltAddressPeriod, "contactAddressPeriods"),
    _belongs(ContactMailingGroup, "contactMailingGroups"),
    _belongs(ContactIndustryGroup, "contactIndustryGroups"),
    _belongs(ContactJobResponsibility, "contactJobResponsibilities"),
    _belongs(ContactWebSource, "contactWebSources"),
    _belongs(ContactBusinessRelation, "contactBusinessRelations"),
    _belongs(ContactEmail, "contactEmailAddresses"),
)

_INTERNAL = ("lookup_contact_no", "search_text", "pinned_fields")

CONTACTS = crm_set(
    Contact,
    "contacts",
    "contact",
    natural_key=("no",),
    properties=(
        *properties_of(
            Contact,
            "contact",
            exclude=_INTERNAL,
            replace={
                "no_series_code": (
                    Property("noSeries", edm.code(20), "no_series_code", immutable=True, nullable=True),
                ),
                "company_id": (
                    Property(
                        "companyId",
                        edm.GUID,
                        "company_id",
                        write="company_no",
                        convert=code_behind(Contact, "no"),
                        nullable=True,
                    ),
                ),
            },
        ),
        *figure_properties(),
    ),
    navigations=(
        Navigation("company", "contacts", many=False, ours="company_id"),
        Navigation("people", "contacts", theirs="company_id", where=Q(type=ContactType.PERSON)),
        Navigation("relatedContacts", "contacts", theirs="company_id", ours="company_id"),
        *BELONGINGS,
        comments_navigation(OwnerKind.CONTACT, partner="contact"),
        picture_navigation(PictureParent.CONTACT, partner="contact"),
    ),
    actions=VERBS,
    modified="last_modified_at",
    finish=mask,
    always=NEEDED,
    search=lambda rows, text: search_queryset(text, rows),
    calculation_filters=CALCULATION_FILTERS,
    tracked=True,
    webhooks=True,
)

owns_comments(OwnerKind.CONTACT, Contact, "no", "contact")
