"""What a mailbox must be able to do for e-mail logging, wherever it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.mailbox.messages import Mail

#: Messages longer than this, in bytes, are not fetched: no mail server takes them.
LARGEST_MESSAGE = 160 * 1024 * 1024
T = TypeVar("T")


class CommandFailed(Exception):
    """The mailbox answered that it did not do what was asked; the text says why. It still listens."""


class MailboxLost(Exception):
    """The mailbox does not answer any more; nothing is known about the last command."""


@dataclass(frozen=True)
class Ref:
    """A message in the inbox. ``place`` is where it lies for good: folder with its validity and number, or a file."""

    uid: str
    place: str

    @cached_property
    def key(self) -> str:
        """By what the product remembers the message until it has left the inbox."""
        return hashlib.sha256(self.place.encode()).hexdigest()


class MailSource(Protocol):
    """A mailbox that is open. Methods raise :class:`CommandFailed` or :class:`MailboxLost`.

    What is done to messages is done to some at once, because a server is far away; where it fails nothing is known of
    any of them, and doing it again does no harm (:func:`together`). Taking a message out of the inbox has two steps,
    because its entries are committed in between: a copy elsewhere (``archive``) or a mark that it is to go
    (``condemn``, undone by ``pardon``), then ``remove``.
    """

    def waiting(self, limit: int) -> Sequence[Ref]:
        """The oldest messages of the inbox, at most ``limit``; without those that were left there on purpose."""

    def sizes(self, refs: Sequence[Ref]) -> Mapping[str, int]:
        """Bytes by key; those that are gone are left out. Refused for one that is too large."""

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Mail]:
        """The messages by key; those that are gone are left out."""

    def link(self, ref: Ref, mail: Mail) -> str:
        """An address under which the message is found once it was archived."""

    def archive(self, refs: Sequence[Ref]) -> None:
        """Copy messages to the archive, which is made when missing."""

    def ignore(self, refs: Sequence[Ref]) -> None:
        """Copy messages to the ignored ones."""

    def leave(self, refs: Sequence[Ref]) -> None:
        """Mark messages so that they are not read again."""

    def condemn(self, refs: Sequence[Ref]) -> None:
        """Mark messages as ones that are to be removed."""

    def pardon(self, refs: Sequence[Ref]) -> None:
        """Take that mark off again."""

    def remove(self, refs: Sequence[Ref]) -> None:
        """Remove messages from the inbox for good."""

    def ignored(self, limit: int) -> Sequence[tuple[str, Mail]]:
        """The newest ignored messages, at most ``limit``, by their number or name; their headers only."""

    def bring_back(self, uid: str) -> None:
        """Move an ignored message back to the inbox; nothing happens when it is gone."""

    def close(self) -> None:
        """Let go; never raises."""


def together(
    act: Callable[[Sequence[Ref]], Mapping[str, T]], refs: Sequence[Ref]
) -> tuple[dict[str, T], dict[str, CommandFailed]]:
    """Do something to messages at once, or to each by itself where that fails: answers and failures by key."""
    if not refs:
        return {}, {}
    try:
        return dict(act(refs)), {}
    except CommandFailed as error:
        if len(refs) == 1:
            return {}, {refs[0].key: error}
    answers: dict[str, T] = {}
    failed: dict[str, CommandFailed] = {}
    for ref in refs:
        try:
            answers |= act([ref])
        except CommandFailed as error:
            failed[ref.key] = error
    return answers, failed


def failures_of(act: Callable[[Sequence[Ref]], None], refs: Sequence[Ref]) -> dict[str, CommandFailed]:
    """The same for what answers nothing."""

    def done(some: Sequence[Ref]) -> Mapping[str, None]:
        act(some)
        return {}

    return together(done, refs)[1]


def too_large() -> CommandFailed:
    return CommandFailed(_("the message is too large"))


def unavailable(reason: str) -> DomainError:
    """The mailbox cannot be used, in words of ``reason``."""
    return DomainError(
        "mailbox_unavailable",
        _("The mailbox cannot be read: %(reason)s. Check source, server and sign-in, then try again.")
        % {"reason": reason.strip(" .")},
        field="host",
        rule="I-145",
    )
