"""The journal field by field: a view of each company with one row for each field that a write changed.

Its key is made of the journal's number and the field, so that a row is found, and a list is paged, by the journal's own
index, however long the journal is.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, models
from django.db.models.lookups import Exact, In
from psycopg import sql

_NUMBER_BITS = 64

# Left out are keys and bookkeeping, and the blanks of a deleted row.
VIEW = """
DROP VIEW IF EXISTS {schema}.foundation_fieldchange;
CREATE VIEW {schema}.foundation_fieldchange AS
SELECT (lpad(to_hex(j.id), 16, '0') || left(md5(e.key), 16))::uuid AS id, j.id AS change_no,
       e.key::varchar AS column_name,
       (left(e.key, 1) || substr(replace(initcap(replace(e.key, '_', ' ')), ' ', ''), 2))::varchar AS field,
       j.record_type, j.record_id, j.owner_id, j.operation, j.at, j.txid, j.unit_id,
       coalesce(j.old ->> e.key, '') AS old_value, coalesce(j.new ->> e.key, '') AS new_value,
       coalesce(u.user_name, '')::varchar AS user_name, coalesce(u.door, '')::varchar AS door
  FROM {schema}.foundation_journalchange j
  LEFT JOIN {schema}.foundation_unitofwork u ON u.id = j.unit_id
  CROSS JOIN LATERAL jsonb_object_keys(coalesce(j.new, j.old)) e(key)
 WHERE e.key <> ALL ({left_out})
   AND (j.operation <> 'D' OR coalesce(j.old -> e.key, 'null') NOT IN ('null', '""', 'false'))
"""


_Uuid: Any = models.UUIDField  # generic for the type checker only, as the look-ups are
_Exact: Any = Exact
_In: Any = In


class ChangeKey(_Uuid):  # type: ignore[misc]
    """The key of a field's change; looking one up goes by the number of the journal that it holds."""


def _by_number(lookup: Any, db: Any, text: str, parameters: Any) -> tuple[str, Any]:
    """Add the journal's number to a look-up by key: that is what the index knows."""
    keys = list(lookup.rhs) if isinstance(lookup.rhs, list | tuple | set) else [lookup.rhs]
    if not all(isinstance(key, uuid.UUID) for key in keys):
        return text, parameters
    alias = db.ops.quote_name(lookup.lhs.alias)
    return f"({text} AND {alias}.change_no = ANY(%s))", (*parameters, [number_of(key) for key in keys])


@ChangeKey.register_lookup
class _KeyExact(_Exact):  # type: ignore[misc]
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return _by_number(self, connection, *super().as_sql(compiler, connection))


@ChangeKey.register_lookup
class _KeyIn(_In):  # type: ignore[misc]
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return _by_number(self, connection, *super().as_sql(compiler, connection))


def number_of(key: uuid.UUID) -> int:
    """The journal's number in a key; keys of no journal hold one that it never gives."""
    number = key.int >> _NUMBER_BITS
    return number if number < 2 ** (_NUMBER_BITS - 1) else -1


class FieldChange(models.Model):
    """One field of one row, changed once. ``column_name`` is the column, ``field`` its name in services."""

    id = ChangeKey(primary_key=True)
    change_no = models.BigIntegerField()
    column_name = models.CharField(max_length=63)
    field = models.CharField(max_length=63)
    record_type = models.CharField(max_length=60)
    record_id = models.UUIDField()
    owner_id = models.UUIDField(null=True)
    operation = models.CharField(max_length=1)
    at = models.DateTimeField()
    txid = models.BigIntegerField()
    unit_id = models.UUIDField(null=True)
    old_value = models.TextField()
    new_value = models.TextField()
    user_name = models.CharField(max_length=150)
    door = models.CharField(max_length=20)

    class Meta:
        app_label = "foundation"
        managed = False
        db_table = "foundation_fieldchange"

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}: {self.field}"


def install_view(schema: str) -> None:
    """Create or renew the view of one company; safe to repeat."""
    from tuttava.foundation.triggers import SILENT

    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(VIEW).format(schema=sql.Identifier(schema), left_out=sql.Literal(["id", *sorted(SILENT)]))
        )
