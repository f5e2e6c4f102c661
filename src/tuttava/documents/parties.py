"""Who buys or sells, who pays, and whom to turn to: what choosing them brings along (I-131, B-91, B-94)."""

from __future__ import annotations

import uuid
from typing import Any

from tuttava.contacts.models import Contact, ContactBusinessRelation, LinkToTable
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.foundation.records import Edit
from tuttava.partners.models import Customer, Vendor
from tuttava.partners.models.shared import CopyAddressFrom
from tuttava.relations.errors import not_related, privacy_blocked
from tuttava.relations.queries import contacts_of, link_of, main_contact

Party = Customer | Vendor

#: Fields of a document that its account fills, by the account's names.
_FROM_ACCOUNT = {
    "name": "name",
    "name_2": "name_2",
    "address": "address",
    "address_2": "address_2",
    "post_code": "post_code",
    "city": "city",
    "county": "county",
    "country_code": "country_code",
    "phone_no": "phone_no",
    "e_mail": "email",
    "language_code": "language_code",
    "shipment_method_code": "shipment_method_code",
}
_ADDRESS = ("address", "address_2", "post_code", "city", "county", "country_code")
_PLACE = ("name", "name_2", *_ADDRESS)
_FROM_PAYER = ("currency_code", "payment_terms_code", "prices_including_vat")


def party_of(area: str, pk: uuid.UUID | None) -> Party | None:
    """The customer of a sales or service document, the vendor of a purchase document."""
    if pk is None:
        return None
    model: type[Customer] | type[Vendor] = Vendor if area == Area.PURCHASE else Customer
    return model._default_manager.filter(pk=pk).first()


def columns(area: str) -> tuple[str, str]:
    """The columns of account and payer in an area."""
    return ("vendor_id", "paying_vendor_id") if area == Area.PURCHASE else ("customer_id", "paying_customer_id")


def account_chosen(edit: Edit[Document], pk: uuid.UUID | None) -> None:
    """A customer or vendor was chosen: name, address, terms, contact and payer follow (I-131)."""
    area = edit.get("area")
    account, payer = columns(area)
    if pk == edit.get(account):
        return
    edit.copy(account, pk)
    party = party_of(area, pk)
    if party is None:
        return
    for name, source in _FROM_ACCOUNT.items():
        edit.derive(name, getattr(party, source))
    for name in _PLACE:
        edit.derive(f"ship_to_{name}", getattr(party, name))
    person = "purchaser_code" if isinstance(party, Vendor) else "salesperson_code"
    edit.derive("salesperson_code", getattr(party, person) or edit.get("salesperson_code"))
    edit.put("customer_template_code", None)
    edit.put("vendor_template_code", None)
    contact = _kept_contact(edit, "account_contact_id", party) or main_contact(party)
    if "account_contact_id" not in edit.typed:
        edit.copy("account_contact_id", contact.pk if contact else None)
    edit.derive("contact_name", name_on_document(contact, party))
    edit.derive("ship_to_contact", edit.get("contact_name"))
    if payer not in edit.typed:
        paying = party.pay_to_vendor_id if isinstance(party, Vendor) else party.bill_to_customer_id
        payer_chosen(edit, paying or party.pk)


def payer_chosen(edit: Edit[Document], pk: uuid.UUID | None) -> None:
    """Who pays was chosen: the bill-to or pay-to block and the terms of payment follow (I-131)."""
    area = edit.get("area")
    account, payer = columns(area)
    edit.copy(payer, pk)
    party = party_of(area, pk)
    if party is None:
        return
    for name in _PLACE:
        edit.derive(f"bill_to_{name}", getattr(party, name))
    for name in _FROM_PAYER:
        edit.derive(name, getattr(party, name))
    if pk == edit.get(account):
        contact_id, name = edit.get("account_contact_id"), edit.get("contact_name")
    else:
        contact = main_contact(party)
        contact_id, name = (contact.pk if contact else None), name_on_document(contact, party)
    if "paying_contact_id" not in edit.typed:
        edit.copy("paying_contact_id", contact_id)
    edit.derive("bill_to_contact_name", name)


def contact_chosen(edit: Edit[Document], pk: uuid.UUID | None) -> None:
    """A contact was chosen: its company's customer or vendor follows; a quote may stay without one (I-131)."""
    area = edit.get("area")
    account, payer = columns(area)
    edit.copy("account_contact_id", pk)
    contact = Contact.objects.filter(pk=pk).first() if pk else None
    if contact is None:
        edit.derive("contact_name", "")
        return
    if contact.privacy_blocked:
        raise privacy_blocked(contact)
    party = party_of(area, edit.get(account)) or party_behind(contact, area)
    if party is None:
        _without_account(edit, contact)
        return
    require_related(contact, party)
    if edit.get(account) is None and account not in edit.typed:
        account_chosen(edit, party.pk)
        edit.copy("account_contact_id", contact.pk)
    same_payer = edit.get(payer) == edit.get(account)
    edit.derive("contact_name", name_on_document(contact, party))
    edit.derive("ship_to_contact", edit.get("contact_name"))
    for name, source in (("e_mail", contact.email), ("phone_no", contact.phone_no)):
        if source:
            edit.derive(name, source)
    if isinstance(party, Customer) and edit.get("document_type") == DocumentType.QUOTE:
        _address_of_quote(edit, contact, party)
    if same_payer and "paying_contact_id" not in edit.typed:
        edit.copy("paying_contact_id", contact.pk)
        edit.derive("bill_to_contact_name", edit.get("contact_name"))


def _address_of_quote(edit: Edit[Document], contact: Contact, customer: Customer) -> None:
    """Quotes go to the address of the company, or of the person where the customer wants that (B-91)."""
    to_person = customer.copy_address_to_quote_from == CopyAddressFrom.PERSON
    place = contact if to_person else contact.company or contact
    for name in _ADDRESS:
        edit.derive(name, getattr(place, name))


def paying_contact_chosen(edit: Edit[Document], pk: uuid.UUID | None) -> None:
    """Whom to turn to about payment."""
    edit.copy("paying_contact_id", pk)
    contact = Contact.objects.filter(pk=pk).first() if pk else None
    party = party_of(edit.get("area"), edit.get(columns(edit.get("area"))[1]))
    if contact is not None and party is not None:
        require_related(contact, party)
    edit.derive("bill_to_contact_name", name_on_document(contact, party))


def party_behind(contact: Contact, area: str) -> Party | None:
    """The customer or vendor of the person itself, else of its company (B-91)."""
    table = LinkToTable.VENDOR if area == Area.PURCHASE else LinkToTable.CUSTOMER
    for owner in (contact.pk, contact.company_id):
        link = link_of(owner, table) if owner else None
        if link is not None:
            return party_of(area, link.linked_id)
    return None


def require_related(contact: Contact, party: Party) -> None:
    """Refuse (``contact.not_related``) a contact of another customer or vendor (B-94)."""
    if not contacts_of(party).filter(pk=contact.pk).exists() and not _linked(contact, party):
        raise not_related(contact, party)


def _linked(contact: Contact, party: Party) -> bool:
    """Whether one of several links of the contact or its company is to this record (B-94)."""
    owners = [owner for owner in (contact.pk, contact.company_id) if owner]
    return ContactBusinessRelation.objects.filter(contact_id__in=owners, linked_id=party.pk).exists()


def name_on_document(contact: Contact | None, party: Party | None) -> str:
    """The contact name on a document: a person's own, a company's customer's primary contact (B-94)."""
    if contact is None:
        return ""
    if not contact.is_company:
        return str(contact.name)
    primary = party.primary_contact if party is not None else None
    return str(primary.name) if primary else ""


def _kept_contact(edit: Edit[Document], name: str, party: Party) -> Contact | None:
    """The contact that stands on the document already, if it belongs to the party that was chosen now."""
    stored: Any = edit.get(name)
    contact = Contact.objects.filter(pk=stored).first() if stored else None
    if contact is None:
        return None
    if contacts_of(party).filter(pk=contact.pk).exists() or _linked(contact, party):
        return contact
    if name in edit.typed:
        raise not_related(contact, party)
    return None


def _without_account(edit: Edit[Document], contact: Contact) -> None:
    """A document for somebody who is no customer or vendor yet: address of the company contact (B-91)."""
    address = contact.company or contact
    for name in _PLACE:
        for prefix in ("", "bill_to_", "ship_to_"):
            edit.derive(f"{prefix}{name}", getattr(address, name))
    edit.derive("e_mail", contact.email or address.email)
    edit.derive("phone_no", contact.phone_no or address.phone_no)
    edit.derive("language_code", contact.language_code or address.language_code)
    edit.derive("currency_code", address.currency_code)
    edit.derive("salesperson_code", contact.salesperson_code or edit.get("salesperson_code"))
    for name in ("contact_name", "ship_to_contact", "bill_to_contact_name"):
        edit.derive(name, name_on_document(contact, None))
    if "paying_contact_id" not in edit.typed:
        edit.copy("paying_contact_id", contact.pk)
