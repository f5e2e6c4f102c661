"""Contacts created from a register while processes are killed, or meet: each record gets exactly one, whole or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.processes import Forked, Processes
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.foundation import jobs
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.jobs import unit_of
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import Customer
from tuttava.relations.founding_job import create_contacts_from

COUNT = 1500
Worker = Callable[[Job], Forked]
PROCESS = """
import sys, uuid
from tuttava.foundation import jobs
from tuttava.relations import founding_job
founding_job.SLICE = 50
jobs.run_queued(sys.argv[1], uuid.UUID(sys.argv[2]))
"""


@pytest.fixture
def customers(live_company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Customer]]:
    """Committed customers without contact, every third with the name of a contact person; jobs wait for a worker."""
    monkeypatch.setattr(jobs, "_defer", lambda _job: None)
    rows = [Customer(no=f"KILL{n:05}", name=f"Killed {n}", contact="" if n % 3 else f"Kari {n}") for n in range(COUNT)]
    insert_many(rows)
    yield rows
    with acting():
        for row in Job.objects.filter(kind="relations.create_contacts", state__has_key="unit"):
            unit = unit_of(row)
            if unit:
                undo_unit(unit)
    Customer.objects.filter(no__startswith="KILL").delete()
    Job.objects.filter(kind="relations.create_contacts").delete()


@pytest.fixture
def worker(live_company: Company, forks: Processes) -> Worker:
    """Starts a process of its own that works on a job, on the database of this test."""
    return lambda row: forks.start(PROCESS, live_company.schema, row.pk)


def enqueued() -> Job:
    row = create_contacts_from("customer", {})
    assert row is not None
    return row


def wait_for(row: Job, done: int, process: Forked) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        row.refresh_from_db()
        if row.done >= done or not process.is_running():
            return
        time.sleep(0.02)
    raise AssertionError("the worker does not get on")


def links() -> set[object]:
    return set(ContactBusinessRelation.objects.filter(linked_no__startswith="KILL").values_list("linked_id", flat=True))


def check_whole() -> None:
    """What is there is there as a whole: link, contact with status, person, primary contact."""
    rows = ContactBusinessRelation.objects.filter(linked_no__startswith="KILL").select_related("contact")
    for row in rows:
        customer = Customer.objects.select_related("primary_contact").get(pk=row.linked_id)
        primary = customer.primary_contact
        assert primary is not None and row.contact.name == customer.name
        assert row.contact.contact_business_relation == "customer"
        assert primary.name == (customer.contact or customer.name) and primary.company_id == row.contact_id
    assert Contact.objects.filter(name__startswith="Killed ").count() == rows.count()


def test_killed_creation_goes_on_and_nobody_gets_two(worker: Worker, customers: list[Customer]) -> None:  # B-48
    row = enqueued()
    first = worker(row)
    wait_for(row, 300, first)
    first.kill()
    time.sleep(0.2)  # what the server had received whole is committed by now
    row.refresh_from_db()
    assert row.status == JobStatus.RUNNING and 300 <= row.done < COUNT
    assert len(links()) == row.done == row.state["created"]
    check_whole()
    second = worker(row)
    assert second.wait(120)
    row.refresh_from_db()
    assert (row.status, row.done) == (JobStatus.DONE, COUNT)
    assert row.result is not None
    assert (row.result["created"], row.result["people"]) == (COUNT, COUNT // 3)
    assert links() == {customer.pk for customer in customers}
    check_whole()


def test_two_creations_at_once_share_the_register(worker: Worker, customers: list[Customer]) -> None:  # B-48
    rows = [enqueued(), enqueued()]
    for process in [worker(row) for row in rows]:
        assert process.wait(120)
    results = []
    for row in rows:
        row.refresh_from_db()
        assert row.status == JobStatus.DONE and row.result is not None
        results.append(row.result)
    assert sum(result["created"] for result in results) == COUNT
    assert links() == {customer.pk for customer in customers}
    check_whole()


def test_cancelled_creation_keeps_whole_slices(worker: Worker, customers: list[Customer]) -> None:
    row = enqueued()
    process = worker(row)
    wait_for(row, 100, process)
    jobs.cancel(row)
    assert process.wait(60)
    row.refresh_from_db()
    assert row.status == JobStatus.CANCELED
    assert len(links()) == row.state["created"] < COUNT
    check_whole()
    again = jobs.retry(row)
    assert worker(again).wait(120)
    assert links() == {customer.pk for customer in customers}
