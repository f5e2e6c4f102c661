"""Who created and last changed an entity, and when: read from the journal (A-110)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.expressions import Combinable

from tuttava.api.declare import Property, Row, Wanted
from tuttava.api.edm import GUID, INSTANT
from tuttava.foundation.directory.models import User
from tuttava.foundation.journal import JournalChange, UnitOfWork

NAMES = frozenset({"systemCreatedAt", "systemCreatedBy", "systemModifiedAt", "systemModifiedBy"})


def _at(order: str) -> Combinable:
    changes = JournalChange.objects.filter(record_id=OuterRef("pk")).order_by(order)
    return Subquery(changes.values("at")[:1])


def _by(order: str) -> Combinable:
    unit = JournalChange.objects.filter(record_id=OuterRef(OuterRef(OuterRef("pk")))).order_by(order).values("unit")[:1]
    name = UnitOfWork.objects.filter(pk=Subquery(unit)).values("user_name")[:1]
    return Subquery(User.objects.filter(username=Subquery(name)).values("pk")[:1])


def stamps(*, modified: str = "") -> tuple[Property, ...]:
    """The five system properties; ``modified``: the column with the moment of the last change, if there is one."""
    last = (
        Property("lastModifiedDateTime", INSTANT, source=modified, read_only=True)
        if modified
        else Property(
            "lastModifiedDateTime", INSTANT, expression=lambda: _at("-id"), read_only=True, nullable=True, later=True
        )
    )
    return (
        Property("systemCreatedAt", INSTANT, expression=lambda: _at("id"), read_only=True, nullable=True, later=True),
        Property("systemCreatedBy", GUID, expression=lambda: _by("id"), read_only=True, nullable=True, later=True),
        Property("systemModifiedAt", INSTANT, expression=lambda: _at("-id"), read_only=True, nullable=True, later=True),
        Property("systemModifiedBy", GUID, expression=lambda: _by("-id"), read_only=True, nullable=True, later=True),
        last,
    )


def last_modified() -> Property:
    """``lastModifiedDateTime`` of a standard set whose table does not hold it."""
    return stamps()[-1]


def fill_stamps(rows: Sequence[Row], wanted: Wanted) -> None:
    """Fill the stamps of a page in one query, if they are wanted."""
    if not wanted.names & (NAMES | {"lastModifiedDateTime"}) or "id" not in rows[0]:
        return
    ids = [row["id"] for row in rows]
    found = _stamps_of(ids)
    for row in rows:
        created_at, created_by, modified_at, modified_by = found.get(row["id"], (None, None, None, None))
        row |= {
            "systemCreatedAt": created_at,
            "systemCreatedBy": created_by,
            "systemModifiedAt": modified_at,
            "systemModifiedBy": modified_by,
            "lastModifiedDateTime": modified_at,
        }


def _stamps_of(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, a.at, ua.id, z.at, uz.id FROM unnest(%s::uuid[]) AS r(id)"
            " LEFT JOIN LATERAL (SELECT at, unit_id FROM foundation_journalchange j WHERE j.record_id = r.id"
            "  ORDER BY j.id LIMIT 1) a ON true"
            " LEFT JOIN LATERAL (SELECT at, unit_id FROM foundation_journalchange j WHERE j.record_id = r.id"
            "  ORDER BY j.id DESC LIMIT 1) z ON true"
            " LEFT JOIN foundation_unitofwork wa ON wa.id = a.unit_id"
            " LEFT JOIN foundation_unitofwork wz ON wz.id = z.unit_id"
            " LEFT JOIN directory_user ua ON ua.username = wa.user_name AND wa.user_name <> ''"
            " LEFT JOIN directory_user uz ON uz.username = wz.user_name AND wz.user_name <> ''",
            [list(ids)],
        )
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
