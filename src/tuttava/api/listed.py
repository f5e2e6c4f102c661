"""Sets over what the program declares (its reports, for one): rows without a table, read like every other set.

The rows go to the database with each query, as one JSON value, so that filters, orders and pages need no second
implementation. Meant for tens of rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, In
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable
from django.db.models.sql.query import Query

#: The rows, made anew for each query in the language of the caller; keys are field names.
Rows = Callable[[], Iterable[Mapping[str, Any]]]
#: The same of rows that are too many to make all: told which values of which fields the query asks for, by field name.
RowsWhere = Callable[[Mapping[str, frozenset[Any]]], Iterable[Mapping[str, Any]]]
#: Models of listed rows live here: they have no tables, so migrations must not know them.
UNSTORED = Apps()


def listed(model: type[models.Model], rows: Rows) -> models.QuerySet[Any]:
    """A queryset of ``model`` (with ``apps = UNSTORED``) over declared rows."""
    return listed_where(model, lambda _asked: rows())


def listed_where(model: type[models.Model], rows: RowsWhere) -> models.QuerySet[Any]:
    """The same over rows that are made for what a query asks for; more of them than that do no harm."""

    class Declared(BaseTable):
        def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
            quote = connection.ops.quote_name
            columns = ", ".join(f"{quote(name)} {kind}" for name, kind in _columns(model, connection))
            alias = quote(self.table_alias or self.table_name)
            return f"jsonb_to_recordset(%s::jsonb) AS {alias} ({columns})", (
                json.dumps(list(rows(_asked(compiler.query))), default=str),
            )

    class DeclaredQuery(Query):
        base_table_class = Declared

    return models.QuerySet(model=model, query=DeclaredQuery(model))


def _asked(query: Query) -> dict[str, frozenset[Any]]:
    """The values that fields are compared with, where every row of the result must have one of them."""
    found: dict[str, frozenset[Any]] = {}
    if query.where.connector != "AND" or query.where.negated:
        return found
    for each in query.where.children:
        if isinstance(each, Exact | In) and isinstance(each.lhs, Col):
            values = each.rhs if isinstance(each, In) else [each.rhs]
            if isinstance(values, Iterable) and not any(hasattr(value, "resolve_expression") for value in values):
                found[each.lhs.target.attname] = frozenset(values)
    return found


def _columns(model: type[models.Model], connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Names and types of the columns."""
    return [(field.attname, field.db_type(connection) or "text") for field in model._meta.concrete_fields]
