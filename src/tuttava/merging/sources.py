"""Where the value of a field comes from and since when, as far as the journal tells; which tax numbers were checked."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from tuttava.contacts.models import TaxNumberCheck
from tuttava.foundation.context import current
from tuttava.foundation.journal import JournalChange

#: Changes of a record that are read, the newest first; what is older than all of them has no date.
MOST_READ = 500


@dataclass(frozen=True)
class Source:
    """Who wrote a value, through which door, when; ``verified``: a check confirmed it."""

    at: dt.datetime | None = None
    user_name: str = ""
    door: str = ""
    verified: bool = False


def sources_of(record_type: str, record_id: uuid.UUID) -> dict[str, Source]:
    """The latest write of each column of a record; read once in a request."""
    cache = current().cache
    key = ("merging.sources", record_type, record_id)
    if key not in cache:
        cache[key] = _read(record_type, record_id)
    found: dict[str, Source] = cache[key]
    return found


def _read(record_type: str, record_id: uuid.UUID) -> dict[str, Source]:
    changes = JournalChange.objects.filter(record_id=record_id, record_type=record_type).select_related("unit")
    found: dict[str, Source] = {}
    for change in changes.order_by("-id")[:MOST_READ]:
        unit = change.unit
        source = Source(change.at, unit.user_name if unit else "", unit.door if unit else "")
        for column in change.new or {}:
            found.setdefault(column, source)
    return found


def verified_numbers(contact_ids: list[uuid.UUID]) -> set[tuple[uuid.UUID, str]]:
    """Those of the contacts with their tax numbers that a check found valid."""
    rows = TaxNumberCheck.objects.filter(contact_id__in=contact_ids, outcome="valid")
    return set(rows.values_list("contact_id", "vat_registration_no"))
