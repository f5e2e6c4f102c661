"""What goes with log entries when they are deleted, and files that no entry uses any more (I-72, I-161)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence

from django.dispatch import Signal

from tuttava.interactions.attachments import discard
from tuttava.interactions.models import (
    Delivery,
    InteractionAttachment,
    InteractionComment,
    InteractionDraft,
    InteractionLogEntry,
)

#: Entries were deleted, in the same transaction. ``entries``: what they were. Campaigns look at their target groups
#: again (I-109), archived documents at what their versions are kept for (I-159).
interactions_deleted = Signal()


def remove_hanging(ids: Sequence[uuid.UUID]) -> None:
    """Comments, open wizards and the post office's book of entries that are about to go."""
    InteractionDraft.objects.filter(entry_id__in=ids).delete()
    Delivery.objects.filter(entry_id__in=ids).delete()
    comments = InteractionComment.objects.filter(entry_id__in=ids)
    comments._raw_delete(comments.db)


def own_files(entries: Collection[InteractionLogEntry]) -> list[uuid.UUID]:
    """The attachments of ``entries`` that no other entry uses, not even another one of these."""
    named = Counter(entry.attachment_id for entry in entries if entry.attachment_id)
    once = {file for file, times in named.items() if times == 1}
    others = InteractionLogEntry.objects.filter(attachment_id__in=once).exclude(pk__in=[entry.pk for entry in entries])
    return sorted(once - set(others.values_list("attachment_id", flat=True)))


def remove_unused_files(ids: Collection[uuid.UUID | None]) -> None:
    """Remove those of the attachments that no entry names any more; the bytes stay a while for an undo."""
    wanted = {identity for identity in ids if identity is not None}
    used = InteractionLogEntry.objects.filter(attachment_id__in=wanted).values_list("attachment_id", flat=True)
    discard(sorted(without_edited(wanted - set(used))))


def without_edited(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the attachments that are no edited Word template of an entry, which names it by number (I-107)."""
    if not ids:
        return set()
    numbers = dict(InteractionAttachment.objects.filter(pk__in=ids).values_list("no", "pk"))
    named = InteractionLogEntry.objects.filter(modified_word_template__in=numbers, modified_word_template__gt=0)
    return set(ids) - {numbers[no] for no in named.values_list("modified_word_template", flat=True).distinct()}


def delete_entries(entries: Sequence[InteractionLogEntry]) -> None:
    """Delete locked entries with all that hangs on them; the caller has seen to it that they may go."""
    if not entries:
        return
    ids = [entry.pk for entry in entries]
    remove_hanging(ids)
    rows = InteractionLogEntry.objects.filter(pk__in=ids)
    rows._raw_delete(rows.db)
    remove_unused_files([entry.attachment_id for entry in entries])
    interactions_deleted.send(sender=InteractionLogEntry, entries=entries)
