"""Files attached to records of any kind (A-86, A-88).

A room whose records can have files calls :func:`has_attachments` with its model; before that the kind is refused.
"""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from django.db import connection
from django.db.models import BinaryField, Exists, F, Max, OuterRef, QuerySet
from django.db.models.functions import Substr
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.file_kinds import kind_of, valid_name, with_ending
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.models import AttachmentBlock, AttachmentContent, AttachmentParent, DocumentAttachment
from tuttava.foundation.records import Edit, Record, Rules, register

BLOCK = 1024 * 1024
#: How many bytes of a content tell what it is.
BEGINNING = 256
#: Blocks read at a time.
_BLOCKS_AT_ONCE = 8
#: Contents that no attachment names any more stay this long, so that what was deleted can be brought back whole.
KEPT_DAYS = 90
#: Old contents removed along with each that is stored.
_SWEPT_AT_ONCE = 20

#: Files were added, changed or deleted. Arguments: ``parent_kind`` and ``parent_ids``.
attachments_changed = Signal()

Ids = Collection[uuid.UUID]


def _nothing_hidden(ids: Ids) -> Ids:
    return ()


@dataclass(frozen=True)
class Parent:
    """A kind of records that can have files; ``hidden``: those of some ids whose files the user may not see."""

    model: type[Record]
    hidden: Callable[[Ids], Ids] = _nothing_hidden
    #: The right without which hidden files stay hidden.
    right: str = ""


_parents: dict[str, Parent] = {}


def has_attachments(kind: AttachmentParent, parent: Parent) -> None:
    """Tell that records of a kind can have files."""
    _parents[kind] = parent


def hidden_parents(kind: str, ids: Ids) -> frozenset[uuid.UUID]:
    """Those records whose files the current user may not see."""
    parent = _parents.get(kind)
    return frozenset(parent.hidden(ids)) if parent is not None else frozenset()


@register
class AttachmentRules(Rules[DocumentAttachment]):
    model = DocumentAttachment
    set_name = "documentAttachments"

    def enter_file_name(self, edit: Edit[DocumentAttachment], value: str) -> None:
        """What is no valid name becomes ``filename.txt`` (A-86)."""
        edit.put("file_name", valid_name(value))

    def before_save(self, edit: Edit[DocumentAttachment]) -> None:
        """The parent exists and stays; a new file goes to the end of its list."""
        if edit.is_new:
            _lock_parent(edit.get("parent_kind"), edit.get("parent_id"))
            edit.put("file_name", valid_name(edit.get("file_name")))
            if not edit.get("line_no"):
                edit.put("line_no", _last_line_no(edit.record) + LINE_STEP)
        elif edit.changed("parent_kind", "parent_id"):
            raise DomainError(
                "attachment_parent_fixed",
                _("An attachment stays with its record. Attach the file to the other record instead."),
                field="parent_id" if edit.changed("parent_id") else "parent_kind",
                rule="A-86",
            )

    def after_save(self, edits: Sequence[Edit[DocumentAttachment]]) -> None:
        by_kind: dict[str, list[uuid.UUID]] = {}
        for edit in edits:
            by_kind.setdefault(edit.record.parent_kind, []).append(edit.record.parent_id)
        for kind, parents in by_kind.items():
            attachments_changed.send(sender=DocumentAttachment, parent_kind=kind, parent_ids=parents)

    def after_delete(self, record: DocumentAttachment) -> None:
        _set_unused([record.content_id])
        attachments_changed.send(
            sender=DocumentAttachment, parent_kind=record.parent_kind, parent_ids=[record.parent_id]
        )

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        """A file whose bytes are gone for good comes back empty."""
        stored = AttachmentContent.objects.filter(pk=OuterRef("content_id"))
        back = DocumentAttachment.objects.filter(pk__in=ids).values("content_id")
        AttachmentContent.objects.filter(pk__in=back).update(unused_since=None)
        gone = DocumentAttachment.objects.filter(~Exists(stored), pk__in=ids, content_id__isnull=False)
        gone.update(content_id=None, byte_size=0, media_type="")


def _lock_parent(kind: str, parent_id: uuid.UUID | None) -> None:
    """The parent, locked: it cannot be deleted meanwhile, and two new files do not get the same line number."""
    if kind not in _parents:
        raise DomainError(
            "attachment_parent_unsupported",
            _("Files cannot be attached to this type of record. Types that can have files: %(types)s.")
            % {"types": ", ".join(str(AttachmentParent(each).label) for each in _parents)},
            field="parent_kind",
            rule="A-86",
        )
    if not parent_id:
        raise DomainError("field_required", _("An attachment needs the record it belongs to."), field="parent_id")
    model = _parents[kind].model
    rows = model._default_manager.all()
    if model._meta.managed:  # rows of a view cannot be locked
        rows = rows.select_for_update(of=("self",), no_key=True)
    if not rows.filter(pk=parent_id).values_list("pk", flat=True):
        raise DomainError(
            "not_found",
            _("There is no record “%(id)s” that the file could be attached to.") % {"id": parent_id},
            field="parent_id",
        )


def _last_line_no(attachment: DocumentAttachment) -> int:
    siblings = DocumentAttachment.objects.filter(
        parent_id=attachment.parent_id, parent_kind=attachment.parent_kind
    ).exclude(pk=attachment.pk)
    return siblings.aggregate(last=Max("line_no"))["last"] or 0


def write_content(attachment: DocumentAttachment, data: bytes, name: str = "", media_type: str = "") -> None:
    """Give the file new bytes. It keeps its name unless ``name`` gives one; an ending it lacks follows the bytes.

    ``media_type``: as what the bytes came; counts where they do not say it themselves (A-88).
    """
    rules = records.rules_of(DocumentAttachment)
    _refuse_hidden(attachment)
    with unit_of_work("store attachment"):
        fresh = records.lock(attachment)
        before = fresh.content_id
        kind = kind_of(data, media_type)
        edit = Edit(fresh, rules)
        edit.put("content_id", store_content(fresh.parent_id, data))
        edit.put("byte_size", len(data))
        edit.put("media_type", kind.media_type)
        edit.put("file_name", with_ending(valid_name(name) if name else fresh.file_name, kind))
        records.save(edit)
        release_contents([before])


def read_content(attachment: DocumentAttachment) -> bytes | None:
    """The bytes, or None while there are none; refused where the parent hides its files."""
    _refuse_hidden(attachment)
    if attachment.content_id is None or not AttachmentContent.objects.filter(pk=attachment.content_id).exists():
        return None
    return content_bytes(attachment.content_id)


def _refuse_hidden(attachment: DocumentAttachment) -> None:
    if hidden_parents(attachment.parent_kind, [attachment.parent_id]):
        raise PermissionDenied(_parents[attachment.parent_kind].right)


def attachments_of(kind: AttachmentParent, parent_ids: Ids) -> QuerySet[DocumentAttachment]:
    """The files of some records in their order."""
    return DocumentAttachment.objects.filter(parent_kind=kind, parent_id__in=parent_ids)


def remove_attachments(kind: AttachmentParent, parent_ids: Ids) -> None:
    """Remove the files of records that are being deleted, in one statement; the bytes stay for bringing them back."""
    rows = attachments_of(kind, parent_ids)
    _set_unused(rows.values_list("content_id", flat=True))
    rows._raw_delete(rows.db)


def move_attachments(
    kind: AttachmentParent, parent_id: uuid.UUID, new_kind: AttachmentParent, new_parent_id: uuid.UUID
) -> None:
    """Let the files of a record hang on another one, which has none yet: what it has become."""
    rows = attachments_of(kind, [parent_id])
    AttachmentContent.objects.filter(pk__in=rows.values("content_id")).update(parent_id=new_parent_id)
    rows.update(parent_kind=new_kind, parent_id=new_parent_id, version=F("version") + 1)


def erase_contents(parent_id: uuid.UUID) -> None:
    """Remove all bytes that a record ever had, for good."""
    AttachmentBlock.objects.filter(content__parent_id=parent_id).delete()
    AttachmentContent.objects.filter(parent_id=parent_id).delete()


def content_bytes(content_id: uuid.UUID) -> bytes:
    """The bytes of a stored content."""
    return b"".join(content_blocks(content_id))


def content_blocks(content_id: uuid.UUID) -> Iterator[bytes]:
    """The same block by block, so that memory holds a few of a large file."""
    blocks = AttachmentBlock.objects.filter(content_id=content_id).order_by("number")
    return (bytes(data) for data in blocks.values_list("data", flat=True).iterator(_BLOCKS_AT_ONCE))


def bytes_of_many(content_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The bytes of several stored contents in one query; those that are not there are left out."""
    blocks = AttachmentBlock.objects.filter(content_id__in=content_ids).order_by("content_id", "number")
    found: dict[uuid.UUID, list[bytes]] = {}
    for content, data in blocks.values_list("content_id", "data"):
        found.setdefault(content, []).append(bytes(data))
    return {content: b"".join(parts) for content, parts in found.items()}


def beginnings(content_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The first :data:`BEGINNING` bytes of stored contents, in one query."""
    blocks = AttachmentBlock.objects.filter(content_id__in=content_ids, number=0)
    head = Substr("data", 1, BEGINNING, output_field=BinaryField())
    return {content: bytes(data) for content, data in blocks.annotate(head=head).values_list("content_id", "head")}


def release_contents(ids: Collection[uuid.UUID | None]) -> None:
    """Nothing names these contents any more; they stay for :data:`KEPT_DAYS`, so that an undo finds them."""
    _set_unused(ids)
    _sweep()


def retain_contents(ids: Collection[uuid.UUID | None]) -> None:
    """Records that an undo brought back name these contents again."""
    AttachmentContent.objects.filter(pk__in=[each for each in ids if each]).update(unused_since=None)


def store_content(parent_id: uuid.UUID, data: bytes) -> uuid.UUID:
    """Keep bytes for the record ``parent_id``, in blocks; answers the id under which they are read."""
    return store_file(parent_id, io.BytesIO(data))


def store_file(parent_id: uuid.UUID, file: IO[bytes]) -> uuid.UUID:
    """The same for a file from where it stands, however large."""
    content = AttachmentContent.objects.create(parent_id=parent_id)
    _write(_blocks(content, file))
    return content.pk


def store_contents(files: Sequence[tuple[uuid.UUID, bytes]]) -> list[uuid.UUID]:
    """The same as :func:`store_content` for many, each with its record, in a few statements."""
    if not files:
        return []
    contents = [AttachmentContent(parent_id=parent_id) for parent_id, _data in files]
    AttachmentContent.objects.bulk_create(contents)
    pairs = zip(contents, files, strict=True)
    _write(block for content, (_parent, data) in pairs for block in _blocks(content, io.BytesIO(data)))
    return [content.pk for content in contents]


Block = tuple[uuid.UUID, int, bytes]
_COPY = "COPY foundation_attachmentblock (content_id, number, data) FROM STDIN (FORMAT BINARY)"


def _write(blocks: Iterable[Block]) -> None:
    """Stream blocks into the database, as the bytes that they are; memory holds one at a time."""
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(_COPY) as copy:
        copy.set_types(("uuid", "int4", "bytea"))
        for block in blocks:
            copy.write_row(block)


def _blocks(content: AttachmentContent, file: IO[bytes]) -> Iterator[Block]:
    for number, data in enumerate(iter(lambda: file.read(BLOCK), b"")):
        yield content.pk, number, data


def _set_unused(contents: Collection[uuid.UUID | None] | QuerySet[DocumentAttachment, uuid.UUID | None]) -> None:
    """Note that nothing names these contents any more."""
    ids = [each for each in contents if each is not None]
    if ids:
        AttachmentContent.objects.filter(pk__in=ids).update(unused_since=timezone.now())


def _sweep() -> None:
    """Remove some contents that no attachment has named for long enough."""
    named = DocumentAttachment.objects.filter(content_id=OuterRef("pk"))
    before = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    old = AttachmentContent.objects.filter(~Exists(named), unused_since__lt=before).order_by("unused_since")
    AttachmentContent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_SWEPT_AT_ONCE])).delete()
