"""Many messages in one transaction: they cost little more than one, and each is treated as if it had come alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.mailbox.making import OURS, THEIRS, entries, folder_setup, make_person, message, salesperson
from tests.mailbox.test_logging import known_numbers
from tuttava.contacts.models import Contact
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.undo import undo_unit
from tuttava.interactions import related
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry
from tuttava.mailbox import handling, running
from tuttava.mailbox.folder import FolderSource
from tuttava.mailbox.messages import Mail
from tuttava.mailbox.models import EmailLoggingActivity, MessageState
from tuttava.mailbox.running import Counts, run_once
from tuttava.mailbox.sources import CommandFailed, Ref

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def inbox(company: object, tmp_path: Path) -> Path:
    """The inbox of a mailbox of files, of people who are known."""
    assert company is not None
    folder_setup(tmp_path, batch_size=1000)
    salesperson()
    make_person(name="Kari", email=THEIRS)
    return tmp_path / "inbox"


def _put(inbox: Path, *messages: bytes) -> None:
    for number, each in enumerate(messages):
        (inbox / f"{number:04}.eml").write_bytes(each)


def _statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        work()
    return len(seen)


def test_fifty_messages_take_as_many_statements_as_one(inbox: Path) -> None:  # I-147
    _put(inbox, message())
    run_once()
    counted = []
    for count in (2, running.AT_ONCE):
        _put(inbox, *(message(subject=f"{count}") for _number in range(count)))
        counted.append(_statements(run_once))
        assert len(list(inbox.iterdir())) == 0
    assert counted[0] == counted[1] < 60


def test_other_messages_take_no_statements_of_their_own_either(inbox: Path) -> None:  # I-157
    counted = []
    for count in (2, running.AT_ONCE):
        _put(inbox, *(message(f"stranger{number}@x.example") for number in range(count)))
        counted.append(_statements(run_once))
    assert counted[0] == counted[1] < 30


def test_a_message_that_cannot_be_logged_harms_only_itself(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-158
    monkeypatch.setattr(handling, "_content", _refusing(handling._content))
    subjects = ["1", "2", "Bad", "3", "4"]
    _put(inbox, *(message(subject=subject, to=f"{OURS}, x@ours.example") for subject in subjects))
    assert run_once() == Counts(found=5, logged=4, failed=1)
    assert [entry.subject for entry in entries()] == ["1", "2", "3", "4"]
    assert [path.name for path in inbox.iterdir()] == ["0002.eml"]
    assert len(list((inbox.parent / "archive").iterdir())) == 4
    assert list(EmailLoggingActivity.objects.filter(level="failed").values_list("message", flat=True)) == [
        "Message 0002.eml: Too bad."
    ]
    assert list(MessageState.objects.values_list("attempts", "logged")) == [(1, False)]


def test_what_is_noted_of_a_batch_is_noted_once_though_it_is_tried_again(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-22, I-158
    blocked = make_person(no="B1", email="blocked@x.example")
    Contact.objects.filter(pk=blocked.pk).update(privacy_blocked=True)
    monkeypatch.setattr(handling, "_common", _refusing(handling._common))
    _put(inbox, message(OURS, f"{THEIRS}, blocked@x.example"), message("blocked@x.example"), message(subject="Bad"))
    assert run_once() == Counts(found=3, logged=1, ignored=1, failed=1)
    assert EmailLoggingActivity.objects.filter(message__contains="B1").count() == 2


def _refusing(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same, except for a message that cannot be logged."""

    def refusing(mail: Mail, *rest: Any, **more: Any) -> Any:
        if mail.subject == "Bad":
            raise DomainError("value_invalid", "Too bad.")
        return work(mail, *rest, **more)

    return refusing


def test_one_that_can_neither_move_nor_go_leaves_no_second_copies_of_the_others(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-156
    copied: list[str] = []

    class Stubborn(FolderSource):
        def archive(self, refs: Sequence[Ref]) -> None:
            self._refuse(refs)
            copied.extend(ref.uid for ref in refs)
            super().archive(refs)

        def condemn(self, refs: Sequence[Ref]) -> None:
            self._refuse(refs)

        @staticmethod
        def _refuse(refs: Sequence[Ref]) -> None:
            if any(ref.uid == "0001.eml" for ref in refs):
                raise CommandFailed("no")

    monkeypatch.setattr(running, "open_source", lambda setup: Stubborn(setup.folder_path))
    _put(inbox, message(), message(), message())
    assert run_once() == Counts(found=3, logged=2, failed=1)
    assert copied == ["0000.eml", "0002.eml"]
    assert len(entries()) == 2


def test_a_message_that_came_twice_in_one_batch_is_logged_once(inbox: Path) -> None:  # I-150
    _put(inbox, message(Message_ID="<same@x>"), message(Message_ID="<other@x>"), message(Message_ID="<same@x>"))
    assert run_once() == Counts(found=3, logged=2, ignored=1)
    rows = InteractionAttachment.objects.filter(storage_type="mail_message").values_list(
        "internet_message_id", flat=True
    )
    assert sorted(rows) == ["<other@x>", "<same@x>"]


def test_each_message_of_a_batch_is_taken_back_by_itself(inbox: Path) -> None:  # I-147
    make_person(name="Kari too", email=THEIRS)
    _put(inbox, *(message(subject=f"{number}", to=f"{OURS}, x@ours.example") for number in range(3)))
    assert run_once().logged == 3
    logged = entries()
    units = [JournalChange.objects.get(record_id=entry.pk).unit_id for entry in logged]
    assert len(set(units)) == 3
    assert set(UnitOfWork.objects.filter(pk__in=units).values_list("action", flat=True)) == {"log e-mail"}
    for unit, entry in zip(units, logged, strict=True):
        written = JournalChange.objects.filter(unit_id=unit).values_list("record_type", "owner_id")
        assert {owner for kind, owner in written if "attachment" not in kind} == {entry.pk}
        assert sorted(kind for kind, _owner in written) == sorted(
            [
                "interactions.interactionattachment",
                "interactions.interactioncomment",
                "interactions.interactionlogentry",
            ]
        )
    assert units[1] is not None
    undo_unit(units[1])
    assert [entry.canceled for entry in entries()] == [False, True, False]


def test_what_is_said_of_a_lost_copy_belongs_to_its_own_message(tmp_path: Path) -> None:  # I-156
    folder_setup(tmp_path, store_message="link")
    salesperson()
    make_person(name="Kari", email=THEIRS)
    (tmp_path / "archive").write_text("a file where a directory should be")
    _put(tmp_path / "inbox", message(), message())
    assert run_once() == Counts(found=2, logged=2)
    units = set()
    for entry in entries():
        about = [entry.pk, entry.attachment_id]
        written = JournalChange.objects.filter(owner_id__in=about).values_list("unit_id", "operation", "record_type")
        assert [kind.rpartition("interaction")[2] for _unit, operation, kind in written if operation == "U"] == [
            "attachment"
        ]
        assert "interactions.interactioncomment" in {kind for _unit, _operation, kind in written}
        (unit,) = {unit for unit, _operation, _kind in written}
        units.add(unit)
    assert len(units) == 2


@pytest.fixture
def opportunity() -> Iterator[None]:
    related.provides("opportunity", known_numbers("OP1"))
    yield
    related.unplug("opportunity")


@pytest.mark.usefixtures("opportunity")
def test_a_reply_to_a_reply_of_the_same_batch_belongs_to_the_same(inbox: Path) -> None:  # I-158
    _put(inbox, message(Message_ID="<1@x>"))
    run_once()
    InteractionLogEntry.objects.update(opportunity_no="OP1")
    _put(
        inbox,
        message(Message_ID="<2@x>", In_Reply_To="<1@x>"),
        message(Message_ID="<3@x>", In_Reply_To="<2@x>"),
        message(Message_ID="<4@x>", In_Reply_To="<unknown@x>"),
    )
    assert run_once().logged == 3
    assert [entry.opportunity_no for entry in entries()] == ["OP1", "OP1", "OP1", ""]


def test_large_messages_are_read_a_few_at_a_time(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # I-147
    read: list[int] = []
    handle_all = running.handle_all

    def counted(incoming: Any, *rest: Any) -> Any:
        read.append(len(incoming))
        return handle_all(incoming, *rest)

    monkeypatch.setattr(running, "handle_all", counted)
    monkeypatch.setattr(running, "_BYTES_AT_ONCE", 25_000)
    _put(inbox, *(message(body="x" * 60 + "y\n" * size) for size in (5_000, 5_000, 20_000, 10)))
    assert run_once().logged == 4
    assert read == [2, 1, 1]
