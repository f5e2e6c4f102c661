"""What of a merge is left as it is when it is taken back: what somebody changed since by hand (M-41).

Works on the table ``undo_plan``. A row that had moved and was changed since stays where it is as a whole, with the
moved rows that refer to it or to which it refers. Of other rows single fields stay. What followed a change of another
record by the rules (a person its company, a customer its contact) is nobody's decision: where the record goes back, it
does too.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg import sql

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.foundation import undo_plan as plan
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.merge_rules import Reference, references_of
from tuttava.foundation.records import Record
from tuttava.merging.preparing import MODELS


@dataclass(frozen=True)
class Merged:
    """What is taken back: the table, the survivors' and the duplicates' ids, all units of work that belong to it."""

    table: str
    survivors: tuple[uuid.UUID, ...]
    duplicates: tuple[uuid.UUID, ...]
    units: tuple[uuid.UUID, ...]


_PREPARE = """
ALTER TABLE undo_plan ADD COLUMN moved boolean NOT NULL DEFAULT false,
  ADD COLUMN goes_back boolean NOT NULL DEFAULT false;
DROP TABLE IF EXISTS pg_temp.undo_since;
CREATE TEMPORARY TABLE undo_since (
  place bigint, key text, was jsonb, last_change bigint, unit_id uuid, followed boolean NOT NULL DEFAULT false
) ON COMMIT DROP
"""

_MOVED = """
UPDATE undo_plan p SET moved = true, goes_back = true FROM (VALUES {columns}) c (type, name)
 WHERE p.record_type = c.type AND p.action = 'U' AND p.restore->>c.name = ANY ({duplicates})
   AND p.left_as->>c.name = ANY ({survivors})
"""

# What others wrote into rows of the plan since, by column: the oldest value, and which change was the last.
_SINCE = """
INSERT INTO undo_since (place, key, was, last_change, unit_id)
SELECT p.place, e.key, (array_agg(e.value ORDER BY j.id))[1], max(j.id), (array_agg(j.unit_id ORDER BY j.id DESC))[1]
  FROM undo_plan p
  JOIN foundation_journalchange j ON j.record_id = p.record_id AND j.id > p.last_id AND j.record_type = p.record_type
 CROSS JOIN LATERAL jsonb_each(j.old) e
 WHERE p.touched AND p.action = 'U' AND p.problem IS NULL AND j.operation = 'U'
   AND (j.unit_id IS NULL OR j.unit_id <> ALL ({units})) AND j.id < {until}
 GROUP BY p.place, e.key
"""

# Columns that came back to what they were, and those that rules alone write.
_FORGET_SAME = """
DELETE FROM undo_since s USING undo_plan p JOIN {table} t ON t.id = p.record_id
 WHERE p.place = s.place AND p.record_type = {type}
   AND (to_jsonb(t)->s.key = s.was OR (s.key = ANY ({derived}) AND s.key <> ALL ({moved})))
"""

# The same unit of work had written the same value to a record that this one follows.
_FOLLOWED = """
UPDATE undo_since s SET followed = true
  FROM undo_plan p JOIN {table} t ON t.id = p.record_id
 WHERE p.place = s.place AND p.record_type = {type} AND s.key <> ALL ({moved}) AND EXISTS (
   SELECT 1 FROM foundation_journalchange k, LATERAL jsonb_each(k.new) v
    WHERE k.unit_id = s.unit_id AND k.id < s.last_change AND k.record_id = ANY ({sources})
      AND k.record_id <> p.record_id AND v.value = to_jsonb(t)->s.key)
"""

_KEEP_ROWS = """
UPDATE undo_plan p SET problem = 'changed', goes_back = false, columns = s.keys
  FROM (SELECT place, array_agg(key ORDER BY key) AS keys FROM undo_since WHERE NOT followed GROUP BY place) s
 WHERE p.place = s.place AND p.moved
"""

# Of other rows: what was changed by hand stays and is told, what followed stays too unless its source goes back.
_KEEP_COLUMNS = """
UPDATE undo_plan p SET restore = p.restore - s.kept, columns = s.told
  FROM (SELECT d.place, array_agg(d.key) AS kept,
               coalesce(array_agg(d.key ORDER BY d.key) FILTER (WHERE d.told), '{{}}') AS told
          FROM (SELECT q.place, e.key, q.goes_back AND coalesce(n.followed, false) AS back,
                       coalesce(NOT n.followed, e.key <> ALL ({derived})) AS told
                  FROM undo_plan q JOIN {table} t ON t.id = q.record_id CROSS JOIN LATERAL jsonb_each(q.left_as) e
                  LEFT JOIN undo_since n ON n.place = q.place AND n.key = e.key
                 WHERE q.record_type = {type} AND q.action = 'U' AND q.touched AND NOT q.moved
                   AND q.problem IS NULL AND to_jsonb(t)->e.key IS DISTINCT FROM e.value) d
         WHERE NOT d.back GROUP BY d.place) s
 WHERE p.place = s.place
"""

# Moved rows that refer to each other go back together or stay together.
_TOGETHER = """
UPDATE undo_plan p SET problem = 'changed', goes_back = false, columns = ARRAY[{column_name}]
  FROM undo_plan o, {child} c, {parent} m
 WHERE c.{column} = m.{target} AND o.problem IS NOT NULL AND o.moved AND p.problem IS NULL AND p.moved
   AND ((o.record_type = {child_type} AND o.record_id = c.id AND p.record_type = {parent_type} AND p.record_id = m.id)
     OR (p.record_type = {child_type} AND p.record_id = c.id AND o.record_type = {parent_type} AND o.record_id = m.id))
"""


def judge(planned: Sequence[type[Record]], merged: Merged, until: int) -> None:
    """Mark what stays; ``until``: journal rows from this one on are the undo's own."""
    plan.mark_missing(planned)
    touched = plan.touched_models(planned)
    if touched:
        _judge_touched(planned, touched, merged, until)
    plan.mark_in_use(planned)


def _judge_touched(
    planned: Sequence[type[Record]], touched: Sequence[type[Record]], merged: Merged, until: int
) -> None:
    references = references_of(merged.table)
    plan.execute(_PREPARE)
    _mark_moved(planned, references, merged)
    _mark_linked(merged)
    plan.execute(_SINCE, units=sql.Literal(list(merged.units)), until=sql.Literal(until))
    sources = _sources(merged)
    for model in touched:
        derived = plan.derived_columns(model)
        moved = [str(attribute(model, each.field).column) for each in references if each.model is model]
        names = {"table": plan.table_of(model), "type": plan.type_of(model), "moved": sql.Literal(moved)}
        plan.execute(_FORGET_SAME, derived=sql.Literal(derived), **names)
        plan.execute(_FOLLOWED, sources=sql.Literal(sources), **names)
    plan.execute(_KEEP_ROWS)
    _keep_together(planned, references)
    for model in touched:
        derived = plan.derived_columns(model)
        names = {"table": plan.table_of(model), "type": plan.type_of(model)}
        plan.execute(_KEEP_COLUMNS, derived=sql.Literal(derived), **names)
        plan.mark_changed_rows(model, derived)


def _mark_moved(planned: Sequence[type[Record]], references: Sequence[Reference], merged: Merged) -> None:
    columns = [
        sql.SQL("({}, {})").format(plan.type_of(each.model), sql.Literal(str(attribute(each.model, each.field).column)))
        for each in references
        if each.model in planned and each.holds == "id"
    ]
    if columns:
        plan.execute(
            _MOVED,
            columns=sql.SQL(", ").join(columns),
            duplicates=sql.Literal([str(each) for each in merged.duplicates]),
            survivors=sql.Literal([str(each) for each in merged.survivors]),
        )


def _mark_linked(merged: Merged) -> None:
    """Records whose link goes back to the duplicate follow that one again."""
    if merged.table == Contact._meta.model_name:
        plan.execute(
            "UPDATE undo_plan p SET goes_back = true FROM undo_plan l JOIN {links} r ON r.id = l.record_id"
            " WHERE l.record_type = {type} AND l.moved AND p.record_id = r.linked_id",
            links=plan.table_of(ContactBusinessRelation),
            type=plan.type_of(ContactBusinessRelation),
        )


def _sources(merged: Merged) -> list[uuid.UUID]:
    """The records whose changes reach others by the rules: the survivors, what is linked to them, contacts behind."""
    found = set(merged.survivors)
    links = ContactBusinessRelation.objects.exclude(linked_id=None)
    found.update(
        row for row in links.filter(contact_id__in=merged.survivors).values_list("linked_id", flat=True) if row
    )
    in_plan = plan.rows(
        "SELECT record_id FROM undo_plan WHERE record_type = ANY ({types}) AND touched",
        types=sql.Literal([model._meta.label_lower for model in MODELS.values()]),
    )
    records = {row for (row,) in in_plan}
    found.update(links.filter(linked_id__in=records).values_list("contact_id", flat=True))
    found.update(_companies(records))
    return sorted(found)


def _companies(people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    rows = Contact.objects.filter(pk__in=people, company_id__isnull=False)
    return {row for row in rows.values_list("company_id", flat=True) if row is not None}


def _keep_together(planned: Sequence[type[Record]], references: Sequence[Reference]) -> None:
    moving = {reference.model for reference in references}
    targets = set(MODELS.values())
    pairs = [
        field
        for model in planned
        if model in moving
        for field in model._meta.concrete_fields
        if plan.is_reference(field) and field.related_model in planned and field.related_model not in targets
    ]
    while sum(
        plan.execute(
            _TOGETHER,
            column_name=sql.Literal(str(field.column)),
            child=plan.table_of(field.model),
            child_type=plan.type_of(field.model),
            column=plan.column_of(field),
            parent=plan.table_of(field.related_model),
            parent_type=plan.type_of(field.related_model),
            target=plan.column_of(field.target_field),
        )
        for field in pairs
    ):
        pass
