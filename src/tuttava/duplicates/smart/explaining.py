"""Why two contacts are thought the same, in words (D-26)."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from tuttava.contacts.privacy import hidden_ids
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.smart import columns
from tuttava.duplicates.smart.state import Knowledge, knowledge
from tuttava.duplicates.smart.suggestions import Explained, Reason
from tuttava.duplicates.smart.words import label_of, words_of
from tuttava.matching.explaining import Explanation, explain
from tuttava.matching.records import Records


def explained(left: Records, right: Records, known: Knowledge) -> list[Explained]:
    """Row by row, in words."""
    return [_in_words(found) for found in explain(left, right, known.statistics, known.correction)]


def _in_words(found: Explanation) -> Explained:
    reasons = [
        Reason(
            part.field, label_of(part.field), part.points, part.verdict, words_of(part.verdict), part.left, part.right
        )
        for part in found.parts
    ]
    return Explained(found.score, found.base, tuple(sorted(reasons, key=lambda reason: -abs(reason.points))))


def explain_pairs(pairs: Collection[ContactDuplicate]) -> dict[uuid.UUID, Explained]:
    """Explanations of stored pairs, by their ids; without those of which a contact is gone. Locked data is masked."""
    ids = {pk for pair in pairs for pk in (pair.contact_id, pair.duplicate_id)}
    found, records = columns.stored(list(ids))
    place = {pk: row for row, pk in enumerate(found)}
    due = [pair for pair in pairs if pair.contact_id in place and pair.duplicate_id in place]
    if not due:
        return {}
    left = records.take([place[pair.contact_id] for pair in due])
    right = records.take([place[pair.duplicate_id] for pair in due])
    hidden = set(hidden_ids(found))
    return {
        pair.pk: words.masked(pair.contact_id in hidden, pair.duplicate_id in hidden)
        for pair, words in zip(due, explained(left, right, knowledge()), strict=True)
    }
