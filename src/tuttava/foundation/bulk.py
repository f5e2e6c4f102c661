"""Writing many rows of a model at the speed of the database: ``COPY`` in, one ``UPDATE ... FROM`` over.

Triggers, constraints and the journal see these writes like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg import sql
from psycopg.copy import LibpqWriter

from tuttava.foundation.fields import CodeField, CodeRef, as_code
from tuttava.foundation.pastime import wait_for

# Fields whose Python values the driver takes as they are.
_PLAIN = frozenset(
    {
        *(models.CharField, models.TextField, models.BooleanField, models.UUIDField, models.DateField),
        *(models.DateTimeField, models.IntegerField, models.PositiveIntegerField, models.BigIntegerField),
        *(models.PositiveSmallIntegerField, models.DecimalField, models.TimeField, ArrayField),
    }
)

R = TypeVar("R", bound=models.Model)
AnyField: TypeAlias = "models.Field[Any, Any]"


@lru_cache(maxsize=256)
def _fields(model: type[models.Model]) -> tuple[AnyField, ...]:
    return tuple(field for field in model._meta.concrete_fields if not field.generated)


def _is_plain(field: AnyField) -> bool:
    """Whether the driver takes the field's values as they are."""
    return type(field) in _PLAIN or (isinstance(field, models.ForeignKey) and type(field.target_field) in _PLAIN)


def _set_automatic(rows: Sequence[models.Model], fields: Sequence[AnyField], *, adding: bool) -> None:
    for field in fields:
        if getattr(field, "auto_now", False) or (adding and getattr(field, "auto_now_add", False)):
            for row in rows:
                field.pre_save(row, adding)


def _values(rows: Iterable[models.Model], fields: Sequence[AnyField]) -> Iterator[list[Any]]:
    """The values of each row as the driver takes them."""
    names = [field.attname for field in fields]
    codes = [place for place, field in enumerate(fields) if isinstance(field, CodeField)]
    references = [place for place, field in enumerate(fields) if isinstance(field, CodeRef)]
    known = {*codes, *references}
    others = [(place, field) for place, field in enumerate(fields) if place not in known and not _is_plain(field)]
    for row in rows:
        # Past the descriptors, which look for values that are not loaded; a row to be written has all of them.
        stored = row.__dict__
        values = [stored[name] if name in stored else getattr(row, name) for name in names]
        for place in codes:
            if values[place]:
                values[place] = as_code(values[place])
        for place in references:
            values[place] = values[place] or None
        for place, field in others:
            if values[place] is not None:
                values[place] = field.get_db_prep_save(values[place], connection)
        yield values


def _completed(rows: Sequence[R], complete: Callable[[R], None] | None) -> Iterator[R]:
    for row in rows:
        if complete is not None:
            complete(row)
        yield row


class _Writer(LibpqWriter):
    """Sends rows to the server, and leaves this process free while the server works off the last of them."""

    def finish(self, exc: BaseException | None = None) -> None:
        if exc is None:
            wait_for(super().finish)
        else:
            super().finish(exc)


def insert_many(rows: Sequence[R], complete: Callable[[R], None] | None = None) -> None:
    """Insert new rows of one model, whose keys are set, in one statement.

    ``complete`` is called with each row before it is sent; the server takes in the rows before it meanwhile.
    """
    if not rows:
        return
    fields = _fields(type(rows[0]))
    _set_automatic(rows, fields, adding=True)
    completed: Iterator[R] = _completed(rows, complete)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_table(rows[0]), _names(fields))
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(statement, writer=_Writer(cursor.cursor)) as copy,
    ):
        for values in _values(completed, fields):
            copy.write_row(values)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def update_many(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store the fields ``names`` (attribute names) of saved rows of one model in one statement."""
    if not rows or not names:
        return
    model = type(rows[0])
    fields = [field for field in _fields(model) if field.attname in names]
    nested = [field for field in fields if isinstance(field, ArrayField | models.JSONField)]
    if nested:
        model._default_manager.bulk_update(rows, [field.attname for field in nested], batch_size=500)
    flat = [field for field in fields if field not in nested and not field.primary_key]
    if not flat:
        return
    _set_automatic(rows, flat, adding=False)
    key: list[AnyField] = [field for field in _fields(model) if field.primary_key]
    columns = [list(column) for column in zip(*_values(rows, key + flat), strict=True)]
    statement = sql.SQL("UPDATE {table} SET {values} FROM unnest({arrays}) AS v({names}) WHERE {table}.id = v.id")
    assigned: list[sql.Composable] = [sql.SQL("{0} = v.{0}").format(_name(field)) for field in flat]
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(
                table=_table(rows[0]),
                values=sql.SQL(", ").join(assigned),
                arrays=sql.SQL(", ").join([_array(field) for field in key + flat]),
                names=_names(key + flat),
            ),
            columns,
        )


def _array(field: AnyField) -> sql.Composable:
    return sql.SQL("%s::{}[]").format(sql.SQL((field.db_type(connection) or "text").partition("(")[0]))


def _table(row: models.Model) -> sql.Composable:
    return sql.Identifier(row._meta.db_table)


def _name(field: AnyField) -> sql.Composable:
    return sql.Identifier(str(field.column))


def _names(fields: Sequence[AnyField]) -> sql.Composable:
    return sql.SQL(", ").join([_name(field) for field in fields])
