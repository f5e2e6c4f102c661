"""Runs against a real mail server that the tests start, also when it fails at any command."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.mailbox.imap_server import PASSWORD, TOKEN, USER, MailServer, concerns, mail_server
from tests.mailbox.making import OURS, THEIRS, emails_template, entries, make_person, message, salesperson
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionAttachment, InteractionComment, InteractionLogEntry
from tuttava.interactions.storing import bytes_of
from tuttava.mailbox.ignored import bring_back, ignored_messages
from tuttava.mailbox.models import EmailLoggingActivity, EmailLoggingSetup, MailLoggingState, MessageState
from tuttava.mailbox.running import Counts, run_once
from tuttava.mailbox.setup import mail_setup

pytestmark = pytest.mark.usefixtures("company")


def imap_setup(server: MailServer, **values: Any) -> EmailLoggingSetup:
    """E-mail logging enabled on the test's server."""
    emails_template()
    salesperson()
    given = {
        "mailbox_address": "log@ours.example",
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "user_name": USER,
        "secret": PASSWORD,
        "consent_given": True,
        "enabled": True,
    }
    return records.change(mail_setup(), given | values)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def kari(company: object) -> Contact:
    """A contact of the company."""
    assert company is not None
    return make_person(name="Kari", email=THEIRS)


def _ids() -> list[str]:
    """Message-IDs of the logged entries."""
    rows = InteractionLogEntry.objects.filter(email_logged=True).order_by("entry_no")
    return list(rows.values_list("attachment__internet_message_id", flat=True))


@pytest.mark.usefixtures("kari")
def test_logged_messages_go_to_the_archive_others_to_the_ignored(server: MailServer) -> None:  # I-147, I-156, I-157
    imap_setup(server)
    ours, strange = message(), message("stranger@x.example")
    server.deliver(ours)
    server.deliver(strange)
    server.deliver(message(), r"\Draft")
    server.deliver(message(), r"\Deleted")
    assert run_once() == Counts(found=3, logged=1, ignored=2)
    assert server.held("Archive") == [ours]
    assert server.held("Tuttava-Ignored")[0] == strange
    assert [each.flags for each in server.folders["INBOX"].messages.values()] == [{r"\Deleted"}]
    entry = entries()[-1]
    assert entry.time_of_interaction is not None and entry.time_of_interaction.isoformat() == "12:00:00"
    assert not MessageState.objects.exists()


@pytest.mark.usefixtures("kari")
def test_the_next_run_finds_nothing(server: MailServer) -> None:  # I-150
    imap_setup(server)
    server.deliver(message(Message_ID="<a@x>"))
    run_once()
    server.deliver(message(Message_ID="<a@x>"))
    assert run_once() == Counts(found=1, ignored=1)
    assert run_once() == Counts()
    assert _ids() == ["<a@x>"]


@pytest.mark.usefixtures("kari")
def test_a_token_signs_in_too(server: MailServer) -> None:  # I-145
    imap_setup(server, auth_method="oauth2", secret=TOKEN)
    server.deliver(message())
    assert run_once().logged == 1


@pytest.mark.parametrize(
    "values",
    [
        {"secret": "wrong"},
        {"secret": "wrong", "auth_method": "oauth2"},
        {"secret": "wrøng"},
        {"security": "tls"},
        {"security": "starttls"},
        {"inbox_folder": "Shared"},
        {"source": "eml_folder", "folder_path": "/nowhere"},
    ],
)
def test_enabling_tests_the_connection(server: MailServer, values: dict[str, str]) -> None:  # I-145
    with pytest.raises(DomainError) as refused:
        imap_setup(server, **values)
    assert refused.value.code == "mailbox_unavailable"
    assert PASSWORD not in str(refused.value.message) and "wrong" not in str(refused.value.message)
    assert not mail_setup().enabled


def test_a_server_that_is_not_there_is_unavailable(server: MailServer) -> None:  # I-145
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(DomainError) as refused:
            imap_setup(server, port=closed.getsockname()[1])
    assert refused.value.code == "mailbox_unavailable"


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("keywords", [True, False])
def test_messages_left_in_the_inbox_are_not_read_again(keywords: bool) -> None:  # I-157
    with mail_server(keywords=keywords) as server:
        imap_setup(server, unmatched_action="leave")
        server.deliver(message("stranger@x.example"))
        assert run_once() == Counts(found=1, ignored=1)
        assert len(server.held("INBOX")) == 1
        assert run_once() == Counts()


@pytest.mark.usefixtures("kari")
def test_unmatched_messages_can_be_deleted(server: MailServer) -> None:  # I-157
    imap_setup(server, unmatched_action="delete")
    server.deliver(message("stranger@x.example"))
    run_once()
    assert server.folders.keys() == {"INBOX"}
    assert server.held("INBOX") == []


@pytest.mark.usefixtures("kari")
def test_servers_without_uidplus_remove_messages_too() -> None:  # I-156
    with mail_server(capabilities="IMAP4rev1") as server:
        imap_setup(server)
        server.deliver(message())
        assert run_once().logged == 1
        assert server.held("INBOX") == []


@pytest.mark.usefixtures("kari")
def test_what_cannot_be_archived_is_deleted_and_stays_stored(server: MailServer) -> None:  # I-156
    imap_setup(server)
    data = message()
    server.deliver(data)
    server.refuse = [lambda line: "Archive" in line and not line.startswith("LIST")]
    assert run_once().logged == 1
    assert server.held("INBOX") == []
    attachment = InteractionAttachment.objects.get(storage_type="mail_message")
    assert bytes_of(attachment.content_id) == data
    assert EmailLoggingActivity.objects.filter(level="warning", message__contains="archive").exists()


@pytest.mark.usefixtures("kari")
def test_a_link_to_a_lost_message_becomes_a_text_that_says_so(server: MailServer) -> None:  # I-155, I-156
    imap_setup(server, store_message="link")
    server.deliver(message(Message_ID="<kept@x>"))
    run_once()
    kept = InteractionAttachment.objects.get(internet_message_id="<kept@x>")
    assert (kept.content_id, kept.message_url.startswith("imap://127.0.0.1/Archive?HEADER")) == (None, True)
    server.refuse = [lambda line: line.startswith("UID COPY")]
    server.deliver(message(Message_ID="<lost@x>"))
    run_once()
    lost = InteractionAttachment.objects.get(internet_message_id="<lost@x>")
    assert (lost.storage_type, lost.file_extension, lost.read_only) == ("embedded", "txt", True)
    assert b"could not be kept" in bytes_of(lost.content_id)
    assert "could not be kept" in InteractionComment.objects.get(entry__attachment=lost).comment
    server.deliver(message(Message_ID="<lost@x>"))
    server.refuse = []
    assert run_once().ignored == 1


@pytest.mark.usefixtures("kari")
def test_nothing_is_logged_when_the_message_can_neither_move_nor_go(server: MailServer) -> None:  # I-156, I-158
    imap_setup(server)
    server.deliver(message())
    good = message(Message_ID="<good@x>")
    server.deliver(good)
    server.refuse = [concerns(1, "COPY", "STORE")]
    assert run_once() == Counts(found=2, logged=1, failed=1)
    assert _ids() == ["<good@x>"]
    assert EmailLoggingActivity.objects.filter(level="failed").count() == 1
    server.refuse = []
    assert run_once() == Counts(found=1, logged=1)
    assert len(server.held("Archive")) == 2


@pytest.mark.usefixtures("kari")
def test_a_message_that_fails_too_often_goes_to_the_ignored(server: MailServer) -> None:  # I-158
    imap_setup(server, max_attempts=2)
    bad = message()
    server.deliver(bad)
    server.deliver(message())
    server.refuse = [concerns(1, "FETCH")]
    assert run_once() == Counts(found=2, logged=1, failed=1)
    assert run_once() == Counts(found=1, failed=1)
    assert run_once() == Counts()
    assert server.held("Tuttava-Ignored") == [bad]
    assert EmailLoggingActivity.objects.filter(level="warning", message__contains="2 times").exists()


@pytest.mark.usefixtures("kari")
def test_a_full_batch_is_the_oldest_and_warns(server: MailServer) -> None:  # I-147
    imap_setup(server, batch_size=2)
    for number in range(3):
        server.deliver(message(Message_ID=f"<{number}@x>"))
    assert run_once().found == 2
    assert _ids() == ["<0@x>", "<1@x>"]
    assert EmailLoggingActivity.objects.filter(level="warning").count() == 1
    assert run_once().found == 1
    assert EmailLoggingActivity.objects.filter(level="warning").count() == 1


@pytest.mark.usefixtures("kari")
def test_renamed_folders(server: MailServer) -> None:  # I-144, I-156
    imap_setup(server)
    server.deliver(message())
    run_once()
    server.folders["Old archive"] = server.folders.pop("Archive")
    server.deliver(message())
    assert run_once().logged == 1
    assert len(server.held("Archive")) == 1
    server.folders["Moved"] = server.folders.pop("INBOX")
    with pytest.raises(DomainError) as refused:
        run_once()
    assert refused.value.code == "mailbox_unavailable" and "INBOX" in str(refused.value.message)
    assert MailLoggingState.objects.get().failed_runs == 1


@pytest.mark.usefixtures("kari")
def test_numbers_given_anew_by_the_server_do_not_confuse(server: MailServer) -> None:  # I-150
    imap_setup(server)
    server.deliver(message(Message_ID="<1@x>"))
    run_once()
    folder = server.folders["INBOX"]
    folder.validity, folder.next_uid = 2, 1
    server.deliver(message(Message_ID="<2@x>"))
    assert run_once().logged == 1
    assert _ids() == ["<1@x>", "<2@x>"]


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("after", [False, True])
def test_the_connection_may_be_lost_at_every_command(server: MailServer, after: bool) -> None:  # I-150, I-158
    imap_setup(server)
    server.seen.clear()
    _deliver_three(server, "clean")
    run_once()
    commands = list(server.seen)
    for place in range(1, len(commands) + 1):
        server.seen.clear()
        server.cut_at, server.after = place, after
        _deliver_three(server, f"cut{place}")
        _run_through(server)
        assert server.held("INBOX") == [], commands[place - 1]
        for number in (1, 3):
            logged_once = [each for each in _ids() if each == f"<cut{place}-{number}@x>"]
            assert len(logged_once) == 1, commands[place - 1]
    assert {"UID FETCH", "UID COPY", "UID STORE", "UID EXPUNGE", "UID SEARCH", "SELECT"} <= set(commands)
    assert not MessageState.objects.exists()


def _deliver_three(server: MailServer, name: str) -> None:
    """Two to log and one between that is not."""
    for number, sender in enumerate((THEIRS, "stranger@x.example", THEIRS), 1):
        server.deliver(message(sender, Message_ID=f"<{name}-{number}@x>"))


def _run_through(server: MailServer) -> None:
    """A run that may be cut, and one that is not."""
    try:
        run_once()
    except DomainError as error:
        assert error.code == "mailbox_unavailable"
    server.cut_at = 0
    run_once()


def test_messages_of_unknown_senders_are_listed_and_logged_once_they_are_known(server: MailServer) -> None:  # I-158
    imap_setup(server)
    assert ignored_messages() == []
    server.deliver(message("Per <per@x.example>", subject="First words"))
    server.deliver(message(OURS, "nobody@x.example"))
    run_once()
    found = ignored_messages()
    assert [(each.mail.sender, each.unknown) for each in found] == [(OURS, False), ("per@x.example", True)]
    assert (found[1].mail.sender_name, found[1].mail.subject) == ("Per", "First words")
    make_person(name="Per", email="per@x.example")
    bring_back(found[1].uid)
    assert run_once().logged == 1
    assert [each.mail.sender for each in ignored_messages()] == [OURS]
    bring_back("1:*")
    assert len(server.held("Tuttava-Ignored")) == 1
