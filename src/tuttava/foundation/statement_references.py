"""References that the database checks once a statement instead of once a row.

A foreign key looks up each row by itself and marks the row it refers to as used, which for a hundred thousand new rows
dirties as many pages of the table referred to: more work than the rows themselves. A :class:`StatementKey` is as safe:
triggers look for what is missing after each statement, and whoever deletes waits for those who are adding. Unlike a
foreign key's the check cannot be put off, only left to somebody who looks himself (:func:`looked_after`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models
from psycopg import sql

from tuttava.foundation.fields import StatementKey
from tuttava.foundation.schemas import company_app_labels

_SHARED = "PERFORM pg_advisory_xact_lock_shared(hashtext('{schema}.<target>'));"
# Those who add share the lock until their transaction ends. Who deletes needs it alone; he asks again and again rather
# than stand in line, where those who come after him would wait as long as he does.
_REFERRING = """
CREATE OR REPLACE FUNCTION {schema}.check_<column>_of_<table>() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing uuid;
BEGIN
  <shared>
  IF current_setting('tuttava.references_later', true) = 'on' THEN
    RETURN NULL;
  END IF;
  SELECT n.<column> INTO missing FROM new_rows n
   WHERE n.<column> IS NOT NULL AND NOT EXISTS (SELECT FROM {schema}.<target> t WHERE t.id = n.<column>) LIMIT 1;
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION '<table>: <column> % is not there', missing
      USING ERRCODE = 'foreign_key_violation', TABLE = '<table>', COLUMN = '<column>';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER check_<column>_insert AFTER INSERT ON {schema}.<table> REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.check_<column>_of_<table>();
CREATE OR REPLACE TRIGGER check_<column>_update AFTER UPDATE ON {schema}.<table> REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.check_<column>_of_<table>()
"""
_ALONE = """
CREATE OR REPLACE FUNCTION {schema}.wait_to_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  FOR attempt IN 1..<attempts> LOOP
    IF pg_try_advisory_xact_lock(hashtext('{schema}.' || TG_TABLE_NAME)) THEN
      RETURN NULL;
    END IF;
    PERFORM pg_sleep(<pause>);
  END LOOP;
  RAISE EXCEPTION '%: others are adding what refers to it', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
END $$;
CREATE OR REPLACE TRIGGER wait_to_delete BEFORE DELETE ON {schema}.<target>
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.wait_to_delete()
"""
_DELETED = """
CREATE OR REPLACE FUNCTION {schema}.deleted_<column>_of_<table>() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tuttava.references_later', true) = 'on' THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM old_rows o WHERE EXISTS (SELECT FROM {schema}.<table> t WHERE t.<column> = o.id)) THEN
    RAISE EXCEPTION '<target>: still referred to by <column> of <table>'
      USING ERRCODE = 'foreign_key_violation', TABLE = '<table>', COLUMN = '<column>';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER check_<column>_of_<table> AFTER DELETE ON {schema}.<target> REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.deleted_<column>_of_<table>()
"""
#: How often a deletion looks whether it is alone, and the seconds in between. Then the row counts as in use: those who
#: add may be waiting for a row that the deletion holds.
_ATTEMPTS, _PAUSE = 200, 0.05


def install_references(schema: str) -> None:
    """Create or renew the triggers behind every :class:`StatementKey` of one company; safe to repeat."""
    with connection.cursor() as cursor:
        for field in _statement_keys():
            names = {
                "<shared>": "" if field.held else _SHARED,
                "<column>": str(field.column),
                "<table>": field.model._meta.db_table,
                "<target>": field.related_model._meta.db_table,
                "<attempts>": str(_ATTEMPTS),
                "<pause>": str(_PAUSE),
            }
            for statement in (_REFERRING, _DELETED) if field.held else (_REFERRING, _ALONE, _DELETED):
                named = reduce(lambda text, name: text.replace(*name), names.items(), statement)
                cursor.execute(sql.SQL(named).format(schema=sql.Identifier(schema)))


@contextmanager
def looked_after(leaving: models.Model | None = None) -> Iterator[None]:
    """Rows may refer to what is not there inside the block, one transaction; who uses it sees to it that none are left.

    ``leaving``: a row that the block deletes before what refers to it moves. Raises ``IntegrityError`` at the end if
    something refers to it still.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tuttava.references_later', 'on', true)")
        yield
        cursor.execute("SELECT set_config('tuttava.references_later', '', true)")
    for field in _statement_keys():
        pointing = leaving is not None and field.related_model is type(leaving)
        if leaving and pointing and field.model._default_manager.filter(**{field.attname: leaving.pk}).exists():
            raise IntegrityError(f"{leaving._meta.db_table}: still referred to by {field}")


def _statement_keys() -> Iterator[Any]:
    labels = company_app_labels()
    for model in apps.get_models():
        if model._meta.app_label in labels and model._meta.managed:
            yield from (field for field in model._meta.concrete_fields if isinstance(field, StatementKey))
