"""A mail server that is away, busy or slow: a batch waits and goes on by itself, each recipient gets one (I-101)."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.jobs import Job as QueueJob

from tests.interactions.letters import entries, html
from tests.interactions.making import make_person
from tests.interactions.smtp_server import MailServer, running
from tests.mailbox.making import emails_template
from tuttava.foundation import jobs, mail
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.tasks import _GoOn
from tuttava.interactions import delivery, mailing, patience
from tuttava.interactions.models import Delivery, DeliveryState, InteractionComment, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def server(company: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running(monkeypatch) as found:
        yield found


def logged(*boxes: str, segment: str = "") -> list[InteractionLogEntry]:
    body = html("<html><body><p>Hello</p></body></html>")
    values = {"correspondence_type": "email", "subject": "Spring", "segment_no": segment}
    return entries([(make_person(email=f"{box}@example.com"), body, values) for box in boxes])


def batch_of(*boxes: str) -> Job:
    job = delivery.deliver_later(logged(*boxes))
    assert job is not None
    return job


def work(job: Job) -> Job:
    """What a worker does with the job when it is due."""
    with contextlib.suppress(jobs.JobWaits):
        jobs._run(job, lambda: False, jobs.current())
    job.refresh_from_db()
    return job


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


def statuses() -> Counter[str]:
    return Counter(InteractionLogEntry.objects.values_list("delivery_status", flat=True))


def received(server: MailServer) -> Counter[str]:
    return Counter(message["to"] for message in server.messages)


QUEUED: dict[str, Any] = {"queue": "jobs", "lock": None, "queueing_lock": None, "task_name": "t"}
BOXES = ("a", "b", "c", "d", "e", "f")
EACH_ONE = {f"{box}@example.com": 1 for box in BOXES}


def test_batch_waits_for_a_server_that_is_away_and_goes_on_by_itself(server: MailServer) -> None:
    server.takes = 3
    job = work(batch_of(*BOXES))
    assert job.status == JobStatus.QUEUED and job.waits_until is not None and "did not take" in job.error
    assert (job.done, job.total) == (3, 6)
    assert states() == {"done": 3, "waiting": 3} and statuses() == {"none": 3, "in_progress": 3}
    assert work(job).waits_until is not None and len(server.taken) == 3, "still away"
    server.takes = 100
    job = work(job)
    assert job.status == JobStatus.DONE and job.result["delivered"] == 6 and not job.error and not job.waits_until
    assert received(server) == EACH_ONE and statuses() == {"none": 6}
    assert not InteractionComment.objects.exists()


def test_worker_is_told_when_to_come_again(server: MailServer) -> None:
    server.takes = 0
    job = batch_of("a", "b")
    waits = []
    for _try in range(7):
        work(job)
        assert job.waits_until is not None
        waits.append(round((job.waits_until - timezone.now()).total_seconds() / 60))
    assert waits == [1, 2, 5, 10, 15, 15, 15]


def test_server_away_for_days_is_given_up(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.takes = 0
    job = work(batch_of("a", "b"))
    monkeypatch.setattr(patience, "GIVE_UP", dt.timedelta(0))
    job = work(job)
    assert job.status == JobStatus.DONE and (job.result["delivered"], job.result["failed"]) == (0, 2)
    assert "list of deliveries" in job.result["text"]
    assert statuses() == {"error": 2}
    assert "did not take the mail" in InteractionComment.objects.all()[0].comment


def test_pauses_begin_anew_when_the_server_was_back(server: MailServer) -> None:
    server.takes = 1
    job = work(work(work(batch_of("a", "b", "c"))))
    assert job.state["away_tries"] == 3
    server.takes = 2
    assert work(job).state["away_tries"] == 1


def test_one_mail_put_off_holds_up_nobody_else(server: MailServer) -> None:
    server.busy = {"b@example.com"}
    job = work(batch_of("a", "b", "c"))
    assert job.status == JobStatus.QUEUED and len(server.taken) == 2
    put_off = Delivery.objects.get(state=DeliveryState.WAITING)
    assert put_off.attempts == 1 and put_off.not_before == job.waits_until and "refused a recipient" in put_off.error
    server.busy = set()
    assert work(job).status == JobStatus.QUEUED and len(server.taken) == 2, "not before its time"
    Delivery.objects.update(not_before=timezone.now())
    assert work(job).status == JobStatus.DONE
    assert received(server) == {"a@example.com": 1, "b@example.com": 1, "c@example.com": 1}
    assert not Delivery.objects.exclude(error="").exists()


def test_mail_that_is_put_off_again_and_again_fails_in_the_end(server: MailServer) -> None:
    server.busy = {"a@example.com"}
    job = batch_of("a", "b")
    Delivery.objects.update(attempts=len(patience.PAUSES))
    job = work(job)
    assert job.status == JobStatus.DONE and (job.result["delivered"], job.result["failed"]) == (1, 1)


def test_mail_that_may_have_arrived_is_not_sent_again(server: MailServer) -> None:
    server.breaks_at = 2
    job = work(batch_of("a", "b", "c"))
    assert job.status == JobStatus.DONE and received(server) == {f"{box}@example.com": 1 for box in "abc"}
    unknown = Delivery.objects.get(state=DeliveryState.UNKNOWN)
    assert "may have arrived" in unknown.error and states() == {"done": 2, "unknown": 1}


def test_mails_after_a_transaction_wait_for_the_server_as_a_job(
    server: MailServer, django_capture_on_commit_callbacks: object
) -> None:
    server.takes = 1
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        delivery.deliver(logged("a", "b"))
    job = Job.objects.get(kind=delivery.KIND)
    assert job.status == JobStatus.QUEUED and states() == {"done": 1, "waiting": 1}
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs WHERE args->>'job' = %s", [str(job.pk)])
        assert cursor.fetchone() == (job.waits_until,)
    server.takes = 9
    assert work(job).status == JobStatus.DONE and len(server.taken) == 2


def test_single_mail_of_a_segment_waits_too() -> None:
    one, of_segment = logged("a"), logged("b", segment="SM1")
    first, second = delivery.accept(one), delivery.accept(of_segment)
    assert first is not None and second is not None
    assert (delivery.is_patient(first), delivery.is_patient(second)) == (False, True)


def test_mails_leave_at_the_pace_of_the_account(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTTAVA_MAIL_PER_MINUTE", "300")
    begun = time.monotonic()
    assert work(batch_of("a", "b", "c", "d")).status == JobStatus.DONE
    assert time.monotonic() - begun >= 0.6 and len(server.taken) == 4


def test_slow_batch_lets_others_have_the_worker(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTTAVA_MAIL_PER_MINUTE", "6000")
    monkeypatch.setattr(delivery, "AT_ONCE", 2)
    monkeypatch.setattr(patience, "TURN", 0.0)
    job = work(batch_of("a", "b", "c"))
    assert job.status == JobStatus.QUEUED and not job.error and len(server.taken) == 2
    assert work(work(job)).status == JobStatus.DONE and len(server.taken) == 3


def test_mails_written_to_many_wait_for_the_server_too(server: MailServer) -> None:
    emails_template()
    people = [make_person(email=f"{box}@example.com") for box in "abc"]
    server.takes = 1
    job = work(mailing.send_mails_later(people, mailing.Message("Spring", "Hello")))
    assert job.status == JobStatus.QUEUED and job.waits_until is not None
    again = work(job)
    assert again.state["away_tries"] == 2 and len(server.taken) == 1
    server.takes = 9
    job = work(job)
    assert job.status == JobStatus.DONE and job.result["sent"] + job.result["failed"] == 3
    assert set(received(server).values()) == {1} and len(server.taken) == job.result["sent"]


def test_worker_puts_a_waiting_job_back_until_its_time() -> None:
    until = timezone.now() + dt.timedelta(minutes=5)
    found = _GoOn().get_retry_decision(exception=jobs.JobWaits(until), job=QueueJob(**QUEUED))
    assert found is not None and found.retry_at == until
    assert _GoOn().get_retry_decision(exception=ValueError(), job=QueueJob(**QUEUED)) is None


def test_server_that_refuses_the_sign_in_is_away() -> None:
    import smtplib

    from tuttava.foundation.mail_server import refused, unreachable

    away = unreachable(smtplib.SMTPAuthenticationError(535, b"no"))
    assert (away.later, away.server, away.unsure) == (True, True, False) and "sign-in" in str(away)
    for error, expected in (
        (smtplib.SMTPDataError(554, b"spam"), (False, False)),
        (smtplib.SMTPDataError(451, b"later"), (True, False)),
        (smtplib.SMTPSenderRefused(421, b"bye", "x"), (True, True)),
        (smtplib.SMTPRecipientsRefused({"a": (450, b""), "b": (550, b"")}), (False, False)),
    ):
        found = refused(error, unconfirmed=False)
        assert (found.later, found.server) == expected
    lost = refused(smtplib.SMTPServerDisconnected("lost"), unconfirmed=True)
    assert lost.unsure and not lost.later
    assert mail.is_transactional()
