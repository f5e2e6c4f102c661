"""An import whose process is killed goes on behind its last chunk, without a row twice and without one missing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import override_settings

from tests.processes import Forked, Processes
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.duplicates.models import ContactMatchKey
from tuttava.foundation import jobs
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job
from tuttava.partners.models import Customer
from tuttava.transfer import actions
from tuttava.transfer.models import ImportJob, ImportRow, ImportStatus

ROWS = 3000
Worker = Callable[[Job], Forked]
PROCESS = """
import sys, uuid
from django.conf import settings
from tuttava.duplicates.models import ContactMatchKey
from tuttava.foundation import jobs
from tuttava.transfer import running
settings.MEDIA_ROOT = sys.argv[3]
running.CHUNK = 100
jobs.run_queued(sys.argv[1], uuid.UUID(sys.argv[2]))
"""


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files go to a folder of the test, and jobs wait for a worker of its own."""
    monkeypatch.setattr(jobs, "_defer", lambda _job: None)
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def row(live_company: Company, uploads: None) -> ImportJob:
    """A committed import that waits for a worker."""
    lines = "".join(f"Killed {n},Firm {n % 50} of killed,22 {n:06d}\n" for n in range(ROWS))
    return _started("contacts", f"Last name,Company,Phone\n{lines}")


def _started(kind: str, content: str) -> ImportJob:
    return actions.start(actions.begin("killed.csv", ContentFile(content.encode()), kind=kind))


@pytest.fixture
def worker(live_company: Company, forks: Processes, tmp_path: Path) -> Worker:
    """Starts a process of its own that works on a job, on the database of this test."""
    return lambda job: forks.start(PROCESS, live_company.schema, job.pk, tmp_path)


def _wait_for(row: ImportJob, position: int, process: Forked) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        row.refresh_from_db()
        if row.position >= position or not process.is_running():
            return
        time.sleep(0.02)
    raise AssertionError("the worker does not get on")


def test_killed_import_is_resumed_without_a_row_twice(worker: Worker, row: ImportJob) -> None:
    assert row.job is not None
    first = worker(row.job)
    _wait_for(row, 500, first)
    first.kill()
    row.refresh_from_db()
    people = Contact.objects.filter(name__startswith="Killed ")
    assert row.status == ImportStatus.RUNNING
    assert 500 <= row.position < ROWS
    assert people.count() == row.position == row.rows_created
    assert ImportRow.objects.filter(job=row).count() == row.position
    second = worker(row.job)
    assert second.wait(120)
    row.refresh_from_db()
    assert (row.status, row.rows_created, row.rows_failed) == (ImportStatus.DONE, ROWS, 0)
    assert people.count() == people.values("name").distinct().count() == ROWS
    assert Contact.objects.filter(name__endswith="of killed", type="company").count() == 50
    keyed = ContactMatchKey.objects.filter(contact__in=people).values("contact_id").distinct()
    assert keyed.count() == ROWS  # compared, whoever of the two workers saved them
    row = actions.take_back(row, wait=True)
    assert row.rows_kept == 0
    assert not people.exists()


def test_canceled_import_keeps_whole_chunks_and_goes_on(worker: Worker, row: ImportJob) -> None:
    assert row.job is not None
    first = worker(row.job)
    _wait_for(row, 300, first)
    actions.cancel(row)
    assert first.wait(60)
    row.refresh_from_db()
    people = Contact.objects.filter(name__startswith="Killed ")
    assert row.status == ImportStatus.CANCELED
    assert people.count() == row.position < ROWS
    row = actions.resume(row, wait=True)
    assert (row.status, row.rows_created) == (ImportStatus.DONE, ROWS)
    assert people.count() == ROWS
    actions.take_back(row, wait=True)


def test_killed_import_of_customers_leaves_nothing_half_linked(worker: Worker, uploads: None) -> None:  # B-45
    lines = "".join(f"KILLED{n},Killed firm {n},22 {n:06d}\n" for n in range(ROWS))
    row = _started("customers", f"Customer no,Name,Phone\n{lines}")
    customers = Customer.objects.filter(no__startswith="KILLED")
    hubs = Contact.objects.filter(name__startswith="Killed firm ")
    linked = ContactBusinessRelation.objects.filter(linked_no__startswith="KILLED")
    assert row.job is not None
    first = worker(row.job)
    _wait_for(row, 500, first)
    first.kill()
    row.refresh_from_db()
    assert 500 <= row.position < ROWS
    assert customers.count() == hubs.count() == linked.count() == row.position
    second = worker(row.job)
    assert second.wait(300)
    row.refresh_from_db()
    assert (row.status, row.rows_created, row.rows_failed) == (ImportStatus.DONE, ROWS, 0)
    assert customers.count() == hubs.count() == linked.count() == ROWS
    row = actions.take_back(row, wait=True)
    assert row.rows_kept == 0
    assert not (customers.exists() or hubs.exists() or linked.exists())
