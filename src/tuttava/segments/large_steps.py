"""Steps so large that the journal leaves their lines to the segment's own history: how they are undone (S-34).

To undo such a step is to go back behind it, as long as it is the last one. To have gone back over one cannot be undone;
the step can be done again.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange, UnitOfWork, unit_of_work
from tuttava.foundation.undo import UndoResult, taken_back_by
from tuttava.segments import removing
from tuttava.segments.models import (
    CriteriaKind,
    Segment,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
    SegmentLine,
)
from tuttava.segments.planning import MANY

#: Units of work in which steps are done.
_STEPS = (
    *("add contacts", "reduce contacts", "refine contacts", "reuse logged segment", "reuse segment criteria"),
    "build segment from saved criteria",
)
_BACK, _FAR_BACK = "go back", "go back over a large step"


def connect() -> None:
    """Say how units of these actions are taken back."""
    for action in _STEPS:
        taken_back_by(action, _undone)
    taken_back_by(_FAR_BACK, _not_undone)


def action_of_going_back(segment: Segment, steps: int) -> str:
    """What going back so many steps is called in the history: whether one of them is large decides."""
    actions = SegmentCriteriaLine.objects.filter(segment=segment, type=CriteriaKind.ACTION).order_by("-action_no")
    numbers = actions.values_list("action_no", flat=True)[: max(steps, 1)]
    return _FAR_BACK if any(_is_large(segment, number) for number in numbers) else _BACK


def _is_large(segment: Segment, step: int) -> bool:
    return SegmentHistoryEntry.objects.filter(segment=segment, action_no=step)[:MANY].count() >= MANY


def _undone(unit: UnitOfWork) -> UndoResult | None:
    """None for units whose lines the journal has: they are undone like any other."""
    written = JournalChange.objects.filter(unit=unit.pk)
    recorded = written.filter(operation="I", record_type=SegmentCriteriaLine._meta.label_lower).values("record_id")
    found = list(SegmentCriteriaLine.objects.filter(pk__in=recorded, type=CriteriaKind.ACTION).order_by("-action_no"))
    numbers = [line.action_no for line in found]
    if not found or not any(_is_large(found[0].segment, number) for number in numbers):
        return None
    require("api.write", "segments")
    with unit_of_work("undo", _("Undo: %(what)s") % {"what": unit.summary or unit.action}, undoes=unit.pk) as own:
        segment = records.lock(found[0].segment)
        _refuse_earlier(segment, numbers)
        before = SegmentLine.objects.filter(segment=segment).count()
        removing.take_steps_back(segment, numbers)
        if _made_by(unit, segment):
            records.delete(segment)
        more = SegmentLine.objects.filter(segment=segment).count() - before
    return UndoResult(removed=max(-more, 0), reinserted=max(more, 0), unit_id=own)


def _made_by(unit: UnitOfWork, segment: Segment) -> bool:
    """Whether the segment itself was made in the unit, and stayed as it was made: then it goes along."""
    changes = JournalChange.objects.filter(record_id=segment.pk, unit__undoes=None)
    made = changes.filter(unit=unit.pk, operation="I").exists()
    return made and not changes.exclude(unit=unit.pk).exists()


def _refuse_earlier(segment: Segment, numbers: Sequence[int]) -> None:
    """Only the last steps can be undone."""
    actions = SegmentCriteriaLine.objects.filter(segment=segment, type=CriteriaKind.ACTION).order_by("-action_no")
    if list(actions.values_list("action_no", flat=True)[: len(numbers)]) != list(numbers):
        raise DomainError(
            "undo.changed_since",
            _("More steps were done on segment %(no)s since. Go back on the segment instead.") % {"no": segment.no},
            rule="S-34",
        )


def _not_undone(unit: UnitOfWork) -> UndoResult | None:
    raise DomainError(
        "undo.changed_since",
        _("Going back over a large step cannot be undone. Do the step again instead."),
        rule="S-34",
    )
