"""Contacts that were saved uncompared: who they are, and who compares them.

They are those without keys. Whoever compares many of them takes the turn first, because two at once would not see the
keys that the other has not committed, and locks the contacts, so that nobody changes what is being compared.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactMatchKey
from tuttava.foundation.schemas import current_schema

#: Contacts that are read at a time.
_SLICE = 2000


@dataclass(frozen=True)
class Claim:
    """``due``: contacts without keys that are locked now; ``in_use``: those that others are changing."""

    due: list[uuid.UUID]
    in_use: set[uuid.UUID]


def take_turn(*, wait: bool = True) -> bool:
    """Be the one who compares many contacts of this company, until the end of the transaction; whether it is so."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s))", [f"{current_schema()}.compare"])
        return wait or bool(cursor.fetchone()[0])


def claim(ids: Sequence[uuid.UUID], *, wait: bool) -> Claim:
    """Lock these contacts, ``wait``: even if others are changing them; call it after :func:`take_turn`."""
    contacts = Contact.objects.filter(pk__in=ids)
    free = contacts.select_for_update(of=("self",), no_key=True, skip_locked=not wait).order_by("pk")
    locked = list(free.values_list("pk", flat=True))
    in_use = set(contacts.exclude(pk__in=locked).values_list("pk", flat=True)) if len(locked) < len(ids) else set()
    # Asked once they are locked: who was changed just before may have been compared with that.
    return Claim(list(_without_keys(Contact.objects.filter(pk__in=locked)).values_list("pk", flat=True)), in_use)


def uncompared(since: dt.datetime) -> Iterator[list[uuid.UUID]]:
    """The contacts without keys that were saved since then, some at a time."""
    found = saved_uncompared(since).order_by("pk")
    last = uuid.UUID(int=0)
    while ids := list(found.filter(pk__gt=last).values_list("pk", flat=True)[:_SLICE]):
        yield ids
        last = ids[-1]


def saved_uncompared(since: dt.datetime) -> QuerySet[Contact]:
    """The same as rows."""
    return _without_keys(Contact.objects.filter(last_modified_at__gt=since))


def _without_keys(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.exclude(Exists(ContactMatchKey.objects.filter(contact_id=OuterRef("pk"))))
