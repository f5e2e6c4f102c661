"""Database triggers of a company: the version of a row, and the journal.

Statement-level triggers with transition tables write the journal set-based: one ``INSERT ... SELECT`` per statement,
however many rows it touched.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from psycopg import sql

from tuttava.foundation.records import Record
from tuttava.foundation.schemas import company_app_labels

# Columns that entries leave out: bookkeeping, derived search tokens, and bytes (kept on deletion). An update that sets
# ``tuttava.keep_version`` (C-80: touching) is bookkeeping as a whole: no entry, and the version stays.
SILENT = ["version", "search_tokens", "last_modified_at", "content", "thumbnail"]

# OFFSET 0 keeps the planner from making a row's JSON anew for each of its keys.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION {schema}.raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tuttava.keep_version', true) IS DISTINCT FROM 'on' THEN
    NEW.version := OLD.version + 1;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION {schema}.journal_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO {schema}.foundation_journalchange
    (unit_id, txid, at, record_type, record_id, owner_id, operation, old, new)
  SELECT nullif(current_setting('tuttava.unit', true), '')::uuid, pg_current_xact_id()::text::bigint,
         clock_timestamp(), TG_ARGV[0], (r.j->>'id')::uuid, (r.j->>TG_ARGV[1])::uuid, 'I', NULL,
         (SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(r.j) e
           WHERE e.value NOT IN ('null', '""', 'false') AND e.key <> ALL ({silent}))
  FROM (SELECT to_jsonb(n) AS j FROM new_rows n OFFSET 0) r;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {schema}.journal_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tuttava.keep_version', true) = 'on' THEN
    RETURN NULL;
  END IF;
  INSERT INTO {schema}.foundation_journalchange
    (unit_id, txid, at, record_type, record_id, owner_id, operation, old, new)
  SELECT nullif(current_setting('tuttava.unit', true), '')::uuid, pg_current_xact_id()::text::bigint,
         clock_timestamp(), TG_ARGV[0], (r.nj->>'id')::uuid, (r.nj->>TG_ARGV[1])::uuid, 'U', d.old, d.new
  FROM (SELECT to_jsonb(o) AS oj, to_jsonb(n) AS nj FROM old_rows o JOIN new_rows n ON n.id = o.id OFFSET 0) r,
  LATERAL (SELECT jsonb_object_agg(e.key, r.oj->e.key) AS old, jsonb_object_agg(e.key, e.value) AS new
             FROM jsonb_each(r.nj) e
            WHERE e.value IS DISTINCT FROM r.oj->e.key AND e.key <> ALL ({silent})) d
  WHERE d.new IS NOT NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {schema}.journal_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO {schema}.foundation_journalchange
    (unit_id, txid, at, record_type, record_id, owner_id, operation, old, new)
  SELECT nullif(current_setting('tuttava.unit', true), '')::uuid, pg_current_xact_id()::text::bigint,
         clock_timestamp(), TG_ARGV[0], (r.j->>'id')::uuid, (r.j->>TG_ARGV[1])::uuid, 'D', r.j - 'version', NULL
  FROM (SELECT to_jsonb(o) AS j FROM old_rows o OFFSET 0) r;
  RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER raise_version BEFORE UPDATE ON {table} FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION {schema}.raise_version();
CREATE OR REPLACE TRIGGER journal_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.journal_insert({name}, {owner});
CREATE OR REPLACE TRIGGER journal_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.journal_update({name}, {owner});
CREATE OR REPLACE TRIGGER journal_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.journal_delete({name}, {owner});
"""


def journaled_models() -> Iterator[type[Record]]:
    """Every model whose writes the journal records: all company models that are a :class:`Record`."""
    labels = company_app_labels()
    for model in apps.get_models():
        if model._meta.app_label in labels and issubclass(model, Record) and model._meta.managed:
            yield model


def install_triggers(schema: str) -> None:
    """Create or renew the functions and triggers of one company; safe to repeat."""
    names = {"schema": sql.Identifier(schema), "silent": sql.Literal(SILENT)}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(FUNCTIONS).format(**names))
        for model in journaled_models():
            cursor.execute(
                sql.SQL(TRIGGERS).format(
                    table=sql.Identifier(schema, model._meta.db_table),
                    schema=sql.Identifier(schema),
                    name=sql.Literal(model._meta.label_lower),
                    owner=sql.Literal(model.journal_owner),
                )
            )
