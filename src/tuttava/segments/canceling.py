"""Logged segments canceled with all their interactions, or that taken back, however many there are (S-80, I-71).

Many interactions are changed by a job, chunk by chunk in one unit of work; the logged segments follow at its end and
refuse everything else until then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.foundation import jobs, undo
from tuttava.foundation.context import ask
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import logging, long_work
from tuttava.segments.models import LoggedSegment
from tuttava.segments.reserving import (
    locked,
    marked,
    release,
    require_write,
    reserve,
    stopped,
)
from tuttava.segments.signals import logged_toggled

KIND = "segments.cancel"
ACTION = "cancel logged segment"
#: Interactions changed in one transaction.
AT_ONCE = 5_000


def is_long(*rows: LoggedSegment) -> bool:
    """Whether a request should leave what concerns all interactions of these to a job."""
    entries = InteractionLogEntry.objects.filter(logged_segment_entry_no__in=[row.entry_no for row in rows])
    return entries.order_by()[: logging.MOST_AT_ONCE + 1].count() > logging.MOST_AT_ONCE


def toggle_canceled(logged: Sequence[LoggedSegment]) -> list[LoggedSegment]:
    """Cancel logged segments with their interactions and campaign entries, or take that back (S-80, I-71).

    All become the opposite of what the first one is. Asks ``q_toggle_canceled``. Raises ``logged_segment_busy``,
    ``segment_being_logged``.
    """
    require_write()
    if not _wanted(logged):
        return list(logged)
    if is_long(*logged):
        long_work.done_now(KIND, _title(logged), {"logged": _ids(logged)}, stopped)
    else:
        with unit_of_work(ACTION):
            rows, canceled = _chosen(_ids(logged))
            _entries([row.entry_no for row in rows]).filter(canceled=not canceled).update(canceled=canceled)
            _finish(rows, canceled)
    return list(LoggedSegment.objects.filter(pk__in=_ids(logged)).order_by("entry_no"))


def toggle_canceled_later(logged: Sequence[LoggedSegment]) -> Job | None:
    """The same as a job; what is refused is refused at once. None: it was asked, and is not wanted."""
    require_write()
    if not _wanted(logged):
        return None
    with _beginning(_ids(logged)) as state:
        return jobs.enqueue(KIND, _title(logged), {"logged": _ids(logged), "begun": state})


def _wanted(logged: Sequence[LoggedSegment]) -> bool:
    text = ngettext(
        "Change the canceled state of %(count)s logged segment and all its interactions?",
        "Change the canceled state of %(count)s logged segments and all their interactions?",
        len(logged),
    )
    return bool(logged) and ask("q_toggle_canceled", text % {"count": len(logged)}, default=True)


def _ids(logged: Sequence[LoggedSegment]) -> list[str]:
    return [str(row.pk) for row in logged]


def _title(logged: Sequence[LoggedSegment]) -> str:
    if len(logged) > 1:
        return _("Cancel logged segments, or take that back")
    if logged[0].canceled:
        return _("Take the cancellation of segment %(no)s back") % {"no": logged[0].segment_no}
    return _("Cancel segment %(no)s") % {"no": logged[0].segment_no}


def _chosen(ids: Sequence[str]) -> tuple[list[LoggedSegment], bool]:
    """The rows, locked, and what they become: the opposite of what the first one is."""
    rows = locked([uuid.UUID(each) for each in ids])
    return rows, not next(row.canceled for row in rows if str(row.pk) == ids[0])


def _entries(numbers: Sequence[int]) -> QuerySet[InteractionLogEntry]:
    return InteractionLogEntry.objects.filter(logged_segment_entry_no__in=numbers)


def _finish(rows: Sequence[LoggedSegment], canceled: bool) -> None:
    LoggedSegment.objects.filter(pk__in=[row.pk for row in rows]).update(canceled=canceled)
    for row in rows:
        row.canceled = canceled
    logged_toggled.send(sender=LoggedSegment, logged=rows, canceled=canceled)


# -- the job ---------------------------------------------------------------------------------------------------------


@contextmanager
def _beginning(ids: Sequence[str]) -> Iterator[long_work.State]:
    """Close the logged segments to everything else; gives the state that the job goes on from."""
    with unit_of_work(ACTION, apart=True) as unit:
        rows, canceled = _chosen(ids)
        reserve(rows, unit)
        numbers = [row.entry_no for row in rows]
        total = _entries(numbers).filter(canceled=not canceled).count()
        yield {"unit": str(unit), "numbers": numbers, "canceled": canceled, "last": 0, "done": 0, "total": total}


def _back_out(run: jobs.JobRun) -> None:
    """All is as it was; tried again, it begins anew."""
    state = long_work.begun(run)
    if "unit" in state and not state.get("finished"):
        with unit_of_work("stop canceling logged segment"):
            if marked(state["numbers"], state["unit"]):
                undo.take_back(uuid.UUID(state["unit"]), lambda _planned: None)
        run.leave({"again": True})


@jobs.job(KIND, back_out=_back_out)
def run_cancel(run: jobs.JobRun) -> dict[str, Any]:
    """Change the interactions in the order of their numbers; the logged segments come last."""
    require_write()
    ids = run.arguments["logged"]
    long_work.work_off(run, lambda: long_work.chunk(run, lambda: _beginning(ids), lambda: _move(run.state)), _back_out)
    return {"entries": run.state["done"], "canceled": run.state["canceled"]}


def _move(state: long_work.State) -> None:
    rows = marked(state["numbers"], state["unit"])
    if not rows:
        raise stopped()
    found = _entries(state["numbers"]).filter(canceled=not state["canceled"], entry_no__gt=state["last"])
    some = list(found.order_by("entry_no").values_list("pk", "entry_no")[:AT_ONCE])
    InteractionLogEntry.objects.filter(pk__in=[pk for pk, _number in some]).update(canceled=state["canceled"])
    state["done"] += len(some)
    if len(some) == AT_ONCE:
        state["last"] = some[-1][1]
        return
    release(rows)
    _finish(rows, state["canceled"])
    state.update(finished=True, changed=True)
