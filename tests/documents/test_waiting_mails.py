"""Statements and service mails wait for a mail server that is away or busy, and each goes out once (I-126, I-143)."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from tests.documents.making import company, customer, document
from tests.interactions.smtp_server import MailServer, running
from tuttava.documents import outgoing, service_emails, statements
from tuttava.documents.models import Area, CustomerStatement, DocumentMail, ServiceEmail
from tuttava.documents.printing import actions
from tuttava.documents.printing.actions import mail_document
from tuttava.foundation import jobs, records
from tuttava.foundation.models import Job, JobStatus
from tuttava.interactions import patience
from tuttava.interactions.models import InteractionComment, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
BOXES = ("a@example.com", "b@example.com", "c@example.com", "d@example.com")
EACH_ONE = Counter(BOXES)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests; two customers are a chunk."""
    for module in (actions, statements):
        monkeypatch.setattr(module, "pdf", lambda _papers: b"%PDF-1.7 a paper")
    monkeypatch.setattr(statements, "_CHUNK", 2)
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)


@pytest.fixture
def server(company: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running(monkeypatch) as found:
        yield found


def work(job: Job) -> Job:
    """What a worker does with the job when it is due."""
    with contextlib.suppress(jobs.JobWaits):
        jobs._run(job, lambda: False, jobs.current())
    job.refresh_from_db()
    return job


def waits(job: Job) -> bool:
    return job.status == JobStatus.QUEUED and job.waits_until is not None


def received(server: MailServer) -> Counter[str]:
    return Counter(message["To"] for message in server.messages)


def mailed_statements() -> Job:
    people = [customer(company(f"Firm {box}", email=box)) for box in BOXES]
    return statements.mail_statements_later([each.pk for each in people], YEAR)


def queued_mails() -> Job:
    for box in BOXES:
        buyer = customer(company(f"Firm {box}", email=box))
        order = document(area=Area.SERVICE, customer_id=buyer.pk, notify_customer="by_email", description="Pump")
        records.change(order, {"service_status": "finished"})
    return service_emails.send_queue_later()


def test_statements_wait_for_a_server_that_is_away(server: MailServer) -> None:  # I-126
    server.takes = 1
    job = work(mailed_statements())
    assert waits(job) and "did not take" in job.error
    assert CustomerStatement.objects.count() == 2
    assert not InteractionComment.objects.exists()
    assert waits(work(job)) and len(server.taken) == 1
    server.takes = 100
    job = work(job)
    assert job.status == JobStatus.DONE and job.result == {"sent": 4, "skipped": 0, "failed": 0}
    assert received(server) == EACH_ONE
    assert CustomerStatement.objects.count() == 4
    assert set(InteractionLogEntry.objects.values_list("delivery_status", flat=True)) == {"none"}


def test_service_mails_wait_for_a_server_that_is_away(server: MailServer) -> None:  # I-143
    server.takes = 1
    job = work(queued_mails())
    assert waits(job)
    assert Counter(ServiceEmail.objects.values_list("status", flat=True)) == {"sent": 1, "queued": 3}
    server.takes = 100
    job = work(job)
    assert job.status == JobStatus.DONE and job.result == {"sent": 4, "failed": 0}
    assert received(server) == EACH_ONE
    assert set(ServiceEmail.objects.values_list("status", flat=True)) == {"sent"}


@pytest.mark.parametrize("begin", [mailed_statements, queued_mails])
def test_one_that_is_put_off_does_not_hold_up_the_others(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, begin: Callable[[], Job]
) -> None:
    server.busy, server.refuses = {BOXES[0]}, {BOXES[1]}
    job = work(begin())
    assert waits(job) and job.waits_until is not None and job.waits_until > timezone.now()
    assert received(server) == Counter(BOXES[2:])
    assert waits(work(job)) and received(server) == Counter(BOXES[2:]), "its time has not come"
    server.busy = set()
    monkeypatch.setattr(outgoing, "is_put_off", lambda *_mail: False)
    job = work(job)
    assert job.status == JobStatus.DONE and (job.result["sent"], job.result["failed"]) == (3, 1)
    assert received(server) == EACH_ONE - Counter([BOXES[1]])


@pytest.mark.parametrize("begin", [mailed_statements, queued_mails])
def test_server_that_is_away_for_days_is_given_up(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, begin: Callable[[], Job]
) -> None:
    server.takes = 0
    job = work(begin())
    assert waits(job)
    monkeypatch.setattr(patience, "GIVE_UP", dt.timedelta(0))
    job = work(job)
    assert job.status == JobStatus.DONE and (job.result["sent"], job.result["failed"]) == (0, 4)


def test_statements_called_off_while_they_wait_say_so(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-101, I-126
    woken: list[Job] = []
    server.takes = 1
    job = work(mailed_statements())
    monkeypatch.setattr(jobs, "_defer", lambda row, at=None: woken.append(row))
    jobs.cancel(job)
    assert woken == [job], "it is told at once"
    server.takes = 100
    assert work(job).status == JobStatus.CANCELED
    assert len(server.taken) == 1 and "canceled" in InteractionComment.objects.get().comment
    assert Counter(InteractionLogEntry.objects.values_list("delivery_status", flat=True)) == {"none": 1, "error": 1}


def test_mail_of_a_single_document_waits_too(server: MailServer) -> None:  # I-136
    server.takes = 0
    order = document(customer_id=customer(company("Fjord AS", email=BOXES[0])).pk, lines=1)
    mail_document(order)
    job = work(Job.objects.get(kind=outgoing.KIND))
    assert waits(job) and DocumentMail.objects.get().state == "waiting"
    server.takes = 1
    assert work(job).status == JobStatus.DONE and received(server) == Counter([BOXES[0]])
