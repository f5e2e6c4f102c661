"""A mail server of the test: takes every mail and counts."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest


class MailServer(socketserver.ThreadingTCPServer):
    """``messages`` are those it has taken; ``pause``: seconds it thinks about each; ``refuses``: recipients.

    ``busy``: recipients to be tried later. It is away once it has taken ``takes`` mails, and breaks the connection
    without a word when it has the text of the mail with number ``breaks_at``.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[bytes] = []
        self.pause = 0.0
        self.refuses: set[str] = set()
        self.busy: set[str] = set()
        self.takes = 1_000_000
        self.breaks_at = -1
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def away(self) -> bool:
        return len(self.taken) >= self.takes

    @property
    def messages(self) -> list[EmailMessage]:
        found: list[Any] = [message_from_bytes(data, policy=policy.default) for data in list(self.taken)]
        return found


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        if self.server.away:
            self._say("421 away")
            return
        self._say("220 test")
        while line := self.rfile.readline():
            command = line.decode().strip()
            if self.server.away:
                self._say("421 away")
                return
            if command.lower().startswith("rcpt") and any(each in command for each in self.server.busy):
                self._say("450 later")
            elif command.lower().startswith("rcpt") and any(each in command for each in self.server.refuses):
                self._say("550 unknown")
            elif command.lower() == "data":
                self._say("354 go")
                if not self._take():
                    return
            elif command.lower() == "quit":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> bool:
        data = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            data += line
        time.sleep(self.server.pause)
        self.server.taken.append(data)
        if len(self.server.taken) == self.server.breaks_at:
            return False
        self._say("250 taken")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A server to which the product sends, other processes of the test included."""
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name, value in {
        "TRANSPORT": "smtp",
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "FROM": "Sales <sales@example.com>",
    }.items():
        monkeypatch.setenv(f"TUTTAVA_MAIL_{name}", value)
    yield server
    server.shutdown()
    server.server_close()
