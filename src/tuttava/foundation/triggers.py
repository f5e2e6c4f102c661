"""Database triggers of a company: the version of a row, and the journal.

Statement-level triggers with transition tables write the journal set-based: one ``INSERT ... SELECT`` per statement,
however many rows it touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.records import Record
from tuttava.foundation.schemas import company_app_labels

# Columns that entries leave out: bookkeeping, derived search tokens, secrets, and bytes (kept on deletion). An update
# that sets ``tuttava.keep_version`` (C-80: touching) is bookkeeping as a whole: no entry, and the version stays. Rows
# that come or go under ``tuttava.told_elsewhere`` have a history of their own (:func:`journal.told_elsewhere`).
SILENT = ["version", "search_tokens", "last_modified_at", "content", "thumbnail", "secret", "client_secret"]

# OFFSET 0 keeps the planner from making a row's JSON anew for each use of it.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION {schema}.raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tuttava.keep_version', true) IS DISTINCT FROM 'on' THEN
    NEW.version := OLD.version + 1;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION {schema}.journal_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tuttava.told_elsewhere', true) = 'on' THEN
    RETURN NULL;
  END IF;
  INSERT INTO {schema}.foundation_journalchange
    (unit_id, txid, at, record_type, record_id, owner_id, operation, old, new)
  SELECT nullif(current_setting('tuttava.unit', true), '')::uuid, pg_current_xact_id()::text::bigint,
         clock_timestamp(), TG_ARGV[0], (r.j->>'id')::uuid, (r.j->>TG_ARGV[1])::uuid, 'D', r.j - 'version', NULL
  FROM (SELECT to_jsonb(o) AS j FROM old_rows o OFFSET 0) r;
  RETURN NULL;
END $$;
"""

# One for each table: leaving out what is blank before making JSON is twice as fast as sorting it out afterwards.
INSERT_FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tuttava.told_elsewhere', true) = 'on' THEN
    RETURN NULL;
  END IF;
  INSERT INTO {schema}.foundation_journalchange
    (unit_id, txid, at, record_type, record_id, owner_id, operation, old, new)
  SELECT nullif(current_setting('tuttava.unit', true), '')::uuid, pg_current_xact_id()::text::bigint,
         clock_timestamp(), {name}, n.id, n.{owner}, 'I', NULL, jsonb_strip_nulls(to_jsonb(filled))
  FROM new_rows n, LATERAL (SELECT {columns}) filled;
  RETURN NULL;
END $$;
"""

# Updates alike: only what changed becomes JSON. A column that was or is null stands in one of both objects alone at
# first, in the journal in both.
UPDATE_FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tuttava.keep_version', true) = 'on' THEN
    RETURN NULL;
  END IF;
  INSERT INTO {schema}.foundation_journalchange
    (unit_id, txid, at, record_type, record_id, owner_id, operation, old, new)
  SELECT nullif(current_setting('tuttava.unit', true), '')::uuid, pg_current_xact_id()::text::bigint,
         clock_timestamp(), {name}, d.id, d.owner, 'U',
         coalesce((SELECT jsonb_object_agg(k, NULL::text) FROM jsonb_object_keys(d.new) k), '{{}}') || d.old,
         coalesce((SELECT jsonb_object_agg(k, NULL::text) FROM jsonb_object_keys(d.old) k), '{{}}') || d.new
  FROM (SELECT n.id, n.{owner} AS owner,
               jsonb_strip_nulls(to_jsonb(was)) AS old, jsonb_strip_nulls(to_jsonb(now)) AS new
          FROM old_rows o JOIN new_rows n ON n.id = o.id,
               LATERAL (SELECT {old}) was, LATERAL (SELECT {new}) now OFFSET 0) d
  WHERE d.old <> '{{}}' OR d.new <> '{{}}';
  RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER raise_version BEFORE UPDATE ON {table} FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION {schema}.raise_version();
CREATE OR REPLACE TRIGGER journal_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {insert_function}();
CREATE OR REPLACE TRIGGER journal_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {update_function}();
CREATE OR REPLACE TRIGGER journal_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.journal_delete({name}, {owner});
"""


_more: list[str] = []


def also_install(statement: str) -> None:
    """Run ``statement`` (``{schema}`` is the company's) after the triggers in every company; it must be repeatable."""
    if statement not in _more:
        _more.append(statement)


def journaled_models() -> Iterator[type[Record]]:
    """Every model whose writes the journal records: all company models that are a :class:`Record`."""
    labels = company_app_labels()
    for model in apps.get_models():
        if model._meta.app_label in labels and issubclass(model, Record) and model._meta.managed:
            yield model


def install_triggers(schema: str) -> None:
    """Create or renew the functions and triggers of one company; safe to repeat."""
    names = {"schema": sql.Identifier(schema)}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(FUNCTIONS).format(**names))
        for model in journaled_models():
            table = model._meta.db_table
            parts = {
                "table": sql.Identifier(schema, table),
                "schema": sql.Identifier(schema),
                "name": sql.Literal(model._meta.label_lower),
            }
            owner = sql.Identifier(str(attribute(model, model.journal_owner).column))
            inserted = sql.Identifier(schema, f"journal_insert_{table}")
            updated = sql.Identifier(schema, f"journal_update_{table}")
            columns = sql.SQL(", ").join(_filled(field) for field in model._meta.concrete_fields)
            cursor.execute(sql.SQL(INSERT_FUNCTION).format(**parts, function=inserted, owner=owner, columns=columns))
            sides = {"old": _changed(model, "o"), "new": _changed(model, "n")}
            cursor.execute(sql.SQL(UPDATE_FUNCTION).format(**parts, function=updated, owner=owner, **sides))
            functions = {"insert_function": inserted, "update_function": updated}
            cursor.execute(sql.SQL(TRIGGERS).format(**parts, **functions, owner=sql.Literal(model.journal_owner)))
        for statement in _more:
            cursor.execute(sql.SQL(statement).format(**names))


def _changed(model: type[Record], side: str) -> sql.Composable:
    """The columns of one side of an update, NULL where both are the same."""
    names = [str(field.column) for field in model._meta.concrete_fields if field.column not in SILENT]
    shape = "CASE WHEN o.{0} IS DISTINCT FROM n.{0} THEN {1}.{0} END AS {0}"
    return sql.SQL(", ").join(sql.SQL(shape).format(sql.Identifier(name), sql.SQL(side)) for name in names)


def _filled(field: models.Field[Any, Any]) -> sql.Composable:
    """The column of a new row, NULL when it is blank or left out."""
    column = sql.Identifier(str(field.column))
    if field.column in SILENT:
        return sql.SQL("NULL::text AS {0}").format(column)
    if isinstance(field, models.BooleanField):
        return sql.SQL("nullif(n.{0}, false) AS {0}").format(column)
    if isinstance(field, models.CharField | models.TextField):
        return sql.SQL("nullif(n.{0}, '') AS {0}").format(column)
    return sql.SQL("n.{0}").format(column)
