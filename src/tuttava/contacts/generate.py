"""Loading generated contacts into the company at hand, a million in a few minutes.

Rows go in by ``COPY``. The journal does not record them: what is generated has no history and cannot be undone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max
from psycopg import sql

from tuttava.contacts.demo import create_demo_contacts
from tuttava.contacts.fiction import Codes, Generator
from tuttava.contacts.models import Contact
from tuttava.contacts.models.links import ContactLink
from tuttava.foundation.context import require
from tuttava.foundation.ids import new_id
from tuttava.foundation.records import create
from tuttava.partners.models import Salesperson

Progress = Callable[[int, int], None]

_SALESPEOPLE = 40
_CHUNK = 10_000
#: From this many rows on, building the indexes afresh is quicker than keeping them up row by row.
_REBUILD_FROM = 50_000


def generate_contacts(count: int, *, seed: int = 1, progress: Progress | None = None) -> int:
    """Add ``count`` fictitious contacts, a fifth of them companies; all or nothing. Returns how many were added.

    ``progress`` is told how many of how many are in. Raises ``permission.denied`` without the right ``api.admin``.
    """
    require("api.admin")
    ensure_salespeople()
    with transaction.atomic(), _quick_load(count):
        generator = Generator(count, seed, Codes.of_company(), first_number=_first_number())
        done = 0
        drafts = generator.contacts()
        while chunk := list(itertools.islice(drafts, _CHUNK)):
            copy_contacts(chunk)
            _copy_links(generator, chunk)
            done += len(chunk)
            if progress:
                progress(done, count)
    _refresh_statistics()
    return done


def fill_with_demo_data(*, contacts: int | None, seed: int, progress: Progress | None = None, **_signal: Any) -> None:
    """Answer a wish for demo data: the small believable set, or ``contacts`` generated ones."""
    if contacts is None:
        create_demo_contacts()
    else:
        generate_contacts(contacts, seed=seed, progress=progress)


def ensure_salespeople() -> None:
    """Enough salespeople that a filter on one of them finds a small part of the register."""
    missing = _SALESPEOPLE - Salesperson.objects.count()
    if missing > _SALESPEOPLE // 2:
        for number in range(1, missing + 1):
            create(Salesperson, {"code": f"REP{number:02}", "name": f"Representative {number}"})


def _first_number() -> int:
    last = Contact.objects.filter(no__regex=r"^G\d{7}$").aggregate(last=Max("no"))["last"]
    return int(last[1:]) + 1 if last else 1


@contextmanager
def _quick_load(count: int) -> Iterator[None]:
    """Without triggers, and for large loads without secondary indexes, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        indexes = _drop_indexes(cursor) if count >= _REBUILD_FROM else []
        yield
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET LOCAL session_replication_role = origin")


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop the contact table's indexes that back no constraint; returns how to create them again."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = %s::regclass"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [Contact._meta.db_table],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def copy_contacts(chunk: list[Contact]) -> None:
    """Insert contacts as they are, without rules."""
    fields = Contact._meta.concrete_fields
    names = [str(field.attname) for field in fields]
    tokens = names.index("search_tokens")
    prepare = Contact._meta.get_field("search_tokens").get_prep_value

    def rows() -> Iterator[list[Any]]:
        for draft in chunk:
            row = [getattr(draft, name) for name in names]
            row[tokens] = prepare(row[tokens])
            yield row

    _copy(Contact, [str(field.column) for field in fields], rows())


def _copy_links(generator: Generator, chunk: list[Contact]) -> None:
    rows: dict[type[ContactLink], list[tuple[Any, ...]]] = {}
    for draft in chunk:
        for model, code in generator.links(draft):
            rows.setdefault(model, []).append((new_id(), 1, draft.id, code))
    for model, found in rows.items():
        _copy(model, [str(field.column) for field in model._meta.concrete_fields], found)


def _copy(model: type[models.Model], columns: list[str], rows: Iterable[Any]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _refresh_statistics() -> None:
    """Fresh statistics at once: the planner would take the table for empty otherwise."""
    verb = "ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE"
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} {Contact._meta.db_table}")
