"""Rules of the content of segments by language (S-19, S-22, S-24, S-25)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation.context import ask
from tuttava.foundation.records import Edit, Rules, register
from tuttava.segments import contents, removing
from tuttava.segments.checking import hold_segments
from tuttava.segments.models import Segment, SegmentInteractionLanguage, SegmentLine

Row = Edit[SegmentInteractionLanguage]

# What an edit of a row remembers until it is stored.
_FIRST = "segments.first"  # it is the first row of its segment, whose language it becomes (S-19)
_SUBJECT = "segments.subject_before"  # lines that still have this subject take the new one (S-22)
_OLD = "segments.attachment_before"  # goes once nothing names it


@register
class SegmentLanguageRules(Rules[SegmentInteractionLanguage]):
    model = SegmentInteractionLanguage
    set_name = "segmentInteractionLanguages"

    def hold(self, ids: Sequence[uuid.UUID]) -> None:
        """The segment comes first."""
        rows = SegmentInteractionLanguage.objects.filter(pk__in=ids)
        hold_segments(Segment.objects.filter(pk__in=rows.values("segment")))

    def enter_subject(self, edit: Row, value: str) -> None:
        """S-22: lines that still have the old subject are offered the new one."""
        before = edit.get("subject")
        edit.put("subject", value)
        if edit.is_new or value == before or edit.get("line_id"):
            return
        same = _lines_with(edit.record, before)
        if same.exists() and ask("q_update_lines", _("Change the lines of the segment, too?"), default=True):
            edit.memory[_SUBJECT] = before

    def before_save(self, edit: Row) -> None:
        """The first row is that of the segment's own language."""
        header = edit.record.segment
        if edit.is_new:
            hold_segments(Segment.objects.filter(pk=header.pk))
        if edit.is_new and edit.get("line_id") is None and not contents.rows_of(header).exists():
            edit.memory[_FIRST] = True
        if not edit.is_new and edit.changed("attachment_id"):
            edit.memory[_OLD] = edit.old("attachment_id")

    def after_save(self, edits: Sequence[Row]) -> None:
        for edit in edits:
            if edit.record.line_id is None:
                _after_header_row(edit)
            else:
                _after_own_row(edit)
        removing.discard_unused([edit.memory.get(_OLD) for edit in edits])

    def before_delete(self, record: SegmentInteractionLanguage) -> None:
        """S-25: what lines took from it goes; the next row takes its place."""
        if record.attachment_id is not None:
            SegmentLine.objects.filter(attachment=record.attachment_id).update(attachment=None)

    def after_delete(self, record: SegmentInteractionLanguage) -> None:
        header = Segment.objects.get(pk=record.segment_id)
        if record.line_id is None:
            if header.language_default_code == record.language_code:
                following = contents.rows_of(header).order_by("language").first()
                _store(
                    header,
                    language_default_code=following.language_code if following else None,
                    subject_default=following.subject if following else "",
                )
            contents.follow_rows(header)
        else:
            contents.follow_own_rows(SegmentLine.objects.get(pk=record.line_id))
        removing.discard_unused([record.attachment_id])

    def describe(self, record: SegmentInteractionLanguage) -> str:
        return f"{record.segment.no} {record.language_code or ''}".strip()


def _after_header_row(edit: Row) -> None:
    row = edit.record
    header = Segment.objects.get(pk=row.segment_id)
    before = edit.old("language_code")
    renamed = not edit.is_new and edit.changed("language_code")
    if edit.memory.get(_FIRST):
        _store(header, language_default_code=row.language_code, subject_default=row.subject or header.subject_default)
    elif renamed and header.language_default_code == before:
        _store(header, language_default_code=row.language_code)
    if not edit.is_new and edit.changed("subject") and _names_subject(header, row, edit.old("subject")):
        _store(header, subject_default=row.subject)
    if _SUBJECT in edit.memory:
        _lines_with(row, edit.memory[_SUBJECT]).update(subject=row.subject)
    if renamed:
        contents.lines_of(header, before).update(interaction_language=row.language_code)
    if edit.is_new or renamed:
        contents.follow_rows(header, beside=row.language_code if renamed else None)
    elif edit.changed("attachment_id", "word_template_code"):
        # Only what changed: a subject that was typed into a line stays.
        word = row.word_template_code or header.word_template_code
        lines = contents.lines_of(header, row.language_code)
        lines.update(attachment=row.attachment_id, word_template=word)


def _names_subject(header: Segment, row: SegmentInteractionLanguage, before: str) -> bool:
    """Whether the segment's own subject was that of the row (S-22)."""
    return header.subject_default == before and bool(before or header.language_default_code == row.language_code)


def _after_own_row(edit: Row) -> None:
    """A line has what its own rows say (S-18)."""
    row = edit.record
    line = row.line
    assert line is not None
    if edit.is_new or edit.changed("language_code"):
        if not edit.is_new and line.interaction_language_code == edit.old("language_code"):
            contents.write_line(line, {"interaction_language_code": row.language_code})
        contents.follow_own_rows(line)
    elif line.interaction_language_code == row.language_code:
        names = [name for name in ("attachment_id", "word_template_code", "subject") if edit.changed(name)]
        if names:
            contents.write_line(line, {name: getattr(row, name) for name in names})


def _lines_with(row: SegmentInteractionLanguage, subject: str) -> QuerySet[SegmentLine]:
    """Lines of the segment's own template in the row's language that still have this subject (S-22)."""
    return SegmentLine.objects.filter(
        segment=row.segment_id,
        interaction_template_code=row.segment.interaction_template_code or "",
        interaction_language=row.language_code,
        subject=subject,
    )


def _store(header: Segment, **values: Any) -> None:
    Segment.objects.filter(pk=header.pk).update(**values)
    for name, value in values.items():
        setattr(header, name, value)
