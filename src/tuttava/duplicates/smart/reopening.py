"""Separate pairs that are asked about again: only once both contacts changed, and only if the setup says so (D-11)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.evidence import both_changed
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.smart.pairs import Scored, ordered

#: Pairs that are looked at together.
BATCH = 1000


def reopen(scored: Sequence[Scored]) -> int:
    """Open separate pairs again that are found alike though both contacts changed since; how many."""
    alike = {pair.key for pair in scored if pair.alike}
    if not alike or not marketing_setup().refresh_duplicate_pairs:
        return 0
    people = {pk for key in alike for pk in key}
    said = _said().filter(contact_id__in=people, duplicate_id__in=people)
    return _reopen(pair for pair in said if ordered(pair.contact_id, pair.duplicate_id) in alike)


def reopen_found() -> int:
    """The same for all stored pairs that the search vouches for."""
    if not marketing_setup().refresh_duplicate_pairs:
        return 0
    opened, last = 0, None
    while pairs := list(_behind(_said().filter(smart=True), last)[:BATCH]):
        opened += _reopen(pairs)
        last = pairs[-1].pk
    return opened


def _behind(pairs: QuerySet[ContactDuplicate], last: uuid.UUID | None) -> QuerySet[ContactDuplicate]:
    return (pairs.filter(pk__gt=last) if last else pairs).order_by("pk")


def _said() -> QuerySet[ContactDuplicate]:
    said = ContactDuplicate.objects.filter(separate_contacts=True).exclude(evidence="")
    unseen = [f"{side}__{name}" for side in ("contact", "duplicate") for name in ("search_tokens", "search_text")]
    return said.select_related("contact", "duplicate").defer(*unseen)


def _reopen(pairs: Iterable[ContactDuplicate]) -> int:
    changed = [pair.pk for pair in pairs if both_changed(pair.evidence, pair.contact, pair.duplicate)]
    return ContactDuplicate.objects.filter(pk__in=changed).update(separate_contacts=False, evidence="")
