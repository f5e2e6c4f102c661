"""Bringing a database up to date: the shared tables first, then every company's schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from tuttava.foundation.directory.models import Company
from tuttava.foundation.directory.permissions import install_shipped_sets
from tuttava.foundation.schemas import in_schema, migrate_company, migrate_shared, pending_migrations

#: Number of the database-wide lock under which schemas are changed; any fixed number nobody else uses.
UPGRADE_LOCK = 7_833_118
#: ``(step, steps, words)``: how far an upgrade is.
Progress = Callable[[int, int, str], None]


@contextmanager
def upgrade_lock() -> Iterator[None]:
    """Hold the database's upgrade lock: two processes that start at once upgrade one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [UPGRADE_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [UPGRADE_LOCK])


def upgrade_all(progress: Progress | None = None) -> int:
    """Migrate what is shared and every company, and renew the shipped permission sets; returns how many schemas.

    Each schema is brought up to date in its own transactions, so an interrupted upgrade continues where it stopped.
    Companies whose creation was killed half-way (never ready) are removed.
    """
    tell = progress or (lambda step, steps, words: None)
    with upgrade_lock(), in_schema(None):
        tell(0, 1, "shared tables")
        migrate_shared()
        install_shipped_sets()
        companies = list(Company.objects.filter(ready=True))
        for step, company in enumerate(companies, start=1):
            tell(step, len(companies) + 1, company.name)
            migrate_company(company.schema)
        tell(len(companies) + 1, len(companies) + 1, "done")
    return len(companies) + 1


def is_current() -> bool:
    """Whether the shared tables and every company have all migrations of this version."""
    if pending_migrations(None):
        return False
    with in_schema(None):
        schemas = list(Company.objects.filter(ready=True).values_list("schema", flat=True))
    return not any(pending_migrations(schema) for schema in schemas)
