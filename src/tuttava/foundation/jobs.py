"""Background work: registered kinds, queued in PostgreSQL, with progress, cancel, retry and resume.

A kind is a function that gets a :class:`JobRun` and returns its result (JSON). It runs in the company and in the
circumstances of the user who queued it: rights, language, work date; door ``job``. Long work goes chunk by chunk::

    @job("contacts.import")
    def import_contacts(run: JobRun) -> dict[str, int]:
        row = run.state.get("row", 0)
        while rows := read(row):
            with run.chunk(done=row + len(rows), total=count):
                save(rows)
                row = run.state["row"] = row + len(rows)
        return {"imported": row}

What a chunk writes and the ``state`` it leaves are one transaction. A job whose worker was killed or told to stop is
taken up again by another one with the state of the last chunk that was committed; an earlier runner that comes back
from the dead is refused at its next commit, so each chunk takes effect exactly once.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.foundation.context import Context, acting, current
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permissions import rights_of
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job, JobStatus, UserPreference
from tuttava.foundation.schemas import current_schema, in_schema

Function = Callable[["JobRun"], Any]

log = logging.getLogger(__name__)
_kinds: dict[str, Function] = {}
_backing_out: dict[str, Callable[[JobRun], None]] = {}
_UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)
#: Progress outside chunks is written at most this often, in seconds.
_PROGRESS_EVERY = 0.5
#: Attempts after which a job that fails with the database is given up.
_ATTEMPTS = 20


class _Joined(Func):
    """Two JSON objects in one; the second wins."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.JSONField()


class JobCanceled(Exception):
    """The user asked to stop; everything since the last chunk is rolled back."""


class JobPaused(Exception):
    """The worker is to stop: the job goes on elsewhere from its last chunk."""


class JobWaits(Exception):
    """There is nothing to do before ``until``: the job goes on then by itself, from its last chunk.

    ``reason`` is told to the user meanwhile.
    """

    def __init__(self, until: dt.datetime, reason: str = "") -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason


class JobLost(Exception):
    """Another worker has taken the job over; whatever this one still does must not be committed."""


def job(kind: str, *, back_out: Callable[[JobRun], None] | None = None) -> Callable[[Function], Function]:
    """Decorator: register a function as the work of ``kind`` (``room.verb``).

    ``back_out`` takes back what earlier chunks did when the user stops the job; safe to repeat, for it may be killed.
    """

    def register(function: Function) -> Function:
        _kinds[kind] = function
        if back_out is not None:
            _backing_out[kind] = back_out
        return function

    return register


class JobRun:
    """One attempt at a job, as its function sees it.

    ``arguments`` are those of :func:`enqueue`; ``state`` is what the last committed chunk left (empty at first).
    """

    def __init__(self, row: Job, should_pause: Callable[[], bool]) -> None:
        self.job = row
        self.arguments: dict[str, Any] = row.arguments
        self.state: dict[str, Any] = dict(row.state)
        self._should_pause = should_pause
        self._written = 0.0
        self._beside: BaseDatabaseWrapper | None = None

    @property
    def _mine(self) -> QuerySet[Job]:
        """This job, as long as this attempt is the one in charge."""
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, status=JobStatus.RUNNING)

    def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far the work is; raises when the job is to stop.

        Cheap: does something at most twice a second. Inside a chunk the figures wait for its end, so that the open
        transaction does not keep the user from cancelling.
        """
        self.job.done = done
        self.job.total = total if total is not None else self.job.total
        if time.monotonic() - self._written < _PROGRESS_EVERY:
            return
        self._written = time.monotonic()
        self.check()
        if not connection.in_atomic_block:
            self._write()

    def progress_beside(self, done: int, total: int | None = None) -> None:
        """The same from within one long transaction: the figures are written beside it, on a connection of their own.

        Stopped there, the whole transaction is rolled back.
        """
        self.job.done = done
        self.job.total = total if total is not None else self.job.total
        if time.monotonic() - self._written < _PROGRESS_EVERY:
            return
        self._written = time.monotonic()
        self.check()
        if self._beside is None:
            self._beside = connection.copy()
        statement = sql.SQL(
            "UPDATE {table} SET done = %s, total = %s, beat_at = clock_timestamp()"
            " WHERE id = %s AND attempt = %s AND status = %s"
        ).format(table=sql.Identifier(current_schema() or "public", Job._meta.db_table))
        with self._beside.cursor() as cursor:
            cursor.execute(statement, [done, self.job.total, self.job.pk, self.job.attempt, JobStatus.RUNNING])

    def add(self, done: int, **figures: int) -> None:
        """Count work of one of several transactions that go on side by side; call it last in each of them.

        ``done`` adds to the progress, ``figures`` to numbers of the stored state; :attr:`state` keeps what it was.
        Raises :class:`JobLost` when another worker has taken the job over.
        """
        counted: Combinable = F("state")
        for name, figure in figures.items():
            before = Coalesce(Cast(KT(f"state__{name}"), models.BigIntegerField()), 0)
            counted = _Joined(counted, JSONObject(**{name: before + figure}))
        if not self._mine.update(done=F("done") + done, state=counted, beat_at=timezone.now()):
            raise JobLost

    def close(self) -> None:
        """Let go of what the attempt held open."""
        if self._beside is not None:
            self._beside.close()

    def _write(self, **more: Any) -> None:
        if not self._mine.update(done=self.job.done, total=self.job.total, beat_at=timezone.now(), **more):
            raise JobLost

    def leave(self, state: dict[str, Any]) -> None:
        """Write down outside any chunk what the next attempt is to find."""
        self.state = state
        self._write(state=state)

    def check(self) -> None:
        """Raise :class:`JobCanceled` or :class:`JobPaused` when the work should stop here."""
        wanted = Job.objects.filter(pk=self.job.pk).values_list("cancel_requested", flat=True).first()
        if wanted is None or wanted:
            raise JobCanceled
        if self._should_pause():
            raise JobPaused

    @contextmanager
    def chunk(self, *, done: int | None = None, total: int | None = None) -> Iterator[None]:
        """One transaction of the work: what it writes, the state and the progress are committed together."""
        self.check()
        before = dict(self.state)
        try:
            with transaction.atomic():
                yield
                self.job.done = done if done is not None else self.job.done
                self.job.total = total if total is not None else self.job.total
                self._write(state=self.state)
        except BaseException:
            self.state = before
            raise


def enqueue(kind: str, title: str, arguments: dict[str, Any] | None = None) -> Job:
    """Queue a job for the acting user in the current company; it starts when the open transaction is committed.

    ``title`` is shown to the user, ``arguments`` must be JSON. Raises KeyError for an unregistered kind.
    """
    row = _new(kind, title, arguments)
    _defer(row)
    return row


def run_now(kind: str, title: str, arguments: dict[str, Any] | None = None) -> Job:
    """Do the work at once in this process, in the circumstances in force (command line, tests); returns the job.

    Where it has to wait, a worker goes on with it.
    """
    row = _new(kind, title, arguments)
    try:
        _run(row, lambda: False, current())
    except JobWaits as wait:
        _defer(row, wait.until)
    row.refresh_from_db()
    return row


def _new(kind: str, title: str, arguments: dict[str, Any] | None) -> Job:
    if kind not in _kinds:
        raise KeyError(kind)
    context = current()
    return Job.objects.create(
        kind=kind,
        title=title[:250],
        arguments=arguments or {},
        user_name=context.user_name,
        rights=sorted(context.rights),
        language=translation.get_language() or "",
        work_date=context.work_date,
    )


def _defer(row: Job, at: dt.datetime | None = None) -> None:
    from tuttava.foundation.tasks import run_job

    run_job.configure(schedule_at=at).defer(schema=current_schema() or "", job=str(row.pk))


def run_queued(schema: str, job_id: uuid.UUID, should_pause: Callable[[], bool] = lambda: False) -> None:
    """What a worker does with one queue entry. Raises :class:`JobPaused` or :class:`JobWaits` when the job is to go on
    later."""
    with in_schema(schema):
        company = Company.objects.filter(schema=schema, ready=True).first()
        row = Job.objects.filter(pk=job_id, status__in=_UNFINISHED).first() if company else None
        if row is None:
            return
        zone = UserPreference.objects.filter(user_name=row.user_name).values_list("time_zone", flat=True).first()
        with translation.override(row.language or None), timezone.override(zone or None):
            _run(row, should_pause, _context_of(row, company))


def requeue_forgotten(schema: str) -> int:
    """Queue unfinished jobs of a company that the queue does not know (an emptied queue, a restored copy)."""
    with in_schema(schema), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE foundation_job IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            "SELECT id FROM foundation_job j WHERE status IN ('queued', 'running') AND NOT EXISTS ("
            "SELECT 1 FROM procrastinate_jobs q WHERE q.task_name = 'tuttava.run_job' AND q.args->>'job' = j.id::text)"
        )
        forgotten = [row[0] for row in cursor.fetchall()]
        for row in Job.objects.filter(pk__in=forgotten):
            _defer(row)
    return len(forgotten)


def _context_of(row: Job, company: Company | None) -> Context:
    """The circumstances of the user who queued the job, with no more rights than he had then and has now."""
    user = User.objects.filter(username=row.user_name).first() if row.user_name else None
    then = frozenset(row.rights)
    rights = then
    if user is not None:
        now = rights_of(user, company)
        rights = then if "*" in now else now if "*" in then else then & now
    return Context(
        user_id=str(user.pk) if user else "",
        user_name=row.user_name,
        rights=rights,
        door="job",
        work_date=row.work_date,
    )


def _run(row: Job, should_pause: Callable[[], bool], context: Context) -> None:
    taken = Job.objects.filter(pk=row.pk, status__in=_UNFINISHED).update(
        status=JobStatus.RUNNING,
        attempt=F("attempt") + 1,
        started_at=timezone.now(),
        beat_at=timezone.now(),
        waits_until=None,
        error="",
    )
    if not taken:
        return
    row.refresh_from_db()
    run = JobRun(row, should_pause)
    try:
        with acting(context):
            try:
                run.check()
                result = _kinds[row.kind](run)
            except JobCanceled:
                if row.kind in _backing_out:
                    _backing_out[row.kind](run)
                raise
        run._write(status=JobStatus.DONE, result=result, finished_at=timezone.now())
    except JobPaused:
        run._mine.update(status=JobStatus.QUEUED, done=row.done, total=row.total)
        raise
    except JobWaits as wait:
        waiting = {"waits_until": wait.until, "error": wait.reason, "state": run.state}
        run._mine.update(status=JobStatus.QUEUED, done=row.done, total=row.total, **waiting)
        raise
    except JobLost:
        log.warning("job %s: taken over by another worker", row.pk)
    except (OperationalError, InterfaceError):
        # A lost connection, a deadlock: not the work's fault. It goes on from its last chunk, unless it never gets on.
        if row.attempt >= _ATTEMPTS or connection.in_atomic_block:
            run._mine.update(status=JobStatus.FAILED, error=_("The database failed."), finished_at=timezone.now())
        raise
    except JobCanceled:
        run._mine.update(status=JobStatus.CANCELED, finished_at=timezone.now())
    except Exception as error:
        run._mine.update(status=JobStatus.FAILED, error=_failure_text(row, error), finished_at=timezone.now())
    finally:
        run.close()


def _failure_text(row: Job, error: Exception) -> str:
    """Words for the user: a rule's own message, else a sentence without internals (those go to the log)."""
    if isinstance(error, DomainError):
        return "\n".join([str(error.message), *(str(detail.message) for detail in error.details)])
    log.error("job %s (%s) failed", row.pk, row.kind, exc_info=error)
    return _("The work stopped with an unexpected error. The log has the details under job %(id)s.") % {"id": row.pk}


def my_jobs(user_name: str) -> QuerySet[Job]:
    """The jobs of a user in the current company, newest first."""
    return Job.objects.filter(user_name=user_name).order_by("-created_at")


def notices(user_name: str) -> QuerySet[Job]:
    """What the user should still hear about: jobs under way, and ended ones not yet looked at.

    Only ended jobs are ever marked as seen, so the small index of unseen ones answers.
    """
    return my_jobs(user_name).filter(seen=False)


def mark_seen(user_name: str) -> None:
    """The user has looked at his ended jobs."""
    my_jobs(user_name).exclude(status__in=_UNFINISHED).filter(seen=False).update(seen=True)


def unit_of(row: Job) -> uuid.UUID | None:
    """The unit of work that a job has written so far, None when nothing: ``unit`` and ``changed`` of its state."""
    return uuid.UUID(row.state["unit"]) if row.state.get("unit") and row.state.get("changed") else None


def cancel(row: Job) -> None:
    """Ask a job to stop: at once when it waits, after the chunk in hand when it runs or has something to take back."""
    waiting = Job.objects.filter(pk=row.pk, status=JobStatus.QUEUED)
    if row.kind in _backing_out:
        Job.objects.filter(pk=row.pk, status__in=_UNFINISHED).update(cancel_requested=True)
        if waiting.filter(waits_until__gt=timezone.now()).exists():
            _defer(row)
    elif not waiting.update(status=JobStatus.CANCELED, finished_at=timezone.now(), cancel_requested=True):
        Job.objects.filter(pk=row.pk, status=JobStatus.RUNNING).update(cancel_requested=True)


def retry(row: Job) -> Job:
    """Queue a failed or canceled job again; it goes on from its last committed chunk."""
    with transaction.atomic():
        stopped = Job.objects.filter(pk=row.pk, status__in=[JobStatus.FAILED, JobStatus.CANCELED])
        if not stopped.update(
            status=JobStatus.QUEUED, error="", cancel_requested=False, finished_at=None, seen=False, result=None
        ):
            raise DomainError("job.not_stopped", _("“%(job)s” has not stopped.") % {"job": row})
        _defer(row)
    row.refresh_from_db()
    return row
