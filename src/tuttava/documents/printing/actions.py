"""Printing and mailing documents: what leaves the house is archived, logged, kept and counted (I-118 to I-125, I-137).

A preview, and building a mail's body, does none of that: :func:`tuttava.documents.printing.pdf_of`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.documents import names
from tuttava.documents.archiving import store_version, version_alike, wanted_by_setup
from tuttava.documents.errors import email_address_missing
from tuttava.documents.lifecycle import changing, store
from tuttava.documents.models import Document, DocumentArchive
from tuttava.documents.posting import ACTION, post
from tuttava.documents.printing import Printable, papers_of
from tuttava.documents.printing.mails import About, Letter, require_addresses, send_paper, words_for
from tuttava.documents.printing.sources import Source, source_of
from tuttava.documents.printing.typesetting import pdf
from tuttava.documents.recording import Departure, event_of, is_logged, posted_event, record_live, record_posted
from tuttava.documents.setups import document_setup
from tuttava.foundation import mail, records
from tuttava.foundation.bulk import update_many
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.printing import FileNames, file_stem
from tuttava.interactions.storing import NewContent
from tuttava.trade.models import PostedDocument

__all__ = [
    "MOST",
    "PDF",
    "Letter",
    "Options",
    "Printed",
    "address_of",
    "departure_of",
    "file_of",
    "mail_document",
    "post_and_leave",
    "preview_documents",
    "print_documents",
    "title_of",
    "words_of",
    "zipped",
]

#: Documents that one print makes at most.
MOST = 500
PDF = "application/pdf"


@dataclass(frozen=True)
class Options:
    """How to print. ``log_interaction`` and ``archive`` None: as templates and setup say; the two are independent
    (I-119, I-137). ``copies`` and ``internal`` as in :func:`tuttava.documents.printing.pdf_of`; ``together``: several
    documents come as one PDF, not as a zip."""

    log_interaction: bool | None = None
    archive: bool | None = None
    copies: int = 0
    internal: bool = False
    together: bool = False


@dataclass(frozen=True)
class Printed:
    """A file to hand out; ``entry_no``: the entry of the log that tells of it, 0: none does."""

    name: str
    content: bytes
    media_type: str = PDF
    entry_no: int = 0

    @property
    def attachment(self) -> mail.Attachment:
        """The file as it goes with a mail."""
        return mail.Attachment(self.name, self.content, self.media_type)


_AS_SET_UP = Options()
_OWN_WORDS = Letter()


def print_documents(found: Sequence[Printable], options: Options = _AS_SET_UP) -> Printed:
    """Print documents, versions or posted documents: one PDF, for several as asked that or a zip; all or none.

    Each one printed is one entry of the log. Raises ``document_template_has_languages``.
    """
    with unit_of_work("print documents"):
        printed = [_leave(record, options, CorrespondenceType.HARD_COPY) for record in _checked(found)]
    if len(printed) == 1:
        return printed[0]
    return _one_file(found, options) if options.together else zipped(printed, _("Documents"))


def file_of(record: Printable, options: Options = _AS_SET_UP) -> Printed:
    """The file alone: nothing is recorded, archived or counted (I-120)."""
    return _file(source_of(record), options)


def preview_documents(found: Sequence[Printable], options: Options = _AS_SET_UP) -> Printed:
    """What printing documents would hand out, and nothing else (I-120)."""
    for record in _checked(found):
        require("api.read", _set_of(record))
    files = [file_of(record, options) for record in found]
    return files[0] if len(files) == 1 else zipped(files, _("Documents"))


def _one_file(found: Sequence[Printable], options: Options) -> Printed:
    papers = [
        paper
        for record in found
        for paper in papers_of(source_of(record), copies=options.copies, internal=options.internal)
    ]
    return Printed(f"{file_stem(_('Documents'), 'documents')}.pdf", pdf(papers))


def _checked(found: Sequence[Printable]) -> Sequence[Printable]:
    if not 0 < len(found) <= MOST:
        raise DomainError("too_many_rows", _("Choose between 1 and %(most)s documents.") % {"most": MOST}, field="ids")
    return found


def mail_document(record: Printable, letter: Letter = _OWN_WORDS, options: Options = _AS_SET_UP) -> None:
    """Send a document as PDF; it counts as printed (I-136). The mail leaves once that is stored.

    Raises ``email_address_missing``, ``mail_account_missing``, ``mail.address_invalid``, where the mail is handed over
    at once ``mail.not_sent``, and what :func:`print_documents` does.
    """
    source = source_of(record)
    letter = _addressed(source, letter)
    person = source.header.salesperson
    with unit_of_work("send document"):
        file = _leave(record, options, CorrespondenceType.EMAIL)
        about = About(_set_of(record), record.pk, title_of(source), file.entry_no)
        send_paper(file.attachment, letter, about, source.region, reply_to=person.email if person else "")


def _addressed(source: Source, letter: Letter) -> Letter:
    """The letter with where it goes; refuses what no mail can go to, before anything is done."""
    mail.require_account()
    address = letter.to.strip() or address_of(source)
    if not address:
        raise email_address_missing(source.title, source.no)
    letter = replace(letter, to=address)
    require_addresses(letter)
    return letter


def _set_of(record: Printable) -> str:
    if isinstance(record, PostedDocument):
        return "postedDocuments"
    return "documentArchives" if isinstance(record, DocumentArchive) else f"{record.area}Documents"


def title_of(source: Source) -> str:
    """“Invoice 1001”, in the language of whom it is for."""
    with source.region.speaking():
        return f"{source.title} {source.no}"


def words_of(source: Source) -> tuple[str, str]:
    """Subject and text of a mail that says nothing of its own, in the language of whom it is for (I-136)."""
    return words_for(title_of(source), source.region)


def zipped(files: Sequence[Printed], name: str) -> Printed:
    """Several files as one; equal names get " (2)", " (3)"."""
    names, packed = FileNames(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for file in files:
            stem, _dot, ending = file.name.rpartition(".")
            made.writestr(names.free(stem, ending), file.content)
    return Printed(f"{file_stem(name, 'documents')}.zip", packed.getvalue(), "application/zip")


def address_of(source: Source) -> str:
    """Where a document's mail goes: its own address, else the paying contact's, else the account's (I-136)."""
    header = source.header
    contact, account = header.paying_contact, header.account
    return header.e_mail or (contact.email if contact else "") or (account.email if account else "")


def _leave(record: Printable, options: Options, left_by: str) -> Printed:
    """One document leaves the house. A version leaves no trace: it is what once left."""
    if isinstance(record, DocumentArchive):
        require("api.read", "documentArchives")
        return _file(source_of(record), options)
    if isinstance(record, PostedDocument):
        return _posted_leaves(record, options, left_by)
    with changing(record, _("print %(document)s") % {"document": record.no}) as fresh:
        return _live_leaves(fresh, options, left_by)


def _live_leaves(document: Document, options: Options, left_by: str) -> Printed:
    logged = options.log_interaction is not False and is_logged(event_of(document))
    version = _version(document, options, logged=logged)
    file = _file(source_of(document), options)
    if logged:
        file = replace(file, entry_no=record_live(document, version=version, departure=departure_of(file, left_by)))
    values: dict[str, object] = {"no_printed": document.no_printed + 1}
    if left_by == CorrespondenceType.EMAIL:
        values["sent_at"] = timezone.now()
    store(document, values)
    return file


def _version(document: Document, options: Options, *, logged: bool) -> int:
    """The version that says what leaves now: archived by this print, or before and not changed since; 0: none."""
    wanted = wanted_by_setup(document) if options.archive is None else options.archive
    if wanted:
        return store_version(document, interaction_exists=logged).version_no
    alike = version_alike(document) if logged else None
    if alike is None:
        return 0
    DocumentArchive.objects.filter(pk=alike.pk).update(interaction_exists=True)
    return alike.version_no


def _posted_leaves(record: PostedDocument, options: Options, left_by: str) -> Printed:
    with _posted(record) as fresh:
        logged = options.log_interaction is not False and is_logged(posted_event(fresh))
        file = _file(source_of(fresh), options)
        if logged:
            file = replace(file, entry_no=record_posted(fresh, departure_of(file, left_by)))
        fresh.no_printed += 1
        update_many([fresh], ("no_printed",))
        record.no_printed = fresh.no_printed
    return file


@contextmanager
def _posted(record: PostedDocument) -> Iterator[PostedDocument]:
    """The fresh, locked posted document; its only change is that it is counted."""
    require("api.read", "postedDocuments")
    with unit_of_work("print documents", record.no):
        yield records.lock(record)


def _file(source: Source, options: Options) -> Printed:
    content = pdf(papers_of(source, copies=options.copies, internal=options.internal))
    return Printed(f"{file_stem(title_of(source), 'document')}.pdf", content)


def departure_of(file: Printed, left_by: str) -> Departure:
    """What the entry is to know; the file is kept where the setup says so (I-121)."""
    kept = NewContent(data=file.content, file_name=file.name, extension="pdf")
    return Departure(left_by, kept if document_setup().store_printed_documents else None)


def post_and_leave(
    document: Document, *, ship: bool = True, invoice: bool = True, printing: bool = False, sending: bool = False
) -> tuple[list[PostedDocument], Printed | None]:
    """Post a document, then print or send what was made of it; that is recorded, not the document itself (I-120).

    All of it is one transaction: what cannot be sent or printed is not posted, and once it is posted its mails are on
    their way. A mail that is not taken is told, and what was posted stays posted.
    """
    if sending:
        _addressed(source_of(document), _OWN_WORDS)
    with unit_of_work(ACTION, _("post %(document)s") % {"document": names.title_of(document)}):
        made = post(document, ship=ship, invoice=invoice)
        printed = print_documents(made, Options(together=True)) if printing else None
        for each in made if sending else ():
            try:
                mail_document(each)
            except DomainError as error:
                tell(error.code, error.message, severity="warning")
    return made, printed
