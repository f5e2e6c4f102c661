"""The fact box *Contacts like this* of customers and vendors that no contact stands behind (D-29)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import is_hidden
from tuttava.duplicates.pages.words import Likelihood, likelihood
from tuttava.duplicates.registers import contacts_like
from tuttava.foundation.context import current
from tuttava.foundation.records import rules_of
from tuttava.partners.models import Customer, Vendor
from tuttava.ui.cards import FactBox, add_box

NAME = "contacts-alike"


@dataclass(frozen=True)
class Like:
    """A contact that may stand behind the record; ``link_url``: where both are linked, blank when that cannot be."""

    contact: Contact
    url: str
    link_url: str
    likelihood: Likelihood


def alike(record: Customer | Vendor) -> dict[str, Any]:
    """The likeliest contacts first, those that stand for another record of the register without the link."""
    found = contacts_like(record)
    ids = [each.contact.pk for each in found]
    links = ContactBusinessRelation.objects.filter(contact_id__in=ids, link_to_table=record.table)
    taken = set(links.exclude(linked_id=None).values_list("contact_id", flat=True)) if ids else set()
    rules = rules_of(ContactBusinessRelation)
    may_link = current().may(rules.write_right, rules.set_name)
    rows = [
        Like(
            each.contact,
            contact_url(each.contact),
            _link_url(each.contact, record) if may_link and each.contact.pk not in taken else "",
            likelihood(each.score),
        )
        for each in found
    ]
    return {"rows": rows}


def _link_url(contact: Contact, record: Customer | Vendor) -> str:
    """The dialog that compares both and links them, with the record filled in; the contact itself is meant (B-39)."""
    address = reverse("contact-link", kwargs={"pk": contact.pk, "table": record.table})
    return f"{address}?{urlencode({'no': record.no, 'party': contact.pk})}"


for _table in (Customer.table, Vendor.table):
    add_box(
        _table,
        FactBox(
            NAME,
            _("Contacts like this"),
            "duplicates/register_box.html",
            alike,
            lambda record: not is_hidden(record),
            first=True,
        ),
    )
