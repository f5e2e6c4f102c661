"""What leaves the house for an entry: its letter merged, its layout rendered, its file as it is (I-94 to I-100)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import Attachment, Mail, checked_mail
from tuttava.interactions import unsubscribe_links
from tuttava.interactions.attachments import content_of
from tuttava.interactions.merge_values import RELATED, Values, is_field, recipient_addresses, values_of
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry
from tuttava.interactions.printing import can_convert, file_stem, paper
from tuttava.interactions.rendering import HTML_ENDINGS, html_of_word, render_attachment
from tuttava.interactions.storing import NewContent, bytes_of
from tuttava.interactions.word import DOCX, Letter

#: What :func:`made` reads with its entries; without it each entry costs queries of its own.
NEEDED = (*RELATED, "contact_company", "attachment__email_layout", "word_template")
WORD_ENDINGS = ("doc", "docx")
PAPER_ENDINGS = ("pdf", "docx")
#: Letters that are kept ready to be filled in.
_LETTERS_KEPT = 8


@dataclass(frozen=True)
class Made:
    """An entry's message, or its print (``printed`` with ``ending``). ``kept``: what the entry keeps of it, if it is
    other than what it has (I-98, I-99)."""

    entry: InteractionLogEntry
    kept: NewContent | None = None
    html: str = ""
    files: Sequence[Attachment] = ()
    printed: bytes = b""
    ending: str = ""

    def mail(self, message_id: str = "") -> Mail:
        """The mail as it will be sent, checked: sender is the configured account, the salesperson gets the replies.

        Links to entry and contact go along as headers, and on the outbox as the related record (I-102). Raises
        ``contact_not_found``, ``contact.privacy_blocked``, ``email_address_missing`` and what mails refuse.
        """
        return checked_mail(
            Mail(
                to=_recipients(self.entry),
                subject=self.entry.subject or self.entry.description,
                html=self.html,
                attachments=self.files,
                reply_to=self.entry.salesperson.email if self.entry.salesperson else "",
                related_set="interactionLogEntries",
                related_id=self.entry.pk,
                headers=headers_of(self.entry, message_id) | unsubscribe_links.headers_of(self.entry),
            )
        )


def headers_of(entry: InteractionLogEntry, message_id: str) -> dict[str, str]:
    """What a mail says about where it belongs (I-102)."""
    told = {"Message-ID": message_id} if message_id else {}
    contact = {"X-Tuttava-Contact": entry.contact.no} if entry.contact else {}
    return told | {"X-Tuttava-Interaction": str(entry.entry_no)} | contact


@dataclass
class Letters:
    """Letters ready to be filled in, each read once for a whole run; ``converts``: they go to paper as PDF."""

    converts: bool = field(default_factory=can_convert)
    _ready: dict[object, Letter] = field(default_factory=dict)

    def of(self, key: object, read: Callable[[], bytes]) -> Letter:
        """The letter called ``key``, read when it is not at hand; raises what :class:`Letter` refuses."""
        if key not in self._ready:
            if len(self._ready) >= _LETTERS_KEPT:
                self._ready.pop(next(iter(self._ready)))
            self._ready[key] = Letter(read(), is_field)
        return self._ready[key]


def made(
    entries: Sequence[InteractionLogEntry], letters: Letters, final: frozenset[uuid.UUID] = frozenset()
) -> list[Made | DomainError]:
    """What is to leave for each entry, or why nothing can; values are read for all of them at once (I-101).

    ``final``: entries that hold what was sent before, which goes out again as it is (I-104).
    """
    answers: list[Made | DomainError] = []
    for entry, values in zip(entries, values_of(entries), strict=True):
        try:
            _check_contact(entry)
            answers.append(_made(entry, values, letters, final=entry.pk in final))
        except DomainError as error:
            answers.append(error)
    return answers


def _check_contact(entry: InteractionLogEntry) -> None:
    if entry.contact is None:
        raise contact_gone()
    use_contact_for_new_work(entry.contact)


def contact_gone() -> DomainError:
    return DomainError("contact_not_found", _("The contact does not exist any more."), field="contact_id")


def _recipients(entry: InteractionLogEntry) -> list[str]:
    _check_contact(entry)
    found = recipient_addresses(entry)
    if not found:
        raise address_missing(entry)
    return found


def address_missing(entry: InteractionLogEntry) -> DomainError:
    return DomainError(
        "email_address_missing",
        _("%(contact)s has no e-mail address. Enter one, or choose another correspondence type.")
        % {"contact": entry.contact.name if entry.contact else ""},
        field="correspondence_type",
        rule="I-60",
    )


def _made(entry: InteractionLogEntry, values: Values, letters: Letters, *, final: bool) -> Made:
    by_mail = entry.correspondence_type == CorrespondenceType.EMAIL
    held = entry.attachment.file_extension.lower() if entry.attachment else ""
    if final and not by_mail and held in PAPER_ENDINGS and entry.attachment:
        return Made(entry, printed=content_of(entry.attachment), ending=held)
    if held in WORD_ENDINGS or (entry.word_template_code and not (final and by_mail and held)):
        word = merged_letter(entry, values, letters, final=final)
        return _word_mail(entry, word) if by_mail else _word_print(entry, word, convert=letters.converts)
    if not by_mail:
        raise DomainError(
            "not_printable",
            _("Interaction %(entry)s cannot go out as hard copy: only letters can. Send it by e-mail.")
            % {"entry": entry.entry_no},
            field="correspondence_type",
            rule="I-100",
        )
    return _other_mail(entry, values)


def merged_letter(entry: InteractionLogEntry, values: Values, letters: Letters, *, final: bool = False) -> bytes:
    """The entry's Word document with its values; what was merged already stays as it is (I-96)."""
    attachment = entry.attachment
    if attachment is not None and attachment.file_extension.lower() in WORD_ENDINGS:
        if entry.merged or final:
            return content_of(attachment)
        key: object = attachment.sha256 or attachment.pk
        return letters.of(key, lambda: content_of(attachment)).fill(values)
    content_id = edited_template(entry)
    return letters.of(content_id, lambda: bytes_of(content_id)).fill(values)


def edited_template(entry: InteractionLogEntry) -> uuid.UUID | None:
    """The content of its Word template: the one edited for its segment, else the template's own (2.7)."""
    if entry.modified_word_template:
        edited = InteractionAttachment.objects.filter(no=entry.modified_word_template).first()
        if edited is not None:
            return edited.content_id
    return entry.word_template.content_id if entry.word_template else None


def _word_mail(entry: InteractionLogEntry, word: bytes) -> Made:
    """As the body, or as a file when the entry says so (I-96)."""
    if entry.send_word_doc_as_attachment:
        file = Attachment(f"{file_stem(entry.subject, 'Attachment')}.docx", word, DOCX)
        kept = NewContent(data=word, file_name=file.file_name, extension="docx")
        return Made(entry, kept, files=[file])
    html = html_of_word(word)
    return Made(entry, _kept_html(entry, html), html=html)


def _word_print(entry: InteractionLogEntry, word: bytes, *, convert: bool) -> Made:
    data, ending = paper(word, convert=convert)
    name = f"{file_stem(entry.subject, 'default')}.{ending}"
    return Made(entry, NewContent(data=data, file_name=name, extension=ending), printed=data, ending=ending)


def _other_mail(entry: InteractionLogEntry, values: Mapping[str, str]) -> Made:
    """HTML becomes the body, anything else a file (I-94, I-98, I-100)."""
    attachment = entry.attachment
    assert attachment is not None
    ending = attachment.file_extension.lower()
    if ending in HTML_ENDINGS:
        html = render_attachment(attachment, values) or content_of(attachment).decode("utf-8", "replace")
        kept = _kept_html(entry, html, attachment.content_body) if attachment.email_layout_code else None
        return Made(entry, kept, html=html)
    name = f"Attachment.{file_stem(ending, 'bin')}"
    return Made(entry, files=[Attachment(name, content_of(attachment), attachment.media_type)])


def _kept_html(entry: InteractionLogEntry, html: str, body: str = "") -> NewContent:
    """The finished page; ``body``, what was typed into its layout, stays for sending it anew (I-104)."""
    name = f"{file_stem(entry.subject, 'mail')}.html"
    return NewContent(data=html.encode(), file_name=name, extension="html", content_body=body)
