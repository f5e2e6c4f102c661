"""One run of e-mail logging: the oldest messages of the inbox, some at a time (I-147, I-156 to I-158)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from tuttava.mailbox.handling import Handled, Incoming, Where, handle_all
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
from tuttava.mailbox.planning import Outcome
from tuttava.mailbox.rules import batch_size_required, require_mailbox
from tuttava.mailbox.setup import mail_setup, mail_state, open_source
from tuttava.mailbox.sources import CommandFailed, MailboxLost, MailSource, Ref, failures_of, together, unavailable

#: Messages handled in one transaction, and bytes of them that are held in memory.
AT_ONCE = 50
_BYTES_AT_ONCE = 16 * 1024 * 1024


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
    """One run as a job; stops between two lots of messages when asked to."""

    with acting(interactive=False):
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
    """One run. ``logged``: keys of waiting messages that an earlier run logged; ``gone``: of those that left.

    ``kept``: what was copied to the archive already (blank), or is to go because that failed (the cause).
    """

    setup: EmailLoggingSetup
    template: InteractionTemplate
    source: MailSource
    counts: Counts
    logged: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    kept: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Fetched:
    """A message in the inbox, read."""

    ref: Ref
    mail: Mail


def _read(run: _Run, progress: Callable[[int, int], None] | None) -> None:
    refs = run.source.waiting(run.setup.batch_size)
    run.counts.found = len(refs)
    logged = MessageState.objects.filter(pk__in=[ref.key for ref in refs], logged=True)
    run.logged.update(logged.values_list("pk", flat=True))
    try:
        for first in range(0, len(refs), AT_ONCE):
            if progress is not None:
                progress(first, len(refs))
            _handle(run, refs[first : first + AT_ONCE])
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


def _handle(run: _Run, refs: Sequence[Ref]) -> None:
    """Some messages: those that were logged leave, the others are read and logged."""
    _leave_inbox(run, [ref for ref in refs if ref.key in run.logged])
    waiting = [ref for ref in refs if ref.key not in run.logged]
    sizes, failed = together(run.source.sizes, waiting)
    _count_failures(run, waiting, failed)
    for some in _portions([ref for ref in waiting if ref.key in sizes], sizes):
        mails, failed = together(run.source.fetch, some)
        _count_failures(run, some, failed)
        _log(run, [_Fetched(ref, mails[ref.key]) for ref in some if ref.key in mails])


def _portions(refs: Sequence[Ref], sizes: Mapping[str, int]) -> Iterator[list[Ref]]:
    """As many messages at a time as fit into memory well; a larger one comes alone."""
    some: list[Ref] = []
    size = 0
    for ref in refs:
        if some and size + sizes[ref.key] > _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
        some.append(ref)
        size += sizes[ref.key]
    if some:
        yield some


def _log(run: _Run, some: Sequence[_Fetched]) -> None:
    """Log messages in one transaction; where that fails, halves of them, so that one harms only itself (I-158)."""
    if not some:
        return
    try:
        with acting(cache={}):
            handled = handle_all(
                [Incoming(each.mail, _where(run, each)) for each in some],
                run.template,
                lambda done: _archive(run, [pair for pair in zip(some, done, strict=True) if _is_new(pair[1])]),
            )
    except (MailboxLost, OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(some) == 1:
            _count_failures(run, [some[0].ref], {some[0].ref.key: error})
            return
        half = len(some) // 2
        _log(run, some[:half])
        _log(run, some[half:])
        return
    _leave_inbox(run, [each.ref for each, done in zip(some, handled, strict=True) if _is_new(done)])
    _put_aside(run, [each.ref for each, done in zip(some, handled, strict=True) if not _is_new(done)])


def _is_new(handled: Handled) -> bool:
    return handled.outcome == Outcome.LOGGED


def _where(run: _Run, each: _Fetched) -> Where:
    link = run.source.link(each.ref, each.mail)
    return Where(each.ref.place, link, run.setup.store_message == StoreMessage.EML)


def _archive(run: _Run, logged: Sequence[tuple[_Fetched, Handled]]) -> None:
    """Before entries are committed: their messages are in the archive, or marked as ones that are to go (I-156)."""
    refs = [each.ref for each, _handled in logged if each.ref.key not in run.kept]
    failed = failures_of(run.source.archive, refs)
    run.kept.update({ref.key: "" for ref in refs if ref.key not in failed})
    for ref in refs:
        if ref.key in failed:
            _condemn(run, ref, failed[ref.key])
    for each, handled in logged:
        if cause := run.kept[each.ref.key]:
            say_not_kept(run.setup, each.mail, handled, cause)
    MessageState.objects.bulk_create(
        [MessageState(key=each.ref.key, logged=True) for each, _handled in logged],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["logged"],
    )


def _condemn(run: _Run, ref: Ref, cause: CommandFailed) -> None:
    """Mark a message that cannot be archived; where not even that is possible, it is not logged."""
    try:
        run.source.condemn([ref])
    except CommandFailed:
        raise cause from None
    run.kept[ref.key] = str(cause)


def _leave_inbox(run: _Run, refs: Sequence[Ref]) -> None:
    """The entries are committed: messages go. Where that fails, the next run sees that they are logged."""
    run.counts.logged += len(refs)
    _settle(run, refs, [run.source.remove])


def _put_aside(run: _Run, refs: Sequence[Ref]) -> None:
    """Messages that are not logged leave the inbox as the setup wants (I-157)."""
    run.counts.ignored += len(refs)
    steps = {
        UnmatchedAction.LEAVE: [run.source.leave],
        UnmatchedAction.MOVE: [run.source.ignore, run.source.remove],
        UnmatchedAction.DELETE: [run.source.remove],
    }
    _settle(run, refs, steps[UnmatchedAction(run.setup.unmatched_action)])


def _settle(run: _Run, refs: Sequence[Ref], steps: Sequence[Callable[[Sequence[Ref]], None]]) -> None:
    """Do the last steps with messages; those with which one fails are counted and stay."""
    left = refs
    for step in steps:
        failed = failures_of(step, left)
        _count_failures(run, left, failed)
        left = [ref for ref in left if ref.key not in failed]
    run.gone.update(ref.key for ref in left)


def _count_failures(run: _Run, refs: Sequence[Ref], failed: Mapping[str, Exception]) -> None:
    for ref in refs:
        if ref.key in failed:
            run.counts.failed += 1
            _count_failure(run, ref, failed[ref.key])


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
            run.source.pardon([ref])
        return
    try:
        run.source.ignore([ref])
        run.source.remove([ref])
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
