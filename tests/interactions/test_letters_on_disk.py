"""Letters kept as files on disk: made, opened, printed, deleted; one that is gone is told in words (I-83 to I-86)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.interactions.documents import lines_of
from tests.interactions.letters import entry, word_template
from tests.interactions.making import make_person
from tests.web.conftest import sign_in
from tuttava.contacts.models import MarketingSetup
from tuttava.foundation.directory.models import Company
from tuttava.interactions import life
from tuttava.interactions.delivery import deliver
from tuttava.interactions.models import InteractionLogEntry, PrintFile
from tuttava.interactions.outgoing import NEEDED
from tuttava.interactions.resending import resend

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def letter(tmp_path: Path) -> InteractionLogEntry:
    """An entry whose letter was printed and lies on disk."""
    MarketingSetup.objects.update_or_create(
        only_row=True,
        defaults={"attachment_storage_type": "disk_file", "attachment_storage_location": str(tmp_path)},
    )
    word_template()
    made = entry(make_person(name="Anna"), word_template_code="T-LETTER", correspondence_type="hard_copy")
    deliver([made])
    return fresh(made)


def fresh(record: InteractionLogEntry) -> InteractionLogEntry:
    return InteractionLogEntry.objects.select_related(*NEEDED).get(pk=record.pk)


@pytest.fixture
def client(company: Company) -> Client:
    return sign_in(company, name="anna", sets="SUPER")


def test_a_letter_on_disk_is_opened_and_its_print_fetched(
    letter: InteractionLogEntry, client: Client, company: Company, tmp_path: Path
) -> None:  # I-83, I-90, I-164
    kept = letter.attachment
    assert kept is not None and kept.storage_type == "disk_file" and kept.content_id is None
    (on_disk,) = tmp_path.iterdir()
    assert on_disk.name == f"{kept.no}.docx" and lines_of(on_disk.read_bytes())[0] == "To Anna"
    opened = client.get(f"/c/{company.slug}/interactions/{letter.pk}/file")
    assert opened.status_code == 200 and opened.content == on_disk.read_bytes()
    PrintFile.objects.update(user_name="anna")
    printed = client.get(f"/c/{company.slug}/print-files/{PrintFile.objects.get().pk}")
    assert b"".join(printed) == on_disk.read_bytes()


def test_deleting_the_interaction_deletes_its_file(
    letter: InteractionLogEntry, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:  # I-72, I-86
    life.toggle_canceled([letter.pk], remove_attachments=False)
    assert len(list(tmp_path.iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        life.delete_entry(fresh(letter))
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_gone_is_told_and_does_no_harm(
    letter: InteractionLogEntry, client: Client, company: Company, tmp_path: Path
) -> None:  # I-86, I-101
    for file in tmp_path.iterdir():
        file.unlink()
    opened = client.get(f"/c/{company.slug}/interactions/{letter.pk}/file")
    assert opened.status_code < 500 and "is not in its folder" in opened.content.decode()
    assert client.get(f"/c/{company.slug}/interactions/{letter.pk}").status_code == 200
    outcome = resend([letter], "hard_copy", update_merge_fields=False)
    assert (outcome.delivered, outcome.failed) == (0, 1)
    again = fresh(letter)
    assert again.delivery_status == "error" and "is not in its folder" in again.comments.get().comment
