"""Noting on a contact that something that hangs on it changed (C-80)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection
from django.db.models import DateTimeField, Func, Q
from django.utils import timezone

from tuttava.contacts.models import Contact


class TransactionStart(Func):
    """When the transaction at hand began."""

    function = "transaction_timestamp"
    output_field = DateTimeField()


def touch(contact_ids: Iterable[uuid.UUID]) -> None:
    """Set ``last_modified_at`` of these contacts to now, in one statement.

    Nothing else follows: no inheritance, no synchronisation, no journal entry, and the version stays, so that a
    comment added beside an open card does not refuse the card's next save. Contacts that this transaction has stamped
    already are left alone.
    """
    ids = sorted(set(contact_ids))
    if not ids:
        return
    due = Q(last_modified_at__lt=TransactionStart())
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tuttava.keep_version', 'on', true)")
        Contact.objects.filter(due, pk__in=ids).update(last_modified_at=timezone.now())
        cursor.execute("SELECT set_config('tuttava.keep_version', '', true)")
