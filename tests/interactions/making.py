"""What tests of interactions need again and again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.contacts.people import contact as make_company
from tests.contacts.people import person as make_person
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.interactions.logging_core import NewInteraction, log_interactions
from tuttava.interactions.models import InteractionGroup, InteractionLogEntry, InteractionTemplate
from tuttava.partners.models import Salesperson

DAY = dt.date(2026, 3, 2)


def vocabulary() -> InteractionTemplate:
    """A group, a template MEET and a salesperson PS."""
    InteractionGroup.objects.get_or_create(code="TALKS", defaults={"description": "Talks"})
    Salesperson.objects.get_or_create(code="PS", defaults={"name": "Pia Solberg", "email": "pia@example.com"})
    found = InteractionTemplate.objects.filter(code="MEET").first()
    return found or records.create(
        InteractionTemplate, {"code": "MEET", "interaction_group_code": "TALKS", "description": "Meeting"}
    )


def said(contact: Contact, **values: Any) -> NewInteraction:
    """An interaction with a contact, complete for the log."""
    return NewInteraction(
        {
            "contact_id": contact.pk,
            "contact_company_id": contact.company_id or (contact.pk if contact.is_company else None),
            "date": DAY,
            "interaction_template_code": "MEET",
            "interaction_group_code": "TALKS",
            "salesperson_code": "PS",
            "description": "Talked about spring",
        }
        | values
    )


def logged(contact: Contact, **values: Any) -> InteractionLogEntry:
    """One log entry of a contact."""
    vocabulary()
    return log_interactions([said(contact, **values)])[0]


__all__ = ["DAY", "logged", "make_company", "make_person", "said", "vocabulary"]
