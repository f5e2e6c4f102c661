"""Why two contacts are thought the same, in words (D-26)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import hidden_ids
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.smart import columns
from tuttava.duplicates.smart.many import as_bytes, as_uuids
from tuttava.duplicates.smart.pairs import ordered
from tuttava.duplicates.smart.state import Knowledge, knowledge
from tuttava.duplicates.smart.suggestions import Explained, Reason
from tuttava.duplicates.smart.thirds import SURE_POINTS, thirds_of
from tuttava.duplicates.smart.words import label_of, words_of
from tuttava.foundation.errors import Text
from tuttava.matching.explaining import SHARED, Explanation, Part, explain
from tuttava.matching.records import Records


def explained(left: Records, right: Records, known: Knowledge, thirds: Sequence[str] | None = None) -> list[Explained]:
    """Row by row, in words. ``thirds``: the number of a contact that both are surely the same as, or blank."""
    return [_in_words(found) for found in explain(left, right, known.statistics, known.correction, thirds)]


def _in_words(found: Explanation) -> Explained:
    reasons = [_reason(part) for part in found.parts]
    return Explained(found.score, found.base, tuple(sorted(reasons, key=lambda reason: -abs(reason.points))))


def _reason(part: Part) -> Reason:
    """What a field says, or a third contact: that has no values to be compared, its number is in the words."""
    if part.verdict == SHARED:
        words: Text = _("both are the same as %(no)s") % {"no": part.left}
        return Reason(part.field, label_of(part.field), part.points, part.verdict, words, "", "")
    return Reason(
        part.field, label_of(part.field), part.points, part.verdict, words_of(part.verdict), part.left, part.right
    )


def explain_pairs(pairs: Collection[ContactDuplicate]) -> dict[uuid.UUID, Explained]:
    """Explanations of stored pairs, by their ids; without those of which a contact is gone. Locked data is masked."""
    ids = {pk for pair in pairs for pk in (pair.contact_id, pair.duplicate_id)}
    stored, records = columns.stored(as_bytes(ids))
    found = as_uuids(stored)
    place = {pk: row for row, pk in enumerate(found)}
    due = [pair for pair in pairs if pair.contact_id in place and pair.duplicate_id in place]
    if not due:
        return {}
    left = records.take([place[pair.contact_id] for pair in due])
    right = records.take([place[pair.duplicate_id] for pair in due])
    hidden = set(hidden_ids(found))
    return {
        pair.pk: words.masked(pair.contact_id in hidden, pair.duplicate_id in hidden)
        for pair, words in zip(due, explained(left, right, knowledge(), _thirds(due)), strict=True)
    }


def _thirds(pairs: Sequence[ContactDuplicate]) -> list[str]:
    """The number of a contact that speaks for each pair, blank where none does; sure pairs need none."""
    keys = [ordered(pair.contact_id, pair.duplicate_id) for pair in pairs]
    found = thirds_of([key for key, pair in zip(keys, pairs, strict=True) if (pair.score or 0) < SURE_POINTS])
    numbers = dict(Contact.objects.filter(pk__in=set(found.values())).values_list("pk", "no")) if found else {}
    return [str(numbers.get(found[key], "")) if key in found else "" for key in keys]
