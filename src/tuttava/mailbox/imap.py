"""A mailbox on a mail server, over IMAP (I-144 to I-148, I-156)."""

from __future__ import annotations

import datetime as dt
import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from tuttava.foundation.errors import DomainError
from tuttava.mailbox import tokens
from tuttava.mailbox.messages import Mail, read_mail
from tuttava.mailbox.models import AuthMethod, EmailLoggingSetup, Security, UnmatchedAction
from tuttava.mailbox.sealing import unseal
from tuttava.mailbox.sources import LARGEST_MESSAGE, CommandFailed, MailboxLost, Ref, too_large, unavailable

#: Seconds that a server may take to answer.
TIMEOUT = 30.0
#: Keywords of messages that stay in the inbox on purpose, and of those about to be removed.
_LEFT, _REMOVING = "$TuttavaLeft", "$TuttavaRemoving"
_DELETED, _FLAGGED, _DRAFT = r"\Deleted", r"\Flagged", r"\Draft"
_UID = re.compile(rb"\bUID (\d+)", re.I)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.I)
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)", re.I)


class ImapSource:
    """The mailbox of a setup, signed in, its inbox open. Raises ``mailbox_unavailable`` with the reason."""

    def __init__(self, setup: EmailLoggingSetup) -> None:
        self._setup = setup
        self._folders: set[str] = set()
        try:
            self._enter()
        except _Refused as refused:
            if not refused.stale:
                raise
            tokens.forget()
            self._enter()

    def _enter(self) -> None:
        """Connect, sign in and open the inbox."""
        with _as_unavailable():
            self._box = _connected(self._setup)
        try:
            with _as_unavailable():
                _sign_in(self._box, self._setup)
            self._open_inbox()
        except BaseException:
            self.close()
            raise

    def _open_inbox(self) -> None:
        with _as_unavailable():
            try:
                self._box.folder.set(self._setup.inbox_folder)
            except MailboxFolderSelectError as error:
                reason = _("it has no folder “%(folder)s”") % {"folder": self._setup.inbox_folder}
                raise unavailable(reason) from error
        self._validity = self._said("UIDVALIDITY")
        self._has_keywords = r"\*" in self._said("PERMANENTFLAGS") or _LEFT in self._said("PERMANENTFLAGS")

    def _said(self, code: str) -> str:
        """What the server told about the open folder."""
        _name, values = self._box.client.response(code)
        return (values[-1] or b"").decode("ascii", "replace") if values else ""

    def waiting(self, limit: int) -> Sequence[Ref]:
        """In the order in which they came."""
        if self._has_keywords:
            wanted = f"UNKEYWORD {_LEFT} OR UNDELETED KEYWORD {_REMOVING}"
        elif self._setup.unmatched_action == UnmatchedAction.LEAVE:
            wanted = "UNDELETED UNFLAGGED"
        else:
            wanted = "UNDELETED"
        with _reported():
            uids = sorted(self._box.uids(wanted, charset=None), key=int)
        place = f"imap://{self._setup.host}/{self._setup.user_name}/{self._setup.inbox_folder}/{self._validity}"
        return [Ref(uid, f"{place}/{uid}") for uid in uids[:limit]]

    def sizes(self, refs: Sequence[Ref]) -> Mapping[str, int]:
        with _reported():
            told = [b" ".join(pieces) for pieces in self._fetched(refs, "(UID RFC822.SIZE)")]
        sizes = {_uid(each): int(size[1]) if (size := _SIZE.search(each)) else 0 for each in told}
        if any(size > LARGEST_MESSAGE for size in sizes.values()):
            raise too_large()
        return {ref.key: sizes[ref.uid] for ref in refs if ref.uid in sizes}

    def fetch(self, refs: Sequence[Ref]) -> Mapping[str, Mail]:
        with _reported():
            answers = self._fetched(refs, "(UID FLAGS INTERNALDATE BODY.PEEK[])")
        mails: dict[str, Mail] = {}
        for pieces in answers:
            if len(pieces) > 1:
                told = b" ".join([pieces[0], *pieces[2:]])
                flags = _FLAGS.search(told)
                drafted = flags is not None and _DRAFT.lower().encode() in flags[1].lower().split()
                mails[_uid(told)] = read_mail(pieces[1], received_at=_internal_date(told), draft=drafted)
        return {ref.key: mails[ref.uid] for ref in refs if ref.uid in mails}

    def _fetched(self, refs: Sequence[Ref], what: str) -> list[list[bytes]]:
        """The pieces told of each message: what stands before its text, the text, what stands behind it."""
        status, data = self._box.client.uid("FETCH", _set_of(refs), what)
        self._done((status, data))
        found: list[list[bytes]] = []
        behind = False
        for piece in data:
            if isinstance(piece, tuple):
                found.append(list(piece))
            elif isinstance(piece, bytes) and behind:
                found[-1].append(piece)
            elif isinstance(piece, bytes):
                found.append([piece])
            behind = isinstance(piece, tuple)
        return found

    def link(self, ref: Ref, mail: Mail) -> str:
        """A search in the archive: the message's number changes when it is moved."""
        folder = f"imap://{self._setup.host}/{quote(self._setup.archive_folder)}"
        asked = quote(f'HEADER Message-ID "{mail.message_id}"')
        return f"{folder}?{asked}" if mail.message_id else folder

    def archive(self, refs: Sequence[Ref]) -> None:
        self._copy(refs, self._setup.archive_folder)

    def ignore(self, refs: Sequence[Ref]) -> None:
        self._copy(refs, self._setup.ignored_folder)

    def _copy(self, refs: Sequence[Ref], folder: str) -> None:
        with _reported():
            if folder not in self._folders and not self._box.folder.exists(folder):
                self._box.folder.create(folder)
            self._folders.add(folder)
            try:
                self._box.copy([ref.uid for ref in refs], folder)
            except ImapToolsError:
                self._folders.discard(folder)
                raise

    def leave(self, refs: Sequence[Ref]) -> None:
        """Servers without keywords of one's own have a star for it."""
        with _reported():
            self._store(refs, "+FLAGS", [_LEFT if self._has_keywords else _FLAGGED])

    def condemn(self, refs: Sequence[Ref]) -> None:
        with _reported():
            self._store(refs, "+FLAGS", self._marks)

    def pardon(self, refs: Sequence[Ref]) -> None:
        with _reported():
            self._store(refs, "-FLAGS", self._marks)

    def _store(self, refs: Sequence[Ref], how: str, flags: Sequence[str]) -> None:
        """Flags alone: the library's own way would expunge whatever carries the mark already."""
        self._done(self._box.client.uid("STORE", _set_of(refs), how, f"({' '.join(flags)})"))

    def _done(self, answer: tuple[str, list[Any]]) -> None:
        status, data = answer
        if status != "OK":
            raise CommandFailed(_text(data[-1] if data else b""))

    @property
    def _marks(self) -> list[str]:
        return [_DELETED, _REMOVING] if self._has_keywords else [_DELETED]

    def remove(self, refs: Sequence[Ref]) -> None:
        with _reported():
            self._expunge(refs)

    def _expunge(self, refs: Sequence[Ref]) -> None:
        """These messages alone where the server can; an older one removes all that carry the mark."""
        self._store(refs, "+FLAGS", self._marks)
        if "UIDPLUS" in self._box.client.capabilities:
            self._done(self._box.client.uid("EXPUNGE", _set_of(refs)))
        else:
            self._box.expunge()

    def ignored(self, limit: int) -> Sequence[tuple[str, Mail]]:
        """By their numbers, which ascend."""
        with _reported(), self._in(self._setup.ignored_folder) as there:
            uids = sorted(self._box.uids("ALL", charset=None), key=int, reverse=True)[:limit] if there else []
            return [(uid, mail) for uid in uids if (mail := self._headers(uid)) is not None]

    def bring_back(self, uid: str) -> None:
        if not uid.isdecimal():
            return
        with _reported(), self._in(self._setup.ignored_folder) as there:
            if there:
                self._box.copy(uid, self._setup.inbox_folder)
                self._expunge([Ref(uid, "")])

    def _headers(self, uid: str) -> Mail | None:
        answers = self._fetched([Ref(uid, "")], "(UID INTERNALDATE BODY.PEEK[HEADER])")
        pieces = next((each for each in answers if len(each) > 1), None)
        if pieces is None:
            return None
        return read_mail(pieces[1], received_at=_internal_date(b" ".join([pieces[0], *pieces[2:]])))

    @contextmanager
    def _in(self, folder: str) -> Iterator[bool]:
        """Work in another folder than the inbox; whether it is there."""
        there = self._box.folder.exists(folder)
        if there:
            self._box.folder.set(folder)
        try:
            yield there
        finally:
            with suppress(Exception):
                self._box.folder.set(self._setup.inbox_folder)

    def close(self) -> None:
        with suppress(Exception):
            self._box.logout()
        with suppress(Exception):
            self._box.client.shutdown()


def _set_of(refs: Sequence[Ref]) -> str:
    """Messages as commands name them; fifty numbers keep the line as short as servers want it."""
    return ",".join(ref.uid for ref in refs)


def _uid(told: bytes) -> str:
    """Whose message a piece of an answer tells about."""
    found = _UID.search(told)
    return found[1].decode() if found else ""


def _connected(setup: EmailLoggingSetup) -> BaseMailBox:
    if setup.security == Security.NONE:
        return MailBoxUnencrypted(setup.host, setup.port, timeout=TIMEOUT)
    trusted = ssl.create_default_context()
    if setup.security == Security.STARTTLS:
        try:
            return MailBoxStartTls(setup.host, setup.port, timeout=TIMEOUT, ssl_context=trusted)
        except imaplib.IMAP4.error as error:
            raise unavailable(_("it does not offer the chosen encryption")) from error
    return MailBox(setup.host, setup.port, timeout=TIMEOUT, ssl_context=trusted)


class _Refused(DomainError):
    """The server refused the sign-in; ``stale``: with a token fetched earlier, which may have been ended."""

    def __init__(self, *, stale: bool) -> None:
        error = unavailable(_("the server refused the sign-in"))
        super().__init__(error.code, error.message, field=error.field, rule=error.rule)
        self.stale = stale


def _sign_in(box: BaseMailBox, setup: EmailLoggingSetup) -> None:
    stale = False
    try:
        if setup.auth_method == AuthMethod.OAUTH2:
            token = tokens.access_token(setup)
            stale = token.kept
            box.xoauth2(setup.user_name, token.value, None)
        else:
            _log_in(box, setup)
    except MailboxLoginError as error:
        raise _Refused(stale=stale) from error
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise _Refused(stale=stale) from error


def _log_in(box: BaseMailBox, setup: EmailLoggingSetup) -> None:
    secret = unseal(setup.secret)
    if secret is None:
        raise unavailable(_("the stored password can no longer be read, enter it again"))
    if (setup.user_name + secret).isascii():
        box.login(setup.user_name, secret, None)
    else:
        box.login_utf8(setup.user_name, secret, None)


def _internal_date(told: bytes) -> dt.datetime | None:
    """When the message came into the mailbox."""
    found = imaplib.Internaldate2tuple(told)
    if found is None:
        return None
    try:
        return dt.datetime.fromtimestamp(time.mktime(found), dt.UTC)
    except (OverflowError, ValueError):
        return None


def _reason(error: BaseException) -> str:
    """Words without what the server might repeat of a password."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("its certificate is not valid: %(reason)s") % {"reason": error.verify_message}
    if isinstance(error, ssl.SSLError):
        return _("it does not speak the chosen encryption")
    if isinstance(error, TimeoutError):
        return _("it did not answer in time")
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return _("the connection was lost")


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Failures while connecting."""
    try:
        yield
    except DomainError:
        raise
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        # Before ValueError: a certificate that is not valid is both.
        raise unavailable(_reason(error)) from error
    except ValueError as error:
        raise unavailable(_("port and encryption do not go together")) from error


@contextmanager
def _reported() -> Iterator[None]:
    """Failures of a command: refused, or the connection is gone."""
    try:
        yield
    except ImapToolsError as error:
        raise CommandFailed(_answer(error)) from error
    except (OSError, imaplib.IMAP4.abort) as error:
        raise MailboxLost(_reason(error)) from error
    except imaplib.IMAP4.error as error:
        raise CommandFailed(str(error)[:200]) from error


def _answer(error: Any) -> str:
    """What the server said when it refused."""
    result = getattr(error, "command_result", None)
    return _text(result[1][-1] if result and result[1] else b"")


def _text(said: Any) -> str:
    return said.decode("utf-8", "replace")[:200] if isinstance(said, bytes) else str(said or "")[:200]
