"""Several duplicates folded into one record in one step (M-40)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuttava.foundation.context import ask, require, tell
from tuttava.foundation.journal import unit_of_work
from tuttava.merging.conflicts import find_conflicts, tell_conflicts
from tuttava.merging.models import Merge
from tuttava.merging.performing import ACTION, Conflicting, fold, summary_of, tell_done, words_of
from tuttava.merging.preparing import RIGHT, start_merge, store
from tuttava.merging.resolving import resolve_all


@dataclass(frozen=True)
class Several:
    """What became of it: ``merges`` in the order of the duplicates, ``conflicts`` in all of them."""

    done: bool
    merges: list[Merge]
    conflicts: int = 0


def merge_several(
    table: str,
    current_no: str,
    duplicate_nos: Sequence[str],
    overrides: Mapping[str, Collection[str]] | None = None,
    *,
    policy: str = "",
) -> Several:
    """Fold all duplicates into one record in one unit of work: all of them or none.

    ``overrides``: the fields to take, by the duplicate's number. ``policy`` resolves conflicts (see
    :func:`resolve_all`); without one, or where some are left, nothing is done and the merges stay open for resolving.
    Raises as :func:`perform`.
    """
    require(RIGHT)
    merges = []
    for number in dict.fromkeys(duplicate_nos):
        merge = start_merge(table, current_no, number)
        merge.overrides = sorted((overrides or {}).get(number, ()))
        store(merge)
        merges.append(merge)
    return merge_together(merges, policy=policy)


def merge_together(merges: Sequence[Merge], *, policy: str = "") -> Several:
    """The same for merges into one record that are prepared already."""
    require(RIGHT)
    merges = list(merges)
    if not merges:
        return Several(False, [])
    if not policy and (count := sum(find_conflicts(merge) for merge in merges)):
        for merge in merges:
            if merge.conflicts:
                tell_conflicts(merge)
        return Several(False, merges, count)
    text = _("Merge %(count)d %(table)s into %(current)s: %(duplicate)s?")
    words = {**words_of(merges[0]), "count": len(merges), "duplicate": ", ".join(each.duplicate_no for each in merges)}
    if not ask("merge.confirm", text % words, default=True):
        return Several(False, merges)
    return _carry_out(merges, policy)


def _carry_out(merges: list[Merge], policy: str) -> Several:
    try:
        with unit_of_work(ACTION, summary_of(merges), apart=True) as unit:
            for merge in merges:
                if policy:
                    resolve_all(merge, policy)
                fold(merge, unit)
    except Conflicting as found:
        number = found.merge.conflicts
        for merge in merges:
            merge.refresh_from_db()
        tell(
            "merge.conflicts",
            _("%(duplicate)s clashes with %(count)d rows that are already there. Merge it by itself.")
            % {"duplicate": found.merge.duplicate_no, "count": number},
            severity="warning",
        )
        return Several(False, merges, number)
    except Exception:
        for merge in merges:
            merge.refresh_from_db()
        raise
    for merge in merges:
        tell_done(merge)
    return Several(True, merges)
