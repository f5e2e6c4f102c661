"""What may still be done with segments that were logged (S-76, S-80 to S-82, I-70, I-71, I-160)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import UnitOfWork, unit_of_work
from tuttava.foundation.undo import UndoResult, taken_back_by
from tuttava.interactions import life
from tuttava.interactions.models import InteractionLogEntry, PrintFile
from tuttava.segments import canceling, logging, reopening_later
from tuttava.segments.canceling import is_long, toggle_canceled, toggle_canceled_later
from tuttava.segments.models import LoggedSegment, SegmentLine
from tuttava.segments.reopening_later import DELETE, reopen, reopen_inside, reopen_later, require_reopening
from tuttava.segments.resending import resend, resend_later
from tuttava.segments.reserving import SET, is_busy, refuse_busy, refuse_busy_unit
from tuttava.segments.signals import logged_deleting

__all__ = [
    "DELETE",
    "SET",
    "connect",
    "delete_canceled",
    "is_busy",
    "is_long",
    "print_file_of",
    "reopen",
    "reopen_later",
    "resend",
    "resend_later",
    "toggle_canceled",
    "toggle_canceled_later",
]


def connect() -> None:
    """Stay with the log: interactions of a canceled segment stay canceled; an undo of logging reopens the segment."""
    life.canceling.connect(_refuse_uncanceling, dispatch_uid="segments.refuse_uncanceling")
    taken_back_by(logging.ACTION, _undone)
    taken_back_by(canceling.ACTION, _finished_only)
    taken_back_by(reopening_later.ACTION, _finished_only)


def _refuse_uncanceling(*, entries: Sequence[InteractionLogEntry], canceled: bool, **_signal: Any) -> None:
    """I-70: an interaction stays canceled as long as its logged segment is; nothing changes while a job is at that."""
    numbers = {entry.logged_segment_entry_no for entry in entries} - {0}
    if not numbers:
        return
    rows = LoggedSegment.objects.filter(entry_no__in=numbers).order_by("entry_no")
    refuse_busy(*rows)
    found = rows.filter(canceled=True).first()
    if found is not None and not canceled:
        raise DomainError(
            "logged_segment_canceled",
            _("Logged segment %(no)s is canceled. Take that back for the whole segment.") % {"no": found.segment_no},
            rule="S-81",
        )


def delete_canceled(rows: QuerySet[LoggedSegment]) -> int:
    """Delete those of ``rows`` that are canceled; their interactions stay without them (S-82, I-160)."""
    require(DELETE, SET)
    with unit_of_work("delete canceled logged segments"):
        found = list(rows.filter(canceled=True).order_by("entry_no").select_for_update(of=("self",)))
        numbers = [row.entry_no for row in found]
        if not numbers:
            return 0
        refuse_busy(*found)
        logged_deleting.send(sender=LoggedSegment, entry_nos=numbers)
        InteractionLogEntry.objects.filter(logged_segment_entry_no__in=numbers).update(logged_segment_entry_no=0)
        gone = LoggedSegment.objects.filter(pk__in=[row.pk for row in found])
        gone._raw_delete(gone.db)
    return len(found)


def _undone(unit: UnitOfWork) -> UndoResult | None:
    """Whoever undoes the logging of a segment reopens it."""
    found = LoggedSegment.objects.filter(kept__unit=str(unit.pk)).first()
    if found is None:
        return None
    require_reopening()
    with unit_of_work("undo", str(unit), undoes=unit.pk) as own:
        segment = reopen_inside(found)
    lines = SegmentLine.objects.filter(segment=segment).count()
    return UndoResult(removed=found.kept["entries"], reinserted=lines, unit_id=own)


def _finished_only(unit: UnitOfWork) -> UndoResult | None:
    """What a job is still at is stopped there, not undone (``logged_segment_busy``)."""
    refuse_busy_unit(unit)
    return None


def print_file_of(logged: LoggedSegment) -> PrintFile | None:
    """What went to paper for a logged segment, the latest (I-164)."""
    return PrintFile.objects.filter(segment_no=logged.segment_no).order_by("-made_at").first()
