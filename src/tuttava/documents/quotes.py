"""Quotes of contacts: made for somebody who may not be a customer yet, handed over once there is one (B-89 to B-92)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, LinkToTable
from tuttava.documents import parties
from tuttava.documents.marks import BY_LIFECYCLE
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.foundation import records
from tuttava.foundation.context import ask, choose, tell
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, rules_of
from tuttava.partners.models import Customer, CustomerTemplate, RegisterEntry, Vendor, VendorTemplate
from tuttava.relations.errors import privacy_blocked
from tuttava.relations.queries import link_of
from tuttava.relations.signals import account_linked

_AREAS: dict[type[RegisterEntry], Area] = {Customer: Area.SALES, Vendor: Area.PURCHASE}


def connect() -> None:
    """Listen to contacts that become customers or vendors."""
    account_linked.connect(hand_over, dispatch_uid="documents.quotes")


def create_quote(contact: Contact, area: Area, *, template_code: str = "") -> Document:
    """A new quote for a contact, customer or not (B-91).

    Raises ``contact.privacy_blocked``; may ask ``q_choose_template`` and for the template (B-92).
    """
    if contact.privacy_blocked:
        raise privacy_blocked(contact)
    with unit_of_work("create quote", contact.name):
        given = {"area": area, "document_type": DocumentType.QUOTE}
        values: dict[str, Any] = {"account_contact_id": contact.pk}
        if parties.party_behind(contact, area) is None:
            column = "vendor_template_code" if area == Area.PURCHASE else "customer_template_code"
            values[column] = as_code(template_code) or proposed_template(contact, area) or None
        return records.create(Document, values, given=given)


def proposed_template(contact: Contact, area: Area) -> str:
    """The code of the template a quote without account gets; blank: none (B-92)."""
    model: Any = VendorTemplate if area == Area.PURCHASE else CustomerTemplate
    hub = contact.company or contact
    fitting = model._default_manager.filter(
        territory_code=hub.territory_code or None,
        country_code=hub.country_code or None,
        contact_type=contact.type,
        currency_code=hub.currency_code or None,
    )
    codes = list(fitting.order_by("code").values_list("code", flat=True)[:2])
    if len(codes) == 1:
        return str(codes[0])
    if area == Area.SALES and link_of(hub.pk, LinkToTable.CUSTOMER) is not None:
        return ""
    text = _("%(contact)s has no customer or vendor yet. Choose a template for it?") % {"contact": contact.name}
    offered = list(
        model._default_manager.filter(contact_type=hub.type).order_by("code").values_list("code", "description")
    )
    if not offered or not ask("q_choose_template", text, default=False):
        return ""
    return choose("template_code", _("Which template?"), offered) or ""


def hand_over(*, contact: Contact, record: RegisterEntry, template_code: str, **_signal: Any) -> None:
    """A contact became a customer or vendor: its quotes without one are handed over (B-89, B-90, B-42)."""
    area = _AREAS.get(type(record))
    if area is None or not isinstance(record, Customer | Vendor):
        return
    account, payer = parties.columns(area)
    people = _people(contact)
    quotes = Document.objects.filter(area=area, document_type=DocumentType.QUOTE).order_by("no")
    mine = quotes.filter(Q(**{account: None, "account_contact__in": people}))
    others: list[str] = []
    for quote in mine.select_for_update(of=("self",)):
        used = quote.vendor_template_code if area == Area.PURCHASE else quote.customer_template_code
        if template_code and used != template_code:
            others.append(str(quote.no))
        _hand_over(quote, record, payer)
    bills = quotes.filter(Q(**{payer: None, "paying_contact__in": people}))
    for quote in bills.select_for_update(of=("self",)):
        _enter(quote, {payer: record.pk})
    if others:
        _warn(others, template_code)


def _people(contact: Contact) -> list[uuid.UUID] | Any:
    """The contact, or all of its company (B-89)."""
    hub = contact.company_id or (contact.pk if contact.is_company else None)
    return Contact.objects.filter(company_id=hub).values("pk") if hub else [contact.pk]


def _hand_over(quote: Document, record: Customer | Vendor, payer: str) -> None:
    """Account, name and terms; the bill-to part too when both contacts are the same."""
    account, _payer = parties.columns(quote.area)
    same = quote.account_contact_id == quote.paying_contact_id
    values: dict[str, Any] = {account: record.pk}
    if not same:
        values[payer] = getattr(quote, payer)
    _enter(quote, values)


def _enter(quote: Document, values: dict[str, Any]) -> None:
    """Write a party past the lock of released quotes: they are as before, but for their customer."""
    edit = Edit(quote, rules_of(Document), typed=[*values, "account_contact_id", "paying_contact_id"])
    for name, value in values.items():
        edit.enter(name, value)
    edit.memory[BY_LIFECYCLE] = True
    records.save(edit)


def _warn(numbers: list[str], template_code: str) -> None:
    """Quotes that another template was meant for (B-90)."""
    shown = ", ".join(numbers[:20])
    text = _("These quotes named another template than %(template)s, or none: %(quotes)s.") % {
        "template": template_code,
        "quotes": shown,
    }
    tell("quotes.other_template", text, severity="warning")
    ask(
        "q_review_quotes",
        _("Look at these quotes now: %(quotes)s?") % {"quotes": shown},
        default=True,
        unattended=False,
    )
