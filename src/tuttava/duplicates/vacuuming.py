"""Tables that are looked up by an index alone."""

from __future__ import annotations

from django.db import connection
from psycopg import sql


def settle(table: str) -> None:
    """After most rows were written anew an index alone answers only once vacuum has seen their pages: have it now.

    Does nothing inside a transaction, where PostgreSQL refuses it.
    """
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
