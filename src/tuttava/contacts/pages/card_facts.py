"""What the fact boxes of the contact card show."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.pages.links import relation_url, restore_url
from tuttava.contacts.privacy import masked
from tuttava.contacts.queries import figures
from tuttava.contacts.rules.inheritance import inheritance_of
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import current
from tuttava.foundation.errors import Text
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.series import choices, peek
from tuttava.ui import values
from tuttava.ui.cards import CHANGES, DeletedRecord, Mark, add_source, card
from tuttava.ui.cards.comments import comments_url
from tuttava.ui.cards.views import timeline_context

PEOPLE_SHOWN = 8
BOX_LINES = 6
PEOPLE_TOLD = 100


def number_shown() -> bool:
    """Whether the number shows on the card; hidden only when all of C-4 holds. Most setups decide it at once."""
    series = marketing_setup().contact_nos
    if series is None or series.manual_nos or not series.default_nos:
        return True
    return len(choices(series.code)) > 1 or not peek(series.code, quiet=True)


def people(contact: Contact) -> dict[str, Any]:
    """The contact's company and its people (C-28), this contact left out."""
    if contact.company_id is None:
        return {"rows": [], "more": 0}
    first = Case(When(type=ContactType.COMPANY, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Contact.objects.filter(company_id=contact.company_id).exclude(pk=contact.pk).order_by(first, "name", "pk")
    found = list(rows.defer("search_tokens", "search_text")[: PEOPLE_SHOWN + 1])
    return {
        "rows": [masked(person) for person in found[:PEOPLE_SHOWN]],
        "more": len(found) > PEOPLE_SHOWN,
        "contact": contact,
    }


def statistics(contact: Contact) -> dict[str, Any]:
    """The panel of 6.4; what areas that do not exist yet would count is zero."""
    found = figures(contact)
    general = [
        (_("Next task"), found.next_task_date, ""),
        (_("Last interaction"), found.date_of_last_interaction, ""),
        (_("Last attempt"), found.last_date_attempted, ""),
        (_("Interactions"), found.no_of_interactions, ""),
        (_("Cost"), values.show_number(found.cost, 2), ""),
        (_("Duration (minutes)"), found.duration_minutes, ""),
    ]
    opportunities = [
        (pgettext("state", "Open"), found.open_opportunities, ""),
        (_("Closed"), found.closed_opportunities, ""),
        (_("Estimated value"), values.show_number(found.estimated_value, 2), ""),
        (_("Calculated current value"), values.show_number(found.calcd_current_value, 2), ""),
    ]
    relations = relation_url(contact) if found.no_of_business_relations else ""
    segmentation = [
        (_("Mailing groups"), found.no_of_mailing_groups, "#box-mailing_groups"),
        (_("Industry groups"), found.no_of_industry_groups, "#box-industry_groups" if contact.is_company else ""),
        (_("Business relations"), found.no_of_business_relations, relations),
    ]
    if contact.is_person:
        segmentation.append((_("Job responsibilities"), found.no_of_job_responsibilities, "#box-job_responsibilities"))
    titles = (_("General"), _("Opportunities"), _("Segmentation"))
    return {"sections": list(zip(titles, (general, opportunities, segmentation), strict=True))}


MARK_WORDS = {
    "company": gettext_lazy("from the company"),
    "own": gettext_lazy("own"),
    "pinned": gettext_lazy("pinned"),
}


MARK_ICONS = {"company": "link", "own": "user", "pinned": "lock-closed"}


def marks(contact: Contact) -> dict[str, Mark]:
    """Where each inherited value of a person comes from, with a button to detach or re-attach it (C-31)."""
    may = current().may("api.write", "contacts")
    found = {}
    for name, state in inheritance_of(contact).items():
        if state != "pinned" and not getattr(contact, name):
            continue
        action = "contact-pin" if state == "company" else "contact-reattach"
        words = (
            _("Click to keep it whatever the company does") if state == "company" else _("Click to follow the company")
        )
        url = reverse(action, kwargs={"pk": contact.pk, "field": name}) if may else ""
        tone = {"company": "inherited", "own": "own", "pinned": "pinned"}[state]
        found[name] = Mark(MARK_WORDS[state], tone, MARK_ICONS[state], url, words)
    return found


def deleted(pk: uuid.UUID) -> DeletedRecord | None:
    """What is known of a contact that was deleted: its name, by whom, and how to get it back (C-87)."""
    rows = JournalChange.objects.filter(record_id=pk, operation=JournalChange.Operation.DELETE)
    row = rows.select_related("unit").order_by("-id").first()
    if row is None or row.old is None:
        return None
    days = (timezone.now() - row.at).days
    may = current().may("contacts.delete", "contacts") and days < marketing_setup().restore_days
    title = row.old.get("name") or row.old.get("no", "")
    return DeletedRecord(title, row.unit.user_name if row.unit else "", restore_url(row.old["no"]) if may else "")


def people_told(contact: Contact) -> Sequence[Contact]:
    """The people whose happenings stand in their company's timeline: those that something happened with last."""
    if not contact.is_company:
        return ()
    rows = Contact.objects.filter(company_id=contact.pk, type=ContactType.PERSON)
    return list(rows.defer("search_tokens", "search_text").order_by("-last_modified_at", "pk")[:PEOPLE_TOLD])


def whole_company(contact: Contact) -> tuple[Text, Text, Callable[[], Contact | None]] | None:
    """A person's timeline can tell of its company and all its people instead."""
    if contact.is_company or contact.company_id is None:
        return None
    find = Contact.objects.filter(pk=contact.company_id).first
    return gettext_lazy("This person"), gettext_lazy("The whole company"), find


add_source("contact", CHANGES)


def timeline_box(contact: Contact) -> dict[str, Any]:
    """The first lines of the timeline."""
    page = card("contact")
    return timeline_context(page, contact, limit=BOX_LINES) | {"comments_url": comments_url(page, contact)}
