"""Short ways to records that are merged."""

from __future__ import annotations

from typing import Any

from tests.contacts.people import contact, person
from tests.relations.parties import again, change, customer_of, employee_of, hub, vendor_of
from tuttava.contacts.models import Contact, ContactAltAddress, ContactMailingGroup, MailingGroup
from tuttava.foundation import records
from tuttava.foundation.context import Context, Message, acting
from tuttava.merging.actions import perform, start_merge
from tuttava.merging.models import Merge
from tuttava.partners.models import Customer, Vendor

__all__ = [
    "again",
    "change",
    "company",
    "contact",
    "customer",
    "customer_of",
    "employee_of",
    "hub",
    "mailing",
    "merged",
    "person",
    "place",
    "told",
    "vendor",
    "vendor_of",
]


def company(name: str = "Fjord AS", **values: Any) -> Contact:
    """A company contact."""
    return contact(**{"name": name, **values})


def customer(name: str = "Fjord AS", **values: Any) -> Customer:
    """A customer without a contact behind it."""
    return records.create(Customer, {"name": name, **values}, given={})


def vendor(name: str = "Fjord AS", **values: Any) -> Vendor:
    return records.create(Vendor, {"name": name, **values}, given={})


def place(owner: Contact, code: str, **values: Any) -> ContactAltAddress:
    """An alternative address of a contact."""
    return records.create(ContactAltAddress, {"contact_id": owner.pk, "code": code, **values})


def mailing(owner: Contact, code: str) -> ContactMailingGroup:
    """A mailing group on a contact; the group is made where it is missing."""
    MailingGroup.objects.get_or_create(code=code, defaults={"description": code.title()})
    return records.create(ContactMailingGroup, {"contact_id": owner.pk, "mailing_group_code": code})


def merged(current: Any, duplicate: Any, *, overrides: tuple[str, ...] = ()) -> Merge:
    """``duplicate`` folded into ``current``; there are no conflicts."""
    merge = start_merge(type(current)._meta.model_name, current.no, duplicate.no)
    merge.overrides = sorted(overrides)
    merge.save()
    assert perform(merge)
    return merge


def told(code: str, act: Any) -> list[Message]:
    """The messages with this code that ``act`` leaves."""
    with acting(Context(user_name="mia")) as context:
        act()
    return [message for message in context.messages if message.code == code]
