"""Mails that were written and not sent: kept as files with all that is needed to write on (I-20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from tuttava.foundation import mail
from tuttava.foundation.fields import as_code
from tuttava.foundation.mail import Attachment, Mail
from tuttava.foundation.mail_html import clean_html, document
from tuttava.foundation.rich_text import as_html
from tuttava.interactions.attachments import content_of
from tuttava.interactions.merge_values import recipient_addresses
from tuttava.interactions.models import InteractionLogEntry

_UNSENT, _KIND, _LANGUAGE = "X-Unsent", "X-Tuttava-Template", "X-Tuttava-Language"


@dataclass(frozen=True)
class Message:
    """What a user writes. ``body`` is plain or rich text; merge fields in both are filled in for each contact.

    ``template_code``: a kind of mail with a layout for the text; blank: as it is. The log has it under the template of
    e-mails all the same (I-105).
    ``language_code``: the language of the layout; blank: each contact's own.
    """

    subject: str
    body: str = ""
    files: Sequence[Attachment] = ()
    template_code: str = ""
    language_code: str = ""


def is_unsent(entry: InteractionLogEntry) -> bool:
    """Whether the entry is a mail that was kept to be sent later."""
    return bool(entry.postponed and entry.attachment is not None and entry.attachment.file_extension == "eml")


def unsent_message(entry: InteractionLogEntry) -> Message:
    """What was written in a mail that was kept."""
    assert entry.attachment is not None
    parsed = message_from_bytes(content_of(entry.attachment), policy=policy.default)
    body = parsed.get_body(("html", "plain"))
    files = [
        Attachment(part.get_filename() or "file", _bytes_of(part), part.get_content_type())
        for part in parsed.iter_attachments()
    ]
    return Message(
        str(parsed["Subject"] or ""),
        _inner(body.get_content() if body else ""),
        files,
        str(parsed[_KIND] or ""),
        str(parsed[_LANGUAGE] or ""),
    )


def _bytes_of(part: EmailMessage) -> bytes:
    content: object = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _inner(html: str) -> str:
    start, end = html.find("<body>"), html.rfind("</body>")
    return html[start + len("<body>") : end].strip() if 0 <= start < end else html.strip()


def as_written(probe: InteractionLogEntry, message: Message) -> bytes:
    """A mail that can be written on, as a file: nothing in it is filled in."""
    headers = {_UNSENT: "1", _KIND: as_code(message.template_code), _LANGUAGE: as_code(message.language_code)}
    written = Mail(
        to=recipient_addresses(probe),
        subject=message.subject,
        html=document(clean_html(as_html(message.body))),
        attachments=message.files,
        reply_to=probe.salesperson.email if probe.salesperson else "",
    )
    return mail.as_bytes(written, {name: value for name, value in headers.items() if value})
