"""Having rows refer to the survivor: one statement for each column (M-25 to M-28, M-36)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.foundation import undo_plan as plan
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import current
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.merge_rules import Clash, Reference, Sides, references_of
from tuttava.foundation.models import CommentLine
from tuttava.foundation.records import Record
from tuttava.merging.clashes import clashing
from tuttava.merging.preparing import MODELS
from tuttava.merging.tables import condition_of, field_of, held

NOTE_LENGTH = 80

Moved = dict[str, list[uuid.UUID]]


def settle(sides: Sides) -> int:
    """Drop the rows that fall together with others silently (M-22); how many. Conflicts are none any more."""
    dropped = 0
    references = references_of(sides.table)
    pairs = clashing(references, sides)
    for reference in references:
        gone = {pair.gives_way for pair in pairs.get(reference.name, ())}
        if gone:
            rows = reference.model._default_manager.filter(pk__in=gone)
            dropped += rows._raw_delete(rows.db)
    return dropped


def move_all(sides: Sides, survivor: Any) -> Moved:
    """Move every row that refers to the duplicate; ids of the rows of each column, by its name."""
    moved: Moved = {}
    for reference in references_of(sides.table):
        if reference.mover is not None:
            found = reference.mover(sides)
        elif reference.clash is Clash.FORGET:
            found = _forget(reference, sides)
        elif reference.line:
            found = _append(reference, sides)
        elif reference.clash is Clash.PICK and _has_own(reference, sides):
            found = _forget(reference, sides)
        else:
            found = _move(reference, sides, survivor)
        if found:
            moved[reference.name] = found
    return moved


def followed(moved: Mapping[str, list[Any]], table: str) -> dict[str, list[str]]:
    """Those of the moved rows that the journal does not know."""
    unknown = {each.name for each in references_of(table) if not issubclass(each.model, Record)}
    return {name: [str(row) for row in rows] for name, rows in moved.items() if name in unknown}


def _names(reference: Reference, sides: Sides) -> dict[str, sql.Composable]:
    return {
        "table": plan.table_of(reference.model),
        "field": field_of(reference),
        "current": held(reference, sides.current_id, sides.current_no),
        "duplicate": held(reference, sides.duplicate_id, sides.duplicate_no),
        "where": condition_of(reference),
    }


def _move(reference: Reference, sides: Sides, survivor: Any) -> list[uuid.UUID]:
    """Name the survivor, with the copies of its fields; nobody comes to refer to itself."""
    names = _names(reference, sides)
    copies = [
        sql.SQL("{} = {}").format(
            plan.column_of(attribute(reference.model, name)),
            sql.Literal(source(survivor) if callable(source) else getattr(survivor, source)),
        )
        for name, source in reference.copies.items()
    ]
    sets = sql.SQL(", ").join([sql.SQL("{field} = {current}").format(**names), *copies])
    found = plan.rows(
        "UPDATE {table} t SET {sets} WHERE t.{field} = {duplicate} AND {where} RETURNING t.{key}",
        sets=sets,
        key=plan.column_of(_key(reference.model)),
        **names,
    )
    if reference.model is MODELS[sides.table] and reference.holds == "id":
        plan.execute(
            "UPDATE {table} t SET {field} = NULL WHERE t.id = {current} AND t.{field} = {current} AND {where}", **names
        )
    return [row for (row,) in found]


def _key(model: type[models.Model]) -> models.Field[Any, Any]:
    key = model._meta.pk
    assert key is not None
    return key


def _forget(reference: Reference, sides: Sides) -> list[uuid.UUID]:
    plan.execute("DELETE FROM {table} t WHERE t.{field} = {duplicate} AND {where}", **_names(reference, sides))
    return []


def _has_own(reference: Reference, sides: Sides) -> bool:
    names = _names(reference, sides)
    return bool(plan.rows("SELECT 1 FROM {table} t WHERE t.{field} = {current} AND {where} LIMIT 1", **names))


# Line numbers of each sheet go on behind the survivor's last one; with a note that takes the first place.
_SHEETS = """
SELECT coalesce(max(t.{line}) FILTER (WHERE t.{field} = {current}), 0){columns}
  FROM {table} t WHERE t.{field} IN ({current}, {duplicate}) AND {where}
 {grouped} HAVING count(*) FILTER (WHERE t.{field} = {duplicate}) > 0
"""
_APPEND = """
UPDATE {table} t SET {field} = {current}, {line} = {base} + {step} * p.place
  FROM (SELECT t.id, row_number() OVER (ORDER BY t.{line}) AS place
          FROM {table} t WHERE t.{field} = {duplicate} AND {where} AND {sheet}) p
 WHERE t.id = p.id RETURNING t.id
"""


def _append(reference: Reference, sides: Sides) -> list[uuid.UUID]:
    names = {**_names(reference, sides), "line": plan.column_of(attribute(reference.model, reference.line))}
    columns = [plan.column_of(attribute(reference.model, name)) for name in reference.key]
    listed = sql.SQL("").join([sql.SQL(", t.{}").format(column) for column in columns])
    by = sql.SQL(", ").join([sql.SQL("t.{}").format(column) for column in columns])
    grouped = sql.SQL("GROUP BY {}").format(by) if columns else sql.SQL("")
    moved: list[uuid.UUID] = []
    for last, *values in plan.rows(_SHEETS, columns=listed, grouped=grouped, **names):
        base = last + LINE_STEP if reference.noted else last
        if reference.noted:
            _note(sides, dict(zip(reference.key, values, strict=True)), base)
        same = [sql.SQL("t.{} = {}").format(c, sql.Literal(v)) for c, v in zip(columns, values, strict=True)]
        sheet = sql.SQL(" AND ").join(same) if same else sql.SQL("TRUE")
        found = plan.rows(_APPEND, base=sql.Literal(base), step=sql.Literal(LINE_STEP), sheet=sheet, **names)
        moved += [row for (row,) in found]
    return moved


def _note(sides: Sides, sheet: Mapping[str, Any], line_no: int) -> None:
    """Say where the lines behind come from (M-27, M-28)."""
    text = _("The following lines were copied from %(table)s %(no)s.") % {
        "table": MODELS[sides.table]._meta.verbose_name,
        "no": sides.duplicate_no,
    }
    CommentLine.objects.create(
        owner_kind=sides.table,
        owner_id=sides.current_id,
        line_no=line_no,
        comment=text[:NOTE_LENGTH],
        date=current().date,
        time=timezone.localtime().time().replace(microsecond=0),
        author=current().user_name,
        last_date_modified=timezone.localdate(),
        **sheet,
    )
