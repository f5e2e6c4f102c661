"""Several readers of one mailbox: killed in the middle, or at once; each message is logged exactly once."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from tests.mailbox.imap_server import MailServer, mail_server
from tests.mailbox.making import THEIRS, make_person, message
from tests.mailbox.test_imap import imap_setup
from tests.processes import Processes
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionLogEntry
from tuttava.mailbox.actions import disable
from tuttava.mailbox.models import MessageState
from tuttava.mailbox.running import run_once

#: Messages of the test.
COUNT = int(os.environ.get("TUTTAVA_TEST_MESSAGES", "2000"))
READER = """
import sys
from tuttava.foundation.schemas import in_schema
from tuttava.mailbox.running import run_once
with in_schema(sys.argv[1]):
    while run_once().found:
        pass
"""


@pytest.fixture
def server(live_company: Company) -> Iterator[MailServer]:
    """A committed setup and a mailbox that waits to be read."""
    with mail_server() as made, acting():
        if not Contact.objects.filter(email=THEIRS).exists():
            make_person(name="Kari", email=THEIRS)
        imap_setup(made, batch_size=1000)
        yield made
        disable()


def _fill(server: MailServer, count: int) -> None:
    made = message(Message_ID=f"<killNUMBER@{server.port}>")
    for number in range(count):
        server.deliver(made.replace(b"NUMBER", str(number).encode()))


def _wait_until(server: MailServer, archived: int) -> None:
    end = time.monotonic() + 120
    while len(server.held("Archive")) < archived:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_each_message_is_logged_once_when_readers_are_killed(
    live_company: Company, server: MailServer, forks: Processes
) -> None:  # I-158
    _fill(server, COUNT)
    for part in (1, 2):
        reader = forks.start(READER, live_company.schema)
        _wait_until(server, COUNT * part // 3)
        reader.kill()
        assert 0 < len(server.held("INBOX")) < COUNT
    _read_rest()
    logged = InteractionLogEntry.objects.filter(attachment__internet_message_id__endswith=f"@{server.port}>")
    times = Counter(logged.values_list("attachment__internet_message_id", flat=True))
    assert times == {f"<kill{number}@{server.port}>": 1 for number in range(COUNT)}
    assert server.held("INBOX") == []
    assert not MessageState.objects.exists()


def _read_rest() -> None:
    """Read until nothing is left; the database may need a moment to notice that the killed reader is gone."""
    end = time.monotonic() + 10
    while True:
        try:
            if not run_once().found:
                return
        except DomainError as error:
            assert error.code == "mailbox_unavailable" and time.monotonic() < end
            time.sleep(0.2)


def test_two_runs_do_not_read_one_mailbox_at_once(
    server: MailServer, elsewhere: Callable[[Callable[[], Any]], Future[Any]]
) -> None:  # I-147
    _fill(server, 3)
    second: list[str] = []

    def run_again() -> str:
        try:
            run_once()
        except DomainError as error:
            return error.code
        return "read"

    def watch(line: str) -> None:
        if line.startswith("UID SEARCH") and not second:
            second.append("asked")
            second.append(elsewhere(run_again).result(20))

    server.watch = watch
    assert run_once().logged == 3
    assert second == ["asked", "mailbox_unavailable"]
    assert len(server.held("Archive")) == 3
