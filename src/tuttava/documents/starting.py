"""What is started from a document: an interaction with its contact, the opportunity that it belongs to (17.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.documents.lifecycle import changing, store
from tuttava.documents.models import Document
from tuttava.documents.names import title_of
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.interactions import related
from tuttava.interactions.drafting import Source, start
from tuttava.interactions.models import InteractionDraft


def start_interaction(document: Document) -> InteractionDraft:
    """Open the wizard for the document's contact, campaign and opportunity. Raises ``contact.privacy_blocked``."""
    return start(
        Source(
            contact=_contact(document),
            salesperson_code=document.salesperson_code or "",
            campaign_no=related.known("campaign", document.campaign_no),
            opportunity_no=related.known("opportunity", document.opportunity_no),
        )
    )


def create_task(document: Document, values: Mapping[str, Any]) -> str:
    """Make a task of a document: its contact, salesperson, campaign and opportunity unless ``values`` say otherwise.

    Answers its number. Raises ``contact.privacy_blocked``, and :class:`related.NotInstalled` without a room of tasks.
    """
    require("api.write", "tasks")
    contact = _contact(document)
    use_contact_for_new_work(contact)
    own = {
        "contact_id": contact.pk,
        "contact_company_id": contact.company_id,
        "salesperson_code": document.salesperson_code,
        "campaign_no": related.known("campaign", document.campaign_no),
        "opportunity_no": related.known("opportunity", document.opportunity_no),
    }
    return related.maker("task").create({**own, **values})


def _contact(document: Document) -> Contact:
    contact: Contact | None = document.account_contact or document.paying_contact
    if contact is None:
        raise DomainError(
            "contact_required",
            _("%(document)s has no contact. Choose one first.") % {"document": title_of(document)},
            field="account_contact_id",
            rule="I-21",
        )
    return contact


def assign_opportunity(document: Document, opportunity_no: str) -> Document:
    """Let a document belong to an opportunity, released or not; a blank number takes it out (O-64).

    Raises ``not_found`` for an opportunity that does not exist.
    """
    number = as_code(opportunity_no)
    related.require_existing("opportunity", {number})
    with changing(document, _("assign %(document)s to an opportunity") % {"document": title_of(document)}) as fresh:
        return store(fresh, {"opportunity_no": number})
