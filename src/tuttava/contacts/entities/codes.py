"""Code tables of the register in the CRM service (17.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import Navigation, Property
from tuttava.api.sets.comments import comments_navigation, owns_comments
from tuttava.contacts.models import (
    BusinessRelation,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    Salutation,
    SalutationFormula,
    WebSource,
)
from tuttava.contacts.models.links import ContactLink
from tuttava.contacts.queries import count_of
from tuttava.foundation.models import CodeTable, CommentLine, Language, OwnerKind


def counted(link: type[ContactLink]) -> Property:
    """How many contacts have the code (C-89)."""

    def number() -> Combinable:
        return count_of(link, Q(**{f"{link.code_name}__code": OuterRef("code")}))

    return Property("noOfContacts", edm.INT, expression=number, read_only=True)


def commented(kind: OwnerKind) -> Callable[[], Combinable]:
    """Whether there are comments on the record."""
    return lambda: Exists(CommentLine.objects.filter(owner_kind=kind, owner_id=OuterRef("pk")))


def _code_set(model: type[CodeTable], name: str, entity: str, *more: Property, **declared: Any) -> None:
    crm_set(
        model,
        name,
        entity,
        natural_key=("code",),
        properties=(*properties_of(model, entity), *more),
        **declared,
    )


_code_set(BusinessRelation, "businessRelations", "businessRelation", counted(ContactBusinessRelation))
_code_set(MailingGroup, "mailingGroups", "mailingGroup", counted(ContactMailingGroup))
_code_set(IndustryGroup, "industryGroups", "industryGroup", counted(ContactIndustryGroup))
_code_set(JobResponsibility, "jobResponsibilities", "jobResponsibility", counted(ContactJobResponsibility))
_code_set(OrganizationalLevel, "organizationalLevels", "organizationalLevel")
_code_set(
    Salutation,
    "salutations",
    # Types and functions share one space of names, and contacts have a function “salutation”.
    "salutationCode",
    navigations=(
        Navigation(
            "salutationFormulas",
            SalutationFormula,
            theirs="salutation_ref_code",
            ours="code",
            contained=True,
            # The entity has a property “salutation”, so the way back cannot be called that.
            partner="parentSalutation",
            fills=(("salutation_ref_code", "code"),),
        ),
    ),
)
_code_set(
    WebSource,
    "webSources",
    "webSource",
    Property("hasComment", edm.BOOLEAN, expression=commented(OwnerKind.WEB_SOURCE), read_only=True),
    navigations=(comments_navigation(OwnerKind.WEB_SOURCE, partner="webSource"),),
)

crm_set(
    SalutationFormula,
    "salutationFormulas",
    "salutationFormula",
    natural_key=("salutationCode", "languageCode", "salutationType"),
    properties=properties_of(SalutationFormula, "salutationFormula", names={"salutation_ref_code": "salutationCode"}),
    navigations=(
        Navigation(
            "parentSalutation",
            Salutation,
            many=False,
            theirs="code",
            ours="salutation_ref_code",
            partner="salutationFormulas",
        ),
        Navigation("language", Language, many=False, theirs="code", ours="language_code"),
    ),
    references=False,
)

owns_comments(OwnerKind.WEB_SOURCE, WebSource, "code", "webSource")
