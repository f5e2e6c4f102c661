"""Documents, their versions and posted ones on paper."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.documents.models import ORDERS, PROMISES, ArchiveQuotes, Document, DocumentArchive, DocumentType
from tuttava.documents.names import title_of
from tuttava.documents.pages.kinds import may_write
from tuttava.documents.pages.paper import Papers, mount
from tuttava.documents.printing import preview_of
from tuttava.documents.printing.actions import (
    Letter,
    Options,
    Printed,
    address_of,
    file_of,
    mail_document,
    print_documents,
    words_of,
)
from tuttava.documents.printing.sources import source_of
from tuttava.documents.recording import event_of, is_logged, posted_event
from tuttava.documents.setups import document_setup
from tuttava.foundation.context import require
from tuttava.foundation.errors import Text
from tuttava.trade.models import PostedDocument


class _Printables(Papers):
    """What the three have in common: one way to set them, one way out of the house."""

    model: ClassVar[type[Model]]

    def set_of(self, record: Any) -> str:
        return f"{record.area}Documents"

    def find(self, pk: uuid.UUID) -> Any:
        record = self.model._default_manager.filter(pk=pk).first()
        if record is None:
            raise Http404
        require("api.read", self.set_of(record))
        return record

    def url(self, record: Any) -> str:
        return reverse(self.card, kwargs={"pk": record.pk})

    def title(self, record: Any) -> Text:
        return title_of(record)

    def file(self, record: Any) -> Printed:
        return file_of(record)

    def pictures(self, record: Any) -> list[bytes]:
        return preview_of(record)

    def print(self, records: Sequence[Any], options: Options) -> Printed:
        return print_documents(records, options)

    def letter(self, record: Any) -> Letter:
        source = source_of(record)
        subject, body = words_of(source)
        return Letter(address_of(source), subject, body)

    def mail(self, record: Any, letter: Letter, options: Options) -> None:
        mail_document(record, letter, options)

    def has_internal(self, record: Any) -> bool:
        return True


class DocumentPapers(_Printables):
    """Documents that are being worked on."""

    card, path, model, right = "document", "documents", Document, "api.write"

    def may_leave(self, record: Any) -> bool:
        return may_write(record)

    def is_logged(self, record: Any) -> bool | None:
        event = event_of(record)
        return None if event is None else is_logged(event)

    def is_archived(self, record: Any) -> bool | None:
        """As the setup says; where it says “question”, the box on the form is the question."""
        if record.document_type not in PROMISES | ORDERS:
            return None
        wanted = getattr(document_setup(), f"{record.area}_archive_{record.document_type}s", None)
        return wanted != ArchiveQuotes.NEVER if record.document_type == DocumentType.QUOTE else bool(wanted)


class PostedPapers(_Printables):
    """Posted documents."""

    card, path, model = "posted-document", "documents/posted", PostedDocument

    def set_of(self, record: Any) -> str:
        return "postedDocuments"

    def title(self, record: Any) -> Text:
        return f"{record.get_kind_display()} {record.no}"

    def is_logged(self, record: Any) -> bool | None:
        return is_logged(posted_event(record))


class VersionPapers(_Printables):
    """Versions: what once left the house leaves no trace when it is printed again."""

    card, path, model, mailed = "document-version", "documents/versions", DocumentArchive, False

    def title(self, record: Any) -> Text:
        return _("%(document)s, version %(version)s") % {"document": title_of(record), "version": record.version_no}


DOCUMENT, POSTED, VERSION = DocumentPapers(), PostedPapers(), VersionPapers()
for _papers in (DOCUMENT, POSTED, VERSION):
    mount(_papers)
