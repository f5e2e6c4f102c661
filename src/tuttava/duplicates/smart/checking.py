"""One contact, or a batch, against the base: at every door, before and after it is saved (D-26 to D-29)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.duplicates.smart import candidates, columns, keys, pairs, reopening, standing, state, thirds
from tuttava.duplicates.smart.comparing import score
from tuttava.duplicates.smart.explaining import explained
from tuttava.duplicates.smart.many import Ids, Pairs, as_bytes, as_uuids
from tuttava.duplicates.smart.suggestions import Explained, Suggestion
from tuttava.foundation.records import Edit
from tuttava.matching.checking import score_candidates
from tuttava.matching.model import THRESHOLD
from tuttava.matching.records import Records

#: Contacts that are compared in one go.
TOGETHER = 2000
#: Suggestions while typing.
SUGGESTED = 5


def check(values: Mapping[str, Any], *, exclude: uuid.UUID | None = None, limit: int = SUGGESTED) -> list[Suggestion]:
    """Contacts that look like ``values`` (by attribute name, not saved yet), the most alike first.

    ``exclude``: the contact being edited. Writes nothing.
    """
    record = columns.of_values(values)
    rows, own = keys.of_contacts(record)
    near = candidates.find(as_bytes([exclude or standing.NOBODY]), rows, own, stored=False)
    stored, found = columns.stored(near.others)
    if not len(stored):
        return []
    known = state.knowledge()
    scores = score_candidates(record, found, known.statistics, known.correction)
    best = [int(row) for row in np.argsort(-scores, kind="stable")[:limit] if scores[row] >= THRESHOLD]
    if not best:
        return []
    words = explained(record.take([0] * len(best)), found.take(best), known)
    return _suggestions(as_uuids(stored[best]), words, values)


def _suggestions(ids: Sequence[uuid.UUID], words: Sequence[Explained], values: Mapping[str, Any]) -> list[Suggestion]:
    """The contacts found as they may be shown, without those of another type than was chosen."""
    wanted = values.get("type")
    found = Contact.objects.defer("search_tokens", "search_text").in_bulk(ids)
    result = []
    for pk, explanation in zip(ids, words, strict=True):
        contact = found.get(pk)
        if contact is not None and wanted in (None, "", contact.type):
            shown = masked(contact)
            result.append(Suggestion(shown, explanation.score, explanation.masked(False, shown is not contact)))
    return result


def saved(edits: Sequence[Edit[Contact]]) -> set[uuid.UUID]:
    """Contacts were saved: compare those that are new or changed in something that is compared; which are alike."""
    new, changed = due(edits)
    return compare_saved([*new, *changed], known=changed)


def due(edits: Sequence[Edit[Contact]]) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """The saved contacts that are new, and those changed in something that is compared."""
    changed = [edit.record.pk for edit in edits if not edit.is_new and edit.changed(*columns.WATCHED)]
    return [edit.record.pk for edit in edits if edit.is_new], changed


def compare_saved(ids: Sequence[uuid.UUID], *, known: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Compare contacts just saved, ``known`` those that were there before; which of them look like another one."""
    if ids and not state.knowledge().whole:
        standing.make_whole()
    before = set(known)
    return {pk for part in _parts(ids) for pk in compare(part, known=[pk for pk in part if pk in before])}


def refresh(ids: Sequence[uuid.UUID]) -> int:
    """Compare stored contacts again, whatever is known of them; how many of them look like another one."""
    return sum(len(compare(part, known=part)) for part in _parts(ids))


def _parts(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    return (ids[start : start + TOGETHER] for start in range(0, len(ids), TOGETHER))


def compare(ids: Sequence[uuid.UUID], *, known: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Compare stored contacts with the base and write the pairs; which of them look like another one.

    ``known``: those that were there before; their keys and former pairs are replaced. One look-up of candidates
    whatever the size of the batch.
    """
    own, records = columns.in_order(ids)
    if not own:
        keys.forget(known)
        return set()
    mine = as_bytes(own)
    rows, found_keys = keys.of_contacts(records)
    if known:
        keys.replace(own, rows, found_keys)
    else:
        keys.store(mine, rows, found_keys)
    stored = pairs.known_partners(own)
    partners = Pairs.of(stored | thirds.resting_on(own, stored))
    near = candidates.find(mine, rows, found_keys, stored=True)
    wanted = Pairs.ordered(mine[near.rows], near.others).joined(partners)
    scored = _judged(mine, records, wanted, partners)
    implied = Pairs.of(thirds.implied_by(scored))
    scored += _judged(mine, records, implied.taken(~implied.among(wanted)), partners)
    if len(known) < len(own):
        state.count_in(records)
    return {pk for pair in scored if pair.alike for pk in (pair.contact, pair.duplicate)} & set(own)


def _judged(own: Ids, records: Records, wanted: Pairs, known: Pairs) -> list[pairs.Scored]:
    """Compare these pairs and write what was found."""
    scored = score(own, records, wanted, known=known)
    reopening.reopen(scored)
    pairs.write(scored)
    return scored
