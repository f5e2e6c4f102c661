"""Logged segments held for work: locked, and closed to everything else while a job is at them (S-80, S-81).

The mark stands in ``kept`` and names the unit of work of the job.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import UnitOfWork
from tuttava.segments.errors import being_logged
from tuttava.segments.models import LoggedSegment, Segment

SET = "loggedSegments"
_MARK = "under_way"


def require_write() -> None:
    """The rights to change logged segments and their interactions."""
    require("api.write", SET)
    require("interaction_log.write", "interactionLogEntries")


def locked(ids: Sequence[uuid.UUID]) -> list[LoggedSegment]:
    """Logged segments, locked in the order of their numbers.

    Raises ``record_gone``, ``segment_being_logged``, ``logged_segment_busy``.
    """
    rows = list(LoggedSegment.objects.select_for_update().filter(pk__in=ids).order_by("entry_no"))
    if len(rows) < len(set(ids)):
        raise DomainError("record_gone", _("The logged segment was deleted by somebody else."))
    refuse_busy(*rows)
    busy = Segment.objects.filter(logged_as__in=[row.entry_no for row in rows]).exclude(logged_as=0).first()
    if busy is not None:
        raise being_logged(busy.no)
    return rows


def refuse_busy(*rows: LoggedSegment) -> None:
    """Nothing else is done with a logged segment that a job is at (``logged_segment_busy``)."""
    _refuse(LoggedSegment.objects.filter(pk__in=[row.pk for row in rows], kept__has_key=_MARK))


def refuse_busy_unit(unit: UnitOfWork) -> None:
    """What a job is still at cannot be undone, only stopped (``logged_segment_busy``)."""
    _refuse(LoggedSegment.objects.filter(kept__contains={_MARK: str(unit.pk)}))


def _refuse(rows: QuerySet[LoggedSegment]) -> None:
    number = rows.order_by("entry_no").values_list("segment_no", flat=True).first()
    if number is not None:
        raise DomainError(
            "logged_segment_busy",
            _("Segment %(no)s is being canceled or reopened. Try again when that is done.") % {"no": number},
            rule="S-80",
        )


def is_busy(row: LoggedSegment) -> bool:
    """Whether a job is canceling or reopening it."""
    return _MARK in row.kept


def reserve(rows: Sequence[LoggedSegment], unit: uuid.UUID) -> None:
    """Close locked rows to everything but the job of this unit of work."""
    for row in rows:
        row.kept = {**row.kept, _MARK: str(unit)}
        LoggedSegment.objects.filter(pk=row.pk).update(kept=row.kept)


def marked(numbers: Sequence[int], unit: str) -> list[LoggedSegment]:
    """The rows of these numbers, locked, as long as all of them are held by this unit of work; else none."""
    rows = LoggedSegment.objects.select_for_update().filter(entry_no__in=numbers).order_by("entry_no")
    found = [row for row in rows if row.kept.get(_MARK) == unit]
    return found if len(found) == len(numbers) else []


def release(rows: Sequence[LoggedSegment]) -> None:
    """Open them again."""
    for row in rows:
        row.kept = {name: value for name, value in row.kept.items() if name != _MARK}
        LoggedSegment.objects.filter(pk=row.pk).update(kept=row.kept)


def stopped(words: str = "") -> DomainError:
    """What is said when the job's hold was lost, or it ended without a reason."""
    return DomainError("logged_segment_busy", words or _("The work was called off; all is as it was."), rule="S-80")
