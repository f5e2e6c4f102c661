"""What segments say about a person: handed out, or erased for good (C-74).

Whoever is erased is planned to be told nothing any more: its lines go, with their content and what the history and
the journal have of them. What was logged is a matter of the log.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from tuttava.contacts.models import Contact
from tuttava.contacts.signals import personal_data_erased, personal_data_exported
from tuttava.foundation.attachments import erase_contents
from tuttava.foundation.journal import JournalChange
from tuttava.interactions.models import InteractionAttachment
from tuttava.segments import contents, removing
from tuttava.segments.models import Segment, SegmentHistoryEntry, SegmentInteractionLanguage, SegmentLine
from tuttava.segments.signals import lines_removed


def connect() -> None:
    """Listen to contacts whose data are handed out or erased."""
    personal_data_exported.connect(_exported, dispatch_uid="segments.personal_data.exported")
    personal_data_erased.connect(_erased, dispatch_uid="segments.personal_data.erased")


def _lines(contact: Contact) -> QuerySet[SegmentLine]:
    return SegmentLine.objects.filter(contact=contact).order_by("segment_no", "line_no")


def _history(contact: Contact) -> QuerySet[SegmentHistoryEntry]:
    return SegmentHistoryEntry.objects.filter(contact=contact).order_by("segment", "action_no", "line_no")


def _exported(*, contact: Contact, **_signal: Any) -> dict[str, list[dict[str, Any]]]:
    """Lines of segments with content of their own, and what steps did to the contact."""
    own = SegmentInteractionLanguage.objects.filter(line__contact=contact).order_by("segment", "line")
    return {
        "segment_lines": _values(_lines(contact)),
        "segment_languages": _values(own),
        "segment_history": _values(_history(contact)),
    }


def _values(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return [{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} for row in rows]


def _erased(*, contact: Contact, **_signal: Any) -> None:
    """The lines go from their segments, and from everything that could bring them back."""
    lines = dict(_lines(contact).values_list("pk", "segment_id"))
    own = SegmentInteractionLanguage.objects.filter(line__in=list(lines))
    noted = _history(contact).order_by()
    told = [*lines, *own.values_list("pk", flat=True), *noted.values_list("pk", flat=True)]
    files = _own_files(own, noted)
    contents.drop_rows(own)
    for gone in (noted, SegmentLine.objects.filter(pk__in=list(lines))):
        gone._raw_delete(gone.db)
    removing.discard_unused(files)
    for file in files:
        if not InteractionAttachment.objects.filter(pk=file).exists():
            erase_contents(file)
    _tell(contact, set(lines.values()))
    _scrub(told, contact)


def _own_files(rows: QuerySet[SegmentInteractionLanguage], noted: QuerySet[SegmentHistoryEntry]) -> list[uuid.UUID]:
    """Files of the contact's lines alone: of those there are, and of those that steps removed."""
    found = set(rows.filter(attachment__isnull=False).values_list("attachment_id", flat=True))
    for before in noted.filter(before__has_key="languages").values_list("before", flat=True):
        found |= {uuid.UUID(each["attachment_id"]) for each in before["languages"] if each["attachment_id"]}
    return [file for file in found if file is not None]


def _tell(contact: Contact, segments: Collection[uuid.UUID]) -> None:
    """Campaigns and tasks follow, as when a line is deleted (S-26)."""
    for segment in Segment.objects.filter(pk__in=segments):
        lines_removed.send(sender=SegmentLine, segment=segment, contacts=[contact.pk])


def _scrub(ids: Collection[uuid.UUID], contact: Contact) -> None:
    """Take lines out of the journal, those that were deleted or logged before, too."""
    key = str(contact.pk)
    wanted = set(ids)
    for model in (SegmentLine, SegmentHistoryEntry):
        named = JournalChange.objects.filter(record_type=model._meta.label_lower)
        found = named.filter(Q(old__contact_id=key) | Q(new__contact_id=key))
        wanted |= set(found.values_list("record_id", flat=True))
    gone = JournalChange.objects.filter(record_id__in=wanted)
    gone._raw_delete(gone.db)
