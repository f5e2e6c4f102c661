"""What each user prefers in a company (17.12)."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from tuttava.api import edm
from tuttava.api.build import crm_set
from tuttava.api.declare import Property
from tuttava.foundation.directory import preferences
from tuttava.foundation.directory.models import User
from tuttava.foundation.models import UserPreference


def _default_company() -> Subquery:
    return Subquery(User.objects.filter(username=OuterRef("user_name")).values("default_company_id")[:1])


crm_set(
    UserPreference,
    "userPreferences",
    "userPreference",
    natural_key=("userId",),
    properties=(
        Property("id", edm.GUID, "id", read_only=True),
        Property("userId", edm.text(50), "user_name", read_only=True),
        Property("salespersonCode", edm.code(20), "salesperson_code"),
        Property("timeZone", edm.text(50), "time_zone"),
        Property("language", edm.text(10), "language"),
        Property("workDate", edm.DATE, "work_date", nullable=True),
        Property("defaultCompanyId", edm.GUID, expression=_default_company, write="default_company", nullable=True),
        Property("keepSurnameParticles", edm.BOOLEAN, "keep_surname_particles"),
    ),
    rows=preferences.visible,
    methods=frozenset({"GET", "PATCH"}),
    change=preferences.change,
)
