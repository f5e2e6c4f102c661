"""Records that are thought to be the same party as the one on the page, by the search for duplicates."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, When

from tuttava.contacts.models import ContactBusinessRelation
from tuttava.duplicates.queries import pairs_of
from tuttava.merging.models import Merge, MergeTable
from tuttava.merging.pages.parties import Shown, page_of, shown

SHOWN = 5


@dataclass(frozen=True)
class Likely:
    """A likely duplicate; ``score`` 0 to 100, None where nobody compared them."""

    shown: Shown
    score: int | None


def likely(table: str, record: Any, merges: Sequence[Merge]) -> list[Likely]:
    """The likeliest duplicates that are not on the page yet, best first."""
    scores = _alike([record.pk]) if table == MergeTable.CONTACT else _by_contacts(table, record.pk)
    for merge in merges:
        scores.pop(merge.duplicate_id, None)
    model: Any = page_of(table).model
    found = model._default_manager.in_bulk(list(scores)[:SHOWN])
    rows = [(found[pk], score) for pk, score in scores.items() if pk in found]
    if table == MergeTable.CONTACT:
        rows = [(row, score) for row, score in rows if row.type == record.type]
    return [Likely(shown(table, row), score) for row, score in rows]


def _alike(contacts: Sequence[uuid.UUID]) -> dict[Any, int | None]:
    """Contacts in an open pair with one of these, by score."""
    other = Case(When(contact__in=contacts, then=F("duplicate_id")), default=F("contact_id"))
    return dict(pairs_of(contacts).values_list(other, "score")[: 4 * SHOWN])


def _by_contacts(table: str, pk: uuid.UUID) -> dict[Any, int | None]:
    """Records of a register whose contact is in an open pair with the contact of this one, or is that contact."""
    relations = ContactBusinessRelation.objects.filter(link_to_table=table)
    hubs = list(relations.filter(linked_id=pk).values_list("contact_id", flat=True)[:SHOWN])
    if not hubs:
        return {}
    scores = _alike(hubs)
    rows = relations.filter(contact_id__in=[*scores]).exclude(linked_id=pk).values_list("linked_id", "contact_id")
    by_record = {linked: scores[contact] for linked, contact in rows if linked is not None}
    return dict(sorted(by_record.items(), key=lambda pair: -(pair[1] or 0)))
