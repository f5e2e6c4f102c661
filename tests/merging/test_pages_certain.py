"""Pairs that are certainly the same are merged all at once: dry run, job, undo of each and of the whole."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation import jobs, records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.undo import undo_unit
from tuttava.merging.models import Merge, MergeStatus

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def manager(company: Company) -> Client:
    """Somebody who may merge."""
    return sign_in(company, name="marit", sets="CRM-MANAGER")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run where they are queued."""
    monkeypatch.setattr("tuttava.merging.certain.enqueue", jobs.run_now)


def twin(no: str, score: int, **values: Any) -> tuple[Contact, Contact]:
    """The same company twice, in a pair of this score."""
    one = records.create(Contact, {"no": f"{no}1", "type": "company", "name": f"Firma {no}"})
    two = records.create(Contact, {"no": f"{no}2", "type": "company", "name": f"Firma {no}", **values})
    ContactDuplicate.objects.create(contact=one, duplicate=two, score=score, smart=True)
    return one, two


@pytest.fixture
def pairs(company: Company) -> None:
    """Two certain pairs, one of which needs a decision, and an uncertain one."""
    twin("A", 99, phone_no="22 33 44 55")
    for contact in twin("B", 97):
        records.create(ContactAltAddress, {"contact_id": contact.pk, "code": "SHIP", "city": contact.no})
    twin("C", 80)


def numbers() -> list[str]:
    wanted = ("A1", "A2", "B1", "B2", "C1", "C2")
    return sorted(Contact.objects.filter(no__in=wanted).values_list("no", flat=True))


def texts(answer: Any) -> str:
    return str(answer.content.decode())


def test_dry_run_says_what_would_happen_and_changes_nothing(manager: Client, root: str, pairs: None) -> None:
    page = texts(manager.get(f"{root}/merges/certain"))
    assert "2 pairs have this score or more" in page
    assert "1 row has to be decided about" in page
    assert "It was there first" in page
    assert "Firma C" not in page
    assert "Firma C" in texts(manager.get(f"{root}/merges/certain?score=80"))
    assert len(numbers()) == 6
    assert not Merge.objects.exists()


def test_the_one_on_which_more_hangs_stays(manager: Client, root: str) -> None:
    twin("A", 99)
    records.create(Contact, {"type": "person", "first_name": "Ada", "company_no": "A2"})
    assert "More hangs on it: 1 person" in texts(manager.get(f"{root}/merges/certain"))
    manager.post(f"{root}/merges/certain", {"score": "95"})
    assert numbers() == ["A2"]


def test_certain_pairs_are_merged_and_others_are_named(manager: Client, root: str, pairs: None) -> None:
    answer = manager.post(f"{root}/merges/certain", {"score": "95"})
    assert answer.url == f"{root}/jobs/"
    assert numbers() == ["A1", "B1", "B2", "C1", "C2"]
    assert Contact.objects.get(no="A1").phone_no == "22 33 44 55"
    job = Job.objects.get()
    assert job.status == JobStatus.DONE
    assert (job.result["merged"], job.result["skipped"]) == (1, 1)
    assert "B1 – B2" in job.result["text"]
    assert Merge.objects.filter(status=MergeStatus.OPEN).count() == 0


def test_three_of_one_party_become_one(manager: Client, root: str) -> None:
    _one, two = twin("A", 99)
    three = records.create(Contact, {"no": "A3", "type": "company", "name": "Firma A"})
    ContactDuplicate.objects.create(contact=two, duplicate=three, score=98, smart=True)
    manager.post(f"{root}/merges/certain", {"score": "95"})
    left = set(Contact.objects.filter(no__in=["A1", "A2", "A3"]).values_list("no", flat=True))
    assert "A1" in left
    assert "A2" not in left
    assert Job.objects.get().status == JobStatus.DONE


def test_all_of_them_are_undone_together(manager: Client, root: str, pairs: None) -> None:
    twin("D", 96)
    manager.post(f"{root}/merges/certain", {"score": "95"})
    job = Job.objects.get()
    page = texts(manager.get(f"{root}/jobs/"))
    assert f"/undo/{job.state['unit']}" in page
    manager.post(f"{root}/undo/{job.state['unit']}")
    assert numbers() == ["A1", "A2", "B1", "B2", "C1", "C2"]
    assert set(Merge.objects.values_list("status", flat=True)) == {MergeStatus.UNDONE}
    undone = Job.objects.exclude(pk=job.pk).get()
    assert undone.result["undone"] == 2
    assert f"/undo/{job.state['unit']}" not in texts(manager.get(f"{root}/jobs/"))


def test_other_doors_undo_all_of_them_too(manager: Client, root: str) -> None:
    twin("A", 99)
    manager.post(f"{root}/merges/certain", {"score": "95"})
    undo_unit(uuid.UUID(Job.objects.get().state["unit"]))
    assert numbers() == ["A1", "A2"]


def test_one_of_them_is_undone_by_itself_before(manager: Client, root: str, pairs: None) -> None:
    twin("D", 96)
    manager.post(f"{root}/merges/certain", {"score": "95"})
    one = Merge.objects.filter(duplicate_no="A2").get()
    manager.post(f"{root}/merges/{one.pk}/undo")
    assert "A2" in numbers()
    manager.post(f"{root}/undo/{Job.objects.get().state['unit']}")
    assert Contact.objects.filter(no="D2").exists()


def test_only_who_may_merge_sees_it(editor: Client, root: str) -> None:  # M-1
    assert editor.get(f"{root}/merges/certain").status_code == 403
    assert editor.post(f"{root}/merges/certain", {"score": "95"}).status_code == 403
