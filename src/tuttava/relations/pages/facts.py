"""What cards of the registers show beside their fields: the contact behind, its people, the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.contacts.models import ContactBusinessRelation, ContactType
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked as masked_contact
from tuttava.foundation.context import current
from tuttava.relations.pages.registers import SHOWN, is_hidden
from tuttava.relations.queries import contacts_of, relation_of
from tuttava.ui.cards import Badge, card
from tuttava.ui.cards.comments import comments_url
from tuttava.ui.cards.views import timeline_context

PEOPLE_SHOWN = 8
BOX_LINES = 6
_REMEMBERED = "relation_behind"


def relation_behind(record: Any) -> ContactBusinessRelation | None:
    """The row that links the record to its contact, read once a view of the card."""
    if _REMEMBERED not in vars(record):
        vars(record)[_REMEMBERED] = relation_of(record)
    found: ContactBusinessRelation | None = vars(record)[_REMEMBERED]
    return found


def badges(record: Any) -> Sequence[Badge]:
    """The contact behind the record, and what is locked."""
    found = []
    relation = relation_behind(record)
    if relation is not None:
        hub = masked_contact(relation.contact)
        words = _("Contact %(no)s") % {"no": hub.no}
        found.append(Badge(words, "accent", contact_url(hub)))
        found += _others(relation, record)
    if getattr(record, "privacy_blocked", False):
        found.append(Badge(_("Privacy blocked"), "danger"))
    blocked = getattr(record, "blocked", "none")
    if blocked is True:
        found.append(Badge(_("Blocked"), "danger"))
    elif blocked not in (False, "none"):
        found.append(Badge(_("Blocked: %(what)s") % {"what": record.get_blocked_display()}, "danger"))
    return found


def _others(relation: ContactBusinessRelation, record: Any) -> list[Badge]:
    """The same party in the other registers (B-69)."""
    rows = ContactBusinessRelation.objects.filter(contact_id=relation.contact_id, linked_id__isnull=False)
    return [
        Badge(
            f"{row.get_link_to_table_display()} {row.linked_no}",
            "",
            reverse(row.link_to_table, args=[row.linked_id]),
        )
        for row in rows.exclude(linked_id=record.pk).order_by("link_to_table")
        if row.link_to_table in SHOWN
    ]


def people(record: Any) -> dict[str, Any]:
    """The contacts behind the record: its company and people, or the one person (B-88)."""
    relation = relation_behind(record)
    if relation is None:
        return {"rows": [], "more": 0, "linked": False}
    first = Case(When(type=ContactType.COMPANY, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = contacts_of(record).order_by(first, "name", "pk").defer("search_tokens", "search_text")
    found = list(rows[: PEOPLE_SHOWN + 1])
    return {
        "rows": [masked_contact(contact) for contact in found[:PEOPLE_SHOWN]],
        "more": len(found) > PEOPLE_SHOWN,
        "linked": True,
        "hub": relation.contact,
        "primary": getattr(record, "primary_contact_id", None),
        "may_add": relation.contact.is_company and current().may("api.write", "contacts"),
    }


def timeline(name: str) -> Callable[[Any], dict[str, Any]]:
    """The first lines of the timeline of a card."""

    def box(record: Any) -> dict[str, Any]:
        page = card(name)
        return timeline_context(page, record, limit=BOX_LINES) | {"comments_url": comments_url(page, record)}

    return box


def shown(record: Any) -> bool:
    """Whether personal data of the record may be seen."""
    return not is_hidden(record)
