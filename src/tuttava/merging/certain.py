"""Pairs that are certainly the same, merged all at once in the background, and taken back as a whole (issue 5).

Each pair is a merge of its own that can be undone by itself; ``batch_id`` holds those of one job together. Pairs with
rows that somebody has to decide about are passed over, and so is what any rule refuses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.pages.parties import Party, parties
from tuttava.duplicates.queries import open_pairs
from tuttava.foundation.context import acting, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.jobs import JobRun, enqueue, job
from tuttava.foundation.journal import UnitOfWork, unit_of_work
from tuttava.foundation.merge_rules import Clash, Sides, references_of
from tuttava.foundation.models import Job
from tuttava.foundation.undo import UndoResult, taken_back_by
from tuttava.merging import fields
from tuttava.merging.clashes import clashing
from tuttava.merging.models import Merge, MergeStatus, MergeTable
from tuttava.merging.performing import perform
from tuttava.merging.preparing import RIGHT, check_mergeable, discard, start_merge
from tuttava.merging.undoing import UNDO_ACTION, undo_merge

KIND, UNDO_KIND = "merging.certain", "merging.undo_certain"
#: The name of the unit of work that stands for all merges of one job.
BATCH_ACTION = "merge certain duplicates"
#: From which score on pairs are proposed for it, and the least that may be asked for.
PROPOSED, LEAST, MOST = 95, 80, 100
#: Passed-over pairs that are named one by one; all are counted.
MOST_NAMED = 50
_READ = 100


@dataclass(frozen=True)
class Planned:
    """What would become of a pair.

    ``why`` the first one stays; ``skipped`` why nothing would happen, blank when it would.
    """

    pair: ContactDuplicate
    stays: Party
    folded: Party
    why: str
    skipped: str

    @property
    def score(self) -> int:
        return self.pair.score or 0


def certain_pairs(least: int) -> QuerySet[ContactDuplicate]:
    """The open pairs with at least this score, surest first."""
    rows = open_pairs().filter(score__gte=max(LEAST, min(least, MOST))).select_related("contact", "duplicate")
    return rows.order_by(F("score").desc(nulls_last=True), "id")


def plan(pairs: Sequence[ContactDuplicate]) -> list[Planned]:
    """The dry run: nothing is written."""
    return [_planned(pair) for pair in pairs]


def _planned(pair: ContactDuplicate) -> Planned:
    stays, folded, why = _sides(pair)
    return Planned(pair, stays, folded, why, _obstacle(pair, stays, folded))


def _sides(pair: ContactDuplicate) -> tuple[Party, Party, str]:
    """Which one stays: that on which more hangs, else the one that was there first."""
    left, right = parties([pair.contact, pair.duplicate])
    if left.weight != right.weight:
        stays, folded = (left, right) if left.weight > right.weight else (right, left)
        words = [*(str(badge.text) for badge in stays.badges), *stays.counts]
        return stays, folded, _("more hangs on it: %(what)s") % {"what": ", ".join(words)}
    stays, folded = (left, right) if left.contact.pk < right.contact.pk else (right, left)
    return stays, folded, _("it was there first")


def _obstacle(pair: ContactDuplicate, stays: Party, folded: Party) -> str:
    """Why a pair would be passed over, blank when it would not."""
    records = {pair.contact.pk: pair.contact, pair.duplicate.pk: pair.duplicate}
    one, two = records[stays.contact.pk], records[folded.contact.pk]
    try:
        check_mergeable(one, two)
    except DomainError as error:
        return str(error)
    sides = Sides(MergeTable.CONTACT, one.pk, two.pk, one.no, two.no)
    asked = [each for each in references_of(MergeTable.CONTACT) if each.clash is Clash.ASK]
    number = sum(found.gives_way is None for pairs in clashing(asked, sides).values() for found in pairs)
    return _to_decide(number) if number else ""


def _to_decide(number: int) -> str:
    text = ngettext("%(count)d row has to be decided about", "%(count)d rows have to be decided about", number)
    return text % {"count": number}


# -- doing it ----------------------------------------------------------------------------------------------------------


def merge_certain(least: int) -> Job:
    """Merge all pairs of at least this score in the background."""
    require(RIGHT)
    title = _("Merge duplicates with a score of %(least)d or more") % {"least": least}
    return enqueue(KIND, title, {"least": least})


@job(KIND)
def merge_all(run: JobRun) -> dict[str, Any]:
    """One transaction a pair; killed, it goes on behind the last one, cancelled, what is done stays."""
    require(RIGHT)
    pairs = certain_pairs(run.arguments["least"])
    if "unit" not in run.state:
        with run.chunk(done=0, total=pairs.count()), unit_of_work(BATCH_ACTION, run.job.title) as unit:
            run.state.update(unit=str(unit), changed=0, skipped=0, seen=0, reasons=[], last=None)
    while rows := list(_behind(pairs, run.state["last"])[:_READ]):
        for pair in rows:
            _work_off(run, pair)
    done, skipped = run.state["changed"], run.state["skipped"]
    return {"merged": done, "skipped": skipped, "text": "\n".join([*_words(done, skipped), *run.state["reasons"]])}


def _behind(pairs: QuerySet[ContactDuplicate], last: Sequence[Any] | None) -> QuerySet[ContactDuplicate]:
    if last is None:
        return pairs
    score, pk = last
    return pairs.filter(Q(score__lt=score) | Q(score=score, pk__gt=uuid.UUID(pk)))


def _work_off(run: JobRun, pair: ContactDuplicate) -> None:
    seen = run.state["seen"] + 1
    with run.chunk(done=seen):
        reason = _merge(pair, uuid.UUID(run.state["unit"]))
        run.state |= {"seen": seen, "last": [pair.score, str(pair.pk)]}
        if reason is None:
            return
        if not reason:
            run.state["changed"] += 1
            return
        run.state["skipped"] += 1
        if len(run.state["reasons"]) < MOST_NAMED:
            run.state["reasons"] = [*run.state["reasons"], f"{pair.contact.no} – {pair.duplicate.no}: {reason}"]


def _merge(pair: ContactDuplicate, batch: uuid.UUID) -> str | None:
    """Merge one pair; why not, blank when it was merged, None when it is gone: merged with another one meanwhile."""
    now = open_pairs().filter(pk=pair.pk).select_related("contact", "duplicate").first()
    if now is None:
        return None
    stays, folded, _why = _sides(now)
    try:
        with transaction.atomic(), acting(interactive=False, messages=[]):
            merge = start_merge(MergeTable.CONTACT, stays.contact.no, folded.contact.no)
            merge.batch_id = batch
            fields.propose(merge)
            if perform(merge):
                return ""
            number = merge.conflicts
            discard(merge)
    except DomainError as error:
        return str(error)
    return _to_decide(number)


def _words(done: int, skipped: int) -> Iterator[str]:
    yield ngettext("%(count)d pair was merged.", "%(count)d pairs were merged.", done) % {"count": done}
    if skipped:
        text = ngettext("%(count)d pair was passed over:", "%(count)d pairs were passed over:", skipped)
        yield text % {"count": skipped}


# -- taking it back ----------------------------------------------------------------------------------------------------


def undo_certain(batch: uuid.UUID) -> Job:
    """Take all merges of a job back in the background, the last one first."""
    require(RIGHT)
    unit = UnitOfWork.objects.get(pk=batch)
    return enqueue(UNDO_KIND, _("Undo: %(what)s") % {"what": unit.summary}, {"batch": str(batch)})


def _undo_batch(unit: UnitOfWork) -> UndoResult:
    """Whoever takes back the unit that stands for all of them starts the work that does it."""
    undo_certain(unit.pk)
    return UndoResult()


taken_back_by(BATCH_ACTION, _undo_batch)


@job(UNDO_KIND)
def undo_all(run: JobRun) -> Mapping[str, Any]:
    """One transaction a merge; what was undone or blocked before is passed over and named."""
    require(RIGHT)
    batch = uuid.UUID(run.arguments["batch"])
    rows = Merge.objects.filter(batch_id=batch, status=MergeStatus.MERGED).order_by("-merged_at", "-pk")
    if "undone" not in run.state:
        with run.chunk(done=0, total=rows.count()), unit_of_work(UNDO_ACTION, run.job.title, undoes=batch):
            run.state.update(undone=0, left=0, seen=0, blocked=[], reasons=[])
    while merge := rows.exclude(pk__in=run.state["blocked"]).first():
        seen = run.state["seen"] + 1
        with run.chunk(done=seen):
            run.state["seen"] = seen
            _take_back(run, merge)
    done, blocked = run.state["undone"], len(run.state["blocked"])
    lines = [ngettext("%(count)d merge was undone.", "%(count)d merges were undone.", done) % {"count": done}]
    if run.state["left"]:
        text = ngettext(
            "%(count)d value was changed since and stayed as it is.",
            "%(count)d values were changed since and stayed as they are.",
            run.state["left"],
        )
        lines.append(text % {"count": run.state["left"]})
    return {"undone": done, "blocked": blocked, "text": "\n".join([*lines, *run.state["reasons"]])}


def _take_back(run: JobRun, merge: Merge) -> None:
    try:
        with transaction.atomic(), acting(interactive=False, messages=[]):
            exceptions = undo_merge(merge).exceptions
        run.state["undone"] += 1
        run.state["left"] += len(exceptions)
        found = [str(each.message) for each in exceptions]
    except DomainError as error:
        run.state["blocked"] = [*run.state["blocked"], str(merge.pk)]
        found = [str(error)]
    room = max(MOST_NAMED - len(run.state["reasons"]), 0)
    run.state["reasons"] = [*run.state["reasons"], *found[:room]]
