"""What a mailbox must be able to do for e-mail logging, wherever it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.mailbox.messages import Mail

#: Messages longer than this, in bytes, are not fetched: no mail server takes them.
LARGEST_MESSAGE = 160 * 1024 * 1024


class CommandFailed(Exception):
    """The mailbox answered that it did not do what was asked; the text says why. It still listens."""


class MailboxLost(Exception):
    """The mailbox does not answer any more; nothing is known about the last command."""


@dataclass(frozen=True)
class Ref:
    """A message in the inbox. ``place`` is where it lies for good: folder with its validity and number, or a file."""

    uid: str
    place: str

    @property
    def key(self) -> str:
        """By what the product remembers the message until it has left the inbox."""
        return hashlib.sha256(self.place.encode()).hexdigest()


class MailSource(Protocol):
    """A mailbox that is open. Methods raise :class:`CommandFailed` or :class:`MailboxLost`.

    Taking a message out of the inbox has two steps, because its entries are committed in between: a copy elsewhere
    (``keep``) or a mark that it is to go (``condemn``, undone by ``pardon``), then ``remove``.
    """

    def waiting(self, limit: int) -> Sequence[Ref]:
        """The oldest messages of the inbox, at most ``limit``; without those that were left there on purpose."""

    def fetch(self, ref: Ref) -> Mail | None:
        """The message; None when it is gone."""

    def link(self, ref: Ref, mail: Mail) -> str:
        """An address under which the message is found once it was archived."""

    def archive(self, ref: Ref) -> None:
        """Copy the message to the archive, which is made when missing."""

    def ignore(self, ref: Ref) -> None:
        """Copy the message to the ignored ones."""

    def leave(self, ref: Ref) -> None:
        """Mark the message so that it is not read again."""

    def condemn(self, ref: Ref) -> None:
        """Mark the message as one that is to be removed."""

    def pardon(self, ref: Ref) -> None:
        """Take that mark off again."""

    def remove(self, ref: Ref) -> None:
        """Remove the message from the inbox for good."""

    def ignored(self, limit: int) -> Sequence[tuple[str, Mail]]:
        """The newest ignored messages, at most ``limit``, by their number or name; their headers only."""

    def bring_back(self, uid: str) -> None:
        """Move an ignored message back to the inbox; nothing happens when it is gone."""

    def close(self) -> None:
        """Let go; never raises."""


def unavailable(reason: str) -> DomainError:
    """The mailbox cannot be used, in words of ``reason``."""
    return DomainError(
        "mailbox_unavailable",
        _("The mailbox cannot be read: %(reason)s. Check source, server and sign-in, then try again.")
        % {"reason": reason.strip(" .")},
        field="host",
        rule="I-145",
    )
