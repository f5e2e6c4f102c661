"""The ledger of an import: what became of every row of the file, written a chunk at a time with one statement."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection

from tuttava.transfer.models import ImportJob
from tuttava.transfer.plans import Plan
from tuttava.transfer.readers import Row

_STATEMENT = (
    "INSERT INTO transfer_importrow (job_id, number, label, entity_id, matched_by, messages, cells, planned, outcome,"
    " decision) SELECT %s, number, label, entity_id, matched_by, messages::jsonb, cells::jsonb, planned, outcome, ''"
    " FROM unnest(%s::bigint[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
    " AS r(number, label, entity_id, matched_by, messages, cells, planned, outcome)"
    " ON CONFLICT (job_id, number) DO UPDATE SET label = excluded.label, entity_id = excluded.entity_id,"
    " matched_by = excluded.matched_by, messages = excluded.messages, cells = excluded.cells,"
)
_RESULT = {True: " planned = excluded.planned", False: " outcome = excluded.outcome"}


def record(job: ImportJob, plans: Sequence[Plan], *, dry: bool) -> None:
    """Store the outcome of these rows; a dry run's stays beside the run's."""
    blank = [""] * len(plans)
    outcomes = [str(plan.outcome) for plan in plans]
    columns: list[Any] = [
        [plan.row.number for plan in plans],
        [_clean(plan.label)[:150] for plan in plans],
        [plan.entity_id or _real(plan.match_id) for plan in plans],
        [plan.matched_by for plan in plans],
        [_messages(plan) for plan in plans],
        [_cells(plan.row) if plan.errors else None for plan in plans],
        outcomes if dry else blank,
        blank if dry else outcomes,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT + _RESULT[dry], [job.pk, *columns])


def _real(identity: uuid.UUID | None) -> uuid.UUID | None:
    """The nil id stands for a contact that a dry run did not store."""
    return identity if identity and identity.int else None


def _messages(plan: Plan) -> str:
    notes = (*plan.errors, *plan.notes)
    return _clean(json.dumps([note.as_json() for note in notes], ensure_ascii=False)) if notes else "[]"


def _cells(row: Row) -> str:
    return json.dumps([_clean(cell) for cell in row.cells], ensure_ascii=False)


def _clean(text: str) -> str:
    """What the database can store of a text: no zero bytes, no half characters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "").replace("\\u0000", "")
