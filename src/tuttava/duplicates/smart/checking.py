"""One contact, or a batch, against the base: at every door, before and after it is saved (D-26 to D-29)."""

from __future__ import annotations

import heapq
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.duplicates.smart import columns, keys, pairs, reopening, state
from tuttava.duplicates.smart.explaining import explained
from tuttava.duplicates.smart.suggestions import Explained, Suggestion
from tuttava.foundation.records import Edit
from tuttava.matching.checking import score_candidates
from tuttava.matching.features import side_of
from tuttava.matching.model import THRESHOLD
from tuttava.matching.records import Records
from tuttava.matching.scoring import scores_of

#: Candidates of one contact that are compared: those that share the rarest keys with it.
COMPARED = 12
#: How much the keys say that another contact shares, by its id.
Weights: TypeAlias = defaultdict[uuid.UUID, float]
#: Contacts that are compared in one go.
TOGETHER = 2000
#: Suggestions while typing.
SUGGESTED = 5


def check(values: Mapping[str, Any], *, exclude: uuid.UUID | None = None, limit: int = SUGGESTED) -> list[Suggestion]:
    """Contacts that look like ``values`` (by attribute name, not saved yet), the most alike first.

    ``exclude``: the contact being edited. Writes nothing.
    """
    record = columns.of_values(values)
    _rows, own = keys.of_contacts(record)
    weights: Weights = defaultdict(float)
    for group in keys.sharing(own).values():
        _weigh(weights, group)
    ids, candidates = columns.stored(_rarest(weights, besides=exclude))
    if not ids:
        return []
    known = state.knowledge()
    scores = score_candidates(record, candidates, known.statistics, known.correction)
    best = [int(row) for row in np.argsort(-scores, kind="stable")[:limit] if scores[row] >= THRESHOLD]
    if not best:
        return []
    words = explained(record.take([0] * len(best)), candidates.take(best), known)
    return _suggestions([ids[row] for row in best], words, values)


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
    due = [edit for edit in edits if edit.is_new or edit.changed(*columns.WATCHED)]
    known = {edit.record.pk for edit in due if not edit.is_new}
    parts = _parts([edit.record.pk for edit in due])
    return {pk for part in parts for pk in compare(part, known=[pk for pk in part if pk in known])}


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
    rows, found_keys = keys.of_contacts(records)
    if known:
        keys.replace(own, rows, found_keys)
    else:
        keys.store(keys.as_bytes(own), rows, found_keys)
    partners = pairs.known_partners(own)
    scored = score(own, records, _candidates(own, rows, found_keys) | partners)
    reopening.reopen(scored)
    pairs.write([pair for pair in scored if pair.alike or pair.key in partners])
    if len(known) < len(own):
        state.count_in(records)
    return {pk for pair in scored if pair.alike for pk in (pair.contact, pair.duplicate)} & set(own)


def _candidates(ids: Sequence[uuid.UUID], rows: keys.Ints, found: keys.Ints) -> set[pairs.Pair]:
    """Whom each contact shares keys with; of too many those with the rarest in common."""
    sharing = keys.sharing(found, at_least=2)
    weights: defaultdict[uuid.UUID, Weights] = defaultdict(lambda: defaultdict(float))
    for row, key in zip(rows.tolist(), found.tolist(), strict=True):
        if key in sharing:
            _weigh(weights[ids[row]], sharing[key])
    return {pairs.ordered(pk, other) for pk, others in weights.items() for other in _rarest(others, besides=pk)}


def _weigh(weights: Weights, group: Sequence[uuid.UUID]) -> None:
    """A key says the more the fewer have it."""
    weight = 1 / len(group)
    for pk in group:
        weights[pk] += weight


def _rarest(weights: Weights, *, besides: uuid.UUID | None) -> list[uuid.UUID]:
    if besides is not None:
        weights.pop(besides, None)
    return heapq.nlargest(COMPARED, weights, key=weights.__getitem__)


def score(ids: Sequence[uuid.UUID], records: Records, wanted: Iterable[pairs.Pair]) -> list[pairs.Scored]:
    """How alike the two of each pair are; ``records`` are those of ``ids``, others are read.

    A company and a person are never alike. Pairs of a contact that is gone are left out.
    """
    due = sorted(wanted)
    places = {pk: row for row, pk in enumerate(ids)}
    others = list({pk for pair in due for pk in pair if pk not in places})
    if others:
        stored, more = columns.stored(others)
        places |= {pk: len(ids) + row for row, pk in enumerate(stored)}
        records = records.joined(more)
    due = [(one, other) for one, other in due if one in places and other in places]
    if not due:
        return []
    records, rows = _with_shared_mail(records, [(places[one], places[other]) for one, other in due])
    left = np.array([one for one, _other in rows], dtype=np.int32)
    right = np.array([other for _one, other in rows], dtype=np.int32)
    known = state.knowledge()
    side = side_of(records.normal, known.statistics)
    scores = scores_of(side, left, side, right, known.statistics, known.correction, 0.0)
    return [
        pairs.Scored(other, one, round(100 * likeness), likeness >= THRESHOLD)
        for (one, other), likeness in zip(due, scores.tolist(), strict=True)
    ]


def _with_shared_mail(records: Records, rows: list[tuple[int, int]]) -> tuple[Records, list[tuple[int, int]]]:
    """Two contacts that have an address in common are compared by that one, whichever each of them names first."""
    mails = {row: columns.mails_of(records, row) for pair in rows for row in pair}
    changed: list[list[str | None]] = []
    result = []
    for one, other in rows:
        shared = [] if mails[one][0] == mails[other][0] else [mail for mail in mails[one] if mail in mails[other]]
        if shared and shared[0]:
            result.append((len(records) + len(changed), len(records) + len(changed) + 1))
            changed += [columns.with_mail(records, row, shared[0]) for row in (one, other)]
        else:
            result.append((one, other))
    return (records.joined(Records.of(columns.columns_of(changed))) if changed else records), result
