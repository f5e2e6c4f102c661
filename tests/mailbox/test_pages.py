"""Pages of e-mail logging: the setup card with its steps, the activity log, files logged by hand."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.mailbox.making import OURS, THEIRS, emails_template, entries, folder_setup, make_person, message, salesperson
from tests.relations.pages import JSON, administrator
from tuttava.foundation.directory.models import Company
from tuttava.mailbox.actions import disable
from tuttava.mailbox.models import MailLoggingState
from tuttava.mailbox.running import run_once
from tuttava.mailbox.sealing import unseal
from tuttava.mailbox.setup import mail_setup

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


def test_the_card_guides_through_the_setup(client: Client, base: str, tmp_path: Path) -> None:  # I-145
    page = client.get(f"{base}/setup/email-logging").content.decode()
    assert "E-mail logging is off." in page
    assert "Enter it." in page and 'aria-current="step"' in page
    folder_setup(tmp_path)
    page = client.get(f"{base}/setup/email-logging").content.decode()
    assert "The first run is about to begin." in page and "Disable" in page


def test_the_card_takes_a_secret_and_never_shows_it(client: Client, base: str) -> None:  # 2.13
    answer = client.post(f"{base}/setup/email-logging/field/secret", {"value": "s3cret-word"}, headers=JSON)
    assert answer.status_code == 200
    assert unseal(mail_setup().secret) == "s3cret-word"
    page = client.get(f"{base}/setup/email-logging").content.decode()
    assert "s3cret" not in page and mail_setup().secret not in page and "••••••••" in page
    assert 'type="password"' in page
    history = client.get(f"{base}/setup/email-logging/history").content.decode()
    assert "s3cret" not in history and mail_setup().secret not in history


def test_verbs_of_the_card(client: Client, base: str, tmp_path: Path) -> None:  # I-145, I-146
    do = f"{base}/setup/email-logging/do"
    refused = client.post(f"{do}/enable", headers=JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "mailbox_required")
    folder_setup(tmp_path)
    disable()
    for verb in ("validate", "enable", "recreate", "run", "disable"):
        answer = client.post(f"{do}/{verb}", headers=JSON)
        assert (verb, answer.status_code) == (verb, 200)
    asked = client.post(f"{do}/clear", headers=JSON)
    assert asked.status_code == 409
    client.post(f"{do}/clear", {"answer:q_clear_email_logging": "yes"}, headers=JSON)
    assert mail_setup().mailbox_address == ""
    assert client.post(f"{do}/other").status_code == 404


def test_health_tells_what_is_wrong_and_the_activity_log_why(
    client: Client, base: str, tmp_path: Path
) -> None:  # I-146
    folder_setup(tmp_path)
    run_once()
    assert "E-mail logging works." in client.get(f"{base}/setup/email-logging").content.decode()
    (tmp_path / "inbox").rmdir()
    client.post(f"{base}/setup/email-logging/do/run", headers=JSON)
    page = client.get(f"{base}/setup/email-logging").content.decode()
    assert "The last run failed." in page and "inbox" in page
    log = client.get(f"{base}/setup/email-logging/activity?sort=-number", follow=True).content.decode()
    assert "Failed" in log and "The mailbox cannot be read" in log
    (tmp_path / "inbox").mkdir()
    run_once()
    MailLoggingState.objects.update(next_run_at="2020-01-01T00:00:00Z")
    assert "was not read for a long time" in client.get(f"{base}/setup/email-logging").content.decode()


def test_files_are_logged_by_hand_each_with_its_outcome(client: Client, base: str) -> None:  # I-149
    emails_template()
    salesperson()
    make_person(name="Kari Nordmann", email=THEIRS)
    assert "Log e-mail files" in client.get(f"{base}/interactions/log-email").content.decode()
    files = [
        SimpleUploadedFile("good.eml", message(subject="<b>Spring</b>")),
        SimpleUploadedFile("strange.eml", message("stranger@x.example")),
        SimpleUploadedFile("none.pdf", b"%PDF-1.7"),
    ]
    page = client.post(f"{base}/interactions/log-email", {"file": files}).content.decode()
    assert "Kari Nordmann" in page and "&lt;b&gt;Spring" in page
    assert "neither a contact nor a salesperson" in page and "no e-mail message" in page
    assert len(entries()) == 1


def test_a_mail_dropped_on_a_card_is_logged_by_the_same_rules(client: Client, base: str) -> None:  # I-149
    emails_template()
    salesperson()
    kari = make_person(name="Kari Nordmann", email=THEIRS)
    files = [SimpleUploadedFile("good.EML", message()), SimpleUploadedFile("odd.eml", message("stranger@x.example"))]
    json = {"Accept": "application/json"}
    told = client.post(f"{base}/contacts/{kari.pk}/files", {"files": files}, headers=json).json()["messages"]
    assert [(each["text"], each["severity"]) for each in told] == [
        ("good.EML: Logged.", "info"),
        ("odd.eml: Not logged. Its sender is neither a contact nor a salesperson.", "warning"),
    ]
    (entry,) = entries()
    assert entry.contact_id == kari.pk and entry.email_logged


def test_ignored_messages_can_be_read_again(client: Client, base: str, tmp_path: Path) -> None:  # I-158
    folder_setup(tmp_path)
    salesperson()
    (tmp_path / "inbox" / "a.eml").write_bytes(message("<i>Per</i> <per@x.example>"))
    run_once()
    page = client.get(f"{base}/setup/email-logging/ignored").content.decode()
    assert "Unknown sender" in page and "per@x.example" in page and "<i>Per" not in page
    make_person(email="per@x.example")
    client.post(f"{base}/setup/email-logging/ignored", {"uid": "../inbox/a.eml"})
    assert entries() == []
    client.post(f"{base}/setup/email-logging/ignored", {"uid": "a.eml"})
    assert len(entries()) == 1
    (tmp_path / "inbox" / "b.eml").write_bytes(message(OURS, "nobody@x.example"))
    run_once()
    page = client.get(f"{base}/setup/email-logging/ignored").content.decode()
    assert OURS in page and "contacts/new" not in page


def test_a_contact_is_made_of_an_unknown_sender(client: Client, base: str, tmp_path: Path) -> None:  # I-158
    folder_setup(tmp_path)
    salesperson()
    (tmp_path / "inbox" / "a.eml").write_bytes(message('"Per & Co" <per@x.example>'))
    run_once()
    page = client.get(f"{base}/setup/email-logging/ignored").content.decode()
    offered = re.search(r'href="([^"]*contacts/new[^"]*)"', page)
    assert offered is not None
    dialog = client.get(html.unescape(offered[1])).content.decode()
    assert 'value="per@x.example"' in dialog and 'value="Per &amp; Co"' in dialog


def test_without_ignored_messages_the_page_says_so(client: Client, base: str, tmp_path: Path) -> None:  # I-158
    folder_setup(tmp_path)
    assert "There are no ignored messages" in client.get(f"{base}/setup/email-logging/ignored").content.decode()
