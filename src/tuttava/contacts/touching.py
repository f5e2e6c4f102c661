"""Noting on a contact that something that hangs on it changed (C-80)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from tuttava.contacts.models import Contact


def touch(contact_ids: Iterable[uuid.UUID]) -> None:
    """Set ``last_modified_at`` of these contacts to now, in one statement.

    Nothing else follows: no inheritance, no synchronisation, and the version stays, so that a comment added beside an
    open card does not refuse the card's next save.
    """
    ids = sorted(set(contact_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tuttava.keep_version', 'on', true)")
        Contact.objects.filter(pk__in=ids).update(last_modified_at=timezone.now())
        cursor.execute("SELECT set_config('tuttava.keep_version', '', true)")
