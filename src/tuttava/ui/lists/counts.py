"""Numbers on Home: bounded, and remembered for half a minute, so that many users at Home count once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Model, QuerySet
from psycopg import sql

from tuttava.foundation.records import attribute
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


def counts_of(
    model: type[Model], column: str, codes: Sequence[str], limit: int = 10_000
) -> dict[str, tuple[int, bool]]:
    """How many rows of ``model`` hold each code in ``column``, at most ``limit`` each, and whether that is exact."""
    if not codes:
        return {}
    query = sql.SQL(
        "SELECT code, (SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {column} = code LIMIT {limit}) AS found)"
        " FROM unnest(%s::text[]) AS code"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        column=sql.Identifier(str(attribute(model, column).column)),
        limit=sql.Literal(limit + 1),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [list(codes)])
        return {code: (min(many, limit), many <= limit) for code, many in cursor.fetchall()}
