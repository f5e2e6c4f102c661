"""Opening what was said: the file of an entry, else the recorded document (I-80, I-129)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from tuttava.foundation.context import ask, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.file_kinds import kind_of
from tuttava.interactions.attachments import attachment_empty, content_of, is_html, preview
from tuttava.interactions.confidential import is_hidden, require_contents
from tuttava.interactions.models import InteractionAttachment, InteractionDocumentType, InteractionLogEntry


@dataclass(frozen=True)
class ShownFile:
    """A file to hand out; ``url`` instead of bytes where a logged mail is kept in its mailbox only."""

    content: bytes
    media_type: str
    name: str
    url: str = ""


@dataclass(frozen=True)
class ShownRecord:
    """A document: its set, id and number, and the address of its page."""

    set_name: str
    id: str
    no: str
    url: str = ""


#: Finds the documents that an entry of a type names; rooms of documents put themselves here by type.
documents: dict[str, Callable[[InteractionLogEntry], Sequence[ShownRecord]]] = {}
_NOT_KEPT = (InteractionDocumentType.SALES_STATEMENT, InteractionDocumentType.COVER_SHEET)


def is_shown(entry: InteractionLogEntry) -> bool:
    """Whether there is anything to open."""
    return (entry.attachment_id is not None or entry.document_type in documents) and not is_hidden(entry)


def show(entry: InteractionLogEntry) -> ShownFile | list[ShownRecord] | None:
    """The file if there is one, else the documents. Logged mail asks first; None: it is not to be opened (I-80).

    Raises ``permission.denied`` where the contents are not the user's to read, ``document_not_kept``,
    ``document_not_found``, ``attachment_empty``.
    """
    require("interaction_log.read", "interactionLogEntries")
    require_contents(entry)
    if entry.attachment is not None:
        if entry.email_logged and not ask("I-80", _("Open the stored e-mail?"), default=True):
            return None
        return file_of(entry.attachment)
    if entry.document_type in _NOT_KEPT:
        raise DomainError(
            "document_not_kept",
            _("Interaction %(entry)s: a document of this kind is not kept after it was printed.") % {"entry": entry},
            rule="I-129",
        )
    find = documents.get(entry.document_type)
    found = list(find(entry)) if find else []
    if not found:
        raise DomainError(
            "document_not_found",
            _("Interaction %(entry)s has neither a file nor a document (any more).") % {"entry": entry},
            rule="I-129",
        )
    return found


def file_of(attachment: InteractionAttachment) -> ShownFile:
    """What opening an attachment hands out: HTML as it looks, without scripts; anything else as it is (I-90)."""
    name = _name(attachment)
    if is_html(attachment):
        return ShownFile(preview(attachment).encode(), "text/html; charset=utf-8", name)
    data = content_of(attachment)
    if not data and not attachment.message_url:
        raise attachment_empty(attachment)
    return ShownFile(
        data, attachment.media_type or kind_of(data).media_type, name, "" if data else attachment.message_url
    )


def _name(attachment: InteractionAttachment) -> str:
    name = attachment.file_name or str(attachment.no)
    ending = f".{attachment.file_extension}" if attachment.file_extension else ""
    return name if not ending or PurePath(name).suffix.lower() == ending.lower() else name + ending
