"""The rows that refer to both records, counted and shown one by one (M-10 to M-12, M-40)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.foundation import undo_plan as plan
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.foundation.merge_rules import Reference, references_of
from tuttava.merging.models import Merge

#: Rows shown at once.
MOST_SHOWN = 500


@dataclass(frozen=True)
class TableLine:
    """A column that refers to the duplicate: how many rows of both; ``reference`` is its stable name."""

    reference: str
    table_name: str
    label: str
    field: str
    in_primary_key: bool
    current_count: int
    duplicate_count: int
    conflicts: int


@dataclass(frozen=True)
class MovingRow:
    """A row of the duplicate that will refer to the survivor."""

    id: uuid.UUID | None
    key: str
    text: str


def condition_of(reference: Reference, alias: str = "t") -> sql.Composed:
    """SQL: what else a row of this reference holds."""
    parts: list[sql.Composable] = [sql.SQL("TRUE")]
    for name, value in reference.where.items():
        column = sql.Identifier(alias, str(attribute(reference.model, name).column))
        parts.append(sql.SQL("{} = {}").format(column, sql.Literal(value)))
    return sql.SQL(" AND ").join(parts)


def field_of(reference: Reference) -> sql.Identifier:
    return plan.column_of(attribute(reference.model, reference.field))


def held(reference: Reference, identity: uuid.UUID, no: str) -> sql.Literal:
    """The value by which rows of this reference name a record."""
    return sql.Literal(identity if reference.holds == "id" else no)


def table_lines(merge: Merge) -> list[TableLine]:
    """One line for every column that the duplicate has rows in (M-10); nothing before a duplicate is chosen."""
    if merge.duplicate_id is None or merge.current_id is None:
        return []
    shown = [reference for reference in references_of(merge.table) if not reference.hidden]
    counts = _counts(merge, shown)
    found = merge.conflict_rows.values_list("model", "field").annotate(number=Count("pk"))
    conflicts = {f"{model}.{name}": number for model, name, number in found}
    return [
        TableLine(
            reference=reference.name,
            table_name=reference.set_name or reference.model._meta.label,
            label=str(reference.model._meta.verbose_name_plural).capitalize(),
            field=reference.field,
            in_primary_key=reference.in_key,
            current_count=ours,
            duplicate_count=theirs,
            conflicts=conflicts.get(reference.name, 0),
        )
        for reference, (ours, theirs) in zip(shown, counts, strict=True)
        if theirs
    ]


_COUNT = """
SELECT {place}::int AS place, count(*) FILTER (WHERE t.{field} = {current}) AS ours,
       count(*) FILTER (WHERE t.{field} = {duplicate}) AS theirs
  FROM {table} t WHERE t.{field} IN ({current}, {duplicate}) AND {where}
"""


def _counts(merge: Merge, references: Sequence[Reference]) -> list[tuple[int, int]]:
    """Rows of both records in each column, in one statement."""
    assert merge.current_id is not None and merge.duplicate_id is not None
    parts = [
        sql.SQL(_COUNT).format(
            place=sql.Literal(place),
            field=field_of(reference),
            table=plan.table_of(reference.model),
            current=held(reference, merge.current_id, merge.current_no),
            duplicate=held(reference, merge.duplicate_id, merge.duplicate_no),
            where=condition_of(reference),
        )
        for place, reference in enumerate(references)
    ]
    if not parts:
        return []
    statement = sql.SQL(" UNION ALL ").join(parts)
    found = {row[0]: (row[1], row[2]) for row in plan.rows("SELECT * FROM ({all}) counted", all=statement)}
    return [found[place] for place in range(len(references))]


def reference_named(table: str, name: str) -> Reference:
    """The reference with this name; ``not_found`` where there is none."""
    found = next((each for each in references_of(table) if each.name == name), None)
    if found is None:
        raise DomainError("not_found", _("There is no related table “%(name)s”.") % {"name": name}, field="table")
    return found


def moving_rows(merge: Merge, table: str, limit: int = 50, offset: int = 0) -> list[MovingRow]:
    """Rows of one table line (by its ``reference``) that will move, in a stable order (M-40)."""
    reference = reference_named(merge.table, table)
    value = merge.duplicate_id if reference.holds == "id" else merge.duplicate_no
    rows: QuerySet[models.Model] = reference.model._default_manager.filter(
        **{reference.field: value}, **reference.where
    )
    if reference.model._meta.model_name == merge.table:
        rows = rows.exclude(pk=merge.duplicate_id)
    limit = min(limit, MOST_SHOWN)
    return [_row(row) for row in rows.order_by("pk")[offset : offset + limit]]


def _row(row: models.Model) -> MovingRow:
    identity = getattr(row, "pk", None)
    words = next(
        (
            str(found)
            for name in ("name", "description", "comment", "email", "file_name", "address")
            if (found := getattr(row, name, ""))
        ),
        "",
    )
    return MovingRow(identity if isinstance(identity, uuid.UUID) else None, str(row), words)
