"""Segments are logged once, whoever dies on the way, and however many log them (S-60; each line exactly one entry)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from tests.processes import Forked, Processes
from tests.segments.logging import mailing
from tests.segments.making import make_person
from tuttava.foundation import jobs, records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job, JobStatus, OutboxMail
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import by_hand, logging, planning, steps
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine

LINES, CHUNK = 10, 4
Worker = Callable[[Job, str], Forked]
Elsewhere = Callable[[Callable[[], Any]], "Future[Any]"]
#: A worker that dies when it calls what is named for the given time.
PROCESS = """
import os, signal, sys, uuid
from tuttava.foundation import jobs
from tuttava.interactions import delivery, logging_many
from tuttava.segments import logging, removing
logging.AT_ONCE = 4
def dying(room, name, left):
    act = getattr(room, name)
    def until(*values, **more):
        nonlocal left
        left -= 1
        done = act(*values, **more)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    setattr(room, name, until)
match sys.argv[3]:
    case "chunk": dying(logging_many, "log_rows", 2)
    case "end": dying(removing, "drop_all", 1)
    case "refused":
        from tuttava.foundation.errors import DomainError
        from tuttava.segments.signals import segment_logged
        def refuse(**_signal):
            raise DomainError("no", "No.")
        segment_logged.connect(refuse)
    case "delivery": dying(logging, "_deliver", 1)
jobs.run_queued(sys.argv[1], uuid.UUID(sys.argv[2]))
"""


@pytest.fixture
def worker(live_company: Company, forks: Processes, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)
    return lambda job, dies_at: forks.start(PROCESS, live_company.schema, job.pk, dies_at)


def some(count: int = LINES) -> Segment:
    anna = make_person(email="anna@example.com")
    segment = mailing(anna)
    planning.insert_lines(segment, [anna.pk] * (count - 1), 1)
    (first,) = SegmentLine.objects.filter(segment=segment, line_no=10000)
    SegmentLine.objects.filter(segment=segment).update(attachment=first.attachment, correspondence_type="email")
    return segment


@pytest.mark.parametrize(("dies_at", "left"), [("chunk", 6), ("end", 2), ("delivery", 0)])
def test_successor_of_a_killed_worker_logs_the_rest(worker: Worker, dies_at: str, left: int) -> None:  # S-60
    segment = some()
    subjects = [f"{segment.no} {number}" for number in range(LINES)]
    for line, subject in zip(SegmentLine.objects.filter(segment=segment).order_by("line_no"), subjects, strict=True):
        SegmentLine.objects.filter(pk=line.pk).update(subject=subject)
    job = logging.log_segment_later(segment)
    assert not worker(job, dies_at).wait(60)
    assert SegmentLine.objects.filter(segment=segment).count() == left
    assert InteractionLogEntry.objects.filter(segment_no=segment.no).count() == LINES - left
    if left:
        with pytest.raises(DomainError) as refused:
            steps.add_contacts(segment, {"contact": {"name": "*"}})
        assert refused.value.code == "segment_being_logged"
    worker(job, "").wait(60)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE and logging.logged_by(job).entries == LINES
    entries = InteractionLogEntry.objects.filter(segment_no=segment.no).order_by("entry_no")
    assert list(entries.values_list("subject", flat=True)) == subjects
    assert not Segment.objects.filter(no=segment.no).exists()
    (deliveries,) = Job.objects.filter(kind="interactions.deliver").order_by("-created_at")[:1]
    worker(deliveries, "").wait(60)
    sent = Counter(OutboxMail.objects.filter(subject__in=subjects).values_list("subject", flat=True))
    assert sent == Counter(subjects)


def test_canceled_logging_leaves_the_segment_as_it_was(worker: Worker) -> None:  # S-60
    segment = some()
    before = list(SegmentLine.objects.filter(segment=segment).order_by("pk").values_list("pk", "line_no", "contact"))
    job = logging.log_segment_later(segment)
    assert not worker(job, "chunk").wait(60)
    assert SegmentLine.objects.filter(segment=segment).count() == LINES - CHUNK
    jobs.cancel(job)
    worker(job, "").wait(60)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED
    after = list(SegmentLine.objects.filter(segment=segment).order_by("pk").values_list("pk", "line_no", "contact"))
    assert after == before
    assert not InteractionLogEntry.objects.filter(segment_no=segment.no).exists()
    assert not LoggedSegment.objects.filter(segment_no=segment.no).exists()
    line = by_hand.add_line(Segment.objects.get(pk=segment.pk), {"description": "More"})
    assert line.segment_no == segment.no


def test_waiting_logging_is_canceled_by_the_next_worker(worker: Worker) -> None:  # S-60
    segment = some(2)
    job = logging.log_segment_later(segment)
    jobs.cancel(job)
    worker(job, "").wait(60)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED
    assert logging.log_segment(segment).entries == 2


def test_failure_at_the_end_leaves_the_segment_as_it_was(worker: Worker) -> None:  # S-60
    segment = some()
    job = logging.log_segment_later(segment)
    worker(job, "refused").wait(60)
    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.FAILED, "No.")
    assert SegmentLine.objects.filter(segment=segment).count() == LINES
    assert not InteractionLogEntry.objects.filter(segment_no=segment.no).exists()
    jobs.retry(job)
    worker(job, "").wait(60)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE and logging.logged_by(job).entries == LINES


def test_two_users_log_a_segment_once(elsewhere: Elsewhere) -> None:  # S-61
    segment = some(3)
    both = [elsewhere(lambda: logging.log_segment(segment)) for _user in range(2)]
    found = [each.exception() for each in both]
    (error,) = [each for each in found if each is not None]
    assert isinstance(error, DomainError) and error.code == "segment_already_logged"
    assert InteractionLogEntry.objects.filter(segment_no=segment.no).count() == 3
    assert LoggedSegment.objects.filter(segment_no=segment.no).count() == 1


def test_segment_is_closed_while_it_waits_to_be_logged(worker: Worker) -> None:  # S-60
    segment = some(2)
    line = SegmentLine.objects.filter(segment=segment).first()
    logging.log_segment_later(segment)
    for change in (
        lambda: records.change(segment, {"description": "Other"}),
        lambda: by_hand.change_line(line, {"subject": "Other"}) if line else None,
        lambda: by_hand.add_line(segment, {"description": "More"}),
        lambda: steps.go_back(segment),
        lambda: records.delete(segment),
        lambda: logging.log_segment(segment),
    ):
        with pytest.raises(DomainError) as refused:
            change()
        assert refused.value.code == "segment_being_logged"
