"""The recurring job of e-mail logging: a clock beside the jobs of each worker queues the runs that are due (I-145).

It is kept as a time in :class:`MailLoggingState`; whichever worker sees it first moves it on and queues the run, so
that no number of workers makes two.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tuttava.foundation import jobs
from tuttava.foundation.context import Context, acting, current
from tuttava.foundation.directory.actions import company_copied
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permissions import rights_of
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.schemas import in_schema
from tuttava.mailbox.models import EmailLoggingSetup, MailLoggingState

KIND = "mailbox.run"
FIRST_RUN_AFTER = dt.timedelta(minutes=1)
#: A failed run is tried again this soon, as often as the setup allows; then the usual interval applies.
RETRY_AFTER = dt.timedelta(minutes=1)
#: Seconds between two looks at the clock.
TICK = 15.0

log = logging.getLogger(__name__)


def connect() -> None:
    """A copy of a company does not read the original's mailbox."""
    company_copied.connect(_stay_quiet, dispatch_uid="mailbox.copied")


def _stay_quiet(**_signal: Any) -> None:
    EmailLoggingSetup.objects.filter(enabled=True).update(enabled=False)
    MailLoggingState.objects.update(next_run_at=None, job=None)


def title() -> str:
    return _("E-mail logging")


def start() -> None:
    """The job begins for the current user, in place of any other (I-145, I-146)."""
    stop()
    MailLoggingState.objects.update_or_create(
        only_row=True,
        defaults={
            "next_run_at": timezone.now() + FIRST_RUN_AFTER,
            "user_name": current().user_name,
            "failed_runs": 0,
            "last_error": "",
        },
    )


def stop() -> None:
    """There is no job any more; a queued run is called off, one under way stops after the messages in hand."""
    state = MailLoggingState.objects.filter(only_row=True).first()
    if state is None:
        return
    for row in _job_of(state):
        jobs.cancel(row)
    MailLoggingState.objects.filter(pk=state.pk).update(next_run_at=None, user_name="", job=None)


def next_run(setup: EmailLoggingSetup, failed_runs: int) -> dt.datetime:
    """When the job runs again after a run that ended now."""
    again = 0 < failed_runs < setup.max_attempts
    return timezone.now() + (RETRY_AFTER if again else dt.timedelta(minutes=setup.interval_minutes))


def queue_due(company: Company) -> Job | None:
    """Queue the company's run if it is due; called inside the company's schema."""
    if not MailLoggingState.objects.filter(next_run_at__lte=timezone.now()).exists():
        return None
    with transaction.atomic():
        rows = MailLoggingState.objects.select_for_update(skip_locked=True)
        state = rows.filter(next_run_at__lte=timezone.now()).first()
        setup = EmailLoggingSetup.objects.filter(enabled=True).first()
        if state is None or setup is None or _is_under_way(state):
            return None
        _job_of(state).filter(status=JobStatus.DONE).delete()
        row = _queued(state, company)
        state.job = row.pk
        state.next_run_at = timezone.now() + dt.timedelta(minutes=setup.interval_minutes)
        state.save(update_fields=["job", "next_run_at"])
    return row


def _is_under_way(state: MailLoggingState) -> bool:
    return _job_of(state).filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exists()


def _job_of(state: MailLoggingState) -> QuerySet[Job]:
    """The run that was queued last, if it is still stored."""
    return Job.objects.filter(pk=state.job) if state.job else Job.objects.none()


def _queued(state: MailLoggingState, company: Company) -> Job:
    """The run as a job of its user, with the rights that he has now; his bell does not ring for it."""
    user = User.objects.filter(username=state.user_name).first()
    context = Context(
        user_id=str(user.pk) if user else "",
        user_name=state.user_name,
        rights=rights_of(user, company) if user else frozenset(),
        door="job",
    )
    with acting(context), translation.override(translation.get_language()):
        row = jobs.enqueue(KIND, title(), {"recurring": True})
    Job.objects.filter(pk=row.pk).update(seen=True)
    return row


def turn() -> None:
    """Look at every company once."""
    for company in Company.objects.filter(ready=True):
        with in_schema(company.schema):
            queue_due(company)


def run(stop_event: threading.Event) -> None:
    """What a worker process runs beside its jobs."""
    while not stop_event.wait(TICK):
        try:
            turn()
        except Exception:
            log.exception("looking for due e-mail logging failed; trying again")
            connection.close()
    connections.close_all()
