"""Entity sets that only tests know: territories with their comments, and the open ones among them."""

from __future__ import annotations

from tuttava.api import edm
from tuttava.api.declare import EntitySet, Property
from tuttava.foundation.models import Territory

_PROPERTIES = (
    Property("id", edm.GUID, "id", immutable=True),
    Property("code", edm.code(10), "code"),
    Property("name", edm.text(50), "name"),
)

PLACES = EntitySet(
    name="testPlaces",
    entity="testPlace",
    model=Territory,
    properties=_PROPERTIES,
    natural_key=("code",),
    tracked=True,
    webhooks=True,
    touched_by=(("foundation_commentline", "owner_id"),),
)
OPEN_PLACES = EntitySet(
    name="testOpenPlaces",
    entity="testOpenPlace",
    model=Territory,
    properties=_PROPERTIES,
    natural_key=("code",),
    rows=lambda rows: rows.filter(closed=False),
    tracked=True,
    webhooks=True,
)
QUIET_PLACES = EntitySet(
    name="testQuietPlaces", entity="testQuietPlace", model=Territory, properties=_PROPERTIES, natural_key=("code",)
)
SETS = (PLACES, OPEN_PLACES, QUIET_PLACES)
