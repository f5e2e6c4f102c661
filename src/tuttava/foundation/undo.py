"""Taking back a unit of work, set-based, from the journal.

The undo is a unit of work itself, so it can be taken back too. It runs in one transaction: either the whole of it
happens or nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, cast

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg import sql
from psycopg.types.json import Jsonb

from tuttava.foundation import undo_plan as plan
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import Detail, DomainError
from tuttava.foundation.journal import UnitOfWork, unit_of_work
from tuttava.foundation.records import Record, rules_of
from tuttava.foundation.statement_references import looked_after
from tuttava.foundation.undo_dangling import drop_dangling
from tuttava.foundation.undo_elsewhere import parts_of

#: Rows written by one statement.
BATCH = 10_000
#: Conflicts that are named one by one; all of them are counted.
NAMED = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class UndoConflict:
    """A row, or some ``columns`` of it, that was not taken back.

    ``reason``: ``changed`` (changed by somebody since), ``gone`` (deleted since), ``exists`` (there again already),
    ``in_use`` (something else refers to it now), ``taken`` (its key belongs to another row now), ``missing`` (what it
    referred to is gone: the key that column held is in ``lost``).
    """

    record_type: str
    record_id: uuid.UUID
    reason: str
    columns: tuple[str, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()

    @property
    def message(self) -> str:
        model = apps.get_model(self.record_type)
        row = model._default_manager.filter(pk=self.record_id).first()
        words = {
            "changed": _("%(record)s was changed since."),
            "gone": _("%(record)s was deleted since."),
            "exists": _("%(record)s is there again already."),
            "in_use": _("%(record)s is in use now."),
            "taken": _("%(record)s: the key belongs to another record now."),
            "missing": _("%(record)s: what it refers to is gone."),
        }[self.reason]
        name = str(model._meta.verbose_name)
        return words % {"record": f"{name} {row}" if row else name}


@dataclass
class UndoResult:
    """Rows that got old values back, were removed, were put back; and how many could not be, some by name."""

    restored: int = 0
    removed: int = 0
    reinserted: int = 0
    conflict_count: int = 0
    conflicts: list[UndoConflict] = field(default_factory=list)
    unit_id: uuid.UUID | None = None


#: How units of work of some actions are taken back; None: as all others are, and a way may refuse.
Way = Callable[[UnitOfWork], UndoResult | None]
_ways: dict[str, Way] = {}


def taken_back_by(action: str, way: Way) -> None:
    """Let a room take the units of its own actions back in its own way, whichever door asks for it."""
    _ways[action] = way


def take_back(
    unit_id: uuid.UUID,
    judge: Callable[[Sequence[type[Record]]], None],
    *,
    besides: Sequence[type[Record]] = (),
) -> None:
    """Take a unit back inside the unit of work at hand; ``judge`` decides what of the plan is left as it is.

    Rows of the models ``besides`` are no part of the plan, which stays in the temporary table ``undo_plan`` until the
    next one. The caller has checked the rights.
    """
    plan.build(unit_id, besides=besides)
    planned = plan.planned_models()
    judge(planned)
    plan.leave_incidental(planned)
    _write(planned, strict=False, progress=None)
    current().cache.clear()


def undo_unit(unit_id: uuid.UUID, *, strict: bool = True, progress: Progress | None = None) -> UndoResult:
    """Take back everything that the unit of work wrote.

    ``strict``: refuse with ``undo.changed_since`` (details name the rows) when anything was changed since by another
    unit; otherwise take back the rest and return the conflicts. Needs the write right of every set touched.
    ``progress(done, total)`` is called after each batch of rows.
    """
    unit = UnitOfWork.objects.filter(pk=unit_id).first()
    if unit is None:
        raise DomainError("not_found", _("This change is not in the history any more."))
    own_way = _ways.get(unit.action)
    done = own_way(unit) if own_way is not None else None
    if done is not None:
        return done
    summary = _("Undo: %(what)s") % {"what": unit.summary or unit.action}
    with unit_of_work("undo", summary, undoes=unit_id) as own:
        if own != unit_id:  # a caller's own unit of work becomes the undo
            UnitOfWork.objects.filter(pk=own, undoes=None).update(undoes=unit_id, summary=summary[:250])
        parts = parts_of(unit)
        plan.build(unit_id)
        moved = [part() for part in parts]
        planned = plan.planned_models()
        for model in planned:
            rules = rules_of(model)
            require(rules.write_right, rules.set_name)
        result = _carry_out(planned, strict=strict, progress=progress)
        result.removed += sum(each.removed for each in moved)
        result.reinserted += sum(each.reinserted for each in moved)
        result.unit_id = own
    current().cache.clear()
    return result


def restore_rows(unit_id: uuid.UUID, part: plan.Part, *, skip: Collection[uuid.UUID] = ()) -> UndoResult:
    """Put back the rows of ``part`` that the unit deleted, except the ids in ``skip``; nothing else of it (C-87).

    The caller has checked the rights. A row whose key belongs to another row now is a conflict with reason ``taken``;
    one that refers to what is gone comes back without that, or not at all if it is nothing without (``missing``).
    """
    with unit_of_work("restore") as own:
        plan.build(unit_id, part=part, skip=skip)
        result = _carry_out(plan.planned_models(), strict=False, progress=None)
        result.unit_id = own
    current().cache.clear()
    return result


def _carry_out(planned: Sequence[type[Record]], *, strict: bool, progress: Progress | None) -> UndoResult:
    plan.find_conflicts(planned)
    plan.leave_incidental(planned)
    if strict:
        _refuse_conflicts()
    _write(planned, strict=strict, progress=progress)
    return _result()


def _write(planned: Sequence[type[Record]], *, strict: bool, progress: Progress | None) -> None:
    counter = _Counter(progress)
    with looked_after():
        for action, apply in (("D", _remove), ("U", _give_back), ("R", _put_back)):
            for model in plan.with_action(planned, action):
                for batch in _batches(model, action):
                    apply(model, batch)
                    counter.add(len(batch))
        referring = plan.with_action(planned, "U", "R")
        while sum(drop_dangling(model) for model in referring):
            pass
    plan.leave_incidental(planned)
    if strict:
        _refuse_conflicts()
    for model in plan.with_action(planned, "D"):
        for batch in _batches(model, "D"):
            rules_of(model).after_take_back(_record_ids(batch))
    for model in plan.with_action(planned, "U", "R"):
        for batch in _batches(model, "U", "R"):
            rules_of(model).after_restore(_record_ids(batch))


class _Counter:
    def __init__(self, progress: Progress | None) -> None:
        self.progress, self.done = progress, 0
        self.total = plan.rows("SELECT count(*) FROM undo_plan WHERE problem IS NULL")[0][0]

    def add(self, count: int) -> None:
        self.done += count
        if self.progress:
            self.progress(self.done, self.total)


# -- writing ---------------------------------------------------------------------------------------------------------


def _batches(model: type[Record], *actions: str) -> Iterator[list[int]]:
    """Places in the plan of the rows of ``model`` that nothing stands in the way of, a batch at a time."""
    last = 0
    while True:
        places = plan.rows(
            "SELECT place FROM undo_plan WHERE record_type = {type} AND action = ANY ({actions}) AND problem IS NULL"
            " AND place > {last} ORDER BY place LIMIT {limit}",
            type=plan.type_of(model),
            actions=sql.Literal(list(actions)),
            last=sql.Literal(last),
            limit=sql.Literal(BATCH),
        )
        if not places:
            return
        last = places[-1][0]
        yield [place for (place,) in places]


def _record_ids(batch: Sequence[int]) -> list[uuid.UUID]:
    found = plan.rows("SELECT record_id FROM undo_plan WHERE place = ANY ({batch})", batch=sql.Literal(list(batch)))
    return [record_id for (record_id,) in found]


def _remove(model: type[Record], batch: Sequence[int]) -> None:
    plan.execute(
        "DELETE FROM {table} t USING undo_plan p WHERE p.place = ANY ({batch}) AND t.id = p.record_id",
        table=plan.table_of(model),
        batch=sql.Literal(list(batch)),
    )


def _give_back(model: type[Record], batch: Sequence[int]) -> None:
    """Write old values; where a key is taken now, halve the batch until the row is found that cannot have it."""
    try:
        with transaction.atomic():
            _update(model, batch)
    except IntegrityError:
        if len(batch) == 1:
            plan.execute("UPDATE undo_plan SET problem = 'taken' WHERE place = {place}", place=sql.Literal(batch[0]))
            return
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            _give_back(model, half)


def _update(model: type[Record], batch: Sequence[int]) -> None:
    places = sql.Literal(list(batch))
    keys = {
        key
        for (key,) in plan.rows(
            "SELECT DISTINCT jsonb_object_keys(restore) FROM undo_plan WHERE place = ANY ({batch})", batch=places
        )
    }
    fields = [field for field in model._meta.concrete_fields if field.column in keys]
    if not fields:
        return
    # Only the columns wanted are read from JSON: making a whole row of it costs more than the update.
    each = sql.SQL("{column} = CASE WHEN p.restore ? {name} THEN r.{column} ELSE t.{column} END")
    plan.execute(
        "UPDATE {table} t SET {sets} FROM undo_plan p CROSS JOIN LATERAL jsonb_to_record(p.restore) AS r({types})"
        " WHERE p.place = ANY ({batch}) AND t.id = p.record_id",
        table=plan.table_of(model),
        sets=sql.SQL(", ").join([each.format(column=plan.column_of(f), name=sql.Literal(f.column)) for f in fields]),
        types=sql.SQL(", ").join([sql.SQL("{} {}").format(plan.column_of(f), _type(f)) for f in fields]),
        batch=places,
    )


def _type(field: models.Field[Any, Any]) -> sql.SQL:
    return sql.SQL(cast("LiteralString", field.db_type(connection)))


def _put_back(model: type[Record], batch: Sequence[int]) -> None:
    """Insert deleted rows again; a version higher than any before makes pages opened earlier notice."""
    columns = [plan.column_of(f) for f in model._meta.concrete_fields]
    plan.execute(
        "WITH back AS (INSERT INTO {table} ({columns}) SELECT {values} FROM undo_plan p"
        " CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, {defaults} || p.restore"
        " || jsonb_build_object('version', p.last_id)) r WHERE p.place = ANY ({batch})"
        " ON CONFLICT DO NOTHING RETURNING id)"
        " UPDATE undo_plan p SET problem = 'taken'"
        " WHERE p.place = ANY ({batch}) AND NOT EXISTS (SELECT 1 FROM back WHERE back.id = p.record_id)",
        table=plan.table_of(model),
        columns=sql.SQL(", ").join(columns),
        values=sql.SQL(", ").join([sql.SQL("r.{}").format(column) for column in columns]),
        defaults=sql.Literal(Jsonb(_defaults(model), dumps=_dumps)),
        batch=sql.Literal(list(batch)),
    )


def _dumps(value: Any) -> str:
    return DjangoJSONEncoder().encode(value)


def _defaults(model: type[Record]) -> dict[str, Any]:
    """What columns hold that did not exist yet when the row was deleted."""
    fields = [f for f in model._meta.concrete_fields if not f.primary_key and f.has_default()]
    return {str(f.column): f.get_prep_value(f.get_default()) for f in fields if not isinstance(f, models.BinaryField)}


# -- the outcome -----------------------------------------------------------------------------------------------------


_CONFLICTS = """
SELECT record_type, record_id, coalesce(problem, CASE WHEN columns = '{{}}' THEN 'missing' ELSE 'changed' END),
       columns, ARRAY(SELECT ARRAY[key, value] FROM jsonb_each_text(lost)), count(*) OVER ()
  FROM undo_plan WHERE problem IS NOT NULL OR columns <> '{{}}' OR lost <> '{{}}' ORDER BY place LIMIT {limit}
"""


def _conflicts() -> tuple[int, list[UndoConflict]]:
    """How many there are, and the first of them."""
    found = plan.rows(_CONFLICTS, limit=sql.Literal(NAMED))
    named = [
        UndoConflict(kind, row, reason, tuple(columns), tuple((name, key) for name, key in lost))
        for kind, row, reason, columns, lost, _count in found
    ]
    return found[0][-1] if found else 0, named


def _refuse_conflicts() -> None:
    count, conflicts = _conflicts()
    if not count:
        return
    details = [Detail(f"undo.{conflict.reason}", conflict.message, str(conflict.record_id)) for conflict in conflicts]
    raise DomainError(
        "undo.changed_since",
        ngettext(
            "This cannot be undone as a whole: %(count)d record was changed or used since. %(first)s",
            "This cannot be undone as a whole: %(count)d records were changed or used since. The first: %(first)s",
            count,
        )
        % {"count": count, "first": details[0].message},
        details=details,
    )


def _result() -> UndoResult:
    done = plan.rows(
        "SELECT action, count(*) FROM undo_plan WHERE problem IS NULL AND restore IS DISTINCT FROM '{{}}' GROUP BY 1"
    )
    by_action = dict(done)
    count, conflicts = _conflicts()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE undo_plan")
    return UndoResult(by_action.get("U", 0), by_action.get("D", 0), by_action.get("R", 0), count, conflicts)
