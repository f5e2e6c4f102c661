"""Files of interactions made set-based: what a log entry keeps is its own (I-62)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuttava.contacts.models import AttachmentStorage
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.attachments import content_bytes, release_contents, store_content, store_contents
from tuttava.foundation.errors import DomainError
from tuttava.foundation.file_kinds import kind_of
from tuttava.foundation.records import Edit
from tuttava.interactions import disk_files
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


def storage_now() -> tuple[StorageType, str]:
    """Where new attachments go by the setup of this moment, and in which folder (I-83).

    Raises ``storage_location_required``: files on disk need their folder.
    """
    setup = marketing_setup()
    if setup.attachment_storage_type != AttachmentStorage.DISK_FILE:
        return StorageType.EMBEDDED, ""
    if not setup.attachment_storage_location:
        raise DomainError(
            "storage_location_required",
            _("Attachments are kept as files on disk, but no storage location is set. Enter one in marketing setup."),
            field="attachment_storage_location",
            rule="I-83",
        )
    return StorageType.DISK_FILE, setup.attachment_storage_location


def store_attachments(contents: Sequence[NewContent]) -> list[InteractionAttachment]:
    """Store files as new attachments, in order (2.9). Runs inside a unit of work."""
    if not contents:
        return []
    rules = records.rules_of(InteractionAttachment)
    edits = [
        _filled(Edit(InteractionAttachment(no=number), rules), content)
        for number, content in zip(draw_attachment_numbers(len(contents)), contents, strict=True)
    ]
    files = [(edit, content.data) for edit, content in zip(edits, contents, strict=True) if content.data is not None]
    embedded = [(edit, data) for edit, data in files if edit.get("storage_type") != StorageType.DISK_FILE]
    kept = store_contents([(edit.record.pk, data) for edit, data in embedded])
    for (edit, data), content_id in zip(embedded, kept, strict=True):
        edit.put("content_id", content_id)
        _describe(edit, data)
    for edit, data in files:
        if edit.get("storage_type") == StorageType.DISK_FILE:
            write_bytes(edit, data)
    records.save_many(edits)
    return [edit.record for edit in edits]


def _filled(edit: Edit[InteractionAttachment], content: NewContent) -> Edit[InteractionAttachment]:
    mailed = bool(content.mail_message_id or content.internet_message_id)
    storage, folder = (StorageType.MAIL_MESSAGE, "") if mailed else storage_now()
    values = {
        "storage_type": storage,
        "storage_pointer": folder,
        "file_name": content.file_name,
        "file_extension": disk_files.plain_extension(content.extension),
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
    return edit


def write_bytes(edit: Edit[InteractionAttachment], data: bytes) -> None:
    """Put new bytes into an attachment that is being saved, and what is computed from them (2.9).

    On disk they are in place from now on, whatever becomes of the transaction: save the edit at once.
    """
    if edit.get("storage_type") == StorageType.DISK_FILE:
        disk_files.write(edit.record, data)
    else:
        if edit.get("content_id"):
            release_contents([edit.get("content_id")])
        edit.put("content_id", store_content(edit.record.pk, data))
    _describe(edit, data)


def _describe(edit: Edit[InteractionAttachment], data: bytes) -> None:
    """What is computed from the bytes."""
    edit.put("size_bytes", len(data))
    edit.put("sha256", hashlib.sha256(data).hexdigest())
    edit.put("media_type", kind_of(data).media_type)


def bytes_of(content_id: uuid.UUID | None) -> bytes:
    """The stored bytes; empty where there are none."""
    return content_bytes(content_id) if content_id else b""
