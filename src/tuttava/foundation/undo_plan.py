"""What taking back a unit of work means, row by row, as a temporary table; and what stands in the way.

The journal of the unit is folded to its net effect: a row it inserted is removed (``D``), one it deleted is put back
(``R``), one it changed gets its old values (``U``, column by column). Rows that somebody touched since are compared by
value, so a value that was changed and changed back does not stand in the way.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, TypeAlias, TypeGuard

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.fields import StatementKey
from tuttava.foundation.records import Record
from tuttava.foundation.schemas import company_app_labels
from tuttava.foundation.triggers import SILENT, journaled_models

AnyField: TypeAlias = "models.Field[Any, Any]"

# ``restore``: values to write (a whole row for R); ``left_as``: values the unit left; ``columns``: what others changed;
# ``lost``: references that lead nowhere any more, with what they held.
_CREATE = """
CREATE TEMPORARY TABLE undo_plan (
  record_type text, record_id uuid, action text, restore jsonb, left_as jsonb, last_id bigint,
  place bigserial, problem text, columns text[] NOT NULL DEFAULT '{{}}', lost jsonb NOT NULL DEFAULT '{{}}',
  touched boolean NOT NULL DEFAULT false, folded boolean NOT NULL DEFAULT false
) ON COMMIT DROP
"""

# Of several changes of a row the oldest old value and the newest new value of each column count.
_FOLD = """
WITH mine AS (
  SELECT record_type, record_id, min(id) AS first_id, max(id) AS last_id
    FROM foundation_journalchange WHERE {scope} GROUP BY 1, 2
), net AS (
  SELECT m.record_type, m.record_id, m.last_id, m.first_id <> m.last_id AS folded,
         f.operation AS first_op, l.operation AS last_op,
         CASE WHEN m.first_id = m.last_id THEN f.old ELSE folded.old END AS old,
         CASE WHEN m.first_id = m.last_id THEN f.new ELSE folded.new END AS new
    FROM mine m
    JOIN foundation_journalchange f ON f.id = m.first_id
    JOIN foundation_journalchange l ON l.id = m.last_id
    LEFT JOIN LATERAL (
      SELECT (SELECT jsonb_object_agg(e.key, e.value ORDER BY j.id DESC) FROM foundation_journalchange j,
                jsonb_each(j.old) e WHERE j.record_id = m.record_id AND j.id BETWEEN m.first_id AND m.last_id
                AND j.record_type = m.record_type AND {scope_j}) AS old,
             (SELECT jsonb_object_agg(e.key, e.value ORDER BY j.id) FROM foundation_journalchange j,
                jsonb_each(j.new) e WHERE j.record_id = m.record_id AND j.id BETWEEN m.first_id AND m.last_id
                AND j.record_type = m.record_type AND {scope_j}) AS new
       WHERE m.first_id <> m.last_id
    ) folded ON true
)
INSERT INTO undo_plan (record_type, record_id, action, restore, left_as, last_id, folded)
SELECT record_type, record_id,
       CASE WHEN first_op = 'I' THEN 'D' WHEN last_op = 'D' THEN 'R' ELSE 'U' END,
       CASE WHEN first_op = 'I' THEN NULL ELSE old END, new, last_id, folded
  FROM net
 WHERE NOT (first_op = 'I' AND last_op = 'D') AND {kinds}
 ORDER BY record_type, last_id DESC
"""

# Columns that came back to what they were within the unit are none of its effect.
_NET_COLUMNS = """
UPDATE undo_plan p SET restore = d.restore, left_as = d.left_as
  FROM (SELECT q.place, coalesce(jsonb_object_agg(e.key, e.value) FILTER (WHERE differs), '{{}}') AS restore,
               coalesce(jsonb_object_agg(e.key, q.left_as->e.key) FILTER (WHERE differs), '{{}}') AS left_as
          FROM undo_plan q, jsonb_each(q.restore) e,
               LATERAL (SELECT e.value IS DISTINCT FROM q.left_as->e.key AS differs) d
         WHERE q.action = 'U' AND q.folded GROUP BY q.place) d
 WHERE d.place = p.place
"""

_TOUCHED = """
UPDATE undo_plan p SET touched = true
 WHERE EXISTS (SELECT 1 FROM foundation_journalchange j
                WHERE j.record_id = p.record_id AND j.id > p.last_id AND j.record_type = p.record_type)
"""

_LOCK = "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE id IN {rows} FOR UPDATE) locked"

_GONE = """
UPDATE undo_plan p SET problem = 'gone'
 WHERE p.record_type = {type} AND p.touched AND p.action IN ('D', 'U')
   AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = p.record_id)
"""

_EXISTS = """
UPDATE undo_plan p SET problem = 'exists' FROM {table} t
 WHERE p.record_type = {type} AND p.touched AND p.action = 'R' AND t.id = p.record_id
"""

_CHANGED_ROW = """
UPDATE undo_plan p SET problem = 'changed'
  FROM undo_plan q JOIN {table} t ON t.id = q.record_id
  CROSS JOIN LATERAL (SELECT jsonb_object_agg(e.key, e.value) AS row FROM jsonb_each(to_jsonb(t)) e
    WHERE e.value NOT IN ('null', '""', 'false') AND e.key <> ALL ({silent})) is_now
  CROSS JOIN LATERAL (SELECT jsonb_object_agg(e.key, e.value) AS row FROM jsonb_each(q.left_as) e
    WHERE e.value NOT IN ('null', '""', 'false') AND e.key <> ALL ({silent})) was_left
 WHERE q.record_type = {type} AND q.touched AND q.action = 'D' AND p.place = q.place
   AND is_now.row IS DISTINCT FROM was_left.row
"""

# Derived columns that moved on since are left as they are, and are no conflict.
_CHANGED_COLUMNS = """
UPDATE undo_plan p SET restore = p.restore - d.names,
       columns = ARRAY(SELECT name FROM unnest(d.names) AS name WHERE name <> ALL ({derived}))
  FROM (SELECT q.place, array_agg(e.key) AS names
          FROM undo_plan q JOIN {table} t ON t.id = q.record_id, jsonb_each(q.left_as) e
         WHERE q.record_type = {type} AND q.touched AND q.action = 'U' AND to_jsonb(t)->e.key IS DISTINCT FROM e.value
         GROUP BY q.place) d
 WHERE d.place = p.place
"""

# Rows that stay need what they refer to: not themselves removed, not restored to refer to something else, and no
# other row coming back under the same key.
_IN_USE = """
UPDATE undo_plan p SET problem = 'in_use' FROM {table} m
 WHERE p.record_type = {type} AND p.action = 'D' AND p.problem IS NULL AND m.id = p.record_id AND EXISTS (
   SELECT 1 FROM {child} n
     LEFT JOIN undo_plan q ON q.record_type = {child_type} AND q.record_id = n.id AND q.problem IS NULL
    WHERE n.{column} = m.{target} AND (q.record_id IS NULL OR (q.action = 'U' AND NOT q.restore ? {column_name})))
   AND NOT EXISTS (
   SELECT 1 FROM undo_plan b WHERE b.record_type = {type} AND b.action IN ('R', 'U') AND b.problem IS NULL
      AND b.restore->>{target_name} = m.{target}::text)
"""


_adjusters: dict[type[Record], Callable[[], None]] = {}


def adjusted_by(model: type[Record], adjust: Callable[[], None]) -> None:
    """Let a room rewrite the plans with rows of ``model`` before anything is done: for rows that are never removed."""
    _adjusters[model] = adjust


def execute(statement: LiteralString, **names: sql.Composable) -> int:
    """Run ``statement`` with identifiers and literals filled in; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names))
        return int(cursor.rowcount)


def rows(statement: LiteralString, **names: sql.Composable) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names))
        return list(cursor.fetchall())


def table_of(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def column_of(field: models.Field[Any, Any]) -> sql.Identifier:
    return sql.Identifier(str(field.column))


def type_of(model: type[models.Model]) -> sql.Literal:
    return sql.Literal(model._meta.label_lower)


@dataclass(frozen=True)
class Part:
    """A part of a unit: what it deleted that belonged to one of ``owners``, and ``others`` by their own ids."""

    owners: Collection[uuid.UUID]
    others: Collection[uuid.UUID] = ()


def build(
    unit_id: uuid.UUID,
    *,
    part: Part | None = None,
    skip: Collection[uuid.UUID] = (),
    besides: Sequence[type[Record]] = (),
) -> None:
    """Fill ``undo_plan`` with the net effect of the unit, or of a part of it.

    ``skip``: rows to leave alone; ``besides``: models to leave alone.
    """
    execute("DROP TABLE IF EXISTS pg_temp.undo_plan")
    execute(_CREATE)
    kinds = sql.SQL("record_id <> ALL ({})").format(sql.Literal(list(skip)))
    if part is not None:
        kinds = sql.SQL("{} AND last_op = 'D'").format(kinds)
    scope = _scope("", unit_id, part)
    if besides:
        names = sql.Literal([model._meta.label_lower for model in besides])
        scope = sql.SQL("{} AND record_type <> ALL ({})").format(scope, names)
    execute(_FOLD, scope=scope, scope_j=_scope("j.", unit_id, part), kinds=kinds)
    execute("CREATE UNIQUE INDEX ON undo_plan (record_type, record_id); CREATE INDEX ON undo_plan (place)")
    execute(_NET_COLUMNS)
    execute("DELETE FROM undo_plan WHERE action = 'U' AND coalesce(restore, '{{}}') = '{{}}'")
    for model, adjust in _adjusters.items():
        if rows("SELECT 1 FROM undo_plan WHERE record_type = {type} LIMIT 1", type=type_of(model)):
            adjust()
    execute("ANALYZE undo_plan")


def _scope(prefix: LiteralString, unit_id: uuid.UUID, part: Part | None) -> sql.Composed:
    scope = sql.SQL(prefix + "unit_id = {}").format(sql.Literal(unit_id))
    if part is None:
        return scope
    return sql.SQL("{} AND (" + prefix + "owner_id = ANY ({}) OR " + prefix + "record_id = ANY ({}))").format(
        scope, sql.Literal(list(part.owners)), sql.Literal(list(part.others))
    )


def planned_models() -> list[type[Record]]:
    """The models with rows in the plan."""
    found = {name for (name,) in rows("SELECT DISTINCT record_type FROM undo_plan")}
    return [model for model in journaled_models() if model._meta.label_lower in found]


def find_conflicts(planned: Sequence[type[Record]]) -> None:
    """Lock the rows of the plan and mark what was changed, removed or put to use since."""
    mark_missing(planned)
    for model in touched_models(planned):
        mark_changed_rows(model)
        execute(
            _CHANGED_COLUMNS,
            derived=sql.Literal(derived_columns(model)),
            table=table_of(model),
            type=type_of(model),
        )
    mark_in_use(planned)


def mark_missing(planned: Sequence[type[Record]]) -> None:
    """Lock the rows of the plan; mark those touched since, and what is gone or there again."""
    execute(_TOUCHED)
    for model in planned:
        names = {"table": table_of(model), "type": type_of(model)}
        ids = sql.SQL("(SELECT record_id FROM undo_plan WHERE record_type = {})").format(names["type"])
        execute(_LOCK, table=names["table"], rows=ids)
    for model in touched_models(planned):
        names = {"table": table_of(model), "type": type_of(model)}
        execute(_GONE, **names)
        execute(_EXISTS, **names)


def touched_models(planned: Sequence[type[Record]]) -> list[type[Record]]:
    """Those of the models of whose rows in the plan others wrote some since."""
    found = {name for (name,) in rows("SELECT DISTINCT record_type FROM undo_plan WHERE touched")}
    return [model for model in planned if model._meta.label_lower in found]


def with_action(planned: Sequence[type[Record]], *actions: str) -> list[type[Record]]:
    """Those of the models with rows of one of these actions that nothing stands in the way of."""
    found = rows(
        "SELECT DISTINCT record_type FROM undo_plan WHERE action = ANY ({actions}) AND problem IS NULL",
        actions=sql.Literal(list(actions)),
    )
    names = {name for (name,) in found}
    return [model for model in planned if model._meta.label_lower in names]


def mark_changed_rows(model: type[Record], besides: Sequence[str] = ()) -> None:
    """Mark rows that the unit added and somebody changed since, in other columns than those ``besides``."""
    silent = sql.Literal([*SILENT, *besides])
    execute(_CHANGED_ROW, silent=silent, table=table_of(model), type=type_of(model))


def mark_in_use(planned: Sequence[type[Record]]) -> None:
    """Mark rows that the unit added and others refer to now."""
    added = {name for (name,) in rows("SELECT DISTINCT record_type FROM undo_plan WHERE action = 'D'")}
    models_added = [model for model in planned if model._meta.label_lower in added]
    while sum(_mark_in_use(model) for model in models_added):
        pass


def leave_incidental(planned: Sequence[type[Record]]) -> None:
    """Take out of the plan what cannot be taken back and does not matter."""
    kinds = [model._meta.label_lower for model in planned if model.incidental]
    if kinds:
        execute(
            "DELETE FROM undo_plan WHERE record_type = ANY ({kinds}) AND (problem IS NOT NULL OR columns <> '{{}}')",
            kinds=sql.Literal(kinds),
        )


def derived_columns(model: type[Record]) -> list[str]:
    """The columns that only rules write."""
    return [str(f.column) for f in model._meta.concrete_fields if f.attname in model.derived or f.name in model.derived]


def is_reference(field: models.Field[Any, Any]) -> TypeGuard[models.ForeignKey[Any, Any]]:
    """Whether the database itself holds what the field refers to."""
    if isinstance(field, StatementKey):
        return True
    return isinstance(field, models.ForeignKey) and bool(getattr(field, "db_constraint", True))


def references_to(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """Every stored foreign key of the company's tables that points at ``model``."""
    labels = company_app_labels()
    for other in apps.get_models():
        if other._meta.app_label in labels and other._meta.managed:
            for field in other._meta.concrete_fields:
                if is_reference(field) and field.related_model is model:
                    yield field


def hanging() -> Iterator[AnyField]:
    """The columns by which comments, files, pictures and the like name the record they hang on, of whatever table."""
    for model in journaled_models():
        owner = attribute(model, model.journal_owner)
        if isinstance(owner, models.UUIDField) and not owner.primary_key:
            yield owner


def _mark_in_use(model: type[Record]) -> int:
    key = model._meta.pk
    found: list[tuple[AnyField, AnyField]] = [(field, field.target_field) for field in references_to(model)]
    if model.journal_owner == "id" and key is not None:
        found += [(field, key) for field in hanging()]
    return sum(_mark_referred(model, field, target) for field, target in found)


def _mark_referred(model: type[Record], field: AnyField, target: AnyField) -> int:
    return execute(
        _IN_USE,
        table=table_of(model),
        type=type_of(model),
        child=table_of(field.model),
        child_type=type_of(field.model),
        column=column_of(field),
        target_name=sql.Literal(str(target.column)),
        column_name=sql.Literal(str(field.column)),
        target=column_of(target),
    )
