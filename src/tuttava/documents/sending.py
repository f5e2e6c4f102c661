"""Documents are sent from the standard service: as they are, once posted, or once canceled (section 14)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.documents.correcting import cancel
from tuttava.documents.models import Document, DocumentType
from tuttava.documents.names import title_of
from tuttava.documents.printing import Printable
from tuttava.documents.printing.actions import Letter, mail_document, post_and_leave
from tuttava.documents.printing.sources import Source, source_of
from tuttava.foundation.company import company_information
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.trade.models import PostedDocument


def send(record: Printable) -> None:
    """Mail a document as PDF. Raises ``document_not_posted`` for a credit memo that is still a draft."""
    if isinstance(record, Document) and record.document_type == DocumentType.CREDIT_MEMO:
        raise DomainError(
            "document_not_posted",
            _("%(document)s is not posted yet. Post it first.") % {"document": title_of(record)},
            rule="A-99",
        )
    mail_document(record)


def post_and_send(document: Document) -> PostedDocument:
    """Post a draft and mail what was made of it; without an address nothing is posted."""
    made, _printed = post_and_leave(document, sending=True)
    return made[-1]


def cancel_and_send(posted: PostedDocument) -> None:
    """Cancel a posted document and tell who got it; without an address nothing is canceled."""
    source = source_of(posted)
    with unit_of_work("cancel document", posted.no):
        cancel(posted)
        mail_document(posted, _canceled(source))


def _canceled(source: Source) -> Letter:
    """The words of the mail, in the language of whom it is for."""
    with source.region.speaking():
        values = {"company": company_information().name, "document": f"{source.title} {source.no}"}
        return Letter(
            subject=_("%(document)s from %(company)s is canceled") % values,
            body=_("%(document)s from %(company)s is canceled. Please disregard it; it is attached for your records.")
            % values,
        )
