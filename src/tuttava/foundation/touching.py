"""Noting on a record that something that hangs on it changed (C-80)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Func, QuerySet
from django.utils import timezone

from tuttava.foundation.attachments import attachments_changed
from tuttava.foundation.comments import comments_changed
from tuttava.foundation.pictures import picture_changed
from tuttava.foundation.records import Record


class TransactionStart(Func):
    """When the transaction at hand began."""

    function = "transaction_timestamp"
    output_field = DateTimeField()


def touch(model: type[Record], ids: Iterable[uuid.UUID]) -> None:
    """Set ``last_modified_at`` of these records to now, in one statement.

    Nothing else follows: no inheritance, no synchronisation, no journal entry, and the version stays, so that a
    comment added beside an open card does not refuse the card's next save. Records that this transaction has stamped
    already are left alone.
    """
    due = sorted(set(ids))
    if not due:
        return
    rows: QuerySet[Any] = model._default_manager.filter(pk__in=due)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tuttava.keep_version', 'on', true)")
        rows.filter(last_modified_at__lt=TransactionStart()).update(last_modified_at=timezone.now())
        cursor.execute("SELECT set_config('tuttava.keep_version', '', true)")


_touched: dict[str, type[Record]] = {}


def touched_by_what_hangs(kind: str, model: type[Record]) -> None:
    """Let comments, files and pictures of ``kind`` touch their record, one of ``model`` (C-96)."""
    _touched[kind] = model


def _touch(kind: str, ids: Sequence[uuid.UUID]) -> None:
    if kind in _touched:
        touch(_touched[kind], ids)


def _commented(*, owner_kind: str, owner_ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    _touch(owner_kind, owner_ids)


def _hung(*, parent_kind: str, parent_ids: Sequence[uuid.UUID], **_signal: Any) -> None:
    _touch(parent_kind, parent_ids)


def connect() -> None:
    """Listen to what hangs on records."""
    comments_changed.connect(_commented, dispatch_uid="touching.comments")
    attachments_changed.connect(_hung, dispatch_uid="touching.attachments")
    picture_changed.connect(_hung, dispatch_uid="touching.pictures")
