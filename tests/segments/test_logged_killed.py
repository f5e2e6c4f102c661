"""Large logged segments are canceled and reopened by jobs: each entry once, whoever dies on the way (S-80, S-81)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.processes import Forked, Processes
from tests.segments.logging import ready
from tests.segments.making import make_person
from tuttava.foundation import jobs
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.undo import undo_unit
from tuttava.interactions import life
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import criteria_log, logged, logging, planning, saved, steps
from tuttava.segments.following import follow_up
from tuttava.segments.models import LoggedSegment, Segment, SegmentHistoryEntry, SegmentLine

LINES = 10
Worker = Callable[[Job, str], Forked]
#: A worker that dies in the middle of its second transaction, or behind the first.
PROCESS = """
import os, signal, sys, uuid
from tuttava.foundation import jobs
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import canceling, reopening_later
canceling.AT_ONCE = reopening_later.AT_ONCE = 4
times = int(sys.argv[3])
def dying(room):
    act = room._move
    def until(state):
        global times
        act(state)
        times -= 1
        if not times:
            os.kill(os.getpid(), signal.SIGKILL)
    room._move = until
dying(canceling)
dying(reopening_later)
jobs.run_queued(sys.argv[1], uuid.UUID(sys.argv[2]))
"""


@pytest.fixture
def worker(live_company: Company, forks: Processes, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)
    return lambda job, dies_at: forks.start(PROCESS, live_company.schema, job.pk, dies_at)


def some() -> LoggedSegment:
    """A logged segment of ten lines, added and partly removed by steps."""
    segment = ready(make_person(email="anna@example.com"))
    people = [make_person(name=f"Bo {number}") for number in range(LINES)]
    planning.insert_lines(segment, [person.pk for person in people], 1)
    SegmentLine.objects.filter(segment=segment).update(correspondence_type="none")
    segment.refresh_from_db()
    steps.reduce_contacts(segment, {"contact": {"no": f"'{people[3].no}'"}})
    return LoggedSegment.objects.get(entry_no=logging.log_segment(segment).entry_no)


def entries(row: LoggedSegment) -> dict[Any, tuple[int, bool]]:
    found = InteractionLogEntry.objects.filter(logged_segment_entry_no=row.entry_no)
    return {pk: (number, canceled) for pk, number, canceled in found.values_list("pk", "entry_no", "canceled")}


def refused(work: Callable[[], Any], code: str = "logged_segment_busy") -> None:
    with pytest.raises(DomainError) as error:
        work()
    assert error.value.code == code


def refuses_other_verbs(row: LoggedSegment) -> None:
    """Neither fresh nor stale rows are accepted by any other action."""
    refused(lambda: logged.toggle_canceled([row]))
    refused(lambda: logged.toggle_canceled_later([row]))
    refused(lambda: logged.reopen(row))
    refused(lambda: logged.reopen_later(row))
    refused(lambda: logged.resend(row))
    refused(lambda: follow_up(row))
    left = InteractionLogEntry.objects.filter(logged_segment_entry_no=row.entry_no).order_by("-entry_no")
    refused(lambda: life.toggle_canceled([left[0].pk]))
    other = ready()
    refused(lambda: saved.reuse_logged(other, row.entry_no))


# -- canceling -------------------------------------------------------------------------------------------------------


def test_successor_of_a_killed_worker_cancels_the_rest(worker: Worker) -> None:  # S-80
    row = some()
    alone = sorted(entries(row))[0]
    life.toggle_canceled([alone])
    job = logged.toggle_canceled_later([row])
    assert job is not None
    refuses_other_verbs(row)
    assert not worker(job, "2").wait(60)
    assert sorted(canceled for _number, canceled in entries(row).values()).count(True) == 5
    row.refresh_from_db()
    assert not row.canceled
    refuses_other_verbs(row)
    worker(job, "0").wait(60)
    job.refresh_from_db()
    row.refresh_from_db()
    assert (job.status, job.done, job.total, job.result) == ("done", 9, 9, {"entries": 9, "canceled": True})
    assert row.canceled and {canceled for _number, canceled in entries(row).values()} == {True}
    undo_unit(uuid.UUID(job.state["unit"]))
    row.refresh_from_db()
    assert not row.canceled and [pk for pk, (_no, canceled) in entries(row).items() if canceled] == [alone]
    assert [each.canceled for each in logged.toggle_canceled([row])] == [True]


def test_canceling_that_is_called_off_leaves_all_as_it_was(worker: Worker) -> None:  # S-80
    row = some()
    alone = sorted(entries(row))[0]
    life.toggle_canceled([alone])
    before, kept = entries(row), row.kept
    job = logged.toggle_canceled_later([row])
    assert job is not None and not worker(job, "2").wait(60)
    refused(lambda: undo_unit(uuid.UUID(job.arguments["begun"]["unit"])))
    jobs.cancel(job)
    worker(job, "0").wait(60)
    job.refresh_from_db()
    row.refresh_from_db()
    assert (job.status, row.canceled, row.kept, entries(row)) == (JobStatus.CANCELED, False, kept, before)
    jobs.retry(job)
    worker(job, "0").wait(60)
    row.refresh_from_db()
    assert row.canceled and {canceled for _number, canceled in entries(row).values()} == {True}


# -- reopening -------------------------------------------------------------------------------------------------------


def lines_of(no: str) -> list[tuple[Any, ...]]:
    rows = SegmentLine.objects.filter(segment__no=no).order_by("line_no")
    return list(rows.values_list("pk", "line_no", "contact", "description", "correspondence_type", "date"))


def history_of(no: str) -> list[tuple[Any, ...]]:
    rows = SegmentHistoryEntry.objects.filter(segment__no=no).order_by("action_no", "line_no")
    return list(rows.values_list("pk", "action_no", "line_no", "action_taken", "before"))


@pytest.mark.parametrize("dies_at", ["1", "2", "4"])
def test_successor_of_a_killed_worker_reopens_the_rest(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:  # S-81
    kept: dict[str, Any] = {}
    monkeypatch.setattr(logging, "_refuse", lambda segment, _arguments: kept.update(_state_of(segment.no)))
    row = some()
    job = logged.reopen_later(row)
    refuses_other_verbs(row)
    assert not worker(job, dies_at).wait(60)
    done = (int(dies_at) - 1) * 4
    assert (len(entries(row)), len(lines_of(row.segment_no))) == (max(LINES - done, 0), min(done, LINES))
    if len(entries(row)):
        refuses_other_verbs(row)
    segment = Segment.objects.get(no=row.segment_no)
    refused(lambda: steps.go_back(segment), "segment_being_logged")
    worker(job, "0").wait(60)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE and job.done == job.total
    assert _state_of(row.segment_no) == kept
    assert not entries(row) and not LoggedSegment.objects.filter(pk=row.pk).exists()
    segment.refresh_from_db()
    assert segment.logged_as == 0 and criteria_log.actions_of(segment) == 2
    with acting(answers={"q_undo": "yes"}):
        steps.go_back(segment)
    assert len(lines_of(segment.no)) == LINES + 1
    monkeypatch.undo()
    assert logging.log_segment(segment).entries == LINES + 1


def _state_of(no: str) -> dict[str, Any]:
    header = Segment.objects.values().get(no=no)
    return {
        "lines": lines_of(no),
        "history": history_of(no),
        "header": {name: value for name, value in header.items() if name != "version"},
    }


def test_reopening_that_is_called_off_leaves_all_as_it_was(worker: Worker) -> None:  # S-81
    row = some()
    before, kept = entries(row), row.kept
    job = logged.reopen_later(row)
    assert not worker(job, "3").wait(60)
    refused(lambda: undo_unit(uuid.UUID(job.arguments["begun"]["unit"])))
    jobs.cancel(job)
    worker(job, "0").wait(60)
    job.refresh_from_db()
    row.refresh_from_db()
    assert (job.status, row.kept, entries(row)) == (JobStatus.CANCELED, kept, before)
    assert not Segment.objects.filter(no=row.segment_no).exists()
    jobs.retry(job)
    worker(job, "0").wait(60)
    assert len(lines_of(row.segment_no)) == LINES and not entries(row)


def test_reopening_stops_at_an_interaction_that_was_changed_meanwhile(worker: Worker) -> None:  # S-81
    row = some()
    job = logged.reopen_later(row)
    last = max(entries(row), key=lambda pk: entries(row)[pk])
    life.evaluate([last], "positive")
    before = entries(row)
    worker(job, "0").wait(60)
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED and "were changed since" in job.error
    assert entries(row) == before and not Segment.objects.filter(no=row.segment_no).exists()
    row.refresh_from_db()
    assert [each.canceled for each in logged.toggle_canceled([row])] == [True]
