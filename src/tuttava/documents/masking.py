"""Names and addresses of blocked contacts on documents, masked for whoever may not see them (C-72)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import is_hidden, log_looks, mask_of
from tuttava.documents.models import DocumentHeader, DocumentType
from tuttava.foundation.context import current

_ADDRESS = ("address", "address_2", "post_code", "city", "county")
_PLACE = ("name", "name_2", *_ADDRESS)
#: What tells who somebody is: of the contact, and of the one who pays.
_PERSON = ("contact_name", "e_mail", "phone_no", "ship_to_contact")
_PAYING = ("bill_to_contact_name",)
_OWN_PLACE = tuple(f"{prefix}{name}" for prefix in ("", "ship_to_") for name in _PLACE)
_PAYING_PLACE = tuple(f"bill_to_{name}" for name in _PLACE)
#: Every column of a document that can be masked.
PERSONAL = frozenset({*_PERSON, *_PAYING, *_OWN_PLACE, *_PAYING_PLACE})
#: What :func:`hidden_columns` reads of a document.
NEEDED = (
    *("document_type", "account_contact_id", "paying_contact_id"),
    *("customer_id", "vendor_id", "paying_customer_id", "paying_vendor_id"),
)
_CACHE = "documents.hidden_contacts"


def hidden_columns(document: Mapping[str, Any], hidden: Mapping[uuid.UUID, Contact]) -> frozenset[str]:
    """The columns of a document, given by :data:`NEEDED`, that its contacts among ``hidden`` make secret.

    What is the company's own stays: a person's document goes by the name of the customer or vendor, and to its
    address, unless a quote goes to the person.
    """
    found: set[str] = set()
    contact = hidden.get(document["account_contact_id"])
    if contact is not None:
        found.update(_PERSON)
        if _is_party(contact, document["customer_id"] or document["vendor_id"]):
            found.update(_OWN_PLACE)
        elif document["document_type"] == DocumentType.QUOTE:
            found.update(_ADDRESS)
    payer = hidden.get(document["paying_contact_id"])
    if payer is not None:
        found.update(_PAYING)
        if _is_party(payer, document["paying_customer_id"] or document["paying_vendor_id"]):
            found.update(_PAYING_PLACE)
    return frozenset(found)


def _is_party(contact: Contact, party: uuid.UUID | None) -> bool:
    """Whether the document's name and address are the contact's own, not those of its company."""
    return party is None or contact.company_id is None or contact.company_id == contact.pk


def hidden_contacts(ids: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, Contact]:
    """Those of some contacts that the user may not see, each asked for once; who may see one leaves a note."""
    known: dict[uuid.UUID, Contact | None] = current().cache.setdefault(_CACHE, {})
    wanted = {each for each in ids if each is not None}
    new = wanted - known.keys()
    if new:
        rows = Contact.objects.filter(pk__among=list(new), privacy_blocked=True)
        blocked = list(rows.only("no", "type", "company_id", "privacy_blocked"))
        log_looks(blocked)
        known.update(dict.fromkeys(new))
        known.update({contact.pk: contact for contact in blocked if is_hidden(contact)})
    return {key: found for key in wanted if (found := known[key]) is not None}


def secret(document: Any) -> frozenset[str]:
    """The columns of one document that the user may not see."""
    hidden = hidden_contacts([document.account_contact_id, document.paying_contact_id])
    return hidden_columns(_seen(document), hidden) if hidden else frozenset()


def shown(document: Any, name: str) -> str:
    """A column of a document as the user may see it."""
    value = str(getattr(document, name) or "")
    return cast(str, mask_of(value)) if name in secret(document) else value


def mask_documents(documents: Sequence[Any]) -> None:
    """Mask a page of documents that is only looked at."""
    hidden = hidden_contacts(each for one in documents for each in (one.account_contact_id, one.paying_contact_id))
    for document in documents if hidden else ():
        for name in hidden_columns(_seen(document), hidden):
            setattr(document, name, mask_of(getattr(document, name)))


def _seen(document: DocumentHeader) -> dict[str, Any]:
    return {name: getattr(document, name) for name in NEEDED}
