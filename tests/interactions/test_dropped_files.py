"""Files dropped on a contact's card are kept with it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interactions.making import make_person, vocabulary
from tests.interactions.wizards import template
from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact
from tuttava.foundation.directory.models import Company
from tuttava.interactions.attachments import content_of
from tuttava.interactions.models import InteractionLogEntry, InteractionTemplate
from tuttava.interactions.pages import dropping

pytestmark = pytest.mark.usefixtures("company")
JSON = {"Accept": "application/json"}


@pytest.fixture
def client(company: Company) -> Client:
    vocabulary()
    return sign_in(company, name="anna", sets="CRM-EDIT")


@pytest.fixture
def anna() -> Contact:
    return make_person(name="Anna Berg", salesperson_code="PS", correspondence_type="email", email="a@example.com")


def at(company: Company, anna: Contact) -> str:
    return f"/c/{company.slug}/contacts/{anna.pk}"


def test_each_file_becomes_an_interaction_and_can_be_taken_back(
    client: Client, company: Company, anna: Contact
) -> None:
    template("FILES", wizard_action="import")
    address = f"{at(company, anna)}/files"
    assert address in client.get(at(company, anna)).content.decode()
    assert "<file-drop" in client.get(address).content.decode()
    files = [SimpleUploadedFile("offer 2026.pdf", b"%PDF-1.4"), SimpleUploadedFile("notes.txt", b"90 kr")]
    answer = client.post(address, {"files": files}, headers=JSON).json()
    assert answer["messages"][0]["text"] == "2 files are kept with the contact." and answer["reload"] and answer["undo"]
    entries = InteractionLogEntry.objects.order_by("entry_no").select_related("attachment")
    assert [entry.description for entry in entries] == ["offer 2026", "notes"]
    assert {(entry.interaction_template_code, entry.correspondence_type) for entry in entries} == {("FILES", "none")}
    kept = entries[1].attachment
    assert kept is not None and kept.read_only and content_of(kept) == b"90 kr"
    undone = client.post(answer["undo"], headers=JSON)
    assert undone.status_code < 400, undone.content
    assert not InteractionLogEntry.objects.filter(canceled=False).exists()


def test_what_is_in_the_way_of_a_file_is_told(
    client: Client, company: Company, anna: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{at(company, anna)}/files"

    def refused(**sent: object) -> str:
        answer = client.post(address, sent, headers=JSON)
        assert answer.status_code == 422
        return str(answer.json()["error"]["code"])

    assert refused() == "field_required"
    InteractionTemplate.objects.filter(wizard_action="import").update(wizard_action="none")
    assert refused(files=[SimpleUploadedFile("a.txt", b"a")]) == "template_required"
    template("FILES", wizard_action="import")
    monkeypatch.setattr(dropping, "MOST_BYTES", 3)
    assert refused(files=[SimpleUploadedFile("a.txt", b"abcd")]) == "file_too_large"
    Contact.objects.filter(pk=anna.pk).update(privacy_blocked=True)
    monkeypatch.undo()
    assert refused(files=[SimpleUploadedFile("a.txt", b"a")]) == "contact.privacy_blocked"
    assert not InteractionLogEntry.objects.exists()
