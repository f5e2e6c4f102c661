"""Messages that were not logged: what they are, and reading them again once their people are known (3.14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tuttava.foundation.context import require
from tuttava.mailbox.matching import people_of
from tuttava.mailbox.messages import Mail
from tuttava.mailbox.setup import mail_setup, open_source
from tuttava.mailbox.sources import CommandFailed, MailboxLost, MailSource, unavailable

RIGHT = "mail_logging.setup"
#: Ignored messages that are listed, the newest.
MOST = 50


@dataclass(frozen=True)
class Ignored:
    """An ignored message. ``unknown``: its sender is neither a contact nor a salesperson."""

    uid: str
    mail: Mail
    unknown: bool


def ignored_messages() -> Sequence[Ignored]:
    """The newest ignored messages. Raises ``mailbox_unavailable``."""
    require(RIGHT)
    with _mailbox() as source:
        found = source.ignored(MOST)
    people = people_of([mail.sender for _uid, mail in found])

    def is_unknown(address: str) -> bool:
        known = (people.salesperson(address), people.contact(address), people.blocked_contact(address))
        return bool(address) and not any(known)

    return [Ignored(uid, mail, is_unknown(mail.sender)) for uid, mail in found]


def bring_back(uid: str) -> None:
    """Move an ignored message back to the inbox, so that the next run reads it. Raises ``mailbox_unavailable``."""
    require(RIGHT)
    with _mailbox() as source:
        source.bring_back(uid)


@contextmanager
def _mailbox() -> Iterator[MailSource]:
    source = open_source(mail_setup())
    try:
        yield source
    except (CommandFailed, MailboxLost) as error:
        raise unavailable(str(error)) from error
    finally:
        source.close()
