"""The private working copy that a draft keeps of its template's file (I-41, I-42, I-85)."""

from __future__ import annotations

import uuid
from pathlib import Path

from tuttava.foundation.attachments import release_contents, store_content
from tuttava.foundation.file_kinds import kind_of
from tuttava.foundation.records import Edit
from tuttava.interactions.attachments import copy_of, discard
from tuttava.interactions.models import InteractionAttachment, InteractionDraft, InteractionLogEntry
from tuttava.interactions.storing import NewContent, bytes_of


def is_loaded(draft: InteractionDraft) -> bool:
    """Whether the draft holds a file or a layout."""
    return bool(draft.content_id or draft.email_layout_code)


def content(draft: InteractionDraft) -> NewContent | None:
    """What the draft holds, as a logged interaction keeps it (I-62)."""
    if draft.email_layout_code:
        return NewContent(
            extension="html",
            file_name=draft.content_name,
            email_layout_code=draft.email_layout_code,
            content_body=draft.content_body,
        )
    if draft.content_id is None:
        return None
    return NewContent(data=bytes_of(draft.content_id), file_name=draft.content_name, extension=draft.content_extension)


def load(edit: Edit[InteractionDraft], *, force: bool = False) -> None:
    """Copy the chosen attachment into the draft; what is there already stays unless ``force`` (I-42)."""
    draft = edit.record
    attachment = InteractionAttachment.objects.filter(pk=draft.attachment_id).first() if draft.attachment_id else None
    if is_loaded(draft) and not force:
        return
    if attachment is None:
        if draft.content_of:
            clear(edit)
        return
    put(edit, copy_of(attachment))
    edit.put("content_of", attachment.no)


def put(edit: Edit[InteractionDraft], new: NewContent) -> None:
    """Replace the content."""
    clear(edit)
    edit.put("content_name", new.file_name)
    edit.put("content_extension", new.extension.lstrip("."))
    edit.put("email_layout_code", new.email_layout_code)
    edit.put("content_body", new.content_body)
    if new.data is not None:
        edit.put("content_id", store_content(edit.record.pk, new.data))


def clear(edit: Edit[InteractionDraft]) -> None:
    """Take the content away."""
    release_contents([edit.get("content_id")])
    edit.put("content_id", None)
    edit.put("email_layout_code", None)
    edit.put("content_of", 0)
    for name in ("content_name", "content_extension", "content_body"):
        edit.put(name, "")


def drop(draft: InteractionDraft) -> None:
    """The draft goes; so does what only it held."""
    release_contents([draft.content_id])


def imported(data: bytes, file_name: str) -> NewContent:
    """A file that somebody picked; without a name it is called by its kind."""
    extension = Path(file_name).suffix.lstrip(".") or kind_of(data).ending.lstrip(".")
    return NewContent(data=data, file_name=Path(file_name).name[:250], extension=extension[:250])


def discard_replaced(attachment_id: uuid.UUID) -> None:
    """The file of a postponed entry goes when the entry is continued with another one (I-62)."""
    if not InteractionLogEntry.objects.filter(attachment_id=attachment_id).exists():
        discard([attachment_id])
