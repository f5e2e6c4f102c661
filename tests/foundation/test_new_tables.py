"""Tables made from the models are those that the migrations make, step by step."""

from __future__ import annotations

import pytest
from django.db import connection, migrations

from tuttava.foundation import new_tables, schemas

SHAPE = """
SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(character_maximum_length, 0)
       || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' ' || is_identity || is_generated
  FROM information_schema.columns WHERE table_schema = %(schema)s
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = %(schema)s
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace
UNION ALL SELECT app || ' ' || name FROM {schema}.django_migrations
"""


def shape(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(SHAPE.format(schema=schema), {"schema": schema})
        return sorted(str(line).replace(schema, "here") for (line,) in cursor.fetchall())


@pytest.mark.usefixtures("company")
def test_new_tables_are_those_of_the_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    schemas.migrate_company("c_models")
    monkeypatch.setattr(schemas, "create_tables", lambda labels, progress: False)
    schemas.migrate_company("c_steps")
    assert set(shape("c_models")) ^ set(shape("c_steps")) == set()
    assert len(shape("c_models")) > 1000


@pytest.mark.usefixtures("company")
def test_migration_that_does_more_than_models_tell_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Filling(migrations.Migration):
        operations = [migrations.RunSQL("SELECT 1")]

    plan = [(Filling("0002_filled", "contacts"), False)]
    monkeypatch.setattr(new_tables.MigrationExecutor, "migration_plan", lambda self, targets: plan)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA c_more")
    with schemas.in_schema("c_more", with_public=False):
        assert not new_tables.create_tables({"contacts"})


@pytest.mark.usefixtures("company")
def test_tables_that_are_there_are_left_to_migrations(company: object) -> None:
    assert not new_tables.create_tables(schemas.company_app_labels())
