"""Writing many rows of a model at the speed of the database: ``COPY`` in, one ``UPDATE ... FROM`` over.

Triggers, constraints and the journal see these writes like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg import sql

# Fields whose Python values the driver takes as they are.
_PLAIN = frozenset(
    {
        *(models.CharField, models.TextField, models.BooleanField, models.UUIDField, models.DateField),
        *(models.DateTimeField, models.IntegerField, models.PositiveIntegerField, models.BigIntegerField),
        *(models.PositiveSmallIntegerField, models.DecimalField, models.TimeField, ArrayField),
    }
)

Prepare = Callable[[Any], Any]


@lru_cache(maxsize=256)
def _columns(model: type[models.Model]) -> tuple[tuple[models.Field[Any, Any], Prepare | None], ...]:
    return tuple((field, _preparation(field)) for field in model._meta.concrete_fields if not field.generated)


def _preparation(field: models.Field[Any, Any]) -> Prepare | None:
    """What turns a value into what the driver takes; None: it is that already."""
    if type(field) in _PLAIN:
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def _value(row: models.Model, field: models.Field[Any, Any], prepare: Prepare | None, *, adding: bool) -> Any:
    automatic = getattr(field, "auto_now", False) or (adding and getattr(field, "auto_now_add", False))
    value = field.pre_save(row, adding) if automatic else getattr(row, field.attname)
    return prepare(value) if prepare is not None and value is not None else value


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, whose keys are set, in one statement."""
    if not rows:
        return
    columns = _columns(type(rows[0]))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(type(rows[0])._meta.db_table), _names(field for field, _prepare in columns)
    )
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_value(row, field, prepare, adding=True) for field, prepare in columns])
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def update_many(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store the fields ``names`` (attribute names) of saved rows of one model in one statement."""
    if not rows or not names:
        return
    model = type(rows[0])
    columns = [(field, prepare) for field, prepare in _columns(model) if field.attname in names]
    arrays = [field.attname for field, _prepare in columns if isinstance(field, ArrayField | models.JSONField)]
    if arrays:
        model._default_manager.bulk_update(rows, arrays, batch_size=500)
        columns = [column for column in columns if column[0].attname not in arrays]
    key = model._meta.pk
    assert key is not None
    columns.insert(0, (key, None))
    values = [[_value(row, field, prepare, adding=False) for row in rows] for field, prepare in columns]
    statement = sql.SQL("UPDATE {table} SET {set} FROM unnest({arrays}) AS v({names}) WHERE {table}.{key} = v.{key}")
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(
                table=sql.Identifier(model._meta.db_table),
                set=sql.SQL(", ").join(
                    sql.SQL("{0} = v.{0}").format(sql.Identifier(field.column)) for field, _prepare in columns[1:]
                ),
                arrays=sql.SQL(", ").join(_array(field) for field, _prepare in columns),
                names=_names(field for field, _prepare in columns),
                key=sql.Identifier(key.column),
            ),
            values,
        )


def _array(field: models.Field[Any, Any]) -> sql.Composable:
    kind = (field.db_type(connection) or "text").split("(")[0]
    return sql.SQL("%s::{}[]").format(sql.SQL(kind))


def _names(fields: Any) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
