"""Scores for pairs that were found by search strings (D-26)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.smart import columns, comparing, pairs
from tuttava.duplicates.smart.many import Pairs, as_bytes

#: Pairs that are scored together.
BATCH = 2000


def score_unscored(pair_ids: Collection[uuid.UUID] | None = None, *, check: Callable[[], None] = lambda: None) -> int:
    """Score the pairs that have no score yet, of ``pair_ids`` or all, a batch at a time; how many.

    A pair so alike that the smart search would have found it is its own from then on. ``check`` is called before each
    batch and may raise.
    """
    due = ContactDuplicate.objects.filter(score=None).order_by("pk")
    due = due if pair_ids is None else due.filter(pk__in=list(pair_ids))
    scored, last = 0, None
    while rows := list((due.filter(pk__gt=last) if last else due).only("contact_id", "duplicate_id")[:BATCH]):
        last = rows[-1].pk
        check()
        scored += score_again(rows)
    return scored


def score_again(rows: Collection[ContactDuplicate]) -> int:
    """Score these pairs as they are now; how many."""
    return len(judge({pairs.ordered(row.contact_id, row.duplicate_id) for row in rows}))


def judge(wanted: Collection[pairs.Pair]) -> list[pairs.Scored]:
    """Compare these contacts as they are now, and have their stored pairs say so."""
    own, records = columns.stored(as_bytes({pk for pair in wanted for pk in pair}))
    found = comparing.score(own, records, Pairs.of(wanted))
    pairs.write(found)
    return found
