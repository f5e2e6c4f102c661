"""Background work: in whose name it runs, what it tells, and what survives a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from tests.databases import address
from tests.foundation import job_worker
from tuttava.foundation import jobs
from tuttava.foundation.context import Context, acting, current, require
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permission_sets import grant
from tuttava.foundation.directory.users import create_user, set_enabled
from tuttava.foundation.errors import DomainError
from tuttava.foundation.jobs import JobRun
from tuttava.foundation.models import Job, JobStatus, Territory
from tuttava.foundation.schemas import current_schema

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def kind() -> Iterator[Callable[[jobs.Function], str]]:
    """Registers a function as a kind of job for one test."""
    before = dict(jobs._kinds)

    def register(function: jobs.Function) -> str:
        jobs.job("test.kind")(function)
        return "test.kind"

    yield register
    jobs._kinds.clear()
    jobs._kinds.update(before)


Kind = Callable[[jobs.Function], str]


def queued_ids() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'job' FROM procrastinate_jobs")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.usefixtures("company")
class TestInOneProcess:
    def test_job_done_at_once_keeps_its_result_and_progress(self, kind: Kind) -> None:
        def work(run: jobs.JobRun) -> dict[str, Any]:
            run.progress(1, 3)
            with run.chunk(done=3):
                Territory.objects.create(code=run.arguments["code"])
            return {"made": 1}

        done = jobs.run_now(kind(work), "Make a territory", {"code": "N1"})
        assert (done.status, done.result, done.done, done.total) == (JobStatus.DONE, {"made": 1}, 3, 3)
        assert Territory.objects.filter(code="N1").exists()

    def test_queue_entry_is_part_of_the_transaction(self, kind: Kind) -> None:
        row = jobs.enqueue(kind(lambda run: None), "Wait")
        assert row.status == JobStatus.QUEUED and str(row.pk) in queued_ids()

    def test_unknown_kind_is_refused_when_it_is_queued(self) -> None:
        with pytest.raises(KeyError):
            jobs.enqueue("no.such.kind", "Nothing")

    def test_job_runs_in_the_name_of_its_user(self, kind: Kind, company: Company) -> None:
        user = create_user(username="jobber", password=None)
        grant(user, permission_set="CRM-EDIT", company=company)
        seen: list[tuple[str, str, bool, bool, str | None]] = []

        def work(run: jobs.JobRun) -> None:
            may = current().may
            language = translation.get_language()
            seen.append((current().user_name, current().door, may("api.write"), may("api.admin"), language))

        with acting(Context(user_name="jobber", rights=frozenset({"*"}), door="browser")), translation.override("nl"):
            row = jobs.enqueue(kind(work), "Look")
        jobs.run_queued(current_schema() or "", row.pk)
        assert seen == [("jobber", "job", True, False, "nl")]

    def test_rights_taken_meanwhile_are_gone(self, kind: Kind) -> None:
        create_user(username="boss", password=None, admin=True)
        user = create_user(username="leaver", password=None, admin=True)
        with acting(Context(user_name="leaver", rights=frozenset({"*"}))):
            row = jobs.enqueue(kind(lambda run: require("api.write")), "Write")
        set_enabled(user, False)
        jobs.run_queued(current_schema() or "", row.pk)
        row.refresh_from_db()
        assert row.status == JobStatus.FAILED and "api.write" in row.error

    def test_rule_that_refuses_is_told_in_its_own_words(self, kind: Kind) -> None:
        def work(run: jobs.JobRun) -> None:
            raise DomainError("some.code", "The file has no heading row.")

        assert jobs.run_now(kind(work), "Refused").error == "The file has no heading row."

    def test_unexpected_error_shows_no_internals(self, kind: Kind) -> None:
        def work(run: jobs.JobRun) -> None:
            raise ZeroDivisionError("secret internals")

        failed = jobs.run_now(kind(work), "Broken")
        assert failed.status == JobStatus.FAILED
        assert "internals" not in failed.error and "Traceback" not in failed.error and str(failed.pk) in failed.error

    def test_failed_chunk_leaves_nothing_and_retry_goes_on_after_the_last_good_one(self, kind: Kind) -> None:
        broken = [True]

        def work(run: jobs.JobRun) -> None:
            for number in range(run.state.get("next", 0), 4):
                with run.chunk():
                    Territory.objects.create(code=f"R{number}", name=str(run.job.attempt))
                    if number == 2 and broken:
                        raise DomainError("some.code", "Row 2 is wrong.")
                    run.state["next"] = number + 1

        row = jobs.run_now(kind(work), "Four rows")
        assert row.status == JobStatus.FAILED and row.state == {"next": 2}
        assert set(Territory.objects.filter(code__startswith="R").values_list("code", flat=True)) >= {"R0", "R1"}
        broken.clear()
        jobs.retry(row)
        jobs.run_queued(current_schema() or "", row.pk)
        names = dict(Territory.objects.filter(code__in=["R0", "R1", "R2", "R3"]).values_list("code", "name"))
        assert names == {"R0": "1", "R1": "1", "R2": "2", "R3": "2"}

    def test_job_that_did_not_stop_cannot_be_retried(self, kind: Kind) -> None:
        row = jobs.enqueue(kind(lambda run: None), "Wait")
        with pytest.raises(DomainError) as refused:
            jobs.retry(row)
        assert refused.value.code == "job.not_stopped"

    def test_waiting_job_is_cancelled_at_once_and_never_runs(self, kind: Kind) -> None:
        ran: list[int] = []
        row = jobs.enqueue(kind(lambda run: ran.append(1)), "Wait")
        jobs.cancel(row)
        jobs.run_queued(current_schema() or "", row.pk)
        row.refresh_from_db()
        assert row.status == JobStatus.CANCELED and not ran

    def test_running_job_stops_at_its_next_chunk(self, kind: Kind) -> None:
        def work(run: jobs.JobRun) -> None:
            for number in range(10):
                with run.chunk(done=number + 1):
                    Territory.objects.create(code=f"S{number}")
                if number == 3:
                    jobs.cancel(run.job)

        row = jobs.run_now(kind(work), "Ten rows")
        assert (row.status, row.done) == (JobStatus.CANCELED, 4)
        assert Territory.objects.filter(code__in=[f"S{n}" for n in range(10)]).count() == 4

    def test_runner_that_was_taken_over_commits_nothing_more(self, kind: Kind) -> None:
        def work(run: jobs.JobRun) -> None:
            with run.chunk():
                Territory.objects.create(code="T1")
                Job.objects.filter(pk=run.job.pk).update(attempt=run.job.attempt + 1)

        row = jobs.run_now(kind(work), "Overtaken")
        assert not Territory.objects.filter(code="T1").exists()
        assert row.status == JobStatus.RUNNING

    def test_notices_are_mine_and_end_when_seen(self, kind: Kind) -> None:
        name = kind(lambda run: None)
        with acting(Context(user_name="anna")):
            mine = jobs.run_now(name, "Mine")
            waiting = jobs.enqueue(name, "Waiting")
        with acting(Context(user_name="bob")):
            jobs.run_now(name, "His")
        assert list(jobs.notices("anna")) == [waiting, mine]
        jobs.mark_seen("anna")
        assert list(jobs.notices("anna")) == [waiting]

    def test_unfinished_job_that_the_queue_lost_is_queued_again(self, kind: Kind) -> None:
        row = jobs.enqueue(kind(lambda run: None), "Lost")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'job' = %s", [str(row.pk)])
        jobs.requeue_forgotten(current_schema() or "")
        assert str(row.pk) in queued_ids()
        assert jobs.requeue_forgotten(current_schema() or "") == 0


class Workers:
    """Worker processes on the test database."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DATABASE_URL": address(str(connection.settings_dict["NAME"])),
        }
        worker = subprocess.Popen([sys.executable, "-m", "tests.foundation.job_worker"], cwd=ROOT, env=environment)
        self.started.append(worker)
        return worker


@pytest.fixture
def workers() -> Iterator[Workers]:
    all_of_them = Workers()
    yield all_of_them
    for worker in all_of_them.started:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def wait_for(row: Job, condition: Callable[[Job], bool], seconds: float = 40) -> Job:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        row.refresh_from_db()
        if condition(row):
            return row
        time.sleep(0.05)
    raise AssertionError(f"job is {row.status} with {row.done} done after {seconds} s")


def enqueue_slow_rows(kind: Kind, prefix: str) -> Job:
    jobs.job(job_worker.KIND)(job_worker.slow_rows)
    return jobs.enqueue(job_worker.KIND, "Slow rows", {"prefix": prefix})


def rows_of(prefix: str) -> dict[str, str]:
    return dict(Territory.objects.filter(code__startswith=prefix).values_list("code", "name"))


@pytest.mark.usefixtures("live_company")
class TestWithRealProcesses:
    def test_killed_worker_s_job_is_finished_by_another_each_chunk_once(self, kind: Kind, workers: Workers) -> None:
        row = enqueue_slow_rows(kind, "KILL")
        first = workers.start()
        wait_for(row, lambda job: job.done >= 3)
        first.send_signal(signal.SIGKILL)
        first.wait()
        row.refresh_from_db()
        assert row.status == JobStatus.RUNNING and row.done < job_worker.CHUNKS
        workers.start()
        wait_for(row, lambda job: job.status == JobStatus.DONE)
        made = rows_of("KILL")
        assert set(made) == {f"KILL{n}" for n in range(job_worker.CHUNKS)}
        assert set(made.values()) == {"1", "2"}
        assert row.result == {"rows": job_worker.CHUNKS} and row.attempt == 2

    def test_worker_told_to_stop_pauses_a_long_job_for_the_next(self, kind: Kind, workers: Workers) -> None:
        row = enqueue_slow_rows(kind, "TERM")
        first = workers.start()
        wait_for(row, lambda job: job.done >= 2)
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=15) == 0
        row.refresh_from_db()
        assert row.status == JobStatus.QUEUED and 2 <= row.done < job_worker.CHUNKS
        workers.start()
        wait_for(row, lambda job: job.status == JobStatus.DONE)
        assert len(rows_of("TERM")) == job_worker.CHUNKS

    def test_running_job_is_cancelled_from_another_process(self, kind: Kind, workers: Workers) -> None:
        row = enqueue_slow_rows(kind, "STOP")
        workers.start()
        wait_for(row, lambda job: job.done >= 2)
        jobs.cancel(row)
        wait_for(row, lambda job: job.status == JobStatus.CANCELED)
        assert len(rows_of("STOP")) == row.done < job_worker.CHUNKS


@pytest.mark.usefixtures("live_company")
class TestOneLongTransaction:
    def seen_beside(self, row: Job) -> int:
        """The progress as everybody else sees it."""
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute(f'SELECT done FROM "{current_schema()}".foundation_job WHERE id = %s', [row.pk])
                return int(cursor.fetchone()[0])
        finally:
            other.close()

    def test_progress_is_seen_while_it_is_open(self, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(jobs, "_PROGRESS_EVERY", 0)
        seen: list[int] = []

        def work(run: JobRun) -> None:
            with transaction.atomic():
                for done in (3, 7):
                    run.progress_beside(done, 10)
                    seen.append(self.seen_beside(run.job))

        row = jobs.run_now(kind(work), "Long")
        assert (seen, row.status, row.done, row.total) == ([3, 7], JobStatus.DONE, 7, 10)

    def test_cancelled_it_leaves_nothing(self, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(jobs, "_PROGRESS_EVERY", 0)

        def work(run: JobRun) -> None:
            with transaction.atomic():
                Territory.objects.create(code="LONG")
                run.progress_beside(1, 10)
                other = connection.copy()
                with other.cursor() as cursor:
                    table = f'"{current_schema()}".foundation_job'
                    cursor.execute(f"UPDATE {table} SET cancel_requested = true WHERE id = %s", [run.job.pk])
                other.close()
                run.progress_beside(2, 10)

        row = jobs.run_now(kind(work), "Long")
        assert row.status == JobStatus.CANCELED
        assert not Territory.objects.filter(code="LONG").exists()


def test_user_name_of_a_job_is_no_key_to_a_user_of_another_name(company: Company) -> None:
    """A system job (no user) keeps the rights it was given."""
    assert not User.objects.filter(username="").exists()
    row = Job(rights=["api.read"], user_name="")
    assert jobs._context_of(row, company).rights == frozenset({"api.read"})
