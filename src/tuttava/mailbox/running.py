"""One run of e-mail logging: the oldest messages of the inbox, one by one (I-147, I-156 to I-158)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation import jobs
from tuttava.foundation.context import acting, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job
from tuttava.interactions.models import InteractionTemplate
from tuttava.interactions.template_setup import emails_template
from tuttava.mailbox import schedule
from tuttava.mailbox.activity import note
from tuttava.mailbox.handling import Handled, Outcome, Where, handle
from tuttava.mailbox.lost_copies import say_not_kept
from tuttava.mailbox.messages import Mail
from tuttava.mailbox.models import (
    EmailLoggingSetup,
    Level,
    MailLoggingState,
    MessageState,
    Source,
    StoreMessage,
    UnmatchedAction,
)
from tuttava.mailbox.rules import batch_size_required, require_mailbox
from tuttava.mailbox.setup import mail_setup, mail_state, open_source
from tuttava.mailbox.sources import CommandFailed, MailboxLost, MailSource, Ref, unavailable


@dataclass
class Counts:
    """What a run did with the messages it found."""

    found: int = 0
    logged: int = 0
    ignored: int = 0
    failed: int = 0


def run_mail_logging(*, wait: bool = True) -> Job | dict[str, int]:
    """The action ``runEmailLogging``: the counts of a run, or the job that does it.

    Raises ``logging_disabled``, ``mailbox_required``, ``batch_size_required``, ``emails_template_required`` and
    ``mailbox_unavailable``.
    """
    require("mail_logging.setup")
    _required()
    if not wait:
        return jobs.enqueue(schedule.KIND, schedule.title())
    return asdict(run_once())


@jobs.job(schedule.KIND)
def run_job(run: jobs.JobRun) -> dict[str, Any]:
    """One run as a job; stops between two messages when asked to."""

    with acting(interactive=False, cache={}):
        counts = run_once(run.progress)
    text = _("%(found)d messages found: %(logged)d logged, %(ignored)d ignored, %(failed)d failed.") % asdict(counts)
    return asdict(counts) | {"text": text}


def run_once(progress: Callable[[int, int], None] | None = None) -> Counts:
    """Read the mailbox once. A failure of the whole run is noted in the activity log and raised."""
    counts = Counts()
    try:
        setup, template = _required()
        with _only_reader(setup), _opened(setup) as source:
            _read(_Run(setup, template, source, counts), progress)
    except (DomainError, MailboxLost, CommandFailed) as error:
        refused = error if isinstance(error, DomainError) else unavailable(str(error))
        _failed(refused)
        if refused is error:
            raise
        raise refused from error
    _succeeded(counts)
    return counts


def _required() -> tuple[EmailLoggingSetup, InteractionTemplate]:
    """The setup of a run, checked (I-147)."""
    setup = mail_setup()
    if not setup.enabled:
        raise DomainError(
            "logging_disabled", _("E-mail logging is disabled. Enable it first."), field="enabled", rule="I-147"
        )
    require_mailbox(setup)
    if not setup.batch_size:
        raise batch_size_required()
    return setup, emails_template()


@contextmanager
def _opened(setup: EmailLoggingSetup) -> Iterator[MailSource]:
    source = open_source(setup)
    try:
        yield source
    finally:
        source.close()


@contextmanager
def _only_reader(setup: EmailLoggingSetup) -> Iterator[None]:
    """One run at a time reads a mailbox, in whatever process or company; the lock goes with the connection."""
    place = (
        setup.folder_path
        if setup.source == Source.EML_FOLDER
        else f"{setup.host}:{setup.port}/{setup.user_name}/{setup.inbox_folder}"
    ).casefold()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('tuttava.mailbox'), hashtext(%s))", [place])
        if not cursor.fetchone()[0]:
            raise unavailable(_("another run is reading it just now"))
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('tuttava.mailbox'), hashtext(%s))", [place])


@dataclass(frozen=True)
class _Run:
    """One run. ``logged``: keys of waiting messages that an earlier run logged; ``gone``: of those that left."""

    setup: EmailLoggingSetup
    template: InteractionTemplate
    source: MailSource
    counts: Counts
    logged: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


def _read(run: _Run, progress: Callable[[int, int], None] | None) -> None:
    refs = run.source.waiting(run.setup.batch_size)
    run.counts.found = len(refs)
    logged = MessageState.objects.filter(pk__in=[ref.key for ref in refs], logged=True)
    run.logged.update(logged.values_list("pk", flat=True))
    try:
        for done, ref in enumerate(refs):
            if progress is not None:
                progress(done, len(refs))
            _one(run, ref)
    finally:
        _forget(run.gone)
    if len(refs) < run.setup.batch_size:
        _forget_gone(refs)
    else:
        note(
            Level.WARNING,
            _("Run"),
            _("%(count)d messages were found, as many as a run handles; more may wait. They follow in the next run.")
            % {"count": len(refs)},
        )


def _forget(gone: set[str]) -> None:
    """Messages that have left the inbox; when the database is lost just now, the next run does it."""
    with suppress(OperationalError, InterfaceError):
        MessageState.objects.filter(pk__in=gone).delete()


def _forget_gone(refs: Sequence[Ref]) -> None:
    """All of the inbox was seen: what is remembered of other messages is of those whose leaving was not confirmed."""
    MessageState.objects.exclude(pk__in=[ref.key for ref in refs]).delete()


def _one(run: _Run, ref: Ref) -> None:
    """One message; what goes wrong with it leaves the others alone (I-158)."""
    try:
        _handle(run, ref)
    except (MailboxLost, OperationalError, InterfaceError, jobs.JobCanceled, jobs.JobPaused):
        raise
    except Exception as error:
        run.counts.failed += 1
        _count_failure(run, ref, error)


def _handle(run: _Run, ref: Ref) -> None:
    if ref.key in run.logged:
        _leave_inbox(run, ref)
        run.counts.logged += 1
        return
    mail = run.source.fetch(ref)
    if mail is None:
        return
    where = Where(ref.place, run.source.link(ref, mail), run.setup.store_message == StoreMessage.EML)
    handled = handle(mail, run.template, where, lambda done: _archive(run, ref, mail, done))
    if handled.outcome == Outcome.LOGGED:
        run.counts.logged += 1
        _leave_inbox(run, ref)
        return
    run.counts.ignored += 1
    _put_aside(run, ref)


def _archive(run: _Run, ref: Ref, mail: Mail, handled: Handled) -> None:
    """Before a message's entries are committed: it is in the archive, or marked as one that is to go (I-156)."""
    try:
        run.source.archive(ref)
    except CommandFailed as error:
        try:
            run.source.condemn(ref)
        except CommandFailed:
            raise error from None
        say_not_kept(run.setup, mail, handled, str(error))
    MessageState.objects.bulk_create(
        [MessageState(key=ref.key, logged=True)],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["logged"],
    )


def _leave_inbox(run: _Run, ref: Ref) -> None:
    """The entries are committed: the message goes. Where that fails, the next run sees that it is logged."""
    run.source.remove(ref)
    run.gone.add(ref.key)


def _put_aside(run: _Run, ref: Ref) -> None:
    """A message that is not logged leaves the inbox as the setup wants (I-157)."""
    action = run.setup.unmatched_action
    if action == UnmatchedAction.LEAVE:
        run.source.leave(ref)
    else:
        if action == UnmatchedAction.MOVE:
            run.source.ignore(ref)
        run.source.remove(ref)
    run.gone.add(ref.key)


def _count_failure(run: _Run, ref: Ref, error: Exception) -> None:
    """Note the cause; a message that failed often enough goes to the ignored ones (I-158)."""
    cause = str(error.message) if isinstance(error, DomainError) else str(error) or type(error).__name__
    if not isinstance(error, DomainError | CommandFailed):
        schedule.log.error("a message could not be logged", exc_info=error)
        cause = type(error).__name__
    note(Level.FAILED, _("Log message"), _("Message %(id)s: %(cause)s") % {"id": ref.uid, "cause": cause})
    MessageState.objects.get_or_create(key=ref.key)
    MessageState.objects.filter(pk=ref.key).update(attempts=F("attempts") + 1)
    state = MessageState.objects.get(pk=ref.key)
    if state.logged:
        return
    if state.attempts < run.setup.max_attempts:
        with suppress(CommandFailed):
            run.source.pardon(ref)
        return
    try:
        run.source.ignore(ref)
        run.source.remove(ref)
    except CommandFailed as failure:
        note(Level.FAILED, _("Move message"), _("Message %(id)s: %(cause)s") % {"id": ref.uid, "cause": str(failure)})
        return
    MessageState.objects.filter(pk=ref.key).delete()
    text = _("Message %(id)s failed %(count)d times and was moved to the ignored messages.")
    note(Level.WARNING, _("Move message"), text % {"id": ref.uid, "count": state.attempts})


def _succeeded(counts: Counts) -> None:
    mail_state()
    now = timezone.now()
    MailLoggingState.objects.update(
        last_run_at=now,
        last_success_at=now,
        last_found=counts.found,
        last_logged=counts.logged,
        last_ignored=counts.ignored,
        last_failed=counts.failed,
        total_logged=F("total_logged") + counts.logged,
        failed_runs=0,
        last_error="",
    )
    if counts.found:
        text = _("%(found)d messages found: %(logged)d logged, %(ignored)d ignored, %(failed)d failed.")
        note(Level.INFO, _("Run"), text % asdict(counts))


def _failed(error: DomainError) -> None:
    """The run as a whole failed: note it, and try again soon."""
    state = mail_state()
    failed_runs = state.failed_runs + 1
    waiting = {"next_run_at": schedule.next_run(mail_setup(), failed_runs)} if state.next_run_at else {}
    MailLoggingState.objects.update(
        last_run_at=timezone.now(), failed_runs=failed_runs, last_error=str(error.message)[:2000], **waiting
    )
    note(Level.FAILED, _("Run"), str(error.message))
