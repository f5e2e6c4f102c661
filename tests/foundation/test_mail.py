"""Mail: checked before it leaves, kept by the outbox transport, refused in words."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.conf import LazySettings
from django.core.mail import send_mail

from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import Attachment, Mail, check_server, send
from tuttava.foundation.models import OutboxMail

#: The smallest PNG there is.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

pytestmark = pytest.mark.usefixtures("company")


def test_outbox_keeps_the_mail_with_its_files() -> None:
    send(
        Mail(
            to=["Åse Berg <ase@example.com>"],
            cc=["b@example.com"],
            bcc=["c@example.com"],
            subject="Offer",
            html="<p>Hello</p>",
            attachments=[Attachment("offer.pdf", b"%PDF", "")],
        )
    )
    kept = OutboxMail.objects.get()
    assert (kept.to, kept.cc, kept.bcc) == (["Åse Berg <ase@example.com>"], ["b@example.com"], ["c@example.com"])
    assert (kept.subject, kept.body_html, kept.body_text) == ("Offer", "<p>Hello</p>", "Hello")
    file = kept.attachments.get()
    assert (file.file_name, file.content_type, bytes(file.content)) == ("offer.pdf", "application/pdf", b"%PDF")


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@example.com\nBcc: evil@example.com",
        "a@example.com\r\n\r\nbody",
        "a b@example.com",
        "a@",
        "@b.com",
        "",
    ],
)
def test_address_that_is_none_or_carries_a_header_is_refused(address: str) -> None:
    with pytest.raises(DomainError) as refused:
        send(Mail(to=["ok@example.com"], cc=[address], subject="x"))
    assert (refused.value.code, refused.value.field) == ("mail.address_invalid", "cc")
    assert not OutboxMail.objects.exists()


def test_mail_without_recipient_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        send(Mail(to=[], subject="x"))
    assert refused.value.code == "mail.recipient_missing"


def test_line_breaks_in_a_subject_cannot_become_headers() -> None:
    send(Mail(to=["a@example.com"], subject="Hello\r\nBcc: evil@example.com"))
    assert OutboxMail.objects.get().subject == "Hello Bcc: evil@example.com"


def test_html_is_reduced_to_what_is_harmless() -> None:
    send(
        Mail(
            to=["a@example.com"],
            subject="x",
            html='<p onclick="x()">Hi <script>alert(1)</script><a href="javascript:x()">l</a><b>b</b></p>',
        )
    )
    html = OutboxMail.objects.get().body_html
    assert "<b>b</b>" in html
    assert not any(bad in html for bad in ("script", "onclick", "javascript"))


def test_mails_of_libraries_go_the_same_way(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "tuttava.foundation.mail.Backend"
    assert send_mail("Reset", "Use this link", None, ["a@example.com"]) == 1
    assert OutboxMail.objects.get().body_text == "Use this link"


class MailServer(threading.Thread):
    """A mail server that takes one mail and remembers it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.commands: list[str] = []
        self.data = b""

    def run(self) -> None:
        try:
            client, _address = self.listener.accept()
        except OSError:  # closed before this thread got to whoever knocked
            return
        with client, client.makefile("rwb", buffering=0) as stream:
            stream.write(b"220 test\r\n")
            for line in stream:
                command = line.decode().strip()
                self.commands.append(command)
                if command == "data":
                    stream.write(b"354 go\r\n")
                    self._read_data(stream)
                stream.write(b"221 bye\r\n" if command == "quit" else b"250 ok\r\n")

    def _read_data(self, stream: Iterator[bytes]) -> None:
        for line in stream:
            if line == b".\r\n":
                return
            self.data += line


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    running = MailServer()
    running.start()
    monkeypatch.setenv("TUTTAVA_MAIL_TRANSPORT", "smtp")
    monkeypatch.setenv("TUTTAVA_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("TUTTAVA_MAIL_PORT", str(running.port))
    monkeypatch.setenv("TUTTAVA_MAIL_FROM", "Sales <sales@example.com>")
    yield running
    running.listener.close()


def test_smtp_server_gets_the_mail_and_blind_copies_stay_blind(server: MailServer) -> None:
    send(Mail(to=["Åse <ase@example.com>"], bcc=["hidden@example.com"], subject="Tilbud på fløte", html="<p>Hei</p>"))
    server.join(timeout=10)
    message = message_from_bytes(server.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["subject"], message["to"], message["from"]) == (
        "Tilbud på fløte",
        "Åse <ase@example.com>",
        "Sales <sales@example.com>",
    )
    assert b"hidden@example.com" not in server.data
    assert any("hidden@example.com" in command for command in server.commands)
    assert not OutboxMail.objects.exists()


def test_pictures_travel_as_parts_of_the_mail(server: MailServer) -> None:  # I-105
    logo = base64.b64encode(PICTURE).decode()
    shown = f'<img src="data:image/png;base64,{logo}" alt="Logo">'
    send(Mail(to=["a@example.com"], subject="x", html=f"<p>Hi</p>{shown}{shown}<img src='data:image/png;base64,A'>"))
    server.join(timeout=10)
    message = message_from_bytes(server.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture.get_payload(decode=True) == PICTURE
    assert picture.get_content_disposition() == "inline"
    html = next(part.get_content() for part in message.walk() if part.get_content_type() == "text/html")
    assert html.count(f'src="cid:{picture["Content-ID"].strip("<>")}"') == 2


def test_server_that_is_down_is_told_in_words(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    monkeypatch.setenv("TUTTAVA_MAIL_PORT", str(closed))
    with pytest.raises(DomainError) as refused:
        send(Mail(to=["a@example.com"], subject="x", text="x"))
    assert refused.value.code == "mail.not_sent" and "127.0.0.1" in str(refused.value.message)
    assert check_server()


def test_server_that_answers_is_healthy(server: MailServer) -> None:
    assert check_server() == ""
