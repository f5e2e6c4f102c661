"""Companies as schemas: which tables live where, and how a company's tables come into being.

Shared tables (users, companies, permissions, the job queue) live in ``public``; everything a company owns lives in a
schema of its own, without a foreign key to ``public``, so a schema can be copied, dropped or moved as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from tuttava.foundation.engine.base import DatabaseWrapper
from tuttava.foundation.new_tables import create_tables


def _wrapper() -> DatabaseWrapper:
    return cast(DatabaseWrapper, connection)


def company_app_labels() -> set[str]:
    """Labels of the apps whose tables each company has for itself."""
    names = set(settings.COMPANY_APPS)
    return {config.label for config in apps.get_app_configs() if config.name in names}


class SchemaRouter:
    """Creates shared tables in ``public`` and a company's tables in its schema."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (app_label in company_app_labels()) == bool(_wrapper().schema)


def current_schema() -> str | None:
    """The schema of the company this connection works in."""
    return _wrapper().schema


def use_schema(schema: str | None) -> None:
    """Work in ``schema`` until told otherwise (None: shared tables only)."""
    _wrapper().set_schema(schema)


@contextmanager
def in_schema(schema: str | None, *, with_public: bool = True) -> Iterator[None]:
    """Work in ``schema`` inside the block."""
    wrapper = _wrapper()
    before = (wrapper.schema, wrapper.with_public)
    wrapper.set_schema(schema, with_public=with_public)
    try:
        yield
    finally:
        wrapper.set_schema(before[0], with_public=before[1])


def migrate_shared(progress: Callable[[str], None] | None = None) -> None:
    """Bring the shared tables up to date."""
    with in_schema(None):
        _migrate(progress, {c.label for c in apps.get_app_configs()} - company_app_labels())
        call_command("createcachetable", verbosity=0)


def migrate_company(schema: str, progress: Callable[[str], None] | None = None) -> None:
    """Bring one company's tables, journal functions and triggers up to date; creates the schema if missing."""
    _create_tables(schema, progress)
    _install_triggers(schema)


def _create_tables(schema: str, progress: Callable[[str], None] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    from tuttava.foundation.unlogged import keep_out_of_log
    from tuttava.foundation.views import drop_views

    with in_schema(schema, with_public=False):
        drop_views(schema)
        if not create_tables(company_app_labels(), progress):
            _migrate(progress, company_app_labels())
        keep_out_of_log(schema)


def _install_triggers(schema: str) -> None:
    from tuttava.foundation.field_changes import install_view
    from tuttava.foundation.statement_references import install_references
    from tuttava.foundation.triggers import install_triggers
    from tuttava.foundation.views import install_views

    with in_schema(schema, with_public=False):
        install_triggers(schema)
        install_references(schema)
        install_view(schema)
        install_views(schema)


def pending_migrations(schema: str | None) -> int:
    """How many migrations ``schema`` (None: the shared tables) still lacks."""
    labels = company_app_labels()
    with in_schema(schema, with_public=False):
        executor = MigrationExecutor(connection)
        wanted = [node for node in executor.loader.graph.leaf_nodes() if (node[0] in labels) == bool(schema)]
        return len(executor.migration_plan(wanted))


def _migrate(progress: Callable[[str], None] | None, labels: set[str]) -> None:
    def tell(action: str, migration: Any = None, fake: bool = False) -> None:
        if progress and action == "apply_success":
            progress(str(migration))

    executor = MigrationExecutor(connection, cast(Any, tell))
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] in labels])


def copy_schema(source: str, target: str) -> None:
    """Copy every row of ``source`` into the fresh schema ``target`` as one snapshot, journal included.

    The journal's triggers come last, because the copied rows are no news.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _create_tables(target)
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_type = 'BASE TABLE'"
            " AND table_name <> 'django_migrations'",
            [source],
        )
        tables = [row[0] for row in cursor.fetchall()]
        locks = sql.SQL(", ").join(sql.Identifier(source, table) for table in tables)
        cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(locks))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # what makes tables may leave them immediate
        for table in tables:
            _copy_table(cursor, source, target, table)
        _copy_sequences(cursor, source, target)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        _install_triggers(target)


def _copy_sequences(cursor: Any, source: str, target: str) -> None:
    """The sequences behind fast number series; those of identity columns came with their tables."""
    cursor.execute(
        "SELECT sequencename, increment_by FROM pg_sequences WHERE schemaname = %s AND sequencename LIKE 'series\\_%%'",
        [source],
    )
    for name, step in cursor.fetchall():
        parts = {
            "source": sql.Identifier(source, name),
            "target": sql.Identifier(target, name),
            "name": sql.Literal(f'"{target}"."{name}"'),
            "step": sql.Literal(step),
        }
        cursor.execute(sql.SQL("CREATE SEQUENCE {target} AS bigint MINVALUE 0 INCREMENT BY {step}").format(**parts))
        cursor.execute(sql.SQL("SELECT setval({name}, last_value, is_called) FROM {source}").format(**parts))


def _copy_table(cursor: Any, source: str, target: str, table: str) -> None:
    cursor.execute(
        "SELECT column_name, is_identity = 'YES' FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [source, table],
    )
    columns = cursor.fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
            sql.Identifier(target, table), names, names, sql.Identifier(source, table)
        )
    )
    for name in (name for name, identity in columns if identity):
        cursor.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {}").format(
                sql.Literal(f'"{target}"."{table}"'),
                sql.Literal(name),
                sql.Identifier(name),
                sql.Identifier(target, table),
            )
        )


def drop_schema(schema: str) -> None:
    """Remove a company's tables for good."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


__all__ = [
    "SchemaRouter",
    "company_app_labels",
    "copy_schema",
    "current_schema",
    "drop_schema",
    "in_schema",
    "migrate_company",
    "migrate_shared",
    "pending_migrations",
    "use_schema",
]
