"""The journal: every write of business data, field by field, with who, when, through which door, in which unit of work.

Triggers write it (see :mod:`tuttava.foundation.triggers`), so bulk updates and raw SQL are in it too. History tabs,
undo, restore and change feeds read it; nothing keeps a second one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models, transaction
from django.db.models.fields.json import KT

from tuttava.foundation.context import remembering
from tuttava.foundation.ids import new_id


class UnitOfWork(models.Model):
    """One user action: everything written under it belongs together and can be taken back together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user_name = models.CharField(max_length=150, blank=True)
    door = models.CharField(max_length=20)
    action = models.CharField(max_length=100)
    summary = models.CharField(max_length=250, blank=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")

    class Meta:
        app_label = "foundation"

    def __str__(self) -> str:
        return self.summary or self.action


class JournalChange(models.Model):
    """One row written once: ``old`` and ``new`` hold the columns that changed.

    An insert holds its non-blank columns in ``new``, a deletion the whole row in ``old``. ``owner_id`` is the record
    whose history shows the change; ``txid`` the writing transaction, for change feeds that must miss nothing.
    """

    class Operation(models.TextChoices):
        INSERT = "I"
        UPDATE = "U"
        DELETE = "D"

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(
        UnitOfWork, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="changes"
    )
    txid = models.BigIntegerField()
    at = models.DateTimeField()
    record_type = models.CharField(max_length=60)
    record_id = models.UUIDField()
    owner_id = models.UUIDField(null=True)
    operation = models.CharField(max_length=1, choices=Operation.choices)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        app_label = "foundation"
        indexes = [
            models.Index(fields=["record_id", "id"], name="journal_record"),
            models.Index(fields=["owner_id", "-id"], name="journal_owner"),
            models.Index(fields=["record_type", "txid", "id"], name="journal_feed"),
            models.Index(fields=["at"], name="journal_at"),
            BrinIndex(fields=["txid"], name="journal_txid", autosummarize=True),
            models.Index(fields=["record_type", "-at"], name="journal_deleted", condition=models.Q(operation="D")),
            models.Index(
                models.F("record_type"), KT("old__no"), name="journal_deleted_no", condition=models.Q(operation="D")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.record_type} {self.record_id}"


def newest_changes(
    owners: Sequence[uuid.UUID],
    limit: int,
    *,
    before_id: int | None = None,
    until: dt.datetime | None = None,
    without_new: Sequence[str] = (),
    without_unit: uuid.UUID | None = None,
) -> list[JournalChange]:
    """The newest ``limit`` rows of these records' histories, latest first.

    ``before_id`` goes on behind a row, ``until`` leaves out what happened at or after a moment, ``without_new`` the
    adding of rows of these types, ``without_unit`` a whole unit of work. Reads the index once for each owner, however
    long the journal is.
    """
    found = JournalChange.objects.raw(
        "SELECT c.* FROM unnest(%s::uuid[]) AS o(id) CROSS JOIN LATERAL ("
        "SELECT * FROM foundation_journalchange j WHERE j.owner_id = o.id"
        " AND (%s::bigint IS NULL OR j.id < %s) AND (%s::timestamptz IS NULL OR j.at < %s)"
        " AND NOT (j.operation = 'I' AND j.record_type = ANY(%s))"
        " AND (%s::uuid IS NULL OR j.unit_id IS DISTINCT FROM %s)"
        " ORDER BY j.id DESC LIMIT %s) c ORDER BY c.id DESC LIMIT %s",
        [
            *(list(owners), before_id, before_id, until, until, list(without_new)),
            *(without_unit, without_unit, limit, limit),
        ],
    )
    return list(found)


def long_unit_at(row_id: int, most: int) -> uuid.UUID | None:
    """The unit of work that wrote a row, if it wrote more than ``most`` of them."""
    unit = JournalChange.objects.filter(pk=row_id).values_list("unit_id", flat=True).first()
    if unit is None or JournalChange.objects.filter(unit_id=unit)[: most + 1].count() <= most:
        return None
    return unit


_unit: ContextVar[uuid.UUID | None] = ContextVar("tuttava_unit", default=None)


def current_unit() -> uuid.UUID | None:
    """The unit of work being written, if any."""
    return _unit.get()


@contextmanager
def unit_of_work(
    action: str, summary: str = "", *, undoes: uuid.UUID | None = None, apart: bool = False
) -> Iterator[uuid.UUID]:
    """One transaction whose writes belong together. Inside another unit it joins that one (as a savepoint).

    ``apart``: it stays a unit of its own even there, to be taken back by itself.
    """
    outer = _unit.get()
    if outer is not None and not apart:
        with transaction.atomic():
            yield outer
        return
    with transaction.atomic(), remembering() as context:
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH unit AS (INSERT INTO foundation_unitofwork (id, at, user_name, door, action, summary, undoes_id)"
                " VALUES (%s, clock_timestamp(), %s, %s, %s, %s, %s) RETURNING id)"
                " SELECT set_config('tuttava.unit', id::text, true) FROM unit",
                [new_id(), context.user_name, context.door, action[:100], summary[:250], undoes],
            )
            unit = uuid.UUID(cursor.fetchone()[0])
        token = _unit.set(unit)
        try:
            yield unit
        finally:
            _unit.reset(token)
        _leave_unit(outer)


@contextmanager
def continue_unit(unit: uuid.UUID) -> Iterator[uuid.UUID]:
    """A further transaction of a unit that was begun before (a long job writes its unit in many)."""
    with transaction.atomic(), remembering():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tuttava.unit', %s, true)", [str(unit)])
        token = _unit.set(unit)
        try:
            yield unit
        finally:
            _unit.reset(token)
        _leave_unit()


@contextmanager
def told_elsewhere() -> Iterator[None]:
    """Leave rows that come and go in the block out of the journal: for bulk work that keeps a history of its own.

    Whoever uses it says how its part of a unit of work is taken back
    (:func:`tuttava.foundation.undo_elsewhere.partly_taken_back_by`). Inside a transaction; updates are journaled as
    ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tuttava.told_elsewhere', 'on', true)")
        yield
        cursor.execute("SELECT set_config('tuttava.told_elsewhere', '', true)")


_PART = """
WITH part AS (
    SELECT p.unit_id, p.owner_id FROM unnest(%(units)s::uuid[], %(owners)s::uuid[]) AS p(unit_id, owner_id)
), made AS (
    INSERT INTO foundation_unitofwork (id, at, user_name, door, action, summary, undoes_id)
    SELECT n.unit_id, u.at, u.user_name, u.door, u.action, u.summary, u.undoes_id
      FROM foundation_unitofwork u, (SELECT DISTINCT unit_id FROM part) n WHERE u.id = %(unit)s
)
UPDATE foundation_journalchange c SET unit_id = part.unit_id
  FROM part WHERE c.unit_id = %(unit)s AND c.owner_id = part.owner_id
"""


def part_unit(unit: uuid.UUID, parts: Sequence[Collection[uuid.UUID]]) -> None:
    """Let what a batch wrote at once be several units of work, each to be taken back by itself.

    ``parts``: for each of them the records whose histories show its writes. The first stays in ``unit``, and so does
    what belongs to none. Called inside the unit.
    """
    others = [(new_id(), part) for part in parts[1:]]
    if others:
        pairs = [(made, owner) for made, part in others for owner in part]
        with connection.cursor() as cursor:
            cursor.execute(
                _PART,
                {"unit": unit, "units": [made for made, _owner in pairs], "owners": [owner for _made, owner in pairs]},
            )


def _leave_unit(outer: uuid.UUID | None = None) -> None:
    """Later writes of an enclosing transaction are not this unit's, but those of the one around it."""
    if len(connection.savepoint_ids) > 0 or connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tuttava.unit', %s, true)", [str(outer or "")])
