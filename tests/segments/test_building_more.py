"""Steps kept and gone through again, and why a contact is on a segment, in the browser."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.relations.pages import JSON, administrator, visitor
from tests.segments.logging import ready
from tests.segments.making import make_segment, on
from tests.segments.test_building import words
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.segments import criteria_log, saved, steps
from tuttava.segments.logging import log_segment
from tuttava.segments.models import SavedSegmentCriteria, Segment


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def segment(company: Company, firms: tuple[Contact, ...]) -> Segment:
    found = make_segment()
    steps.add_contacts(found, {"contact": {"type": "Company"}})
    steps.reduce_contacts(found, {"contact": {"name": "Aas*"}})
    return found


def at(company: Company, path: str) -> str:
    return f"/c/{company.slug}/segments/{path}"


def test_steps_are_saved_under_a_code(company: Company, client: Client, segment: Segment) -> None:  # S-55
    address = at(company, f"{segment.pk}/building/keep")
    form = client.get(address, headers={"X-Fragment": "dialog"}).content.decode()
    assert "companies – minus contacts whose name begins with Aas" in words(form) and "Spring letter" in form
    empty = client.post(address, {"code": "", "description": "x"}, headers=JSON)
    assert empty.status_code == 422 and empty.json()["error"]["field"] == "code"
    assert client.post(address, {"code": "noaas", "description": "No Aas"}, headers=JSON).status_code == 200
    kept = SavedSegmentCriteria.objects.get()
    assert (kept.code, kept.description, kept.user_id) == ("NOAAS", "No Aas", "anna")
    page = words(client.get(at(company, f"saved/{kept.pk}")).content.decode())
    assert "Add companies" in page and "Remove contacts whose name begins with Aas" in page
    assert "NOAAS" in client.get(at(company, "saved/")).content.decode()


def test_saved_steps_build_another_segment(company: Company, client: Client, segment: Segment) -> None:  # S-56
    kept = saved.save_criteria(segment, "NOAAS", "No Aas")
    other = make_segment()
    client.post(at(company, f"{other.pk}/building/reuse"), {"code": "noaas"}, headers=JSON)
    assert on(other) == ["Berg AS"]
    asked = client.post(at(company, f"{other.pk}/building/reuse"), {"code": "noaas"}, headers=JSON)
    assert asked.status_code == 409
    made = client.post(at(company, f"saved/{kept.pk}/use"), headers=JSON).json()["redirect"]
    fresh = Segment.objects.exclude(pk__in=[segment.pk, other.pk]).get()
    assert str(fresh.pk) in made and fresh.description == "No Aas" and on(fresh) == ["Berg AS"]


def test_contacts_of_a_logged_segment_are_taken_again(company: Company, client: Client) -> None:  # S-57
    done = ready()
    log_segment(done, deliver=False)
    other = make_segment()
    address = at(company, f"{other.pk}/building/reuse")
    unknown = client.post(address, {"logged": "SMX"}, headers=JSON)
    assert unknown.status_code == 422 and unknown.json()["error"]["field"] == "logged"
    assert client.post(address, {"logged": done.no}, headers=JSON).status_code == 200
    assert len(on(other)) == 2


def test_deleting_saved_steps_leaves_segments_alone(company: Company, client: Client, segment: Segment) -> None:  # S-58
    kept = saved.save_criteria(segment, "NOAAS")
    assert client.post(at(company, f"saved/{kept.pk}/delete"), headers=JSON).status_code == 200
    assert not SavedSegmentCriteria.objects.exists() and criteria_log.actions_of(segment) == 2


def test_page_tells_why_somebody_is_on_it_and_somebody_is_not(
    company: Company, client: Client, segment: Segment, firms: tuple[Contact, ...]
) -> None:
    berg, aas, bo = firms
    records.change(bo, {"exclude_from_segment": True})

    def told(contact: Contact) -> str:
        return words(client.get(at(company, f"{segment.pk}/building/why?contact={contact.no}")).content.decode())

    assert "Berg AS is on the segment." in told(berg)
    gone = told(aas)
    assert "Aas AS is not on the segment." in gone and "Removed here." in gone and "Added here." in gone
    never = told(bo)
    assert "asked not to be on any" in never and "does not fit: companies" in never
    assert "There is no contact" in words(
        client.get(at(company, f"{segment.pk}/building/why?contact=NOBODY")).content.decode()
    )


def test_readers_neither_save_nor_reuse(company: Company, segment: Segment) -> None:
    reader = visitor(company, sets="CRM-READ", name="rita")
    for name, sent in (("keep", {"code": "X"}), ("reuse", {"code": "X"})):
        assert reader.post(at(company, f"{segment.pk}/building/{name}"), sent, headers=JSON).status_code == 403
    assert reader.get(at(company, f"{segment.pk}/building/why")).status_code == 200
