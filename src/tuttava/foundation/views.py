"""Views that every company's schema has: rows of several tables that a room reads as one.

A view is dropped before its tables are migrated and made anew afterwards, so it never stands in a migration's way.
"""

from __future__ import annotations

from django.db import connection
from psycopg import sql

_views: dict[str, str] = {}


def company_view(name: str, query: str) -> None:
    """Have a view ``name`` in every company; ``query`` names tables as ``{schema}.contacts_contact``."""
    _views[name] = query


def install_views(schema: str) -> None:
    """Create or renew the views of one company; safe to repeat."""
    drop_views(schema)
    with connection.cursor() as cursor:
        for name, query in _views.items():
            text = sql.SQL("CREATE VIEW {schema}.{view} AS " + query)
            cursor.execute(text.format(schema=sql.Identifier(schema), view=sql.Identifier(name)))


def drop_views(schema: str) -> None:
    """Remove the views of one company."""
    with connection.cursor() as cursor:
        for name in _views:
            view = sql.Identifier(schema, name)
            cursor.execute(sql.SQL("DROP VIEW IF EXISTS {}").format(view))
