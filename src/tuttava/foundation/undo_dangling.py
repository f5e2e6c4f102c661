"""References that lead nowhere after rows of an undo came back: taken off, with the whole row where it needs them."""

from __future__ import annotations

from typing import Any

from django.db import models
from psycopg import sql

from tuttava.foundation import undo_plan as plan
from tuttava.foundation.records import Record

_DANGLING = """
SELECT {place}::int AS reference, p.place FROM undo_plan p JOIN {child} n ON n.id = p.record_id
 WHERE p.record_type = {type} AND p.problem IS NULL
   AND (p.action = 'R' OR (p.action = 'U' AND p.restore ? {column_name}))
   AND n.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target_table} m WHERE m.{target} = n.{column})
"""


def drop_dangling(model: type[Record]) -> int:
    """Take off what refers to rows that are not there, with the whole row where it needs them; the number of rows."""
    references = [field for field in model._meta.concrete_fields if plan.is_reference(field)]
    parts = [
        sql.SQL(_DANGLING).format(
            place=sql.Literal(number),
            child=plan.table_of(model),
            type=plan.type_of(model),
            column=plan.column_of(reference),
            column_name=sql.Literal(str(reference.column)),
            target_table=plan.table_of(reference.related_model),
            target=plan.column_of(reference.target_field),
        )
        for number, reference in enumerate(references)
    ]
    found = plan.rows("{all}", all=sql.SQL(" UNION ALL ").join(parts)) if parts else []
    for number, reference in enumerate(references):
        places = [place for each, place in found if each == number]
        if places:
            _leave_out(model, reference, places)
    return len(found)


def _leave_out(model: type[Record], reference: models.ForeignKey[Any, Any], batch: list[int]) -> None:
    names: dict[str, sql.Composable] = {
        "table": plan.table_of(model),
        "batch": sql.Literal(batch),
        "column": plan.column_of(reference),
        "name": sql.Literal(str(reference.column)),
    }
    if reference.null:
        came_back = "UPDATE {table} t SET {column} = NULL FROM undo_plan p"
    else:
        came_back = "DELETE FROM {table} t USING undo_plan p"
    plan.execute(
        came_back + " WHERE p.place = ANY ({batch}) AND p.action = 'R' AND t.id = p.record_id",
        **names,
    )
    plan.execute(
        "UPDATE {table} t SET {column} = r.{column} FROM undo_plan p CROSS JOIN LATERAL"
        " jsonb_populate_record(NULL::{table}, p.left_as) r"
        " WHERE p.place = ANY ({batch}) AND p.action = 'U' AND t.id = p.record_id",
        **names,
    )
    plan.execute(
        "UPDATE undo_plan SET problem = CASE WHEN action = 'R' AND NOT {null} THEN 'missing' END,"
        " restore = restore - {name}::text,"
        " lost = lost || jsonb_build_object({name}::text, restore->{name}::text)"
        " WHERE place = ANY ({batch})",
        null=sql.Literal(reference.null),
        **names,
    )
