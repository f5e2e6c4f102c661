"""Logged segments reopened: at once, or by a job that takes entries out and brings lines back chunk by chunk (S-81).

The journal tells in its order what logging removed. The header of the segment comes first and names its logged segment
until the end, so that it refuses changes; its lines and their history follow, what belongs to the header comes last.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from tuttava.foundation import jobs, undo, undo_plan
from tuttava.foundation.context import require
from tuttava.foundation.journal import JournalChange, unit_of_work
from tuttava.foundation.models import Job
from tuttava.interactions.models import Delivery, InteractionLogEntry
from tuttava.segments import long_work, reopening
from tuttava.segments.canceling import is_long
from tuttava.segments.models import LoggedSegment, Segment, SegmentHistoryEntry, SegmentLine
from tuttava.segments.reserving import SET, locked, marked, require_write, reserve, stopped

DELETE = "logged_segments.delete"
KIND = "segments.reopen"
ACTION = "reopen segment"
#: Rows brought back, and entries taken out, in one transaction.
AT_ONCE = 5_000
_MANY = [SegmentLine._meta.label_lower, SegmentHistoryEntry._meta.label_lower]


def reopen(logged: LoggedSegment) -> Segment:
    """The segment as it was before it was logged; its interactions are taken out of the log (S-81 Better).

    Raises ``segment_delivered``, ``segment_entries_changed``, ``segment_not_reopenable``, ``segment_being_logged`` and
    ``logged_segment_busy``.
    """
    require_reopening()
    if is_long(logged):
        long_work.done_now(KIND, _title(logged), _arguments(logged), stopped)
        return Segment.objects.get(no=logged.segment_no)
    with unit_of_work(ACTION, logged.segment_no):
        return reopen_inside(logged)


def reopen_inside(logged: LoggedSegment) -> Segment:
    """All of it in the unit of work at hand."""
    fresh = _reopenable(logged.pk)
    reopening.restore(uuid.UUID(fresh.kept["unit"]), fresh.entry_no)
    return Segment.objects.get(no=fresh.segment_no)


def reopen_later(logged: LoggedSegment) -> Job:
    """The same as a job; what is refused is refused at once, and the segment is there, but closed, from now on."""
    require_reopening()
    arguments = _arguments(logged)
    with _beginning(arguments) as state:
        return jobs.enqueue(KIND, _title(logged), arguments | {"begun": state})


def require_reopening() -> None:
    """Its logged segment goes."""
    require_write()
    require(DELETE, SET)


def _arguments(logged: LoggedSegment) -> dict[str, Any]:
    return {"logged": str(logged.pk), "no": logged.segment_no}


def _title(logged: LoggedSegment) -> str:
    return _("Reopen segment %(no)s") % {"no": logged.segment_no}


def _reopenable(pk: uuid.UUID) -> LoggedSegment:
    (fresh,) = locked([pk])
    reopening.refuse_reopening(fresh)
    return fresh


# -- the job ---------------------------------------------------------------------------------------------------------


@contextmanager
def _beginning(arguments: Mapping[str, Any]) -> Iterator[long_work.State]:
    """Bring the header back, closed; gives the state that the job goes on from."""
    with unit_of_work(ACTION, arguments["no"], apart=True) as unit:
        logged = _reopenable(uuid.UUID(arguments["logged"]))
        reserve([logged], unit)
        of = logged.kept["unit"]
        header = JournalChange.objects.filter(unit=of, record_type=Segment._meta.label_lower, operation="D")
        undo.restore_rows(uuid.UUID(of), undo_plan.Part((), list(header.values_list("record_id", flat=True))))
        Segment.objects.filter(no=logged.segment_no).update(logged_as=logged.entry_no)
        yield {
            "unit": str(unit),
            "of": of,
            "logged": logged.entry_no,
            "segment": logged.segment_no,
            "last": 0,
            "done": 0,
            "total": _removed(uuid.UUID(of)).count(),
        }


def _removed(unit: uuid.UUID) -> QuerySet[JournalChange]:
    """Lines and their history that logging removed, in the order in which it did."""
    return JournalChange.objects.filter(unit_id=unit, record_type__in=_MANY, operation="D").order_by("id")


def _back_out(run: jobs.JobRun) -> None:
    """All is as it was; tried again, it begins anew."""
    state = long_work.begun(run)
    if "unit" in state and not state.get("finished"):
        with unit_of_work("stop reopening segment", state["segment"]):
            if marked([state["logged"]], state["unit"]):
                undo.take_back(uuid.UUID(state["unit"]), lambda _planned: None)
        run.leave({"again": True})


@jobs.job(KIND, back_out=_back_out)
def run_reopen(run: jobs.JobRun) -> dict[str, str]:
    """Entries out and lines back, chunk by chunk; then all that is left."""
    require_reopening()
    long_work.work_off(
        run, lambda: long_work.chunk(run, lambda: _beginning(run.arguments), lambda: _move(run.state)), _back_out
    )
    return {"segment": run.state["segment"]}


def _move(state: long_work.State) -> None:
    held = marked([state["logged"]], state["unit"])
    if not held:
        raise stopped()
    _take_out(held[0])
    some = list(_removed(uuid.UUID(state["of"])).filter(id__gt=state["last"]).values_list("id", "record_id")[:AT_ONCE])
    if some:
        undo.restore_rows(uuid.UUID(state["of"]), undo_plan.Part((), [record for _place, record in some]))
        state["last"] = some[-1][0]
        state["done"] += len(some)
    if len(some) < AT_ONCE:
        _finish(state, held[0])


def _take_out(logged: LoggedSegment) -> None:
    """The next entries leave the log, unless one was changed meanwhile.

    Those with a delivery that failed wait for the last transaction: the post office's book cannot be brought back.
    """
    free = _entries(logged).exclude(Exists(Delivery.objects.filter(entry=OuterRef("pk"))))
    some = list(free.values_list("pk", flat=True)[:AT_ONCE])
    reopening.refuse_changed(logged, some)
    reopening.remove_entries(some)


def _entries(logged: LoggedSegment) -> QuerySet[InteractionLogEntry]:
    rows = InteractionLogEntry.objects.filter(logged_segment_entry_no=logged.entry_no)
    return rows.order_by("entry_no").select_for_update(of=("self",))


def _finish(state: long_work.State, logged: LoggedSegment) -> None:
    """What is left of the entries, and what belongs to the header; then the segment is open."""
    reopening.refuse_changed(logged, list(_entries(logged).values_list("pk", flat=True)))
    gone = JournalChange.objects.filter(
        unit=state["unit"], record_type=InteractionLogEntry._meta.label_lower, operation="D"
    )
    named = gone.order_by().values_list(KT("old__attachment_id"), flat=True).distinct()
    reopening.restore(
        uuid.UUID(state["of"]),
        logged.entry_no,
        besides=(Segment, SegmentLine, SegmentHistoryEntry),
        files=[uuid.UUID(file) for file in named if file],
    )
    Segment.objects.filter(no=logged.segment_no).update(logged_as=0)
    state.update(finished=True, changed=True)
