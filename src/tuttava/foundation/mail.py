"""Sending mail: to an SMTP server, or into the outbox of the company (trials, tests).

Which one is the configuration value ``mail_transport`` (``smtp`` or ``outbox``). Every mail of the product, those of
the sign-in pages included, goes through :func:`send`.
"""

from __future__ import annotations

import mimetypes
import re
import smtplib
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import transaction
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from tuttava.config import runtime
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail_html import clean_html
from tuttava.foundation.mail_pictures import with_parts
from tuttava.foundation.mail_server import NotSent, Server, reason, refused, unreachable
from tuttava.foundation.models import OutboxAttachment, OutboxFailure, OutboxMail
from tuttava.foundation.schemas import current_schema

#: Largest subject that mail programs must accept on one line (RFC 5322).
SUBJECT_LENGTH = 998


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; a blank content type is guessed from the name."""

    file_name: str
    content: bytes
    content_type: str = ""


@dataclass(frozen=True)
class Mail:
    """One mail. ``html`` may be blank; without ``text`` the plain form is made from it.

    ``related_set`` and ``related_id`` name the record it is about. ``headers`` are further ones, ``Message-ID`` among
    them; their values are single lines.
    """

    to: Sequence[str]
    subject: str
    text: str = ""
    html: str = ""
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    sender: str = ""
    reply_to: str = ""
    attachments: Sequence[Attachment] = field(default_factory=tuple)
    related_set: str = ""
    related_id: uuid.UUID | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def send(mail: Mail) -> None:
    """Hand a mail over. Raises ``mail.recipient_missing``, ``mail.address_invalid`` and ``mail.not_sent``.

    Line breaks in names, addresses and subject cannot become headers: addresses are refused, a subject is joined. HTML
    is reduced to harmless elements. Nothing is sent before all of it was checked.
    """
    checked = _checked(mail)
    with opened() as post:
        post.hand_over(checked)


def is_transactional() -> bool:
    """Whether a mail handed over comes and goes with the open transaction; a mail server forgets nothing."""
    return runtime.text("mail_transport") != "smtp"


def require_account() -> None:
    """Refuse (``mail_account_missing``) while no mail server is configured."""
    if not is_transactional() and not runtime.text("mail_host").strip():
        raise DomainError(
            "mail_account_missing",
            _("No mail account is set up, so nothing can be sent. Ask an administrator to configure the mail server."),
        )


class Post:
    """A way out for several mails: one connection, opened when the first is sent."""

    def __init__(self) -> None:
        self._server: Server | None = None

    def ready(self) -> None:
        """Have a connection that works; raises :class:`NotSent`. Nothing of any mail is sent by this."""
        if is_transactional() or self._works():
            return
        self.close()
        self._server = Server()
        try:
            self._server.open()
        except (OSError, smtplib.SMTPException) as error:
            raise unreachable(error) from error

    def hand_over(self, checked: Mail) -> None:
        """Send a mail that :func:`checked_mail` let through; raises :class:`NotSent`. Never tries twice."""
        if is_transactional():
            _keep(checked)
            return
        self.ready()
        assert self._server is not None
        try:
            self._server.send_messages([_outgoing(checked)])
        except (OSError, smtplib.SMTPException) as error:
            found = refused(error, unconfirmed=self._server.unconfirmed)
            self.close()
            raise found from error

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _works(self) -> bool:
        connection = self._server.connection if self._server else None
        try:
            return connection is not None and bool(connection.noop()[0] == 250)
        except (OSError, smtplib.SMTPException):
            return False


@contextmanager
def opened() -> Iterator[Post]:
    """A :class:`Post` for the block."""
    post = Post()
    try:
        yield post
    finally:
        post.close()


def checked_mail(mail: Mail) -> Mail:
    """``mail`` as it will be sent; raises what :func:`send` refuses before anything is sent."""
    return _checked(mail)


def as_bytes(mail: Mail, headers: Mapping[str, str] | None = None) -> bytes:
    """A mail, sent or not, as a file (.eml), with further ``headers``; blind copies are not told."""
    more = replace(
        mail,
        subject=_one_line(mail.subject)[:SUBJECT_LENGTH],
        attachments=[_checked_attachment(file) for file in mail.attachments],
        headers={name: _one_line(value) for name, value in {**mail.headers, **(headers or {})}.items()},
    )
    return bytes(_message(more).message().as_bytes())


def _checked(mail: Mail) -> Mail:
    if not (mail.to or mail.cc or mail.bcc):
        raise DomainError("mail.recipient_missing", _("The mail has no recipient. Enter at least one."), field="to")
    html = clean_html(mail.html) if mail.html else ""
    return Mail(
        to=[clean_address(address, "to") for address in mail.to],
        cc=[clean_address(address, "cc") for address in mail.cc],
        bcc=[clean_address(address, "bcc") for address in mail.bcc],
        sender=clean_address(mail.sender or runtime.text("mail_from"), "from"),
        reply_to=clean_address(mail.reply_to, "reply_to") if mail.reply_to else "",
        subject=_one_line(mail.subject)[:SUBJECT_LENGTH],
        text=mail.text or strip_tags(html),
        html=html,
        attachments=[_checked_attachment(file) for file in mail.attachments],
        related_set=mail.related_set,
        related_id=mail.related_id,
        headers={name: _one_line(value) for name, value in mail.headers.items()},
    )


def _one_line(text: str) -> str:
    """``text`` without line breaks and other control characters, which could become headers."""
    return re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text).strip()


def _checked_attachment(file: Attachment) -> Attachment:
    name = re.sub(r"[\x00-\x1f\x7f/\\\u0085\u2028\u2029]+", "_", file.file_name).strip()[:250] or "file"
    kind = file.content_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", file.content_type) else ""
    return Attachment(name, file.content, kind or mimetypes.guess_type(name)[0] or "application/octet-stream")


def clean_address(text: str, where: str) -> str:
    """``Name <box@domain>`` in canonical form; raises ``mail.address_invalid`` at field ``where``."""
    name, address = parseaddr(text)
    try:
        if re.search(r"[\x00-\x1f\x7f\u0085\u2028\u2029]", text) or not address:
            raise ValueError
        if not address.endswith("@localhost"):
            validate_email(address, check_deliverability=False, test_environment=True)
        return str(Address(name, addr_spec=address)) if name else address
    except (EmailNotValidError, ValueError, IndexError) as error:
        raise DomainError(
            "mail.address_invalid",
            _("“%(address)s” is not an e-mail address. Correct it.") % {"address": text[:100]},
            field=where,
        ) from error


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.sender,
        to=list(mail.to),
        cc=list(mail.cc),
        bcc=list(mail.bcc),
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=dict(mail.headers),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for file in mail.attachments:
        message.attach(file.file_name, file.content, file.content_type)
    return message


def _outgoing(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it travels: as a file it is one piece, on its way its pictures are parts of their own."""
    html, pictures = with_parts(mail.html)
    message = _message(replace(mail, html=html))
    for picture in pictures:
        message.attach(picture)
    return message


def _keep(mail: Mail) -> None:
    """Store the mail in the company's outbox; outside a company (sign-in mails) it goes to standard error."""
    if current_schema() is None:
        get_connection("django.core.mail.backends.console.EmailBackend", stream=sys.stderr).send_messages(
            [_message(mail)]
        )
        return
    ordered = OutboxFailure.objects.order_by("id").first()
    if ordered is not None:
        ordered.delete()
        raise NotSent(
            _("The mail was not sent: %(reason)s. Try again later or ask an administrator.")
            % {"reason": ordered.reason}
        )
    with transaction.atomic():
        kept = OutboxMail.objects.create(
            to=list(mail.to),
            cc=list(mail.cc),
            bcc=list(mail.bcc),
            from_address=mail.sender,
            reply_to=mail.reply_to,
            subject=mail.subject,
            body_html=mail.html,
            body_text=mail.text,
            related_set=mail.related_set,
            related_id=mail.related_id,
        )
        OutboxAttachment.objects.bulk_create(
            OutboxAttachment(mail=kept, file_name=f.file_name, content_type=f.content_type, content=f.content)
            for f in mail.attachments
        )


def fail_next(reason: str) -> None:
    """Let the next mail of the company fail (``mail.not_sent``) instead of reaching its outbox, to try what follows."""
    OutboxFailure.objects.create(reason=reason[:250])


def check_server() -> str:
    """What keeps the configured SMTP server from being used, in words; blank when it answers and lets us in."""
    server = Server()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        return reason(error)
    finally:
        server.close()
    return ""


class Backend(BaseEmailBackend):
    """Django's door to :func:`send`, so that mails of libraries (password reset) take the same way."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            html = next((str(body) for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
            send(
                Mail(
                    to=message.to,
                    cc=message.cc,
                    bcc=message.bcc,
                    reply_to=message.reply_to[0] if message.reply_to else "",
                    sender="" if message.from_email == settings.DEFAULT_FROM_EMAIL else message.from_email,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=html,
                )
            )
        return len(email_messages)
