"""What attachments are and hold: bytes wherever they stand, HTML in its three states, copies, removal (3.8)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.attachments import beginnings, bytes_of_many, release_contents
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.file_kinds import kind_of, valid_name, with_ending
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.mail_html import clean_html, document, is_document
from tuttava.foundation.records import Edit
from tuttava.interactions import disk_files, merge_fields
from tuttava.interactions.disk_files import plain_extension
from tuttava.interactions.models import (
    InteractionAttachment,
    InteractionDraft,
    InteractionTemplateLanguage,
    StorageType,
)
from tuttava.interactions.storing import NewContent, bytes_of, store_attachments, write_bytes

#: Bytes of attachments that are read together.
_BYTES_AT_ONCE = 16 * 1024 * 1024


def content_of(attachment: InteractionAttachment) -> bytes:
    """The stored bytes, embedded or from disk; empty when there are none. Raises ``attachment_file_missing``."""
    if attachment.storage_type == StorageType.DISK_FILE and attachment.sha256:
        return disk_files.read(attachment)
    return bytes_of(attachment.content_id)


def contents_of(attachments: Sequence[InteractionAttachment]) -> Iterator[tuple[InteractionAttachment, bytes]]:
    """Attachments with their bytes, in order, read as many at a time as fit into memory well."""
    first = 0
    while first < len(attachments):
        some, size = [attachments[first]], attachments[first].size_bytes
        for each in attachments[first + 1 :]:
            size += each.size_bytes
            if size > _BYTES_AT_ONCE:
                break
            some.append(each)
        stored = bytes_of_many([each.content_id for each in some if each.content_id])
        for each in some:
            known = stored.get(each.content_id) if each.content_id else None
            yield each, content_of(each) if known is None else known
        first += len(some)


def text_of(attachment: InteractionAttachment) -> str:
    """The content of an HTML attachment as text."""
    return content_of(attachment).decode("utf-8", "replace").removeprefix("\ufeff")


def is_html(attachment: InteractionAttachment) -> bool:
    """By the extension alone (I-88)."""
    return attachment.file_extension.lower() == "html"


def is_layout(attachment: InteractionAttachment) -> bool:
    """HTML that names a layout, with or without a body (I-88)."""
    return is_html(attachment) and attachment.email_layout_code is not None


def is_ready(attachment: InteractionAttachment) -> bool:
    """HTML that is a finished page (I-88)."""
    if not is_html(attachment) or is_layout(attachment) or not attachment.size_bytes:
        return False
    return is_document(text_of(attachment))


def ready_ones(attachments: Iterable[InteractionAttachment]) -> set[uuid.UUID]:
    """The ids of those that are finished pages, in one query: only the beginning of each file is looked at."""
    pages = [one for one in attachments if is_html(one) and not is_layout(one) and one.size_bytes]
    by_content = {one.content_id: one.pk for one in pages if one.content_id}
    heads = beginnings(list(by_content))
    ready = {by_content[content] for content, head in heads.items() if is_document(_head_text(head))}
    on_disk = (one for one in pages if one.storage_type == StorageType.DISK_FILE)
    return ready | {one.pk for one in on_disk if is_document(_head_text(disk_files.beginning(one)))}


def _head_text(head: bytes) -> str:
    return head.decode("utf-8", "replace").removeprefix("\ufeff")


def is_word(attachment: InteractionAttachment) -> bool:
    """A document that is merged, and never HTML (I-88, I-94)."""
    return attachment.file_extension.lower() in ("doc", "docx")


def rendered(attachment: InteractionAttachment) -> str:
    """One complete HTML document as it would look, without values of an entry; blank for what is no HTML (I-89)."""
    if is_layout(attachment):
        assert attachment.email_layout is not None
        body = clean_html(attachment.content_body)
        return whole(merge_fields.fill(attachment.email_layout.html, {"layout.content": body}))
    return text_of(attachment) if is_ready(attachment) else ""


def whole(html: str) -> str:
    """One complete document, made around a piece of one."""
    return html if is_document(html) else document(html)


def preview(attachment: InteractionAttachment) -> str:
    """What opening an HTML attachment shows, without scripts (I-90). Raises ``attachment_empty``."""
    page = rendered(attachment)
    if not page:
        raise attachment_empty(attachment)
    return whole(clean_html(page))


def attachment_empty(attachment: InteractionAttachment) -> DomainError:
    return DomainError(
        "attachment_empty",
        _("Attachment %(no)s is empty. Import a file, or create it anew.") % {"no": attachment.no},
        rule="I-90",
    )


def read_only_attachment(attachment: InteractionAttachment) -> DomainError:
    return DomainError(
        "attachment_read_only",
        _("Attachment %(no)s belongs to a logged interaction and stays as it is. Copy it instead.")
        % {"no": attachment.no},
        rule="I-84",
    )


def file_content(data: bytes, file_name: str = "", media_type: str = "") -> NewContent:
    """A file that somebody sent, as content that can still be changed; the ending follows the bytes (A-88)."""
    name = with_ending(valid_name(file_name), kind_of(data, media_type)) if file_name else ""
    extension = plain_extension(Path(name).suffix) or kind_of(data, media_type).ending
    return NewContent(data=data, file_name=name, extension=extension, read_only=False)


def import_content(
    attachment: InteractionAttachment, data: bytes, file_name: str = "", media_type: str = ""
) -> InteractionAttachment:
    """Replace the bytes. Raises ``attachment_read_only`` (I-84) and what :func:`merge_fields.check_file` refuses."""
    content = file_content(data, file_name, media_type)
    merge_fields.check_file(data, content.extension)
    with unit_of_work("import attachment"):
        fresh = records.lock(attachment)
        if fresh.read_only:
            raise read_only_attachment(fresh)
        edit = Edit(fresh, records.rules_of(InteractionAttachment))
        before = disk_files.path_of(fresh) if fresh.storage_type == StorageType.DISK_FILE else None
        if file_name or not fresh.file_extension:
            edit.put("file_extension", content.extension)
            edit.put("file_name", content.file_name)
        edit.put("email_layout_code", None)
        edit.put("content_body", "")
        write_bytes(edit, data)
        records.save(edit)
        if before is not None and before != disk_files.path_of(fresh):
            _remove_later(before)
    return fresh


def set_body(attachment: InteractionAttachment, body: str) -> InteractionAttachment:
    """Put the text typed into a layout in place; the layout stays what it is (I-89)."""
    with unit_of_work("write attachment body"):
        fresh = records.lock(attachment)
        if fresh.read_only:
            raise read_only_attachment(fresh)
        edit = Edit(fresh, records.rules_of(InteractionAttachment))
        edit.put("content_body", body)
        return records.save(edit)


def copy_of(attachment: InteractionAttachment) -> NewContent:
    """The same content, for an attachment of its own or a working copy, made from disk files too (I-14, I-85)."""
    held = bool(attachment.sha256 or attachment.content_id)
    return NewContent(
        data=content_of(attachment) if held else None,
        file_name=attachment.file_name,
        extension=attachment.file_extension,
        email_layout_code=attachment.email_layout_code,
        content_body=attachment.content_body,
        read_only=False,
    )


def new_attachment(content: NewContent) -> InteractionAttachment:
    """One new attachment; runs inside a unit of work."""
    return store_attachments([content])[0]


def discard(ids: Collection[uuid.UUID | None]) -> None:
    """Remove attachments that nothing names any more, set-based; a file that is gone already is only told (I-86).

    Runs inside a unit of work. Embedded bytes can be brought back by an undo, files on disk cannot.
    """
    wanted = [each for each in ids if each is not None]
    if not wanted:
        return
    rows = list(InteractionAttachment.objects.select_for_update().filter(pk__in=wanted))
    release_contents([row.content_id for row in rows])
    # Open wizards have copies of their own (I-41).
    InteractionDraft.objects.filter(attachment_id__in=wanted).update(attachment=None)
    InteractionAttachment.objects.filter(pk__in=wanted)._raw_delete("default")
    for row in rows:
        if row.storage_type == StorageType.DISK_FILE and row.sha256:
            _remove_file(row)


def _remove_file(attachment: InteractionAttachment) -> None:
    path = disk_files.found_at(attachment)
    if path is None:
        tell("attachment_file_missing", disk_files.file_missing(attachment).message, severity="warning")
    else:
        _remove_later(path)


def _remove_later(path: Path) -> None:
    """Files go when the transaction has really ended: one that is rolled back still needs them."""
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def require_write(attachment: InteractionAttachment) -> None:
    """A template's file needs the right to set up templates, that of an interaction the right to write the log."""
    belongs_to_template = InteractionTemplateLanguage.objects.filter(attachment=attachment).exists()
    require("template_setup.write" if belongs_to_template else "interaction_log.write", "interactionAttachments")
