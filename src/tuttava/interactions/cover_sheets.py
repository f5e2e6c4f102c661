"""Cover sheets that went out with something are recorded on their contacts (I-111); their print-out is a report."""

from __future__ import annotations

from tuttava.contacts.models import Contact
from tuttava.interactions.models import InteractionDocumentType
from tuttava.interactions.recording import Account, record_document
from tuttava.interactions.template_setup import template_for


def offered() -> bool:
    """Whether cover sheets can be logged: they have a template (I-119)."""
    return bool(template_for("cover_sheets"))


def record(contact: Contact) -> None:
    """Log that a contact got a cover sheet; raises ``document_template_has_languages``."""
    record_document(InteractionDocumentType.COVER_SHEET, "", Account.CONTACT, contact.no)
