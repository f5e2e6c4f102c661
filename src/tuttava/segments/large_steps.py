"""Steps so large that the journal leaves their lines to the segment's own history: how they are undone (S-34).

To undo a unit of work with such a step is to go back behind all steps of the unit, as long as they are the last ones;
what else the unit did is taken back from the journal. To have gone back over one cannot be undone; the step can be
done again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import LiteralString

from django.db import connection
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.undo_elsewhere import Moved, Part, partly_taken_back_by
from tuttava.segments import removing
from tuttava.segments.models import CriteriaKind, Segment, SegmentCriteriaLine, SegmentHistoryEntry, SegmentLine

_CRITERIA = SegmentCriteriaLine._meta.label_lower

# Steps of which the unit removed history that it did not write as far as the journal knows: of a large one that was
# gone back over there is one row, which says so; of one that went with its segment or was forgotten there are all.
_LOST: LiteralString = """
WITH removed AS (
  SELECT owner_id, old->>'action_no' AS step, (array_agg(record_id) FILTER (WHERE old->'before' ? %(over)s))[1] AS over
    FROM foundation_journalchange h WHERE unit_id = %(unit)s AND record_type = 'segments.segmenthistoryentry'
     AND operation = 'D' AND NOT EXISTS (SELECT 1 FROM foundation_journalchange w WHERE w.record_id = h.record_id
                                            AND w.unit_id = h.unit_id AND w.operation = 'I')
   GROUP BY 1, 2
)
SELECT r.over, made.id IS NOT NULL FROM removed r
  JOIN foundation_journalchange c ON c.unit_id = %(unit)s AND c.record_type = 'segments.segmentcriterialine'
   AND c.operation = 'D' AND c.owner_id = r.owner_id AND c.old->>'action_no' = r.step AND c.old->>'type' = 'action'
  LEFT JOIN foundation_journalchange made ON made.unit_id = %(unit)s AND made.record_id = c.record_id
   AND made.record_type = c.record_type AND made.operation = 'I'
"""
# Lines that steps of the unit removed; those that they had added before are ``new``.
_REMOVED: LiteralString = """
INSERT INTO undo_removed SELECT (d.before->>'id')::uuid AS id, EXISTS (
    SELECT 1 FROM segments_segmenthistoryentry i WHERE i.segment_id = d.segment_id AND i.line_no = d.line_no
       AND i.action_taken = 'insertion' AND i.action_no = ANY (%(steps)s) AND i.action_no < d.action_no)
  FROM segments_segmenthistoryentry d
 WHERE d.segment_id = %(segment)s AND d.action_taken = 'deletion' AND d.action_no = ANY (%(steps)s)
"""
_BEFORE: tuple[LiteralString, ...] = (
    "DROP TABLE IF EXISTS pg_temp.undo_removed",
    "CREATE TEMPORARY TABLE undo_removed (id uuid, new boolean) ON COMMIT DROP",
)
# Of what the journal would do to rows of the steps only this is left: lines that came back get what they had before the
# unit. Nothing is put back that the unit itself had added, or that is there, and nothing is removed that is gone.
_DONE: tuple[LiteralString, ...] = (
    """
UPDATE undo_plan p SET left_as = p.left_as || jsonb_build_object('last_line_no', s.last_line_no)
  FROM segments_segment s WHERE p.record_type = 'segments.segment' AND p.action = 'D' AND p.record_id = s.id
""",
    """
DELETE FROM undo_plan p USING undo_removed n WHERE n.new AND p.action = 'R'
   AND (p.record_type = 'segments.segmentline' AND p.record_id = n.id
     OR p.record_type = 'segments.segmentinteractionlanguage' AND p.restore->>'line_id' = n.id::text)
""",
    """
UPDATE undo_plan p SET action = 'U',
    restore = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(p.restore) WHERE p.left_as ? key)
  FROM segments_segmentline l WHERE p.record_type = 'segments.segmentline' AND p.action = 'R' AND p.record_id = l.id
""",
    """
UPDATE undo_plan p SET left_as = to_jsonb(l) FROM undo_removed n JOIN segments_segmentline l ON l.id = n.id
 WHERE p.record_type = 'segments.segmentline' AND p.action = 'U' AND p.record_id = n.id
""",
    """
DELETE FROM undo_plan p USING segments_segmentinteractionlanguage g
 WHERE p.record_type = 'segments.segmentinteractionlanguage' AND p.action = 'R' AND p.record_id = g.id
""",
    """
DELETE FROM undo_plan p USING interactions_interactionattachment f
 WHERE p.record_type = 'interactions.interactionattachment' AND p.action = 'R' AND p.record_id = f.id
""",
    "DELETE FROM undo_plan WHERE record_type = 'segments.segmentline' AND action = 'U' AND restore = '{}'",
    """
DELETE FROM undo_plan p WHERE p.action IN ('D', 'U')
   AND (p.record_type = 'segments.segmentline'
        AND NOT EXISTS (SELECT 1 FROM segments_segmentline t WHERE t.id = p.record_id)
     OR p.record_type = 'segments.segmentcriterialine'
        AND NOT EXISTS (SELECT 1 FROM segments_segmentcriterialine t WHERE t.id = p.record_id)
     OR p.record_type = 'segments.segmenthistoryentry'
        AND NOT EXISTS (SELECT 1 FROM segments_segmenthistoryentry t WHERE t.id = p.record_id)
     OR p.record_type = 'segments.segmentinteractionlanguage'
        AND NOT EXISTS (SELECT 1 FROM segments_segmentinteractionlanguage t WHERE t.id = p.record_id)
     OR p.record_type = 'interactions.interactionattachment'
        AND NOT EXISTS (SELECT 1 FROM interactions_interactionattachment t WHERE t.id = p.record_id))
""",
)

Steps = Mapping[Segment, Sequence[int]]


def connect() -> None:
    """Take part in every undo."""
    partly_taken_back_by(_part)


def _part(unit: UnitOfWork) -> Part | None:
    """Going back over the steps of a unit; None for units whose lines the journal has: they are undone by it alone."""
    if not JournalChange.objects.filter(unit=unit.pk, record_type=_CRITERIA).exists():
        return None
    over = _gone_over(unit)
    steps = _large_steps(unit)
    if not over and not steps:
        return None
    require("api.write", "segments")
    return lambda: _take_back(over, steps)


def _gone_over(unit: UnitOfWork) -> list[uuid.UUID]:
    """History rows of large steps that the unit did and went back over; refuses what only the history knew."""
    with connection.cursor() as cursor:
        cursor.execute(_LOST, {"unit": unit.pk, "over": removing.OVER})
        found = cursor.fetchall()
    for over, made in found:
        if over and not made:
            raise _refusal(_("Going back over a large step cannot be undone. Do the step again instead."))
        if made and not over:
            raise _refusal(_("A large step that was taken away together with its segment cannot be undone."))
    return [over for over, _made in found if over]


def _large_steps(unit: UnitOfWork) -> dict[Segment, list[int]]:
    """All steps that the unit did on segments where one of them is large, the last first; refuses earlier ones."""
    recorded = JournalChange.objects.filter(unit=unit.pk, operation="I", record_type=_CRITERIA).values("record_id")
    lines = SegmentCriteriaLine.objects.filter(pk__in=recorded, type=CriteriaKind.ACTION)
    by_segment: dict[uuid.UUID, list[int]] = {}
    for owner, number in lines.order_by("segment_id", "-action_no").values_list("segment_id", "action_no"):
        by_segment.setdefault(owner, []).append(number)
    found = {}
    for pk, numbers in by_segment.items():
        if any(_is_untold(unit, pk, number) for number in numbers):
            segment = records.lock(Segment(pk=pk))
            _refuse_earlier(segment, numbers)
            found[segment] = numbers
    return found


def _is_untold(unit: UnitOfWork, segment: uuid.UUID, step: int) -> bool:
    """Whether the journal was not told of the lines of a step."""
    history = SegmentHistoryEntry.objects.filter(segment=segment, action_no=step).order_by("line_no")
    first = history.values_list("pk", flat=True).first()
    if first is None:
        return False
    return not JournalChange.objects.filter(unit=unit.pk, record_id=first, operation="I").exists()


def _refuse_earlier(segment: Segment, numbers: Sequence[int]) -> None:
    """Only the last steps can be undone."""
    actions = SegmentCriteriaLine.objects.filter(segment=segment, type=CriteriaKind.ACTION).order_by("-action_no")
    if list(actions.values_list("action_no", flat=True)[: len(numbers)]) != list(numbers):
        raise _refusal(
            _("More steps were done on segment %(no)s since. Go back on the segment instead.") % {"no": segment.no}
        )


def _refusal(text: str) -> DomainError:
    return DomainError("undo.changed_since", text, rule="S-34")


def _take_back(over: Sequence[uuid.UUID], steps: Steps) -> Moved:
    removed = reinserted = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM undo_plan WHERE action = 'R' AND record_id = ANY (%s)", [list(over)])
        for statement in _BEFORE:
            cursor.execute(statement)
        for segment, numbers in steps.items():
            cursor.execute(_REMOVED, {"segment": segment.pk, "steps": list(numbers)})
            before = SegmentLine.objects.filter(segment=segment).count()
            removing.take_steps_back(segment, numbers)
            more = SegmentLine.objects.filter(segment=segment).count() - before
            removed, reinserted = removed + max(-more, 0), reinserted + max(more, 0)
        for statement in _DONE if steps else ():
            cursor.execute(statement)
    return Moved(removed, reinserted)
