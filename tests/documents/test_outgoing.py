"""Mails of documents on their way to a mail server: once, and only after what they tell of is stored."""

from __future__ import annotations

import pytest

from tests.documents.making import company, customer, document
from tests.interactions.smtp_server import running
from tuttava.documents import outgoing
from tuttava.documents.models import Document, DocumentMail
from tuttava.documents.printing import actions
from tuttava.documents.printing.actions import mail_document
from tuttava.foundation import jobs, mail
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import Mail
from tuttava.foundation.models import Job, JobStatus, OutboxMail
from tuttava.interactions.models import DeliveryState, InteractionComment, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")


class Server:
    """A mail server that takes mails, or says why not."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.refuses = ""

    def take(self, message: Mail) -> None:
        if self.refuses:
            raise DomainError("mail.not_sent", self.refuses)
        self.taken.append(message)


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests."""
    monkeypatch.setattr(actions, "pdf", lambda _papers: b"%PDF-1.7 a document")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    monkeypatch.setattr(mail, "is_transactional", lambda: False)
    monkeypatch.setattr(mail, "require_account", lambda: None)
    monkeypatch.setattr(mail.Post, "ready", lambda _post: None)
    monkeypatch.setattr(mail.Post, "hand_over", lambda _post, message: found.take(message))
    return found


def mailed() -> Document:
    order = document(customer_id=customer(company("Fjord AS", email="post@fjord.example")).pk, lines=1)
    mail_document(order)
    order.refresh_from_db()
    return order


def hand_over(row: DocumentMail) -> Job:
    return jobs.run_now(outgoing.KIND, "Send", {"mail": str(row.pk)})


def test_mail_leaves_once_after_it_was_stored(server: Server) -> None:  # I-120, I-136
    order, row = mailed(), DocumentMail.objects.get()
    assert (order.no_printed, server.taken, OutboxMail.objects.count()) == (1, [], 0)
    assert Job.objects.get().arguments == {"mail": str(row.pk)}
    for _again in range(2):
        hand_over(row)
    (sent,) = server.taken
    assert (sent.to, sent.attachments[0].content) == (["post@fjord.example"], b"%PDF-1.7 a document")
    assert order.no in sent.subject and sent.headers["Message-ID"]
    row.refresh_from_db()
    assert (row.state, row.message, row.content_id) == (DeliveryState.DONE, {}, None)


def test_mail_whose_sender_died_is_not_sent_again(server: Server) -> None:  # I-120
    mailed()
    DocumentMail.objects.update(state=DeliveryState.HANDING_OVER)
    row = DocumentMail.objects.get()
    assert hand_over(row).status == JobStatus.FAILED
    row.refresh_from_db()
    assert (server.taken, row.state) == ([], DeliveryState.UNKNOWN)
    entry = InteractionLogEntry.objects.get()
    assert (entry.entry_no, entry.delivery_status) == (row.entry_no, "error")


def test_mail_that_is_refused_says_so_and_is_sent_on_retry(server: Server) -> None:  # I-101, I-136
    mailed()
    row = DocumentMail.objects.get()
    server.refuses = "mailbox full"
    failed = hand_over(row)
    assert (failed.status, failed.error) == (JobStatus.FAILED, "mailbox full")
    assert InteractionComment.objects.get().comment == "mailbox full"
    server.refuses = ""
    hand_over(row)
    assert len(server.taken) == 1
    assert InteractionLogEntry.objects.get().delivery_status == "none"


def test_wrong_address_is_refused_before_anything_is_done(server: Server) -> None:  # I-136
    order = document(lines=1)
    with pytest.raises(DomainError) as refused:
        mail_document(order, actions.Letter(to="nobody"))
    order.refresh_from_db()
    assert (refused.value.code, order.no_printed, DocumentMail.objects.count()) == ("mail.address_invalid", 0, 0)


def test_mail_server_takes_the_mail_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:  # I-136
    with running(monkeypatch) as found:
        order = mailed()
        assert found.taken == []
        assert hand_over(DocumentMail.objects.get()).status == JobStatus.DONE
    (message,) = found.messages
    assert message["To"] == "post@fjord.example" and order.no in message["Subject"]
    assert message["X-Tuttava-Interaction"] == str(InteractionLogEntry.objects.get().entry_no)
    (file,) = message.iter_attachments()
    assert file.get_content() == b"%PDF-1.7 a document" and order.no in str(file.get_filename())
