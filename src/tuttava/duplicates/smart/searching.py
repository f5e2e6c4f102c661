"""The whole base compared with itself, in the background: keys, frequencies, pairs (D-28).

Missing keys are made chunk by chunk; a job that was killed goes on behind the last chunk. Finding the pairs is a
matter of seconds, so it begins anew; what it found is stored in one transaction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.models import ContactDuplicate, ContactMatchKey, MatchingState
from tuttava.duplicates.smart import keys, reopening, scoring, standing, state
from tuttava.duplicates.smart.found import Counts, store
from tuttava.duplicates.smart.loading import Base, load_base
from tuttava.duplicates.smart.many import as_bytes
from tuttava.duplicates.vacuuming import settle
from tuttava.foundation.jobs import JobRun
from tuttava.matching.finding import Found, find_duplicates
from tuttava.matching.statistics import Statistics

#: Contacts whose keys are stored in one transaction.
CHUNK = 50_000
#: Pairs that get a missing score in one transaction.
PAIRS = 2000
#: What share of the whole work is done once keys are there, and once pairs are found.
_KEYED, _FOUND = 0.4, 0.9


def search(run: JobRun) -> dict[str, Any]:
    """Find all pairs of the company anew; how many contacts, pairs and groups there are, and what changed."""
    base = load_base()
    progress = _Progress(run, len(base))
    _make_keys(run, base, progress)
    found = find_duplicates(
        base.records,
        correction=state.knowledge().correction,
        apart=_apart(base),
        progress=lambda _stage, done, total: progress.at(_KEYED + (_FOUND - _KEYED) * done / max(total, 1)),
    )
    with run.chunk(done=round(len(base) * _FOUND), total=len(base)):
        state.ensure_state()
        state.store_statistics(Statistics.of(base.records), len(base), searched_at=timezone.now())
        counts = store(base, found)
        reopening.reopen_found()
    scoring.score_unscored(check=run.check)
    return _result(base, found, counts)


class _Progress:
    """Shares of the work as numbers of contacts, so that rate and time left mean something."""

    def __init__(self, run: JobRun, contacts: int) -> None:
        self.run, self.contacts = run, contacts

    def at(self, share: float) -> None:
        self.run.progress(round(self.contacts * share), self.contacts)


def _make_keys(run: JobRun, base: Base, progress: _Progress) -> None:
    """Give keys to the contacts that have none; all of them anew when this version makes them differently."""
    if state.ensure_state().keys_version != keys.version():
        with run.chunk(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE duplicates_contactmatchkey")
            MatchingState.objects.update(keys_version=keys.version())
    missing = base.rows_of(keys.missing())
    missing = missing[missing >= 0]
    for start in range(0, len(missing), CHUNK):
        rows = missing[start : start + CHUNK]
        share = _KEYED * min(1.0, (start + len(rows)) / len(missing))
        with run.chunk(done=round(len(base) * share), total=len(base)):
            own, made = keys.of_contacts(base.records.take(rows))
            keys.store(base.ids[rows], own, made, perhaps_there=True)
    with run.chunk():
        standing.mark_whole()
    if len(missing) > CHUNK:
        settle(ContactMatchKey._meta.db_table)
    progress.at(_KEYED)


def _apart(base: Base) -> list[tuple[int, int]]:
    """The pairs that the user said are not the same, as rows; not those that may be asked about again (D-11)."""
    said = ContactDuplicate.objects.filter(separate_contacts=True).only("contact_id", "duplicate_id", "evidence")
    kept = [pair for pair in said.iterator() if not pair.evidence or not marketing_setup().refresh_duplicate_pairs]
    left = base.rows_of(as_bytes([pair.contact_id for pair in kept]))
    right = base.rows_of(as_bytes([pair.duplicate_id for pair in kept]))
    return [(one, other) for one, other in zip(left.tolist(), right.tolist(), strict=True) if one >= 0 and other >= 0]


def _result(base: Base, found: Found, counts: Counts) -> dict[str, Any]:
    groups = int(np.count_nonzero(np.bincount(found.cluster) > 1)) if len(base) else 0
    text = _(
        "%(contacts)d contacts were compared: %(pairs)d possible duplicates in %(groups)d groups, %(new)d of them new."
    )
    figures = {"contacts": len(base), "pairs": counts.open, "groups": groups, "new": counts.new, "gone": counts.gone}
    return {**figures, "text": text % figures}
