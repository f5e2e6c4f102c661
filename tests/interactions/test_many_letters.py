"""Many letters as one job: what each costs, how far it is, and that a killed one goes on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.interactions.documents import document_of, lines_of
from tests.interactions.letters import entries, word_template
from tests.interactions.making import make_person
from tuttava.foundation import jobs
from tuttava.foundation.attachments import content_bytes
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job, JobStatus
from tuttava.interactions import delivery
from tuttava.interactions.delivery import deliver_later
from tuttava.interactions.models import Delivery, InteractionAttachment, InteractionLogEntry, PrintFile, WordTemplate
from tuttava.interactions.word import Letter
from tuttava.interactions.word_files import Package

pytestmark = pytest.mark.usefixtures("company")


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are run by the tests, ten letters at a time."""
    monkeypatch.setattr(jobs, "_defer", lambda _job: None)
    monkeypatch.setattr(delivery, "AT_ONCE", 10)


def _queued(count: int) -> Job:
    known = WordTemplate.objects.filter(code="T-LETTER").first()
    template = known or word_template("To {{contact.name}}", "{{entry.subject}}")
    people = [make_person(name=f"Reader {number}") for number in range(3)]
    values = {"word_template_code": template.code, "correspondence_type": "hard_copy"}
    wanted = [(people[number % 3], None, values | {"subject": f"Letter {number}"}) for number in range(count)]
    job = deliver_later(entries(wanted))
    assert job is not None
    return job


def _run(company: Company, job: Job) -> None:
    jobs.run_queued(company.schema, job.pk)
    job.refresh_from_db()


def _names(file: PrintFile) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content_bytes(file.content_id))) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_each_letter_of_a_job_takes_no_statement_of_its_own(company: Company) -> None:  # I-97
    counted = []
    for count in (2, 10):
        job = _queued(count)
        with CaptureQueriesContext(connection) as seen:
            _run(company, job)
        assert (job.status, job.result and job.result["delivered"]) == (JobStatus.DONE, count)
        counted.append(len(seen))
    assert counted[0] == counted[1] < 80


def test_a_killed_job_makes_the_letters_that_are_missing_and_one_archive_of_all(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-97, I-101
    job = _queued(25)
    made = delivery.made
    done: list[int] = []

    def dying(some: Sequence[InteractionLogEntry], *rest: Any) -> Any:
        if sum(done) == 20:
            raise Killed
        done.append(len(some))
        return made(some, *rest)

    monkeypatch.setattr(delivery, "made", dying)
    with pytest.raises(Killed):
        _run(company, job)
    job.refresh_from_db()
    assert (job.status, job.done, job.total) == (JobStatus.RUNNING, 20, 25)
    kept = set(InteractionLogEntry.objects.filter(delivery_status="none").values_list("attachment_id", flat=True))
    assert len(kept) == 20 and None not in kept
    monkeypatch.setattr(delivery, "made", made)
    _run(company, job)
    assert (job.status, job.done, job.result and job.result["delivered"]) == (JobStatus.DONE, 25, 25)
    assert kept <= set(InteractionLogEntry.objects.values_list("attachment_id", flat=True))
    assert InteractionAttachment.objects.filter(file_extension="docx", read_only=True).count() == 25
    assert not Delivery.objects.exclude(state="done").exists()
    names = _names(PrintFile.objects.get())
    assert len(set(names)) == 25
    assert {name.partition(" (")[0].removesuffix(".docx") for name in names} == {f"Reader {n}" for n in range(3)}


def test_archive_holds_the_letters_in_order(company: Company) -> None:  # I-97
    job = _queued(12)
    _run(company, job)
    file = PrintFile.objects.get()
    with zipfile.ZipFile(io.BytesIO(content_bytes(file.content_id))) as archive:
        letters = [archive.read(name) for name in archive.namelist()]
    for number, letter in enumerate(letters):
        with zipfile.ZipFile(io.BytesIO(letter)) as parts:
            assert f"Letter {number}<".encode() in parts.read("word/document.xml")


def test_canceled_while_the_archive_is_made_the_letters_stay(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-101
    job = _queued(12)
    monkeypatch.setattr(jobs, "_PROGRESS_EVERY", 0)
    pages = delivery.printing.archive

    def canceled(*given: Any) -> Any:
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        return pages(*given)

    monkeypatch.setattr(delivery.printing, "archive", canceled)
    _run(company, job)
    assert job.status == JobStatus.CANCELED
    assert InteractionLogEntry.objects.filter(delivery_status="none", attachment__isnull=False).count() == 12
    assert not PrintFile.objects.exists()


def test_parts_that_stay_the_same_and_others_make_a_sound_archive() -> None:  # I-92
    package = Package({"[Content_Types].xml": b"<types/>", "media/bilde-æ.png": b"\x89PNG" * 50})
    for text in (b"", b"<w/>" * 1000):
        made = package.with_parts({"word/document.xml": text, "word/føter1.xml": b"<f/>"})
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            assert archive.testzip() is None
            names = ["[Content_Types].xml", "media/bilde-æ.png", "word/document.xml", "word/føter1.xml"]
            assert archive.namelist() == names
            assert archive.read("word/document.xml") == text
            assert archive.read("media/bilde-æ.png") == b"\x89PNG" * 50
        assert package.with_parts({"word/document.xml": text, "word/føter1.xml": b"<f/>"}) == made


def test_a_letter_without_fields_stays_as_it_is() -> None:  # I-92
    data = document_of("Nothing to fill in")
    assert lines_of(Letter(data, lambda name: False).fill({})) == ["Nothing to fill in"]
