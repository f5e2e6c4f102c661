"""Tables that the write-ahead log leaves out, because all they hold can be made anew from other tables.

Writing them costs a fraction. In return the server empties them when it was killed, on a standby that takes over and
where a backup left them out: whoever declares such a table must notice that and fill it again.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import connection, models
from psycopg import sql

M = TypeVar("M", bound=models.Model)
_models: list[type[models.Model]] = []


def unlogged(model: type[M]) -> type[M]:
    """Decorator: keep the table of a company's ``model`` out of the log."""
    _models.append(model)
    return model


def keep_out_of_log(schema: str) -> None:
    """Have the declared tables of ``schema``, which is worked in, unlogged; those that are so already are left alone.

    A table that was logged is written anew, so a large one takes a while, once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'"
            " AND relpersistence = 'p' AND relname = ANY (%s)",
            [f'"{schema}"', [model._meta.db_table for model in _models]],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("ALTER TABLE {} SET UNLOGGED").format(sql.Identifier(schema, name)))
