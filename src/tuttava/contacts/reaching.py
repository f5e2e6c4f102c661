"""By which numbers and addresses a contact can be reached (C-52, C-60)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from tuttava.contacts.addresses import active_address
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.contacts.privacy import is_hidden
from tuttava.foundation.errors import DomainError, Text

Device = Literal["desk", "phone"]


@dataclass(frozen=True)
class ReachabilityOption:
    """One way to reach somebody; ``type`` and ``name`` are those of the contact it comes from."""

    description: str
    number: str
    email: str
    type: str
    name: str


def number_to_call(contact: Contact, device: Device = "desk") -> str:
    """The number offered for calling: on a phone mobile first, elsewhere the fixed line first (C-52)."""
    if is_hidden(contact):
        return ""
    numbers = [contact.phone_no, contact.mobile_phone_no]
    if device == "phone":
        numbers.reverse()
    return numbers[0] or numbers[1]


def phone_options(contact: Contact, *, address_code: str = "", date: dt.date | None = None) -> list[ReachabilityOption]:
    """Every number under which the contact may be called on ``date``; none: ``contact.no_phone_numbers`` (C-60)."""
    options = [
        ReachabilityOption(_words(label, code), number, "", owner.type, owner.name)
        for owner, code, source in _sources(contact, address_code, date)
        for label, number in ((_("Phone"), source.phone_no), (_("Mobile phone"), source.mobile_phone_no))
        if number
    ]
    if not options:
        raise DomainError(
            "contact.no_phone_numbers",
            _("Contact %(no)s has no phone number. Enter one first.") % {"no": contact.no},
            rule="C-60",
        )
    return options


def email_options(contact: Contact, *, address_code: str = "", date: dt.date | None = None) -> list[ReachabilityOption]:
    """Every e-mail address at which the contact may be written to (C-42, C-60)."""
    return [
        ReachabilityOption(_words(label, code), "", address, owner.type, owner.name)
        for owner, code, source in _sources(contact, address_code, date)
        for label, address in _emails(source)
        if address
    ]


def _emails(source: Contact | ContactAltAddress) -> list[tuple[Text, str]]:
    found: list[tuple[Text, str]] = [(_("E-mail"), address) for address in source.email.split(";")]
    if isinstance(source, Contact):
        found.append((_("E-mail 2"), source.email_2))
        found += [(line.label or _("E-mail"), line.email) for line in source.emails.all()]
    return found


def _sources(
    contact: Contact, address_code: str, date: dt.date | None
) -> list[tuple[Contact, str, Contact | ContactAltAddress]]:
    """The contact, its named or active alternative address, and for a person the same of the company."""
    sources = _own_sources(contact, address_code, date)
    if contact.is_person and contact.company is not None:
        sources += _own_sources(contact.company, "", date)
    return sources


def _own_sources(
    contact: Contact, address_code: str, date: dt.date | None
) -> list[tuple[Contact, str, Contact | ContactAltAddress]]:
    if is_hidden(contact):
        return []
    if address_code:
        extra = contact.alt_addresses.filter(code=address_code.upper()).first()
    else:
        extra = active_address(contact, date)
    return [(contact, "", contact)] + ([(contact, extra.code, extra)] if extra else [])


def _words(label: Text, code: str) -> str:
    return f"{label} ({code})" if code else str(label)
