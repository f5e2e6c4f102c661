"""Messages as they come from mailboxes, however broken: what e-mail logging reads of them (I-148).

Only the headers are looked at, so a message with an attachment of fifty megabytes costs no more than a short one. No
input makes reading fail: what cannot be understood is left out.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from functools import cached_property

from django.utils import timezone

#: Headers end here at the latest, in bytes; longer ones are no mail.
_LONGEST_HEAD = 2 * 1024 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]+>")
_CONTROLS = re.compile("[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]+")
_BLANKS = re.compile(r"\s+")
#: Earlier messages of a conversation that are looked for, the nearest first.
_MOST_REFERENCES = 20
_BULK = frozenset({"bulk", "junk", "auto_reply"})
_ROBOTS = ("mailer-daemon@", "postmaster@")
#: The parser of the standard library refuses whole headers for one odd character unless told not to.
_LENIENT = {"strict": False} if getattr(email.utils, "supports_strict_parsing", False) else {}


@dataclass(frozen=True)
class Mail:
    """What is read of a message. Times have the company's time zone.

    ``sender`` and ``recipients`` are bare addresses as written (To before Cc, each once). ``message_id`` is blank when
    the message has none. ``references``: Message-IDs of what it answers, the nearest first.
    """

    raw: bytes = field(repr=False)
    readable: bool
    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: dt.datetime
    received_at: dt.datetime
    draft: bool
    automatic: bool
    references: tuple[str, ...]

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def read_mail(raw: bytes, *, received_at: dt.datetime | None = None, draft: bool = False) -> Mail:
    """Read a message; ``received_at`` and ``draft`` are what its mailbox knows of it. Never raises."""
    headers = _headers(raw)
    sender_name, sender = _sender(headers)
    sent = _date(_first(headers, "Date"))
    received = received_at or _arrived(headers) or sent or timezone.now()
    return Mail(
        raw=raw,
        readable=any(name.lower() in _EXPECTED for name in headers),
        message_id=_message_id(headers),
        sender=sender,
        sender_name=sender_name,
        recipients=_recipients(headers),
        subject=_text(_first(headers, "Subject")),
        sent_at=_here(sent or received),
        received_at=_here(received),
        draft=draft or _first(headers, "X-Unsent").strip() == "1",
        automatic=_is_automatic(headers, sender),
        references=_references(headers),
    )


_EXPECTED = frozenset({"from", "sender", "to", "cc", "date", "subject", "message-id", "received", "mime-version"})


def _headers(raw: bytes) -> Message:
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    end = _HEAD_END.search(raw, 0, _LONGEST_HEAD)
    return BytesHeaderParser(policy=compat32).parsebytes(raw[: end.start() if end else _LONGEST_HEAD])


def _all(headers: Message, name: str) -> list[str]:
    """The values of a header, unfolded; bytes outside ASCII stay as surrogates."""
    wanted = name.lower()
    return [_BLANKS.sub(" ", str(value)) for key, value in headers.raw_items() if key.lower() == wanted]


def _first(headers: Message, name: str) -> str:
    return next(iter(_all(headers, name)), "")


def _text(value: str) -> str:
    """A header as people read it: encoded words decoded, wrong character sets guessed, controls gone."""
    plain = _from_bytes(value)
    try:
        parts = decode_header(plain)
        decoded = "".join(part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts)
    except (HeaderParseError, ValueError):
        decoded = plain
    return _BLANKS.sub(" ", _CONTROLS.sub(" ", decoded)).strip()


def _from_bytes(value: str) -> str:
    """Raw bytes in a header are UTF-8 by the newer standard, anything in practice."""
    if value.isascii():
        return value
    data = value.encode("utf-8", "surrogateescape")
    return _decoded(data, "utf-8")


def _decoded(data: bytes, charset: str | None) -> str:
    """Headers are too short to guess from: what is neither as told nor UTF-8 is Western European."""
    for name in (charset or "ascii", "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _addresses(values: Sequence[str]) -> list[tuple[str, str]]:
    """Names and addresses of headers, in order; groups become their members, what has no ``@`` is left out."""
    found = _parsed([_from_bytes(value) for value in values])
    if not found and values:
        found = _parsed([_text(value) for value in values])
    return found


def _parsed(values: Sequence[str]) -> list[tuple[str, str]]:
    pairs = email.utils.getaddresses(list(values), **_LENIENT)
    cleaned = ((_text(name), _CONTROLS.sub("", address).strip()) for name, address in pairs)
    return [(name, address) for name, address in cleaned if "@" in address.strip("@")]


def _sender(headers: Message) -> tuple[str, str]:
    """The first author; the transmitter only where no author is named at all."""
    written = _all(headers, "From")
    found = _addresses(written if "".join(written).strip() else _all(headers, "Sender"))
    return found[0] if found else ("", "")


def _recipients(headers: Message) -> tuple[str, ...]:
    found = [*_addresses(_all(headers, "To")), *_addresses(_all(headers, "Cc"))]
    return tuple({address.lower(): address for _name, address in reversed(found)}[key] for key in _order(found))


def _order(found: Sequence[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(address.lower() for _name, address in found))


def _message_id(headers: Message) -> str:
    value = _first(headers, "Message-ID")
    found = _MESSAGE_ID.search(value)
    return found[0] if found and found[0].isascii() else _text(value)


def _references(headers: Message) -> tuple[str, ...]:
    answered = [each for value in _all(headers, "In-Reply-To") for each in _MESSAGE_ID.findall(value)]
    thread = [each for value in _all(headers, "References") for each in _MESSAGE_ID.findall(value)]
    near = [each for each in (*answered, *reversed(thread)) if each.isascii()]
    return tuple(dict.fromkeys(near))[:_MOST_REFERENCES]


def _date(value: str) -> dt.datetime | None:
    """The moment a header names; None for none or an impossible one."""
    try:
        found = email.utils.parsedate_to_datetime(value)
        aware = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _arrived(headers: Message) -> dt.datetime | None:
    """When the last server got it: each puts its line in front of those before."""
    return next(filter(None, (_date(line.rpartition(";")[2].strip()) for line in _all(headers, "Received"))), None)


def _here(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.astimezone(timezone.get_default_timezone())
    except OverflowError:
        return timezone.now().astimezone(timezone.get_default_timezone())


def _is_automatic(headers: Message, sender: str) -> bool:
    """No person wrote it: answering machines, mass mail, reports of delivery."""
    if _first(headers, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return True
    if _first(headers, "Precedence").strip().lower() in _BULK:
        return True
    if any(line.strip() == "<>" for line in _all(headers, "Return-Path")):
        return True
    kind = _first(headers, "Content-Type").lower()
    return sender.lower().startswith(_ROBOTS) or ("multipart/report" in kind and "report-type" in kind)
