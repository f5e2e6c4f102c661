"""Building the index of company contacts and the pairs that follow from it (D-8, D-16)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import NamedTuple

from tuttava.contacts.models import Contact
from tuttava.duplicates.classic.pairs import Finding, Key, key_of, pairs_with, settle
from tuttava.duplicates.classic.searching import Alike, find_alike
from tuttava.duplicates.classic.setup import needed, search_rows
from tuttava.duplicates.classic.strings import (
    compose_strings,
    delete_strings,
    insert_strings,
    replace_strings,
)


class Built(NamedTuple):
    """Pairs that are new and gone, and contacts that are like more others than are listed."""

    new_pairs: int
    gone_pairs: int
    cut_off: Sequence[uuid.UUID]


def build_index(contacts: Sequence[Contact], *, inserted: bool = False) -> Built:
    """Strings and pairs of the companies among ``contacts`` made anew (D-8); the later of two is the one that finds.

    ``inserted``: the contacts are new in this transaction, so nothing of them is stored yet.
    """
    companies = [contact for contact in contacts if contact.is_company]
    if not companies:
        return Built(0, 0, ())
    ids = [contact.pk for contact in companies]
    strings = compose_strings(companies, search_rows())
    if inserted:
        insert_strings(strings)
    else:
        replace_strings(ids, strings)
    search = find_alike(strings, needed())
    settled = settle(findings(search.alike, ids).values(), ids=ids, turn=True, inserted=inserted)
    return Built(settled.new, settled.gone, search.cut_off)


def findings(alike: Sequence[Alike], ids: Sequence[uuid.UUID]) -> dict[Key, Finding]:
    """Each unordered pair once, found by whichever contact comes later in ``ids``."""
    order = {pk: place for place, pk in enumerate(ids)}
    found: dict[Key, Finding] = {}
    for contact_id, other_id, shared in alike:
        if order[contact_id] >= order.get(other_id, -1):
            found[key_of(contact_id, other_id)] = Finding(contact_id, other_id, shared)
        else:
            found.setdefault(key_of(contact_id, other_id), Finding(other_id, contact_id, shared))
    return found


def remove_index(contact_ids: Collection[uuid.UUID], *, keep_separate: bool = False, keep_smart: bool = False) -> None:
    """Delete strings and pairs of contacts (D-4, D-16).

    ``keep_separate``: not the pairs that are marked separate. ``keep_smart``: not those found by likeness as well.
    """
    if not contact_ids:
        return
    delete_strings(contact_ids)
    pairs = pairs_with(contact_ids)
    if keep_separate:
        pairs = pairs.filter(separate_contacts=False)
    if keep_smart:
        pairs.filter(smart=True, classic=True).update(classic=False, no_of_matching_strings=0)
        pairs = pairs.filter(smart=False)
    pairs.delete()
