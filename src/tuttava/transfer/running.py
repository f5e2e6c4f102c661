"""An import at work: the dry run and the run, chunk by chunk, each chunk one transaction that can be resumed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.duplicates import smart
from tuttava.duplicates.queries import open_pairs
from tuttava.foundation.context import acting
from tuttava.foundation.jobs import JobRun, job
from tuttava.foundation.journal import continue_unit, unit_of_work
from tuttava.foundation.pastime import meanwhile
from tuttava.foundation.undo import undo_unit
from tuttava.transfer import ledger
from tuttava.transfer.ahead import Ahead
from tuttava.transfer.kinds import kind_of
from tuttava.transfer.mapping import Column, columns_from_json
from tuttava.transfer.models import ImportJob, ImportKind, ImportRow, ImportStatus, Outcome
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Plan, Planner
from tuttava.transfer.readers import Layout, read
from tuttava.transfer.values import Converter

CHUNK = 2000
#: Rows kept by an undo that are named one by one; all are counted.
KEPT_NAMED = 200
#: The two passes through a file some of whose rows wait until all others are stored.
THE_FIRST, THE_LATE = 1, 2


class _Import:
    """One import or dry run being worked on."""

    def __init__(self, row: ImportJob, run: JobRun, *, dry: bool) -> None:
        self.row = row
        self.run = run
        self.dry = dry
        self.kind = kind_of(row.kind)
        self.options = Options.from_json(row.options, self.kind.matchers)
        self.columns: list[Column] = columns_from_json(row.mapping)
        self.converter = Converter(self.options, dry=dry)
        self.writer = self.kind.make(self.options, dry)
        self.path = Path(row.file.path)
        self.layout = Layout.from_json(row.layout)

    @property
    def stages(self) -> tuple[int, ...]:
        """Two passes where rows of the file wait for others, as persons do for the companies they name."""
        used = frozenset(column.target for column in self.columns)
        twice = self.kind.late is not None and self.kind.late.concerns(used)
        return (THE_FIRST, THE_LATE) if twice else (0,)

    def work(self) -> None:
        total = self._count()
        with self._comparing(total):
            for index, stage in enumerate(self.stages):
                if self.row.stage > index:
                    continue
                self._work_stage(index, stage, total)

    def _comparing(self, total: int) -> AbstractContextManager[None]:
        """Contacts of one chunk are compared with others in its transaction, those of many beside the next chunk."""
        if self.dry or total <= CHUNK:
            return nullcontext()
        return smart.comparing_beside(self.row.created_at if self.row.stage or self.row.position else None)

    def _count(self) -> int:
        if self.row.rows_total is None:
            self.row.rows_total = sum(1 for _row in read(self.path, self.layout))
            self._update(rows_total=self.row.rows_total)
        return self.row.rows_total

    def _work_stage(self, index: int, stage: int, total: int) -> None:
        passes = len(self.stages)
        position = self.row.position
        done = (total * index + position) // passes
        rows = (row for row in read(self.path, self.layout) if row.number > position)
        planner = Planner(self.kind, self.columns, self.converter, skip_late=stage == THE_FIRST)
        ahead = Ahead(rows, planner.plan, CHUNK)
        while (last := ahead.last()) is not None:
            done = min(total, (total * index + last) // passes)
            with self.run.chunk(done=done, total=total):
                self._work_chunk(ahead, last, stage, index)
        if index + 1 < passes:
            with self.run.chunk(done=done, total=total):
                self._update(stage=index + 1, position=0)
        self.row.stage, self.row.position = index + 1, 0

    def _work_chunk(self, ahead: Ahead, last: int, stage: int, index: int) -> None:
        """One transaction: the records, the row ledger and the place in the file (behind row ``last``)."""
        held = ImportJob.objects.select_for_update().only("position", "stage").get(pk=self.row.pk)
        if (held.position, held.stage) != (self.row.position, index):
            raise RuntimeError("another worker goes on with this import")
        with acting(cache={}, messages=[], interactive=False, door="import"), self._unit():
            due = [plan for plan in ahead.take() if _belongs(plan, stage)]
            self._take_decisions(due)
            with meanwhile(ahead.prepare()):
                self.writer.write(due)
        ledger.record(self.row, due, dry=self.dry)
        counts = {outcome: sum(plan.outcome == outcome for plan in due) for outcome in Outcome.values}
        companies, self.writer.companies_created = self.writer.companies_created, 0
        self._update(
            position=last,
            rows_valid=F("rows_valid") + len(due) - counts[Outcome.FAIL],
            rows_created=F("rows_created") + counts[Outcome.CREATE],
            rows_updated=F("rows_updated") + counts[Outcome.UPDATE],
            rows_skipped=F("rows_skipped") + counts[Outcome.SKIP],
            rows_failed=F("rows_failed") + counts[Outcome.FAIL],
            companies_created=F("companies_created") + companies,
        )
        self.row.position = last

    def _unit(self) -> AbstractContextManager[Any]:
        """A dry run may create nothing, so it has no unit of work."""
        return nullcontext() if self.dry else continue_unit(_unit_of(self.row))

    def _take_decisions(self, plans: Sequence[Plan]) -> None:
        if not plans:
            return
        span = (plans[0].row.number, plans[-1].row.number)
        rows = ImportRow.objects.filter(job=self.row, number__range=span).exclude(decision="")
        decisions = dict(rows.values_list("number", "decision"))
        for plan in plans:
            plan.decision = decisions.get(plan.row.number, "")

    def _update(self, **values: Any) -> None:
        ImportJob.objects.filter(pk=self.row.pk).update(**values)


def _belongs(plan: Plan, stage: int) -> bool:
    """Whether a row is due in this pass; unreadable ones belong to the last."""
    if stage == THE_FIRST:
        return not plan.errors and not plan.late
    return stage != THE_LATE or plan.late or bool(plan.errors)


def _unit_of(row: ImportJob) -> uuid.UUID:
    """The unit of work of everything this import writes; begun with its first chunk."""
    if row.unit_id is None:
        with unit_of_work("import", _("Import of %(file)s") % {"file": row.file_name}) as unit:
            row.unit_id = unit
        ImportJob.objects.filter(pk=row.pk).update(unit_id=row.unit_id)
    return row.unit_id


@job("transfer.check")
def check(run: JobRun) -> dict[str, int]:
    """The dry run: every row as far as it goes without storing anything of it."""
    return _run(run, dry=True)


@job("transfer.import")
def run_import(run: JobRun) -> dict[str, int]:
    """The import itself. Killed, it goes on behind its last committed chunk; no row is written twice."""
    return _run(run, dry=False)


@job("transfer.undo")
def undo(run: JobRun) -> dict[str, int]:
    """Take an import back, in one transaction; rows changed since are kept and named.

    Cancelled or failed, nothing is taken back and the import stands as it did.
    """
    row = ImportJob.objects.get(pk=run.arguments["import"])
    if row.unit_id is None:
        raise RuntimeError("an import without unit of work")
    result = undo_unit(row.unit_id, strict=False, progress=run.progress_beside)
    kept = [{"id": str(conflict.record_id), "text": conflict.message} for conflict in result.conflicts[:KEPT_NAMED]]
    ImportJob.objects.filter(pk=row.pk).update(
        status=ImportStatus.UNDONE, undo_unit_id=result.unit_id, kept=kept, rows_kept=result.conflict_count
    )
    return {
        "removed": result.removed,
        "restored": result.restored,
        "put_back": result.reinserted,
        "kept": result.conflict_count,
    }


def _run(run: JobRun, *, dry: bool) -> dict[str, int]:
    row = ImportJob.objects.get(pk=run.arguments["import"])
    kind_of(row.kind).require()
    try:
        _Import(row, run, dry=dry).work()
    except Exception as error:
        _stop(row, error)
        raise
    status = ImportStatus.CHECKED if dry else ImportStatus.DONE
    ImportJob.objects.filter(pk=row.pk).update(status=status, finished_at=timezone.now(), position=0, stage=0)
    if not dry:
        ImportJob.objects.filter(pk=row.pk).update(possible_duplicates=possible_duplicates(row))
        transaction.on_commit(lambda: row.file.delete(save=False))
        ImportJob.objects.filter(pk=row.pk).update(file="")
    return summary(ImportJob.objects.get(pk=row.pk))


def possible_duplicates(row: ImportJob) -> int:
    """How many contacts that the import wrote look like another one."""
    written = ImportRow.objects.filter(job=row, outcome__in=[Outcome.CREATE, Outcome.UPDATE])
    pairs = open_pairs()
    sides = (Exists(pairs.filter(**{side: OuterRef("entity_id")})) for side in ("contact_id", "duplicate_id"))
    alike = written.filter(reduce(or_, sides)) if row.kind == ImportKind.CONTACTS else written.none()
    return alike.values("entity_id").distinct().count()


def _stop(row: ImportJob, error: Exception) -> None:
    """Say on the import that it stopped. A pause or a lost database is no end: the job goes on later."""
    from django.db import InterfaceError, OperationalError

    from tuttava.foundation.errors import DomainError
    from tuttava.foundation.jobs import JobCanceled, JobLost, JobPaused

    if isinstance(error, JobPaused | JobLost | OperationalError | InterfaceError):
        return
    canceled = isinstance(error, JobCanceled)
    ImportJob.objects.filter(pk=row.pk).update(
        status=ImportStatus.CANCELED if canceled else ImportStatus.FAILED,
        error=str(error) if isinstance(error, DomainError) else "",
        finished_at=timezone.now(),
    )


def summary(row: ImportJob) -> dict[str, int]:
    """The counts of an import."""
    return {
        "total": row.rows_total or 0,
        "created": row.rows_created,
        "updated": row.rows_updated,
        "skipped": row.rows_skipped,
        "failed": row.rows_failed,
        "companies_created": row.companies_created,
        "possible_duplicates": row.possible_duplicates,
    }
