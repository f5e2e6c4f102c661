"""Numbers on Home: bounded, and remembered for half a minute, so that many users at Home count once."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from tuttava.foundation.schemas import current_schema
from tuttava.ui.lists.paging import bounded_count

SECONDS = 20


def cached_count(key: str, rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are (at most 10,000) and whether that is exact; ``key`` names the question."""
    name = f"count:{current_schema()}:{key}"
    found = cache.get(name)
    if found is None:
        found = bounded_count(rows)
        # Small registers are counted in no time, and a number that lags there would be seen.
        if found[0] >= 1000:
            cache.set(name, found, SECONDS)
    return int(found[0]), bool(found[1])
