"""A logged segment taken back: its segment is there again with all that belonged to it (S-81 Better).

The journal has every line, step and content that logging removed. The entries are removed here: an undo by itself
would only cancel them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

from django.db import connection
from django.utils.translation import gettext as _

from tuttava.foundation import undo, undo_plan
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import UnitOfWork, unit_of_work
from tuttava.foundation.records import Record
from tuttava.interactions.guard import lifted
from tuttava.interactions.keeping import remove_unused
from tuttava.interactions.models import (
    Delivery,
    DeliveryState,
    InteractionAttachment,
    InteractionComment,
    InteractionLogEntry,
)
from tuttava.interactions.removing import remove_hanging
from tuttava.segments.models import LoggedSegment, Segment, SegmentInteractionLanguage

#: Entries removed by one statement.
BATCH = 5_000
_GONE_OUT = (DeliveryState.DONE, DeliveryState.HANDING_OVER, DeliveryState.UNKNOWN, DeliveryState.WAITING)

# A delivery that failed leaves its status and a comment, and nothing else.
_CHANGED: LiteralString = """
SELECT e.entry_no FROM interactions_interactionlogentry e
 WHERE e.logged_segment_entry_no = %(logged)s AND (%(ids)s::uuid[] IS NULL OR e.id = ANY (%(ids)s)) AND (
       (e.version > 1 AND EXISTS (
          SELECT 1 FROM foundation_journalchange j WHERE j.record_id = e.id AND j.operation = 'U'
             AND j.record_type = %(type)s AND j.new - 'delivery_status'::text <> '{}'))
    OR (SELECT count(*) FROM interactions_interactioncomment k WHERE k.entry_id = e.id)
       > (SELECT count(*) FROM interactions_delivery d WHERE d.entry_id = e.id AND d.state = %(failed)s))
 ORDER BY e.entry_no LIMIT 1
"""


def refuse_reopening(logged: LoggedSegment) -> None:
    """Raise what stands in the way: ``segment_delivered``, ``segment_entries_changed``, ``segment_not_reopenable``."""
    if not UnitOfWork.objects.filter(pk=logged.kept.get("unit")).exists():
        raise DomainError(
            "segment_not_reopenable",
            _("Segment %(no)s cannot be reopened: what it was is not in the history any more.")
            % {"no": logged.segment_no},
            rule="S-81",
        )
    if Segment.objects.filter(no=logged.segment_no).exists():
        raise DomainError(
            "segment_not_reopenable",
            _("Segment %(no)s cannot be reopened: there is a segment with its number.") % {"no": logged.segment_no},
            rule="S-81",
        )
    entries = InteractionLogEntry.objects.filter(logged_segment_entry_no=logged.entry_no)
    if Delivery.objects.filter(entry__in=entries, state__in=_GONE_OUT).exists():
        raise DomainError(
            "segment_delivered",
            _("Segment %(no)s cannot be reopened: letters or mails were sent.") % {"no": logged.segment_no},
            rule="S-81",
        )
    refuse_changed(logged)
    if logged.canceled or entries.count() != logged.kept["entries"]:
        raise _changed(logged)


def refuse_changed(logged: LoggedSegment, ids: Sequence[uuid.UUID] | None = None) -> None:
    """Its interactions, or those of them with ``ids``, are as they were logged (``segment_entries_changed``)."""
    first = _first_changed(logged, ids)
    if first:
        raise _changed(logged, str(first))


def _changed(logged: LoggedSegment, entry_no: str = "") -> DomainError:
    return DomainError(
        "segment_entries_changed",
        _("Segment %(no)s cannot be reopened: its interactions were changed since.") % {"no": logged.segment_no},
        rule="S-81",
        field=entry_no,
    )


def _first_changed(logged: LoggedSegment, ids: Sequence[uuid.UUID] | None) -> int:
    parameters: dict[str, Any] = {
        "logged": logged.entry_no,
        "ids": None if ids is None else list(ids),
        "type": InteractionLogEntry._meta.label_lower,
        "failed": DeliveryState.FAILED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, parameters)
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def restore(
    unit: uuid.UUID, entry_no: int, *, besides: Sequence[type[Record]] = (), files: Collection[uuid.UUID] = ()
) -> None:
    """Remove the entries of a logged segment, and bring back what the unit of work that logged it removed.

    Rows of the models ``besides`` are there already; ``files``: what entries named that were removed before.
    """
    files = {*files, *_remove_entries(entry_no)}
    undo.take_back(unit, _without_files, besides=(InteractionLogEntry, InteractionComment, *besides))
    own = SegmentInteractionLanguage.objects.filter(attachment__in=files)
    named = set(own.values_list("attachment_id", flat=True))
    InteractionAttachment.objects.filter(pk__in=named, read_only=True).update(read_only=False)
    remove_unused([file for file in files if file not in named])


def take_back(state: Mapping[str, Any]) -> None:
    """Put the segment back that a job was logging when it was stopped; nothing when that was done."""
    if "unit" not in state:
        return
    with unit_of_work("stop logging segment", state["segment"]):
        rows = LoggedSegment.objects.select_for_update().filter(entry_no=state["logged"], kept__unit=state["unit"])
        if rows.first() is not None:
            restore(uuid.UUID(state["unit"]), state["logged"])


def _remove_entries(entry_no: int) -> set[uuid.UUID]:
    """Take the entries out of the log; answers the files they named."""
    files: set[uuid.UUID] = set()
    rows = InteractionLogEntry.objects.filter(logged_segment_entry_no=entry_no).order_by("entry_no")
    while found := list(rows.values_list("pk", "attachment_id")[:BATCH]):
        files |= {file for _pk, file in found if file is not None}
        remove_entries([pk for pk, _file in found])
    return files


def remove_entries(ids: Sequence[uuid.UUID]) -> None:
    """Take these entries out of the log with what hangs on them; the files they named stay."""
    with lifted():
        remove_hanging(ids)
        some = InteractionLogEntry.objects.filter(pk__in=ids)
        some._raw_delete(some.db)


def _without_files(_planned: Sequence[type[Record]]) -> None:
    """The files that entries named are seen to by the caller."""
    undo_plan.execute(
        "DELETE FROM undo_plan WHERE record_type = {type} AND action <> 'R'",
        type=undo_plan.type_of(InteractionAttachment),
    )
