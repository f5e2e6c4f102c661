"""Mails leave once each through a real server, whoever dies on the way (I-101; each message exactly once)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from tests.interactions.letters import entries, entry, html
from tests.interactions.making import make_person
from tests.interactions.smtp_server import MailServer, running
from tests.processes import Forked, Processes
from tuttava.foundation import jobs
from tuttava.foundation.directory.models import Company
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job, JobStatus
from tuttava.interactions.delivery import deliver, deliver_and_tell, deliver_later
from tuttava.interactions.models import Delivery, InteractionComment, InteractionLogEntry
from tuttava.partners.models import Salesperson

MAILS = 40
Worker = Callable[[Job], Forked]
PROCESS = """
import sys, uuid
from tuttava.foundation import jobs
jobs.run_queued(sys.argv[1], uuid.UUID(sys.argv[2]))
"""


@pytest.fixture
def server(live_company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)
    with running(monkeypatch) as found:
        yield found


def some(count: int) -> list[InteractionLogEntry]:
    anna = make_person(email="anna@example.com")
    body = html("<html><body><p>Hello</p></body></html>")
    return entries([(anna, body, {"correspondence_type": "email", "subject": "Spring"}) for _number in range(count)])


@pytest.fixture
def worker(live_company: Company, forks: Processes) -> Worker:
    """Starts a process of its own that works on a job."""
    return lambda job: forks.start(PROCESS, live_company.schema, job.pk)


def states(wanted: list[InteractionLogEntry]) -> Counter[str]:
    pks = [each.pk for each in wanted]
    return Counter(InteractionLogEntry.objects.filter(pk__in=pks).values_list("delivery_status", flat=True))


def test_killed_worker_sends_no_mail_twice_and_its_successor_sends_the_rest(worker: Worker, server: MailServer) -> None:
    wanted = some(MAILS)
    server.pause = 0.05
    job = deliver_later(wanted)
    assert job is not None and states(wanted) == {"in_progress": MAILS}
    first = worker(job)
    end = time.monotonic() + 60
    while len(server.taken) < 10 and time.monotonic() < end and first.is_running():
        time.sleep(0.01)
    first.kill()
    time.sleep(0.2)  # what the server was taking when its client died
    before = len(server.taken)
    assert 10 <= before < MAILS
    server.pause = 0
    assert worker(job).wait(120)
    counts = Counter(message["X-Tuttava-Interaction"] for message in server.messages)
    told = InteractionComment.objects.filter(entry__in=wanted, comment__contains="interrupted")
    unsure = {str(each.entry.entry_no) for each in told.select_related("entry")}
    everyone = {str(each.entry_no) for each in wanted}
    assert set(counts.values()) == {1} and len(unsure) <= 1
    assert counts.keys() | unsure == everyone
    assert states(wanted) == Counter({"none": MAILS - len(unsure), "error": len(unsure)}) - Counter()
    job.refresh_from_db()
    assert job.status == JobStatus.DONE and job.result["delivered"] + job.result["failed"] == MAILS


def test_two_workers_on_one_delivery_send_each_mail_once(worker: Worker, server: MailServer) -> None:
    wanted = some(20)
    server.pause = 0.02
    job = deliver_later(wanted)
    assert job is not None
    both = [worker(job), worker(job)]
    for each in both:
        each.wait(120)
    assert set(Counter(message["X-Tuttava-Interaction"] for message in server.messages).values()) == {1}
    assert len(server.taken) == 20


def test_mail_leaves_when_the_transaction_has_ended_and_not_before(server: MailServer) -> None:  # I-48
    wanted = some(2)
    with unit_of_work("log interaction"):
        deliver(wanted)
        assert not server.taken and states(wanted) == {"in_progress": 2}
    assert len(server.taken) == 2 and states(wanted) == {"none": 2}
    assert server.connections == 1
    with pytest.raises(ValueError), transaction.atomic():
        deliver(some(1))
        raise ValueError
    assert len(server.taken) == 2


def test_mail_says_where_it_belongs_and_who_answers(server: MailServer) -> None:  # I-102
    record = entry(make_person(email="anna@example.com"), html("<html><p>x</p></html>"))
    Salesperson.objects.filter(code=record.salesperson_code).update(email="pia@example.com")  # others share the company
    assert deliver_and_tell([record]).delivered == 1
    (message,) = server.messages
    assert (message["from"], message["reply-to"]) == ("Sales <sales@example.com>", "pia@example.com")
    assert message["X-Tuttava-Interaction"] == str(record.entry_no)
    assert record.contact is not None and message["X-Tuttava-Contact"] == record.contact.no
    assert message["Message-ID"] == Delivery.objects.get(entry=record).message_id


def test_refused_recipient_is_an_error_of_that_entry_alone(server: MailServer) -> None:  # I-101
    wrong = entry(make_person(email="gone@example.com"), html("<html>x</html>"))
    right = entry(make_person(email="anna@example.com"), html("<html>x</html>"))
    server.refuses = {"gone@example.com"}
    outcome = deliver_and_tell([wrong, right])
    assert (outcome.delivered, outcome.failed) == (1, 1)
    assert "refused a recipient" in InteractionComment.objects.get(entry=wrong).comment


def test_server_that_is_down_leaves_errors_that_can_be_resent(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-101
    record = entry(make_person(email="anna@example.com"), html("<html>x</html>"))
    with monkeypatch.context() as other:
        other.setenv("TUTTAVA_MAIL_PORT", "9")
        assert deliver_and_tell([record]).failed == 1
    assert states([record]) == {"error": 1}
    assert deliver_and_tell([InteractionLogEntry.objects.get(pk=record.pk)]).delivered == 1
    assert states([record]) == {"none": 1} and len(server.taken) == 1


def test_canceled_delivery_leaves_the_rest_as_errors(worker: Worker, server: MailServer) -> None:  # I-101
    wanted = some(30)
    server.pause = 0.1
    job = deliver_later(wanted)
    assert job is not None
    running_worker = worker(job)
    while len(server.taken) < 3 and running_worker.is_running():
        time.sleep(0.01)
    jobs.cancel(job)
    running_worker.wait(60)
    found = states(wanted)
    assert found["none"] == len(server.taken) < 30 and found["error"] == 30 - found["none"]
