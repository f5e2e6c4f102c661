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
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable
from django.db.models.sql.query import Query

#: The rows, made anew for each query in the language of the caller; keys are field names.
Rows = Callable[[], Iterable[Mapping[str, Any]]]
#: Models of listed rows live here: they have no tables, so migrations must not know them.
UNSTORED = Apps()


def listed(model: type[models.Model], rows: Rows) -> models.QuerySet[Any]:
    """A queryset of ``model`` (with ``apps = UNSTORED``) over declared rows."""

    class Declared(BaseTable):
        def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
            quote = connection.ops.quote_name
            columns = ", ".join(f"{quote(name)} {kind}" for name, kind in _columns(model, connection))
            alias = quote(self.table_alias or self.table_name)
            return f"jsonb_to_recordset(%s::jsonb) AS {alias} ({columns})", (json.dumps(list(rows()), default=str),)

    class DeclaredQuery(Query):
        base_table_class = Declared

    return models.QuerySet(model=model, query=DeclaredQuery(model))


def _columns(model: type[models.Model], connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Names and types of the columns."""
    return [(field.attname, field.db_type(connection) or "text") for field in model._meta.concrete_fields]
