"""Rows of both records whose keys become the same, found in the database (M-13, M-16, M-22)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from tuttava.foundation import undo_plan as plan
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.merge_rules import Clash, Key, Reference, Sides, references_of
from tuttava.merging.tables import condition_of, field_of, held


@dataclass(frozen=True)
class Pair:
    """Two rows that cannot both refer to the survivor; ``gives_way``: the one that is dropped without asking."""

    current_row: uuid.UUID
    duplicate_row: uuid.UUID
    gives_way: uuid.UUID | None


# A column of the key that refers to the merged table itself counts with the survivor in it (M-16).
_PAIRS = """
SELECT {name} AS name, c.id AS ours, d.id AS theirs, {silent}
  FROM {table} d JOIN {table} c ON {same} AND c.id <> d.id
 WHERE d.{field} = {duplicate} AND {where_d} AND {where_c}
"""


def can_clash(reference: Reference) -> bool:
    """Whether rows of this reference may stand in each other's way."""
    return reference.clash in (Clash.ASK, Clash.DROP)


def clashing(references: Sequence[Reference], sides: Sides) -> dict[str, list[Pair]]:
    """The pairs of each column, by its name, in the order of the duplicate's rows; one statement."""
    parts = [
        sql.SQL(_PAIRS).format(
            name=sql.Literal(reference.name),
            silent=_silent(reference),
            table=plan.table_of(reference.model),
            same=sql.SQL(" AND ").join(_same(reference, key, sides)),
            field=field_of(reference),
            duplicate=held(reference, sides.duplicate_id, sides.duplicate_no),
            where_d=condition_of(reference, "d"),
            where_c=condition_of(reference, "c"),
        )
        for reference in references
        if can_clash(reference)
        for key in reference.all_keys
    ]
    found: dict[str, dict[tuple[uuid.UUID, uuid.UUID], Pair]] = defaultdict(dict)
    if parts:
        for name, ours, theirs, gives_way in plan.rows("{all} ORDER BY 3, 2", all=sql.SQL(" UNION ALL ").join(parts)):
            found[name].setdefault((ours, theirs), Pair(ours, theirs, gives_way))
    return {name: list(pairs.values()) for name, pairs in found.items()}


def _same(reference: Reference, key: Key, sides: Sides) -> Iterator[sql.Composable]:
    """SQL: the current row ``c`` has the key that the duplicate's row ``d`` will have."""
    merged = {each.field: each for each in references_of(reference.target) if each.model is reference.model}
    for name in (reference.field, *key.columns):
        column = plan.column_of(attribute(reference.model, name))
        if name in merged:
            ours = held(merged[name], sides.current_id, sides.current_no)
            theirs = held(merged[name], sides.duplicate_id, sides.duplicate_no)
            will_be = sql.SQL("CASE WHEN d.{c} = {theirs} THEN {ours} ELSE d.{c} END").format(
                c=column, theirs=theirs, ours=ours
            )
            yield sql.SQL("c.{} = {}").format(column, will_be)
        else:
            yield sql.SQL("c.{0} = d.{0}").format(column)
    if key.filled:
        column = plan.column_of(attribute(reference.model, key.filled))
        yield sql.SQL("c.{0} IS NOT NULL AND d.{0} IS NOT NULL").format(column)


def _silent(reference: Reference) -> sql.Composable:
    if reference.clash is Clash.DROP:
        return sql.SQL("d.id")
    if not reference.gives_way:
        return sql.SQL("NULL::uuid")
    column = plan.column_of(attribute(reference.model, reference.gives_way))
    return sql.SQL(
        "CASE WHEN d.{0} IS NULL OR d.{0} IS NOT DISTINCT FROM c.{0} THEN d.id WHEN c.{0} IS NULL THEN c.id END"
    ).format(column)
