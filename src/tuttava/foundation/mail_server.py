"""The mail server: how it is spoken to, and what it means when it does not take a mail."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from tuttava.config import runtime
from tuttava.foundation.errors import DomainError

#: Seconds until a mail server that does not answer counts as down.
TIMEOUT = 20
#: "Service not available": the server closes the connection and takes no other mail either (RFC 5321).
_CLOSING = 421


class NotSent(DomainError):
    """``mail.not_sent``, and what may be done about it.

    ``later``: nothing of the mail was taken, and the same mail may be taken later. ``server``: nobody's mail is taken
    at the moment. ``unsure``: the connection broke before the server confirmed, so that the mail may have arrived.
    """

    def __init__(self, message: str, *, later: bool = False, server: bool = False, unsure: bool = False) -> None:
        super().__init__("mail.not_sent", message)
        self.later = later
        self.server = server
        self.unsure = unsure


class _Plain(smtplib.SMTP):
    """A connection that knows whether the server has confirmed the text of a mail."""

    #: All of a mail's text has left, and no answer came.
    unconfirmed = False
    _unanswered = False

    def send(self, s: Any) -> None:
        super().send(s)
        self._unanswered = True

    def getreply(self) -> tuple[int, bytes]:
        answer = super().getreply()
        self._unanswered = False
        return answer

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.unconfirmed = False
        try:
            return super().data(msg)
        except OSError:
            self.unconfirmed = self._unanswered
            raise


class _Implicit(_Plain, smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""


class Server(EmailBackend):
    """The configured server, on one connection."""

    def __init__(self) -> None:
        security = runtime.text("mail_tls").strip().lower()
        super().__init__(
            host=runtime.text("mail_host"),
            port=int(runtime.text("mail_port")),
            username=runtime.text("mail_user"),
            password=runtime.text("mail_password"),
            use_ssl=security == "implicit",
            use_tls=security in {"true", "1", "yes", "on", "starttls"},
            timeout=TIMEOUT,
        )

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Implicit if self.use_ssl else _Plain

    @property
    def unconfirmed(self) -> bool:
        """Whether the last mail may have been taken though the server did not say so."""
        return bool(getattr(self.connection, "unconfirmed", False))


def unreachable(error: Exception) -> NotSent:
    """The server could not be reached, or did not let us in; no mail had been begun."""
    return NotSent(_words(error), later=True, server=True)


def refused(error: Exception, *, unconfirmed: bool) -> NotSent:
    """A mail that was being handed over was not taken: for good, for now, or perhaps it was."""
    codes = _codes(error)
    if codes:
        return NotSent(_words(error), later=all(400 <= code < 500 for code in codes), server=_CLOSING in codes)
    return NotSent(_words(error), later=not unconfirmed, server=True, unsure=unconfirmed)


def _codes(error: Exception) -> Sequence[int]:
    """What the server answered; nothing when it did not answer at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _words(error: Exception) -> str:
    told = {"server": runtime.text("mail_host"), "reason": reason(error)}
    return (
        _("The mail server %(server)s did not take the mail: %(reason)s. Try again later or ask an administrator.")
        % told
    )


def reason(error: Exception) -> str:
    """What is wrong, in a few words; what a server says about recipients stays in the house."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _("it refused a recipient")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("it refused the sign-in")
    return getattr(error, "strerror", None) or type(error).__name__
