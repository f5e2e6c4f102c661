"""Documents recorded in the log by themselves (I-17, I-18, I-66, I-114 to I-117)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.interactions.choosing import correspondence_type
from tuttava.interactions.logging_core import NewInteraction, log_interactions
from tuttava.interactions.models import (
    InteractionDocumentType,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from tuttava.interactions.storing import NewContent
from tuttava.interactions.template_setup import template_for
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.queries import hubs_of

#: A document was not recorded because its contact is privacy-blocked: ``contact``, ``document_type``, ``document_no``.
recording_skipped = Signal()


class Account(Enum):
    """Whose document it is."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    CONTACT = "contact"


#: The events of the setup whose names are not the plural of their document type.
_EVENTS = {
    InteractionDocumentType.SERVICE_ORDER_CREATE: "service_order_create",
    InteractionDocumentType.SERVICE_ORDER_POST: "service_order_post",
}


def event_of(document_type: str) -> str:
    """The field of the setup that names the template of a document type."""
    return _EVENTS.get(InteractionDocumentType(document_type), f"{document_type}s")


def template_of(document_type: str) -> InteractionTemplate | None:
    """The template of a document type; None: it is not recorded, or this user may not know (I-17, I-162).

    Raises ``document_template_has_languages`` (I-18).
    """
    code = template_for(event_of(document_type))
    template = InteractionTemplate.objects.filter(code=code).first() if code else None
    if template is None:
        return None
    variant = InteractionTemplateLanguage.objects.filter(interaction_template_code=template.code).first()
    if variant is not None:
        raise DomainError(
            "document_template_has_languages",
            _(
                "Template %(template)s records documents and has the language “%(language)s”. "
                "Remove its languages, or choose another template in the interaction template setup."
            )
            % {"template": template.code, "language": variant.language_code or ""},
            rule="I-18",
        )
    return template


@dataclass(frozen=True)
class Recorded:
    """A document that went to (or came from) an account (I-114).

    ``left_by``: the correspondence type by which it left the house, used when the template has none; ``content``: what
    was printed or sent, for the entry to keep (I-121).
    """

    document_type: str
    document_no: str
    account: Account
    account_no: str
    occurrence: int = 0
    version: int = 0
    salesperson_code: str = ""
    campaign_no: str = ""
    description: str = ""
    opportunity_no: str = ""
    left_by: str = ""
    content: NewContent | None = None


def record_document(document_type: str, document_no: str, account: Account, account_no: str, **values: Any) -> int:
    """Log one document, ``values`` as in :class:`Recorded`; the entry's number, 0: nothing was logged (I-114)."""
    return record_documents([Recorded(document_type, document_no, account, account_no, **values)])[0]


def record_documents(found: Sequence[Recorded]) -> list[int]:
    """Log documents, set-based; the number of each one's entry, 0: nothing was logged (I-114).

    Asks for no right: whoever may print or post may have it recorded (I-66). Nothing is delivered. Privacy-blocked
    contacts are skipped, and that is told to whoever notes it (I-22).
    """
    templates = {kind: template_of(kind) for kind in {each.document_type for each in found}}
    logged = [each for each in found if templates[each.document_type] is not None]
    contacts = contacts_behind((each.account, each.account_no) for each in logged)
    items: list[NewInteraction] = []
    places: dict[int, int] = {}
    for place, each in enumerate(found):
        template = templates[each.document_type]
        contact = contacts.get((each.account, as_code(each.account_no)))
        if template is None or contact is None:
            continue
        if _is_blocked(contact):
            recording_skipped.send(
                sender=Contact, contact=contact, document_type=each.document_type, document_no=each.document_no
            )
            continue
        places[place] = len(items)
        items.append(NewInteraction(_values(each, template, contact), content=each.content))
    entries = log_interactions(items) if items else []
    return [entries[places[place]].entry_no if place in places else 0 for place in range(len(found))]


def _values(each: Recorded, template: InteractionTemplate, contact: Contact) -> dict[str, Any]:
    """What the entry says (I-116)."""
    person = each.salesperson_code
    if each.account is Account.CONTACT and not person:
        person = contact.salesperson_code or ""
    values = {
        **_from_template(template, contact),
        **_now(),
        "contact_id": contact.pk,
        "contact_company_id": contact.company_id,
        "document_type": each.document_type,
        "document_no": each.document_no,
        "doc_no_occurrence": each.occurrence,
        "version_no": each.version,
        "description": (each.description or template.description)[:100],
        "salesperson_code": person or None,
        "campaign_no": each.campaign_no or template.campaign_no,
        "opportunity_no": each.opportunity_no,
    }
    if each.left_by and template.correspondence_type_default == CorrespondenceType.NONE:
        values["correspondence_type"] = each.left_by
    return values


def _is_blocked(contact: Contact) -> bool:
    """Whether the contact or its company is privacy-blocked: no new work is done with it (I-22, C-72)."""
    return contact.privacy_blocked or (contact.company is not None and contact.company.privacy_blocked)


def contact_of(account: Account, account_no: str) -> Contact | None:
    """The contact behind an account, normally a company; None where there is none (I-115)."""
    return contacts_behind([(account, account_no)]).get((account, as_code(account_no)))


def contacts_behind(accounts: Iterable[tuple[Account, str]]) -> dict[tuple[Account, str], Contact]:
    """:func:`contact_of` for several, with a few queries for all of them."""
    wanted: dict[Account, set[str]] = defaultdict(set)
    for account, number in accounts:
        wanted[account].add(as_code(number))
    rows = Contact.objects.filter(no__in=wanted[Account.CONTACT]).select_related("company")
    found = {(Account.CONTACT, str(contact.no)): contact for contact in rows} if wanted[Account.CONTACT] else {}
    registers: tuple[tuple[Account, type[Customer] | type[Vendor]], ...] = (
        (Account.CUSTOMER, Customer),
        (Account.VENDOR, Vendor),
    )
    for account, model in registers:
        if wanted[account]:
            numbers = dict(model._default_manager.filter(no__in=wanted[account]).values_list("pk", "no"))
            found |= {(account, str(numbers[pk])): hub for pk, hub in hubs_of(numbers).items()}
    return found


def _from_template(template: InteractionTemplate, contact: Contact) -> dict[str, Any]:
    """What the template decides, the correspondence type together with the contact (I-33, I-116)."""
    return {
        "interaction_template_code": template.code,
        "interaction_group_code": template.interaction_group_code or "",
        "cost_lcy": template.unit_cost_lcy,
        "duration_min": template.unit_duration_min,
        "information_flow": template.information_flow,
        "initiated_by": template.initiated_by,
        "campaign_target": template.campaign_target,
        "campaign_response": template.campaign_response,
        "correspondence_type": correspondence_type(template, contact, sendable=True),
    }


def _now() -> dict[str, dt.date | dt.time]:
    return {"date": current().today, "time_of_interaction": timezone.localtime().time().replace(microsecond=0)}
