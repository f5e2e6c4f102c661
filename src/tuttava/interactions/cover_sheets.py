"""Cover sheets that went out with something are recorded on their contacts (I-111); their print-out is a report."""

from __future__ import annotations

from collections.abc import Sequence

from tuttava.contacts.models import Contact
from tuttava.interactions.models import InteractionDocumentType
from tuttava.interactions.recording import Account, Recorded, record_documents
from tuttava.interactions.template_setup import template_for


def offered() -> bool:
    """Whether cover sheets can be logged: they have a template (I-119)."""
    return bool(template_for("cover_sheets"))


def record(contact: Contact) -> None:
    """Log that a contact got a cover sheet; raises ``document_template_has_languages``."""
    record_all([contact])


def record_all(contacts: Sequence[Contact], *, campaign_no: str = "") -> None:
    """The same for several, with the campaign of the segment that they are on."""
    record_documents(
        [
            Recorded(InteractionDocumentType.COVER_SHEET, "", Account.CONTACT, contact.no, campaign_no=campaign_no)
            for contact in contacts
        ]
    )
