"""What may still be done with segments that were logged (S-76, S-80 to S-82, I-70, I-71, I-160)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.foundation import jobs
from tuttava.foundation.context import ask, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import UnitOfWork, unit_of_work
from tuttava.foundation.models import Job
from tuttava.foundation.undo import UndoResult, taken_back_by
from tuttava.interactions.life import canceling
from tuttava.interactions.models import InteractionLogEntry, PrintFile
from tuttava.segments import logging, reopening
from tuttava.segments.errors import being_logged
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine
from tuttava.segments.resending import resend, resend_later
from tuttava.segments.signals import logged_deleting, logged_toggled

__all__ = [
    "DELETE",
    "SET",
    "connect",
    "delete_canceled",
    "is_long",
    "print_file_of",
    "reopen",
    "reopen_later",
    "resend",
    "resend_later",
    "toggle_canceled",
]

SET = "loggedSegments"
DELETE = "logged_segments.delete"
KIND = "segments.reopen"


def connect() -> None:
    """Stay with the log: interactions of a canceled segment stay canceled; an undo of logging reopens the segment."""
    canceling.connect(_refuse_uncanceling, dispatch_uid="segments.refuse_uncanceling")
    taken_back_by(logging.ACTION, _undone)


# -- canceling -------------------------------------------------------------------------------------------------------


def toggle_canceled(logged: Sequence[LoggedSegment]) -> list[LoggedSegment]:
    """Cancel logged segments with their interactions and campaign entries, or take that back (S-80, I-71).

    All become the opposite of what the first one is. Asks ``q_toggle_canceled``.
    """
    _require_write()
    text = ngettext(
        "Change the canceled state of %(count)s logged segment and all its interactions?",
        "Change the canceled state of %(count)s logged segments and all their interactions?",
        len(logged),
    )
    if not logged or not ask("q_toggle_canceled", text % {"count": len(logged)}, default=True):
        return list(logged)
    with unit_of_work("cancel logged segment"):
        rows = _locked([each.pk for each in logged])
        canceled = not next(row.canceled for row in rows if row.pk == logged[0].pk)
        LoggedSegment.objects.filter(pk__in=[row.pk for row in rows]).update(canceled=canceled)
        numbers = [row.entry_no for row in rows]
        entries = InteractionLogEntry.objects.filter(logged_segment_entry_no__in=numbers, canceled=not canceled)
        entries.update(canceled=canceled)
        for row in rows:
            row.canceled = canceled
        logged_toggled.send(sender=LoggedSegment, logged=rows, canceled=canceled)
    return list(LoggedSegment.objects.filter(pk__in=[row.pk for row in rows]).order_by("entry_no"))


def _locked(ids: Sequence[uuid.UUID]) -> list[LoggedSegment]:
    """Logged segments, locked in the order of their numbers; those still being logged are refused."""
    rows = list(LoggedSegment.objects.select_for_update().filter(pk__in=ids).order_by("entry_no"))
    if len(rows) < len(set(ids)):
        raise DomainError("record_gone", _("The logged segment was deleted by somebody else."))
    busy = Segment.objects.filter(logged_as__in=[row.entry_no for row in rows]).exclude(logged_as=0).first()
    if busy is not None:
        raise being_logged(busy.no)
    return rows


def _refuse_uncanceling(*, entries: Sequence[InteractionLogEntry], canceled: bool, **_signal: Any) -> None:
    """I-70: an interaction stays canceled as long as its logged segment is."""
    numbers = {entry.logged_segment_entry_no for entry in entries} - {0}
    if canceled or not numbers:
        return
    found = LoggedSegment.objects.filter(entry_no__in=numbers, canceled=True).order_by("entry_no").first()
    if found is not None:
        raise DomainError(
            "logged_segment_canceled",
            _("Logged segment %(no)s is canceled. Take that back for the whole segment.") % {"no": found.segment_no},
            rule="S-81",
        )


# -- deleting and reopening ------------------------------------------------------------------------------------------


def delete_canceled(rows: QuerySet[LoggedSegment]) -> int:
    """Delete those of ``rows`` that are canceled; their interactions stay without them (S-82, I-160)."""
    require(DELETE, SET)
    with unit_of_work("delete canceled logged segments"):
        found = list(rows.filter(canceled=True).order_by("entry_no").select_for_update(of=("self",)))
        numbers = [row.entry_no for row in found]
        if not numbers:
            return 0
        logged_deleting.send(sender=LoggedSegment, entry_nos=numbers)
        InteractionLogEntry.objects.filter(logged_segment_entry_no__in=numbers).update(logged_segment_entry_no=0)
        gone = LoggedSegment.objects.filter(pk__in=[row.pk for row in found])
        gone._raw_delete(gone.db)
    return len(found)


def reopen(logged: LoggedSegment) -> Segment:
    """The segment as it was before it was logged; its interactions are taken out of the log (S-81 Better).

    Raises ``segment_delivered``, ``segment_entries_changed``, ``segment_not_reopenable`` and ``segment_being_logged``.
    """
    require(DELETE, SET)
    _require_reopening()
    with unit_of_work("reopen segment", logged.segment_no):
        return _reopen(logged)


def is_long(logged: LoggedSegment) -> bool:
    """Whether a request should leave reopening to a job."""
    return int(logged.kept.get("entries", 0)) > logging.MOST_AT_ONCE


def reopen_later(logged: LoggedSegment) -> Job:
    """The same as a job; what is refused is refused at once."""
    _require_reopening()
    reopening.refuse_reopening(logged)
    return jobs.enqueue(KIND, _("Reopen segment %(no)s") % {"no": logged.segment_no}, {"logged": str(logged.pk)})


@jobs.job(KIND)
def run_reopen(run: jobs.JobRun) -> dict[str, str]:
    """One transaction: stopped, nothing of it remains."""
    with run.chunk():
        found = LoggedSegment.objects.filter(pk=run.arguments["logged"]).first()
        return {"segment": reopen(found).no} if found is not None else {}


def _reopen(logged: LoggedSegment) -> Segment:
    fresh = _locked([logged.pk])[0]
    reopening.refuse_reopening(fresh)
    reopening.restore(uuid.UUID(fresh.kept["unit"]), fresh.entry_no)
    return Segment.objects.get(no=fresh.segment_no)


def _undone(unit: UnitOfWork) -> UndoResult | None:
    """Whoever undoes the logging of a segment reopens it."""
    found = LoggedSegment.objects.filter(kept__unit=str(unit.pk)).first()
    if found is None:
        return None
    _require_reopening()
    with unit_of_work("undo", str(unit), undoes=unit.pk) as own:
        segment = _reopen(found)
    lines = SegmentLine.objects.filter(segment=segment).count()
    return UndoResult(removed=found.kept["entries"], reinserted=lines, unit_id=own)


def _require_reopening() -> None:
    """Its logged segment goes."""
    _require_write()
    require(DELETE, SET)


def _require_write() -> None:
    require("api.write", SET)
    require("interaction_log.write", "interactionLogEntries")


def print_file_of(logged: LoggedSegment) -> PrintFile | None:
    """What went to paper for a logged segment, the latest (I-164)."""
    return PrintFile.objects.filter(segment_no=logged.segment_no).order_by("-made_at").first()
