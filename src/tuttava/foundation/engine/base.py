"""PostgreSQL with a company's schema in the search path.

The wrapper puts ``SET search_path`` before the first statement after a change of company, and again after a rollback,
because a rollback also takes back a ``SET`` made inside it.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresqlWrapper
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from psycopg import sql

_Base: Any = PostgresqlWrapper  # its private hooks are not in the stubs


def _following(statement: str) -> str:
    return statement.replace("(%(to_column)s)", "(%(to_column)s) ON UPDATE CASCADE")


class SchemaEditor(DatabaseSchemaEditor):
    """References follow a renamed key: every row that holds a code changes with it, journaled like any write (C-92)."""

    sql_create_fk = _following(DatabaseSchemaEditor.sql_create_fk)
    sql_create_column_inline_fk = _following(str(DatabaseSchemaEditor.sql_create_column_inline_fk))


class DatabaseWrapper(_Base):  # type: ignore[misc]
    """A connection that knows which company it works in (``schema``; None: only what is shared)."""

    SchemaEditorClass = SchemaEditor
    schema: str | None = None
    with_public: bool = True
    _path_in_force: tuple[str | None, bool] | None = None

    def set_schema(self, schema: str | None, *, with_public: bool = True) -> None:
        """Work in ``schema`` from the next statement on; ``with_public=False`` hides the shared tables."""
        self.schema, self.with_public = schema, with_public

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._path_in_force = None
        return super().get_new_connection(conn_params)

    def _cursor(self, name: str | None = None) -> Any:
        cursor = super()._cursor(name)
        wanted = (self.schema, self.with_public)
        if wanted != self._path_in_force and self.connection is not None:
            self._path_in_force = wanted
            names = [part for part in (self.schema, "public" if self.with_public or not self.schema else None) if part]
            path = sql.SQL(", ").join(sql.Identifier(part) for part in names)
            self.connection.execute(sql.SQL("SET search_path TO {}").format(path))
        return cursor

    def _rollback(self) -> Any:
        result = super()._rollback()
        self._path_in_force = None
        return result

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        self._path_in_force = None
