"""What tests of segments need again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contacts.people import contact as make_company
from tests.contacts.people import person as make_person
from tests.interactions.making import vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.interactions import templates_actions
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage
from tuttava.segments import by_hand
from tuttava.segments.models import Segment, SegmentLine


def make_segment(**values: Any) -> Segment:
    """A segment without lines."""
    return records.create(Segment, {"description": "Spring letter", **values})


def make_template(code: str, files: Mapping[str | None, bytes] | None = None, **values: Any) -> InteractionTemplate:
    """A template with a file in each of some languages, its own being the first."""
    vocabulary()
    made = records.create(
        InteractionTemplate,
        {"code": code, "interaction_group_code": "TALKS", "description": code.capitalize(), **values},
    )
    for language, data in (files or {}).items():
        given = {"interaction_template_code": code}
        row = records.create(InteractionTemplateLanguage, {"language_code": language}, given=given)
        templates_actions.import_attachment(row, data, "letter.html")
    if files:
        made = records.change(made, {"default_language_code": next(iter(files))})
    return made


def fill(segment: Segment, *contacts: Contact) -> list[SegmentLine]:
    """A line for each contact, as if typed."""
    return [by_hand.add_line(segment, {"contact_id": contact.pk}) for contact in contacts]


def on(segment: Segment) -> list[str]:
    """The names on a segment, line by line."""
    rows = SegmentLine.objects.filter(segment=segment).order_by("line_no")
    return [row.contact.name if row.contact else "" for row in rows.select_related("contact")]


def line_of(segment: Segment, contact: Contact) -> SegmentLine:
    """The line of a contact."""
    return SegmentLine.objects.get(segment=segment, contact=contact)


__all__ = [
    "fill",
    "line_of",
    "make_company",
    "make_person",
    "make_segment",
    "make_template",
    "on",
    "vocabulary",
]
