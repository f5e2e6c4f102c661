"""Documents on paper in both services: ``pdfDocument`` of every document (16.9, A-87).

It has its document's id and is reached through it only. Reading the paper of a posted document is a print: it is
counted and logged; all others are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model, TextField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import CRM, SERVICES, STANDARD, EntitySet, File, Navigation, Property, Service, Stream
from tuttava.contacts.models import Contact
from tuttava.documents.models import Area, Bill, CustomerStatement, Document, DocumentType
from tuttava.documents.names import title_of
from tuttava.documents.printing import Printable
from tuttava.documents.printing.actions import PDF, file_of, print_documents
from tuttava.documents.statements import pdf_of_statement, statement_of_person
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent
from tuttava.interactions.printing import file_stem
from tuttava.trade.models import PostedDocument

NAME = "pdfDocument"
_STREAM = "pdfDocumentContent"
#: The reference's English words.
_WORDS = {each.value: each.value.replace("_", " ").title() for each in AttachmentParent if each.value}
_PARENT_TYPES = {
    STANDARD.name: edm.standard_enum("attachmentEntityBufferDocumentType", AttachmentParent, _WORDS),
    CRM.name: edm.crm_enum("pdfDocumentParentType", [(each.value, each.label) for each in AttachmentParent]),
}


@dataclass(frozen=True)
class Paper:
    """What has a paper: rows of ``model``. ``read`` takes it away, ``peek`` looks at it."""

    model: type[Model]
    read: Callable[[Any], File]
    peek: Callable[[Any], File] | None = None


def pdf_navigation(
    paper: Paper, kind: AttachmentParent = AttachmentParent.NONE, *, partner: str, service: Service = STANDARD
) -> Navigation:
    """From a record to its paper, and back; ``kind``: what the contract calls the record, if it has a word for it."""

    def shape(papers: EntitySet) -> EntitySet:
        """The set as records of the kind have it."""
        stated = replace(papers.by_name["parentType"], expression=lambda: Value(kind.value, output_field=TextField()))
        properties = tuple(stated if each.name == stated.name else each for each in papers.properties)
        stream = Stream(_STREAM, paper.read, peek=paper.peek)
        return replace(papers, model=paper.model, properties=properties, streams=(stream,))

    service.extend(NAME, navigations=[Navigation(partner, f"{partner}s", many=False, partner=NAME)])
    return Navigation(NAME, NAME, many=False, contained=True, partner=partner, shape=shape)


def _looked_at(record: Printable) -> File:
    printed = file_of(record)
    return File(printed.content, printed.media_type, printed.name)


def _printed(posted: PostedDocument) -> File:
    """A posted document leaves the house (A-87)."""
    printed = print_documents([posted])
    return File(printed.content, printed.media_type, printed.name)


def _of_bill(leaving: Callable[[PostedDocument], File]) -> Callable[[Bill], File]:
    """The paper of an invoice or credit memo, posted or not; some exist on paper only once they are posted."""

    def read(bill: Bill) -> File:
        if bill.is_posted:
            return leaving(PostedDocument.objects.get(pk=bill.pk))
        draft = Document.objects.get(pk=bill.pk)
        if draft.area == Area.PURCHASE or draft.document_type == DocumentType.CREDIT_MEMO:
            raise DomainError(
                "document_not_posted",
                _("%(document)s is not posted yet. Post it first.") % {"document": title_of(draft)},
                rule="A-87",
            )
        return _looked_at(draft)

    return read


def _of_statement(statement: CustomerStatement) -> File:
    name = file_stem(f"{_('Statement')} {statement.statement_no}", "statement")
    return File(pdf_of_statement(statement), PDF, f"{name}.pdf")


def _of_person(person: Contact) -> File:
    printed = statement_of_person(person)
    return File(printed.content, printed.media_type, printed.name)


BILL = Paper(Bill, _of_bill(_printed), _of_bill(_looked_at))
POSTED = Paper(PostedDocument, _printed, _looked_at)
STATEMENT = Paper(CustomerStatement, _of_statement)
_PERSON = Paper(Contact, _of_person)


def live(model: type[Model]) -> Paper:
    """Documents that are worked on, and their versions: looking at them is no print."""
    return Paper(model, _looked_at)


for _service in SERVICES:
    _service.register(
        EntitySet(
            name=NAME,
            entity=NAME,
            model=PostedDocument,
            properties=(
                Property("id", edm.GUID, "id", read_only=True),
                Property("parentId", edm.GUID, "id", read_only=True),
                Property(
                    "parentType",
                    _PARENT_TYPES[_service.name],
                    expression=lambda: Value("", output_field=TextField()),
                    read_only=True,
                ),
            ),
            streams=(Stream(_STREAM, _printed, peek=_looked_at),),
            methods=frozenset({"GET"}),
            needs_parent="api.pdf_owner_required",
            caption=gettext_lazy("document as PDF"),
            caption_plural=gettext_lazy("documents as PDF"),
        )
    )
STANDARD.extend(
    "customerContacts",
    navigations=[pdf_navigation(_PERSON, AttachmentParent.CUSTOMER_STATEMENT, partner="customerContact")],
)
CRM.extend("postedDocuments", navigations=[pdf_navigation(POSTED, partner="postedDocument", service=CRM)])
