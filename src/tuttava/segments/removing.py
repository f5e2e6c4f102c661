"""Lines that go, and lines that come back: what hangs on them, and what the history keeps (S-26, S-32, S-34)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.foundation.context import ask
from tuttava.interactions.attachments import discard
from tuttava.interactions.models import InteractionAttachment
from tuttava.segments import planning
from tuttava.segments.errors import nothing_to_undo
from tuttava.segments.models import (
    CriteriaKind,
    HistoryAction,
    Segment,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
    SegmentInteractionLanguage,
    SegmentLine,
)
from tuttava.segments.planning import quietly
from tuttava.segments.signals import lines_removed

# What a removed line was is kept value by value, its own content included, so that going back brings all of it back.
_KEEP = """
INSERT INTO segments_segmenthistoryentry (id, version, segment_id, action_no, line_no, contact_id, action_taken, before)
SELECT gen_random_uuid(), 1, l.segment_id, %s, l.line_no, l.contact_id, %s,
       to_jsonb(l) || coalesce((SELECT jsonb_build_object('languages', jsonb_agg(to_jsonb(g)))
                                  FROM segments_segmentinteractionlanguage g WHERE g.line_id = l.id
                                HAVING count(*) > 0), '{}')
  FROM segments_segmentline l WHERE l.segment_id = %s AND l.id = ANY (%s)
"""
_MAKE_ROOM = """
DELETE FROM segments_segmentline l USING segments_segmenthistoryentry h
 WHERE h.segment_id = %s AND h.action_no = %s AND h.action_taken = %s
   AND l.segment_id = h.segment_id AND l.id = (h.before->>'id')::uuid
"""
_UNINSERT = """
DELETE FROM segments_segmentline l USING segments_segmenthistoryentry h
 WHERE h.segment_id = %s AND h.action_no = %s AND h.action_taken = %s
   AND l.segment_id = h.segment_id AND l.line_no = h.line_no RETURNING l.contact_id
"""
# The contact may have been merged into another one or have changed its company since; the history entry knows it.
# Codes, addresses and files that are gone are left out: a file that was the segment's is the one that it has now.
_COME_BACK = """
INSERT INTO segments_segmentline SELECT r.* FROM segments_segmenthistoryentry h
  JOIN segments_segment s ON s.id = h.segment_id
  LEFT JOIN contacts_contact c ON c.id = h.contact_id
  LEFT JOIN partners_salesperson p ON p.code = h.before->>'salesperson_code'
  LEFT JOIN interactions_wordtemplate w ON w.code = h.before->>'word_template_code'
  LEFT JOIN contacts_contactaltaddress a ON a.id = (h.before->>'contact_alt_address_id')::uuid
  LEFT JOIN interactions_interactionattachment f ON f.id = (h.before->>'attachment_id')::uuid
  LEFT JOIN segments_segmentinteractionlanguage g ON g.segment_id = h.segment_id AND g.line_id IS NULL
    AND g.language_code IS NOT DISTINCT FROM h.before->>'interaction_language_code'
    AND coalesce(s.interaction_template_code, '') = h.before->>'interaction_template_code'
    AND NOT h.before ? 'languages'
  CROSS JOIN LATERAL jsonb_populate_record(NULL::segments_segmentline, h.before || jsonb_build_object(
    'contact_id', c.id, 'contact_company_id', CASE WHEN c.type = 'company' THEN c.id ELSE c.company_id END,
    'salesperson_code', p.code, 'word_template_code', w.code, 'contact_alt_address_id', a.id,
    'attachment_id', coalesce(f.id, g.attachment_id))) r
 WHERE h.segment_id = %s AND h.action_no = %s AND h.action_taken = %s
   AND (h.before->>'contact_id' IS NULL OR c.id IS NOT NULL)
"""
_CONTENT_TOO = """
INSERT INTO segments_segmentinteractionlanguage SELECT r.* FROM segments_segmenthistoryentry h
  CROSS JOIN LATERAL jsonb_array_elements(h.before->'languages') g
  CROSS JOIN LATERAL jsonb_populate_record(NULL::segments_segmentinteractionlanguage, g) r
  JOIN segments_segmentline l ON l.id = r.line_id
 WHERE h.segment_id = %s AND h.action_no = %s AND h.action_taken = %s AND h.before ? 'languages'
"""
#: What the last row of a large step's history says when the step is gone back over: how many rows there were.
OVER = "over"
_HELD = """
SELECT (g->>'attachment_id')::uuid FROM segments_segmenthistoryentry h
 CROSS JOIN LATERAL jsonb_array_elements(h.before->'languages') g
 WHERE h.segment_id = %s AND h.before ? 'languages' AND g->>'attachment_id' IS NOT NULL
"""


def remove_lines(segment: Segment, lines: QuerySet[SegmentLine], step: int) -> int:
    """Delete lines with what is theirs alone and write that into the history; how many (S-26, S-53)."""
    gone = list(lines.order_by().values_list("pk", "contact_id"))
    if not gone:
        return 0
    ids = [pk for pk, _contact in gone]
    # Where nothing stays the steps may be forgotten with their history: then the journal alone can bring it back.
    some_stay = SegmentLine.objects.filter(segment=segment)[: len(ids) + 1].count() > len(ids)
    with quietly(len(ids) if some_stay else 0):
        keep(segment, ids, step)
        _drop(segment, ids)
    after_removal(segment, [contact for _pk, contact in gone])
    return len(ids)


def after_removal(segment: Segment, contacts: Sequence[uuid.UUID | None]) -> None:
    """What follows when lines went: others hear of it, and an emptied segment may forget its steps (S-26)."""
    _tell(segment, contacts)
    _offer_reset(segment)


def keep(segment: Segment, ids: Sequence[uuid.UUID], step: int) -> None:
    """Write into the history what lines are before ``step`` takes them away (S-32)."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [step, HistoryAction.DELETION, segment.pk, list(ids)])


def _drop(segment: Segment, ids: Sequence[uuid.UUID]) -> None:
    """Delete lines and the rows of their own content; what these held is kept by the history, or by nobody."""
    own = SegmentInteractionLanguage.objects.filter(segment=segment, line__isnull=False)
    if own.exists():
        gone = own.filter(line__among=ids)
        gone._raw_delete(gone.db)
    lines = SegmentLine.objects.filter(segment=segment, pk__among=ids)
    lines._raw_delete(lines.db)


def _tell(segment: Segment, contacts: Sequence[uuid.UUID | None]) -> None:
    lines_removed.send(sender=SegmentLine, segment=segment, contacts=[each for each in contacts if each is not None])


def drop_all(segment: Segment) -> None:
    """Everything that belongs to a segment, in the order of S-3; content that log entries share stays (S-25)."""
    held = [*_history_content(segment)]
    for rows in (
        SegmentCriteriaLine.objects.filter(segment=segment),
        SegmentHistoryEntry.objects.filter(segment=segment),
    ):
        rows._raw_delete(rows.db)
    languages = SegmentInteractionLanguage.objects.filter(segment=segment)
    held += languages.filter(attachment__read_only=False).values_list("attachment_id", flat=True)
    lines = SegmentLine.objects.filter(segment=segment)
    contacts = list(lines.values_list("contact_id", flat=True))
    languages._raw_delete(languages.db)
    lines._raw_delete(lines.db)
    discard_unused(held)
    _tell(segment, contacts)


def forget_steps(segment: Segment) -> None:
    """Take criteria and history away; the lines stay."""
    held = _history_content(segment)
    for rows in (
        SegmentCriteriaLine.objects.filter(segment=segment),
        SegmentHistoryEntry.objects.filter(segment=segment),
    ):
        rows._raw_delete(rows.db)
    discard_unused(held)


def _history_content(segment: Segment) -> list[uuid.UUID]:
    """Attachments of removed lines that the history alone still has."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [segment.pk])
        held = {row[0] for row in cursor.fetchall()}
    used = SegmentInteractionLanguage.objects.filter(attachment__in=held).values_list("attachment_id", flat=True)
    return list(held - set(used)) if held else []


def discard_unused(ids: Sequence[uuid.UUID | None]) -> None:
    """Remove files that no segment has any more; what was logged stays (S-25)."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return
    for model in (SegmentInteractionLanguage, SegmentLine):
        wanted -= set(model._default_manager.filter(attachment__in=wanted).values_list("attachment_id", flat=True))
    rows = InteractionAttachment.objects.filter(pk__in=wanted, read_only=False)
    discard(list(rows.values_list("pk", flat=True)))


def _offer_reset(segment: Segment) -> None:
    """S-26: an emptied segment may forget how it came about."""
    if SegmentLine.objects.filter(segment=segment).exists():
        return
    steps = SegmentCriteriaLine.objects.filter(segment=segment, type=CriteriaKind.ACTION)
    if steps.count() > 1 and ask(
        "q_reset_criteria",
        _("Segment %(no)s has no lines any more. Forget its steps, too?") % {"no": segment.no},
        default=True,
    ):
        forget_steps(segment)


def take_back(segment: Segment, steps: int) -> None:
    """The last ``steps`` steps undone, the last one first. Raises ``nothing_to_undo``."""
    actions = SegmentCriteriaLine.objects.filter(segment=segment, type=CriteriaKind.ACTION).order_by("-action_no")
    numbers = list(actions.values_list("action_no", flat=True)[: max(steps, 1)])
    if not numbers or len(numbers) < steps:
        raise nothing_to_undo()
    question = ngettext(
        "Take back the last step of segment %(no)s?", "Take back the last %(count)s steps of segment %(no)s?", steps
    )
    if not ask("q_undo", question % {"no": segment.no, "count": steps}, default=False):
        return
    take_steps_back(segment, numbers)


def take_steps_back(segment: Segment, numbers: Sequence[int]) -> None:
    """The steps of these numbers undone, in this order; they are the last ones."""
    for number in numbers:
        history = SegmentHistoryEntry.objects.filter(segment=segment, action_no=number)
        count = history.count()
        with quietly(count):
            _uninsert(segment, number)
            _bring_back(segment, number)
            told = history.filter(
                pk__in=list(history.values_list("pk", flat=True)[:1] if count >= planning.MANY else ())
            )
            rest = history.exclude(pk__in=told.values("pk"))
            rest._raw_delete(rest.db)
        # Of a large step the journal hears of one row, which says so: an undo must know what it cannot bring back.
        history.update(before={OVER: count})
        history._raw_delete(history.db)
        criteria = SegmentCriteriaLine.objects.filter(segment=segment, action_no=number)
        criteria._raw_delete(criteria.db)
    _number_anew(segment)


def _number_anew(segment: Segment) -> None:
    """New lines go behind the last one there is, or that can still come back (S-46)."""
    last = 0
    for model in (SegmentLine, SegmentHistoryEntry):
        last = max(last, model._default_manager.filter(segment=segment).aggregate(last=Max("line_no"))["last"] or 0)
    if last != segment.last_line_no:
        Segment.objects.filter(pk=segment.pk).update(last_line_no=last)
        segment.last_line_no = last


def _uninsert(segment: Segment, step: int) -> None:
    """The lines that the step added go, by their number, and their own content with them."""
    added = SegmentHistoryEntry.objects.filter(segment=segment, action_no=step, action_taken=HistoryAction.INSERTION)
    held = []
    own = SegmentInteractionLanguage.objects.filter(segment=segment, line__isnull=False)
    if own.exists():
        own = own.filter(line__line_no__in=added.values("line_no"))
        held = list(own.filter(attachment__isnull=False).values_list("attachment_id", flat=True))
        own._raw_delete(own.db)
    with connection.cursor() as cursor:
        cursor.execute(_UNINSERT, [segment.pk, step, str(HistoryAction.INSERTION.value)])
        contacts = [contact for (contact,) in cursor.fetchall()]
    discard_unused(held)
    _tell(segment, contacts)


def _bring_back(segment: Segment, step: int) -> None:
    """Removed lines with all their former values, under the number they had; contacts that are gone stay away."""
    arguments = (segment.pk, step, str(HistoryAction.DELETION.value))
    with connection.cursor() as cursor:
        for statement in (_MAKE_ROOM, _COME_BACK, _CONTENT_TOO):
            cursor.execute(statement, arguments)
