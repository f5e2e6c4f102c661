"""Segments that are ready to be logged, for tests of logging."""

from __future__ import annotations

from typing import Any

from tests.segments.making import make_person, make_segment, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.interactions.attachments import new_attachment
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry
from tuttava.interactions.storing import NewContent
from tuttava.segments import by_hand
from tuttava.segments.models import Segment, SegmentInteractionLanguage, SegmentLine


def ready(*contacts: Contact, **values: Any) -> Segment:
    """A segment of these contacts (two people without any) with template and salesperson; nobody gets anything."""
    vocabulary()
    people = contacts or (make_person(email="anna@example.com"), make_person(email="bo@example.com"))
    segment = make_segment(**{"salesperson_code": "PS", "interaction_template_code": "MEET"} | values)
    for contact in people:
        by_hand.add_line(segment, {"contact_id": contact.pk})
    SegmentLine.objects.filter(segment=segment).update(correspondence_type="none")
    segment.refresh_from_db()
    return segment


def mailing(*contacts: Contact) -> Segment:
    """The same with an HTML mail for all of them."""
    segment = ready(*contacts)
    give_content(segment, b"<html><body><p>Spring</p></body></html>", "html")
    SegmentLine.objects.filter(segment=segment).update(correspondence_type="email", subject="Spring")
    return segment


def give_content(segment: Segment, data: bytes, extension: str) -> InteractionAttachment:
    """Content of the whole segment, which all its lines have."""
    content = NewContent(data=data, file_name=f"content.{extension}", extension=extension, read_only=False)
    attachment = new_attachment(content)
    records.create(SegmentInteractionLanguage, {"attachment_id": attachment.pk}, given={"segment_id": segment.pk})
    SegmentLine.objects.filter(segment=segment).update(attachment=attachment)
    return attachment


def entries_of(segment_no: str) -> list[InteractionLogEntry]:
    """What a segment was logged as, in order."""
    return list(InteractionLogEntry.objects.filter(segment_no=segment_no).order_by("entry_no"))
