"""Subjects and content by language: those of the whole segment, and those of single lines (S-18 to S-25)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.interactions.attachments import copy_of, new_attachment
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from tuttava.segments import figures, planning, removing
from tuttava.segments.models import Segment, SegmentInteractionLanguage, SegmentLine


def rows_of(segment: Segment, line: SegmentLine | None = None) -> QuerySet[SegmentInteractionLanguage]:
    """The language rows of the segment, or those of one line alone."""
    return SegmentInteractionLanguage.objects.filter(segment=segment, line=line)


def row_of(
    segment: Segment, language: str | None, line: SegmentLine | None = None
) -> SegmentInteractionLanguage | None:
    return rows_of(segment, line).filter(Q(language=language)).first()


def create_row(segment: Segment, language: str | None) -> SegmentInteractionLanguage:
    """S-20: an empty row in the language."""
    values = {"language_code": language, "description": described(segment.interaction_template_code, language)}
    return records.create(SegmentInteractionLanguage, values, given={"segment_id": segment.pk})


def described(template: str | None, language: str | None) -> str:
    """What a new row is called (S-20)."""
    return f"{template or ''} {language or ''}".strip()


def take_template(segment: Segment) -> None:
    """S-10: the template's content replaces that of the segment; each attachment is a copy."""
    drop_rows(rows_of(segment))
    copy_rows(segment, None, segment.interaction_template_code)


def copy_rows(segment: Segment, line: SegmentLine | None, template: str | None) -> None:
    """Copies of a template's language rows, for the segment or for one line (S-10, S-16)."""
    variants = InteractionTemplateLanguage.objects.filter(Q(interaction_template=template))
    made = []
    for variant in variants.select_related("attachment"):
        held = new_attachment(copy_of(variant.attachment)) if variant.attachment else None
        made.append(
            SegmentInteractionLanguage(
                segment=segment,
                line=line,
                language_code=variant.language_code,
                description=variant.description,
                attachment=held,
                word_template_code=variant.word_template_code,
            )
        )
    SegmentInteractionLanguage.objects.bulk_create(made)


def drop_rows(rows: QuerySet[SegmentInteractionLanguage]) -> None:
    """Delete language rows; content that is logged stays (S-25)."""
    held = list(rows.filter(attachment__isnull=False).values_list("attachment_id", flat=True))
    if held:
        SegmentLine.objects.filter(attachment__in=held).update(attachment=None)
    rows._raw_delete(rows.db)
    removing.discard_unused(held)


def lines_of(segment: Segment, language: str | None) -> QuerySet[SegmentLine]:
    """Lines that have the content of the segment in this language."""
    own = SegmentInteractionLanguage.objects.filter(line=OuterRef("pk"))
    return SegmentLine.objects.filter(
        ~Exists(own),
        segment=segment,
        interaction_template_code=segment.interaction_template_code or "",
        **{"interaction_language": language},
    )


def follow_rows(segment: Segment, *, beside: str | None = None) -> None:
    """After its rows changed, lines without content of their own have that of their language (S-19).

    ``beside``: lines in this language, whose row was renamed, stay with it (S-25).
    """
    planning.plan_anew(
        segment, planning.BY_LANGUAGE, template=segment.interaction_template_code or "", beside=beside or ""
    )


def follow_own_rows(line: SegmentLine) -> SegmentLine:
    """A line has what its own rows say, without any what the segment says (S-18)."""
    contact, header = line.contact, line.segment
    if contact is None:
        return line
    if not rows_of(header, line).exists():
        if (header.interaction_template_code or "") != line.interaction_template_code:
            return write_line(line, dict.fromkeys(planning.BY_LANGUAGE) | {"subject": ""})
        planned = planning.planned_for(header, contact)
        return write_line(line, {name: planned[name] for name in planning.BY_LANGUAGE})
    template = InteractionTemplate.objects.filter(code=line.interaction_template_code).first()
    return write_line(line, unique_values(line, contact, template))


def unique_values(line: SegmentLine, contact: Contact, template: InteractionTemplate | None) -> dict[str, Any]:
    """Language, subject and content of a line that has rows of its own (S-18)."""
    rows = {row.language_code: row for row in rows_of(line.segment, line).order_by("language")}
    wished = (contact.language_code, template.default_language_code if template else None)
    found = next((rows[code] for code in wished if code in rows), next(iter(rows.values()), None))
    if found is None:
        return dict.fromkeys(planning.BY_LANGUAGE) | {"subject": ""}
    return {
        "interaction_language_code": found.language_code,
        "subject": found.subject,
        "attachment_id": found.attachment_id,
        "word_template_code": found.word_template_code,
    }


def write_line(line: SegmentLine, values: Mapping[str, Any]) -> SegmentLine:
    """Store values of a line that follow from others; nothing else follows from them."""
    SegmentLine.objects.filter(pk=line.pk).update(**values)
    for name, value in values.items():
        setattr(line, name, value)
    return line


def state_of(line: SegmentLine) -> str:
    """Whose content a line has (S-23)."""
    return states_of([line])[line.pk]


def states_of(lines: Sequence[SegmentLine]) -> dict[uuid.UUID, str]:
    """Whose content each of some lines has, by their ids, in one query (S-23)."""
    rows = SegmentLine.objects.filter(pk__in=[line.pk for line in lines])
    return dict(rows.annotate(state=figures.attachment_state()).order_by().values_list("pk", "state"))
