"""Salespeople and teams in both services (16.6, 17.7)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, STANDARD, EntitySet, Navigation, Property
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.partners.entities.dimensions import dimensions_navigation, owns_dimensions
from tuttava.partners.models import DimensionParent, Salesperson, Team, TeamMember


def found_by(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Salespeople in whose code, name or e-mail address each word stands."""
    for word in text.split():
        rows = rows.filter(Q(code__icontains=word) | Q(name__icontains=word) | Q(email__icontains=word))
    return rows


def _members(theirs: str) -> Navigation:
    return Navigation(
        "teamMembers",
        TeamMember,
        theirs=theirs,
        ours="code",
        contained=True,
        partner=theirs.removesuffix("_code"),
        fills=((theirs, "code"),),
    )


crm_set(
    Salesperson,
    "salespeople",
    "salesperson",
    natural_key=("code",),
    navigations=(
        _members("salesperson_code"),
        dimensions_navigation(DimensionParent.SALESPERSON, partner="salesperson"),
    ),
    search=found_by,
    tracked=True,
)
owns_dimensions(CRM, DimensionParent.SALESPERSON, Salesperson, "salesperson", "code")
crm_set(Team, "teams", "team", natural_key=("code",), navigations=(_members("team_code"),))
crm_set(
    TeamMember,
    "teamMembers",
    "teamMember",
    natural_key=("teamCode", "salespersonCode"),
    properties=(
        *properties_of(TeamMember, "teamMember"),
        Property("teamName", edm.text(50), "team__name", read_only=True),
        Property("salespersonName", edm.text(50), "salesperson__name", read_only=True),
    ),
)

STANDARD.register(
    EntitySet(
        name="salespeoplePurchasers",
        entity="salespersonPurchaser",
        model=Salesperson,
        properties=(
            Property("id", edm.GUID, "id", immutable=True),
            Property("code", edm.code(20), "code", required=True),
            Property("displayName", edm.text(50), "name"),
            Property("email", edm.text(80), "email"),
            Property("email2", edm.text(80), "email_2"),
            Property("phoneNo", edm.text(30), "phone_no"),
            Property("jobTitle", edm.text(30), "job_title"),
            Property("commisionPercent", edm.DECIMAL, "commission_pct"),
            Property("privacyBlocked", edm.BOOLEAN, "privacy_blocked"),
            Property("blocked", edm.BOOLEAN, "blocked"),
            last_modified(),
        ),
        natural_key=("code",),
        finish=fill_stamps,
    )
)
