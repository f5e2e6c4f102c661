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
    """``messages`` are those it has taken; ``pause``: seconds it thinks about each; ``refuses``: recipients."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[bytes] = []
        self.pause = 0.0
        self.refuses: set[str] = set()
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def messages(self) -> list[EmailMessage]:
        found: list[Any] = [message_from_bytes(data, policy=policy.default) for data in list(self.taken)]
        return found


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        self._say("220 test")
        while line := self.rfile.readline():
            command = line.decode().strip()
            if command.lower().startswith("rcpt") and any(each in command for each in self.server.refuses):
                self._say("550 unknown")
            elif command.lower() == "data":
                self._say("354 go")
                self._take()
            elif command.lower() == "quit":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        data = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            data += line
        time.sleep(self.server.pause)
        self.server.taken.append(data)
        self._say("250 taken")

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
