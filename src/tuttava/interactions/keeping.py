"""What entries keep of their delivery: exactly what was sent or printed, and why it failed (I-98, I-99, I-101)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Max

from tuttava.foundation import records
from tuttava.foundation.context import current
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.records import Edit
from tuttava.interactions.attachments import discard, is_layout
from tuttava.interactions.models import (
    DeliveryStatus,
    InteractionAttachment,
    InteractionComment,
    InteractionDraft,
    InteractionLogEntry,
    InteractionTemplateLanguage,
)
from tuttava.interactions.removing import without_edited
from tuttava.interactions.storing import NewContent, store_attachments


def keep(pairs: Sequence[tuple[InteractionLogEntry, NewContent | None]], status: str) -> None:
    """Give entries the files that were sent or printed, each its own, and their delivery status.

    Files that nothing names any more are removed. Runs inside a unit of work.
    """
    changed = [(entry, content) for entry, content in pairs if content is not None and not _has(entry, content)]
    before = [entry.attachment_id for entry, _content in changed]
    made = store_attachments([content for _entry, content in changed])
    new = {entry.pk: attachment for (entry, _content), attachment in zip(changed, made, strict=True)}
    edits = [_edit(entry) for entry, _content in pairs]
    for edit in edits:
        edit.put("delivery_status", status)
        if edit.record.pk in new:
            edit.record.attachment = new[edit.record.pk]
    records.save_many(edits)
    if status == DeliveryStatus.NONE:
        _set_read_only([edit.record for edit in edits], True)
    remove_unused(before)


def set_status(entries: Iterable[InteractionLogEntry], status: str) -> None:
    """The delivery status of entries; runs inside a unit of work."""
    keep([(entry, None) for entry in entries], status)


def fail(entry: InteractionLogEntry, text: str) -> None:
    """Mark an entry as not delivered, with a comment that says why (I-101); runs inside a unit of work.

    What was typed into a layout can be changed until it is delivered (I-49).
    """
    set_status([entry], DeliveryStatus.ERROR)
    if entry.attachment is not None and is_layout(entry.attachment):
        _set_read_only([entry], False)
    last = InteractionComment.objects.filter(entry=entry).aggregate(last=Max("line_no"))["last"] or 0
    edit = Edit(
        InteractionComment(entry=entry, line_no=last + LINE_STEP, date=current().date),
        records.rules_of(InteractionComment),
    )
    edit.put("comment", text[:2000])
    records.save_many([edit])


def _set_read_only(entries: Sequence[InteractionLogEntry], value: bool) -> None:
    """Close the files of entries, or open them, as far as they are not so already."""
    rules = records.rules_of(InteractionAttachment)
    wanted = [entry.attachment for entry in entries if entry.attachment and entry.attachment.read_only != value]
    edits = [Edit(attachment, rules) for attachment in wanted]
    for edit in edits:
        edit.put("read_only", value)
    records.save_many(edits)


def _edit(entry: InteractionLogEntry) -> Edit[InteractionLogEntry]:
    return Edit(entry, records.rules_of(InteractionLogEntry))


def _has(entry: InteractionLogEntry, content: NewContent) -> bool:
    """Whether the entry holds just these bytes already."""
    kept = entry.attachment
    if kept is None or content.data is None or kept.file_extension.lower() != content.extension:
        return False
    return kept.sha256 == hashlib.sha256(content.data).hexdigest()


def remove_unused(ids: Sequence[uuid.UUID | None]) -> None:
    """Remove those attachments that no record names any more; runs inside a unit of work."""
    discard(_unused(ids))


def _unused(ids: Sequence[uuid.UUID | None]) -> set[uuid.UUID]:
    found = {each for each in ids if each is not None}
    for model in (InteractionLogEntry, InteractionDraft, InteractionTemplateLanguage):
        if found:
            found -= set(model._default_manager.filter(attachment_id__in=found).values_list("attachment_id", flat=True))
    return without_edited(found)
