"""Numbers on Home: bounded, and remembered for a while, so that many users at Home count once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from psycopg import sql

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.schemas import current_schema
from tuttava.ui.lists.paging import bounded_count

SECONDS = 20.0
FEW = 1000
_remembered: dict[tuple[str | None, str], tuple[float, tuple[int, bool]]] = {}


def cached_count(key: str, rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are (at most 10,000) and whether that is exact; ``key`` names the question.

    Each process remembers for itself. Few rows are counted anew every time: a number that lags would be seen there.
    """
    name, now = (current_schema(), key), time.monotonic()
    until, found = _remembered.get(name, (0.0, (0, True)))
    if until < now:
        found = bounded_count(rows)
        if found[0] >= FEW:
            if len(_remembered) > FEW:
                _remembered.clear()
            _remembered[name] = (now + SECONDS, found)
    return found


def counts_of(
    model: type[Model], column: str, codes: Sequence[str], limit: int = 10_000
) -> dict[str, tuple[int, bool]]:
    """How many rows of ``model`` hold each code in ``column``, at most ``limit`` each, and whether that is exact."""
    if not codes:
        return {}
    query = sql.SQL(
        "SELECT wanted.code,"
        " (SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table}.{column} = wanted.code LIMIT {limit}) AS found)"
        " FROM unnest(%s::text[]) AS wanted (code)"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        column=sql.Identifier(str(attribute(model, column).column)),
        limit=sql.Literal(limit + 1),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [list(codes)])
        return {code: (min(many, limit), many <= limit) for code, many in cursor.fetchall()}
