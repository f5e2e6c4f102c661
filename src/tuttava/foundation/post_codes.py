"""Post codes learnt from use: a pair of post code and city that was entered is offered the next time.

Only where the organisation has switched it on, because a learnt place fills in post code, city and country of others
(C-49, C-50). A place is learnt from records that name a country and both, never changed by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Upper

from tuttava.foundation.company import company_information
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import PostCode


@dataclass(frozen=True)
class Place:
    """A post code with its city in a country."""

    post_code: str
    city: str
    country_code: str
    county: str = ""


def learn(places: Iterable[Place]) -> int:
    """Remember the places that are not known yet; two statements however many there are. The number learnt."""
    if not company_information().learn_post_codes:
        return 0
    fresh = {
        (as_code(place.post_code), as_code(place.city)): place
        for place in places
        if place.post_code and place.city.strip() and place.country_code
    }
    if not fresh:
        return 0
    known = PostCode.objects.filter(code__in={code for code, _city in fresh}).annotate(upper_city=Upper("city"))
    for pair in known.values_list("code", "upper_city"):
        fresh.pop(pair, None)
    rows = [
        PostCode(
            code=code,
            city=place.city.strip(),
            search_city=city,
            country_code=place.country_code,
            county=place.county,
        )
        for (code, city), place in fresh.items()
    ]
    PostCode.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
