"""The group of contacts that a pair belongs to: all that may be one party (D-26)."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import numpy as np
from django.db.models import Q

from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate
from tuttava.matching.clusters import cluster_pairs

#: Contacts of one group at most, and how many steps from the pair they are looked for.
LARGEST, STEPS = 50, 4


def group_of(pair: ContactDuplicate) -> list[Contact]:
    """The contacts of ``pair`` first, then those that are taken for the same party, by number.

    Not all that hang together by pairs: a single weak link does not join two groups, and two contacts of which somebody
    said that they are not the same never stand in one.
    """
    people = [pair.contact_id, pair.duplicate_id]
    found = _around(people)
    people += sorted({pk for each in found for pk in (each.contact_id, each.duplicate_id)} - set(people))
    place = {pk: row for row, pk in enumerate(people)}
    rows = [(place[each.contact_id], place[each.duplicate_id], each) for each in found]
    linked = [(one, other, (each.score or 0) / 100) for one, other, each in rows if not each.separate_contacts]
    clusters = cluster_pairs(
        len(people),
        np.array([one for one, _other, _score in linked], dtype=np.int64),
        np.array([other for _one, other, _score in linked], dtype=np.int64),
        np.array([score for _one, _other, score in linked], dtype=np.float32),
        apart=[(one, other) for one, other, each in rows if each.separate_contacts],
    )
    together = [pk for row, pk in enumerate(people) if row < 2 or clusters[row] in (clusters[0], clusters[1])]
    contacts = Contact.objects.in_bulk(together[:LARGEST])
    others = sorted((contacts[pk] for pk in together[2:LARGEST] if pk in contacts), key=lambda each: str(each.no))
    return [*(contacts[pk] for pk in together[:2] if pk in contacts), *others]


def _around(people: Collection[uuid.UUID]) -> list[ContactDuplicate]:
    """The scored pairs within a few steps of these contacts, and what was said of them to be separate; bounded."""
    reached = set(people)
    found: dict[uuid.UUID, ContactDuplicate] = {}
    for _step in range(STEPS):
        touching = ContactDuplicate.objects.filter(Q(contact_id__in=reached) | Q(duplicate_id__in=reached))
        for pair in touching.order_by("-score", "pk")[: LARGEST * LARGEST]:
            found[pair.pk] = pair
        linked = {pk for pair in found.values() if not pair.separate_contacts for pk in _ends(pair)}
        if linked <= reached or len(linked | reached) > LARGEST:
            break
        reached |= linked
    return list(found.values())


def _ends(pair: ContactDuplicate) -> tuple[uuid.UUID, uuid.UUID]:
    return pair.contact_id, pair.duplicate_id
