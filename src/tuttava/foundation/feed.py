"""Change feeds: what changed since a position, read from the journal, without ever missing a committed change.

A position is a PostgreSQL snapshot. A change belongs to the window between two positions when its transaction was not
visible in the older snapshot and is visible in the newer one - whatever transactions were open when either was taken,
and however long they took to commit. Numbers or times could not promise that: they are drawn before the commit.

What must not be missed is read *after* the position was taken (or in the same snapshot).
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from psycopg import sql

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.records import Record

_POSITION = re.compile(r"[0-9a-f]+-[0-9a-f]+/(\d+):(\d+):(\d+(?:,\d+)*)?")
_ZERO = uuid.UUID(int=0)


class PositionLost(Exception):
    """The position is not of this journal: unreadable, or the database was restored since."""


def position() -> str:
    """Where the current company's journal is now: what is committed and seen by this statement lies before it.

    The text also names the journal (server and table), because transaction numbers mean nothing in a restored copy.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_MARK} || '/' || pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


_MARK = (
    "(SELECT to_hex(system_identifier) FROM pg_control_system()) || '-' ||"
    " to_hex('foundation_journalchange'::regclass::oid::bigint)"
)


@dataclass(frozen=True)
class Window:
    """Everything committed after position ``since`` and not after position ``until``."""

    since: str
    until: str

    def __post_init__(self) -> None:
        marks = [each.partition("/")[0] for each in (self.since, self.until)]
        if marks[0] != marks[1] or not all(_POSITION.fullmatch(each) for each in (self.since, self.until)):
            raise PositionLost

    @property
    def is_empty(self) -> bool:
        """Whether nothing can have been committed in between."""
        return self.since == self.until

    def condition(self, alias: str = "j") -> sql.Composed:
        """SQL: the journal row ``alias`` lies in this window."""
        since, until = (each.partition("/")[2] for each in (self.since, self.until))
        return sql.SQL(
            "NOT pg_visible_in_snapshot({a}.txid::text::xid8, {since}::pg_snapshot)"
            " AND pg_visible_in_snapshot({a}.txid::text::xid8, {until}::pg_snapshot)"
        ).format(a=sql.Identifier(alias), since=sql.Literal(since), until=sql.Literal(until))

    def scan(self, alias: str = "j") -> sql.Composed:
        """The same with the bounds for an index that leads with type and transaction.

        Look-ups of one record go without them, so that no stale statistics make the planner walk the whole window for
        each record.
        """
        return sql.SQL("{a}.txid >= {low} AND {a}.txid < {high} AND {condition}").format(
            a=sql.Identifier(alias),
            low=sql.Literal(int(self.since.partition("/")[2].split(":")[0])),
            high=sql.Literal(int(self.until.partition("/")[2].split(":")[1])),
            condition=self.condition(alias),
        )


def is_position(text: str) -> bool:
    """Whether ``text`` is a position of the current company's journal."""
    if not _POSITION.fullmatch(text):
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_MARK} = %s", [text.partition("/")[0]])
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class Change:
    """One record that changed in a window, whatever happened to it how often.

    ``existed``: whether it was there before; ``exists``: whether it is there at the end. ``columns``: those that may
    have changed meanwhile (of a record deleted and put back: all); rows that hang on it do not count. ``first_at`` and
    ``last_at``: when its first and last change was written; ``began_at``: when the action of the first one began.
    """

    id: uuid.UUID
    existed: bool
    exists: bool
    columns: frozenset[str]
    first_at: dt.datetime
    last_at: dt.datetime
    began_at: dt.datetime


@dataclass(frozen=True)
class Feed:
    """The changes of one kind of record: of ``model`` itself, and of rows that ``hangers`` name.

    ``hangers`` are pairs of a model and the column with the record's id; a change of such a row is one of the record.
    """

    model: type[Record]
    hangers: tuple[tuple[type[Record], str], ...] = ()

    def page(self, window: Window, after: str = "", limit: int = 1000) -> tuple[list[Change], str]:
        """Up to ``limit`` changed records behind the place ``after``, and the place to go on from (blank: the end).

        Each record comes once, however many pages are read and whatever happens meanwhile. The order is one of the
        journal, so a page costs what its rows cost.
        """
        if window.is_empty:
            return [], ""
        found: list[uuid.UUID] = []
        if not after.startswith("m"):
            rows = self._in_order(window, after, limit)
            found = [row[0] for row in rows]
            after = f"{rows[-1][1]}.{rows[-1][2]}" if len(rows) == limit else "m"
        if after.startswith("m") and len(found) < limit:
            wanted = limit - len(found)
            others = self._scattered(window, uuid.UUID(after[1:]) if after[1:] else _ZERO, wanted)
            found += others
            after = f"m{others[-1].hex}" if len(others) == wanted else ""
        return self.details(window, found), after

    def one(self, window: Window, entity: uuid.UUID) -> list[Change]:
        """What happened to one record; empty when nothing did."""
        if window.is_empty:
            return []
        nobody = sql.SQL("SELECT NULL::uuid").format()
        names = [_named(model, column, window) for model, column in self.hangers] or [nobody]
        statement = sql.SQL(
            "SELECT {last} IS NOT NULL OR EXISTS (SELECT 1 FROM ({names}) n(entity) WHERE n.entity = e.entity)"
            " FROM (SELECT {entity}::uuid AS entity) e"
        ).format(last=self._last("e", window), names=sql.SQL(" UNION ALL ").join(names), entity=sql.Literal(entity))
        return self.details(window, [entity]) if _rows(statement)[0][0] else []

    def all(self, window: Window, limit: int = 1000) -> Iterator[Change]:
        """All changed records of the window, read in pages."""
        after = ""
        while True:
            changes, after = self.page(window, after, limit)
            yield from changes
            if not after:
                return

    @property
    def types(self) -> list[str]:
        """The journal's record types that matter here."""
        return sorted({*self._own, *(model._meta.label_lower for model, _column in self.hangers)})

    @property
    def _own(self) -> list[str]:
        """Types of the rows that are our records: of a view several."""
        return [model._meta.label_lower for model in tables_of(self.model)]

    @property
    def _owned(self) -> list[str]:
        """Types whose rows the journal files under our record, the record's own among them."""
        own = [model for model in tables_of(self.model) if model.journal_owner == "id"]
        return [model._meta.label_lower for model in (*own, *(m for m, column in self.hangers if _is_owner(m, column)))]

    def _in_order(self, window: Window, after: str, limit: int) -> list[tuple[uuid.UUID, int, int]]:
        """Records by the journal rows that index look-ups tie to them, each at the last of its rows."""
        txid, _dot, row = after.partition(".")
        statement = sql.SQL(
            "SELECT f.entity, f.txid, f.id FROM unnest({types}::text[]) AS t(name) CROSS JOIN LATERAL ("
            "SELECT e.entity, j.txid, j.id FROM {journal} j"
            " CROSS JOIN LATERAL (SELECT CASE WHEN j.record_type = ANY({own}) THEN j.record_id ELSE j.owner_id END)"
            " e(entity)"
            " WHERE j.record_type = t.name AND (j.txid, j.id) > ({txid}, {row}) AND {window} AND e.entity IS NOT NULL"
            " AND j.id = {last}"
            " ORDER BY j.txid, j.id LIMIT {limit}) f ORDER BY f.txid, f.id LIMIT {limit}"
        ).format(
            types=sql.Literal(sorted({*self._own, *self._owned})),
            journal=_JOURNAL,
            own=sql.Literal(self._own),
            txid=sql.Literal(int(txid or 0)),
            row=sql.Literal(int(row or 0)),
            window=window.scan(),
            last=self._last("e", window),
            limit=sql.Literal(limit),
        )
        return _rows(statement)

    def _scattered(self, window: Window, after: uuid.UUID, limit: int) -> list[uuid.UUID]:
        """Records that no index ties to the journal, by id: those that a hanging row left, or names in passing."""
        if not self.hangers:
            return []
        names = [_named(model, column, window) for model, column in self.hangers]
        statement = sql.SQL(
            "SELECT DISTINCT n.entity FROM ({names}) n(entity) WHERE n.entity > {after}"
            " AND {last} IS NULL ORDER BY n.entity LIMIT {limit}"
        ).format(
            names=sql.SQL(" UNION ALL ").join(names),
            after=sql.Literal(after),
            last=self._last("n", window),
            limit=sql.Literal(limit),
        )
        return [row[0] for row in _rows(statement)]

    def _last(self, alias: str, window: Window) -> sql.Composed:
        """SQL: the last row of the window that an index ties to the record ``<alias>.entity``; NULL without one."""
        owned = self._owned
        others = [name for name in self._own if name not in owned]
        ties = [sql.SQL("k.owner_id = {entity} AND k.record_type || '' = ANY({types})").format(**_tie(alias, owned))]
        if others:
            tie = sql.SQL("k.record_id = {entity} AND k.record_type || '' = ANY({types})")
            ties.append(tie.format(**_tie(alias, others)))
        found = [
            sql.SQL("(SELECT k.id FROM {journal} k WHERE {tie} AND {window} ORDER BY k.id DESC LIMIT 1)").format(
                journal=_JOURNAL, tie=tie, window=window.condition("k")
            )
            for tie in ties
        ]
        return sql.SQL("greatest({})").format(sql.SQL(", ").join(found))

    def details(self, window: Window, ids: Sequence[uuid.UUID]) -> list[Change]:
        """What the window holds about these records, in their order."""
        if not ids:
            return []
        statement = sql.SQL(
            "SELECT w.id, o.existed, o.remains, c.columns,"
            " coalesce(least(o.first_at, h.first_at), now()), coalesce(greatest(o.last_at, h.last_at), now()),"
            " coalesce(least(o.began_at, h.began_at), o.first_at, h.first_at, now())"
            " FROM unnest({ids}::uuid[]) WITH ORDINALITY AS w(id, place)"
            " CROSS JOIN LATERAL (SELECT bool_or(t.first_op <> 'I') AS existed, bool_or(t.last_op <> 'D') AS remains,"
            " min(t.first_at) AS first_at, max(t.last_at) AS last_at, min(t.began_at) AS began_at FROM ("
            "SELECT (array_agg(j.operation ORDER BY j.id))[1] AS first_op,"
            " (array_agg(j.operation ORDER BY j.id DESC))[1] AS last_op, min(j.at) AS first_at, max(j.at) AS last_at,"
            " min(u.at) AS began_at"
            " FROM {journal} j LEFT JOIN foundation_unitofwork u ON u.id = j.unit_id"
            " WHERE j.record_id = w.id AND j.record_type || '' = ANY({own}) AND {window} GROUP BY j.record_type) t) o"
            " CROSS JOIN LATERAL (SELECT array_agg(DISTINCT c.key) AS columns"
            " FROM {journal} k, jsonb_object_keys(coalesce(k.new, k.old)) c(key)"
            " WHERE k.record_id = w.id AND k.record_type || '' = ANY({own}) AND {window_k} AND (k.operation = 'U' OR"
            " k.operation = 'D' AND EXISTS (SELECT 1 FROM {journal} i WHERE i.record_id = w.id"
            " AND (i.id > k.id OR i.record_type <> k.record_type) AND i.operation = 'I' AND {window_i}))) c"
            " CROSS JOIN LATERAL (SELECT min(j.at) AS first_at, max(j.at) AS last_at, min(u.at) AS began_at"
            " FROM {journal} j LEFT JOIN foundation_unitofwork u ON u.id = j.unit_id"
            " WHERE j.owner_id = w.id AND j.record_type || '' = ANY({owned}) AND {window}) h ORDER BY w.place"
        ).format(
            ids=sql.Literal(list(ids)),
            journal=_JOURNAL,
            own=sql.Literal(self._own),
            owned=sql.Literal(self._owned),
            window=window.condition(),
            window_k=window.condition("k"),
            window_i=window.condition("i"),
        )
        return [
            Change(
                row[0],
                row[1] is not False,
                row[2] is not False,
                frozenset(row[3] or ()) - self.model.lasting,
                *row[4:],
            )
            for row in _rows(statement)
        ]


def tables_of(model: type[Record]) -> list[type[Record]]:
    """The models in whose name rows of ``model`` are journaled: a view's are those of the tables that it shows."""
    return [apps.get_model(label) for label in model.journaled_as] or [model]


def types_touched(window: Window, types: Sequence[str]) -> set[str]:
    """Those of the journal's record types in which anything changed."""
    if window.is_empty or not types:
        return set()
    statement = sql.SQL(
        "SELECT t.name FROM unnest({types}::text[]) AS t(name) WHERE EXISTS ("
        "SELECT 1 FROM {journal} j WHERE j.record_type = t.name AND {window})"
    ).format(types=sql.Literal(list(types)), journal=_JOURNAL, window=window.scan())
    return {row[0] for row in _rows(statement)}


def written_in(window: Window) -> models.expressions.RawSQL:
    """A condition for a queryset of the journal, or of a view of it: the entry was written in the window."""
    since, until = (each.partition("/")[2] for each in (window.since, window.until))
    return models.expressions.RawSQL(
        "NOT pg_visible_in_snapshot(txid::text::xid8, %s::pg_snapshot)"
        " AND pg_visible_in_snapshot(txid::text::xid8, %s::pg_snapshot)",
        (since, until),
        models.BooleanField(),
    )


def first_number(window: Window) -> int:
    """The lowest number of a journal entry that can lie in the window; 0 when none does."""
    statement = sql.SQL("SELECT coalesce(min(j.id), 0) FROM {journal} j WHERE {window}")
    return int(_rows(statement.format(journal=_JOURNAL, window=window.scan()))[0][0])


def deleted_matching(rows: models.QuerySet[Any], window: Window, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of ``ids`` whose last stored state, before the window deleted them, was one of ``rows``.

    ``rows`` must look at columns of its own table alone (:func:`columns_of`): its query runs over the deleted rows, put
    in the place of the table.
    """
    try:
        query, parameters = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return set()
    table = rows.model._meta.db_table
    ghosts = sql.SQL(
        "WITH {table} AS (SELECT DISTINCT ON (j.record_id) g.* FROM {journal} j"
        " CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, j.old{more}) g"
        " WHERE j.record_id = ANY({ids}) AND j.record_type || '' = ANY({types}) AND j.operation = 'D' AND {window}"
        " ORDER BY j.record_id, j.id DESC) "
    ).format(
        table=sql.Identifier(table),
        journal=_JOURNAL,
        ids=sql.Literal(list(ids)),
        types=sql.Literal([model._meta.label_lower for model in tables_of(rows.model)]),
        more=sql.SQL("").join(
            sql.SQL(" || jsonb_build_object({}, {})").format(sql.Literal(name), sql.SQL(value))
            for name, value in rows.model.journaled_more.items()
        ),
        window=window.condition(),
    )
    with connection.cursor() as cursor:
        prefix = ghosts.as_string(cursor.connection).replace("%", "%%")
        cursor.execute(prefix + query, parameters)
        return {row[0] for row in cursor.fetchall()}


def columns_of(rows: models.QuerySet[Any]) -> frozenset[str] | None:
    """The columns of its own table that decide whether a row is one of ``rows``; None: other tables decide as well.

    Of a view's columns only those count whose changes the journal tells, and those that never change.
    """
    found: set[str] = set()
    waiting: list[Any] = [rows.query.where]
    if rows.query.is_sliced or rows.query.combinator or rows.query.distinct or rows.query.extra_tables:
        return None
    while waiting:
        part = waiting.pop()
        if isinstance(part, models.expressions.Col):
            if part.alias != rows.model._meta.db_table:
                return None
            found.add(str(part.target.column))
        elif isinstance(part, models.expressions.Subquery | models.expressions.RawSQL) or hasattr(part, "alias_map"):
            return None
        elif hasattr(part, "get_source_expressions"):
            waiting += [each for each in part.get_source_expressions() if each is not None]
        elif hasattr(part, "children"):
            waiting += part.children
    return frozenset(found) if found <= stored_columns(rows.model) | rows.model.lasting else None


def stored_columns(model: type[Record]) -> frozenset[str]:
    """The columns that the journal tells of rows of ``model``."""
    found = frozenset(str(field.column) for table in tables_of(model) for field in table._meta.concrete_fields)
    return found | model.journaled_more.keys()


_JOURNAL = sql.SQL("foundation_journalchange")


def _is_owner(model: type[Record], column: str) -> bool:
    return str(attribute(model, model.journal_owner).column) == column


def _tie(alias: str, types: list[str]) -> dict[str, sql.Composable]:
    return {"entity": sql.Identifier(alias, "entity"), "types": sql.Literal(types)}


def _named(model: type[Record], column: str, window: Window) -> sql.Composed:
    """SQL: ids of records that changed rows of ``model`` name in ``column``, apart from those that own them."""
    parts = {
        "journal": _JOURNAL,
        "type": sql.Literal(model._meta.label_lower),
        "column": sql.Literal(column),
        "window": window.scan(),
        "table": sql.Identifier(model._meta.db_table),
        "field": sql.Identifier(column),
    }
    left = sql.SQL(
        "SELECT (j.old->>{column})::uuid FROM {journal} j"
        " WHERE j.record_type = {type} AND {window} AND j.old->>{column} IS NOT NULL"
    )
    if _is_owner(model, column):
        return sql.SQL("{} AND j.operation = 'U'").format(left.format(**parts))
    return sql.SQL(" UNION ALL ").join(
        [
            left.format(**parts),
            sql.SQL(
                "SELECT coalesce((j.new->>{column})::uuid, r.{field}) FROM {journal} j"
                " LEFT JOIN {table} r ON r.id = j.record_id WHERE j.record_type = {type} AND {window}"
            ).format(**parts),
        ]
    )


def _rows(statement: sql.Composed) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
