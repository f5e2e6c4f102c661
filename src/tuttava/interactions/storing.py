"""Files of interactions made set-based: what a log entry keeps is its own (I-62)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from tuttava.foundation import records
from tuttava.foundation.attachments import content_bytes, release_contents, store_content
from tuttava.foundation.file_kinds import kind_of
from tuttava.foundation.records import Edit
from tuttava.interactions.models import InteractionAttachment, StorageType
from tuttava.interactions.numbering import draw_attachment_numbers


@dataclass(frozen=True)
class NewContent:
    """A file to keep: bytes with a name, or a layout (code) with the text typed into it.

    ``mail_message_id``, ``internet_message_id`` and ``message_url`` as in 2.9; a mail message may have no bytes.
    """

    data: bytes | None = None
    file_name: str = ""
    extension: str = ""
    email_layout_code: str | None = None
    content_body: str = ""
    mail_message_id: str = ""
    internet_message_id: str = ""
    message_url: str = ""
    read_only: bool = True


def hash_of(message_id: str) -> str:
    """By what a message id is looked up (2.9): the id itself may be longer than an index takes."""
    return hashlib.sha256(message_id.encode()).hexdigest() if message_id else ""


def store_attachments(contents: Sequence[NewContent]) -> list[InteractionAttachment]:
    """Store files as new attachments, in order (2.9). Runs inside a unit of work."""
    if not contents:
        return []
    rules = records.rules_of(InteractionAttachment)
    edits = [
        _filled(Edit(InteractionAttachment(no=number), rules), content)
        for number, content in zip(draw_attachment_numbers(len(contents)), contents, strict=True)
    ]
    records.save_many(edits)
    return [edit.record for edit in edits]


def _filled(edit: Edit[InteractionAttachment], content: NewContent) -> Edit[InteractionAttachment]:
    mailed = bool(content.mail_message_id or content.internet_message_id)
    values = {
        "storage_type": StorageType.MAIL_MESSAGE if mailed else StorageType.EMBEDDED,
        "file_name": content.file_name,
        "file_extension": content.extension.lstrip("."),
        "email_layout_code": content.email_layout_code,
        "content_body": content.content_body,
        "mail_message_id": content.mail_message_id,
        "mail_message_hash": hash_of(content.mail_message_id),
        "internet_message_id": content.internet_message_id,
        "internet_message_hash": hash_of(content.internet_message_id),
        "message_url": content.message_url,
        "read_only": content.read_only,
    }
    for name, value in values.items():
        edit.put(name, value)
    if content.data is not None:
        write_bytes(edit, content.data)
    return edit


def write_bytes(edit: Edit[InteractionAttachment], data: bytes) -> None:
    """Put new embedded bytes into an attachment that is being saved, and what is computed from them (2.9)."""
    release_contents([edit.get("content_id")])
    edit.put("content_id", store_content(edit.record.pk, data))
    edit.put("size_bytes", len(data))
    edit.put("sha256", hashlib.sha256(data).hexdigest())
    edit.put("media_type", kind_of(data).media_type)


def bytes_of(content_id: uuid.UUID | None) -> bytes:
    """The stored bytes; empty where there are none."""
    return content_bytes(content_id) if content_id else b""
