"""Short ways to contacts and the records linked to them."""

from __future__ import annotations

from typing import Any, TypeVar

from tests.contacts.register import firm, fresh, person
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.foundation import records
from tuttava.foundation.records import Record
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor
from tuttava.relations.actions import create_as
from tuttava.relations.queries import hub_of

R = TypeVar("R", bound=Record)

__all__ = ["again", "bank_of", "change", "customer_of", "employee_of", "firm", "fresh", "hub", "person", "vendor_of"]


def again(record: R) -> R:
    """The record as it is stored now."""
    return type(record)._default_manager.get(pk=record.pk)


def change(record: R, **values: Any) -> R:
    return records.change(again(record), values)


def hub(record: RegisterEntry) -> Contact:
    """The contact behind a record."""
    found = hub_of(record)
    assert found is not None
    return found


def customer_of(contact: Contact, **options: Any) -> Customer:
    """The contact's new customer, made without a template."""
    record = create_as(contact, "customer", **{"use_template": False, **options})
    assert isinstance(record, Customer)
    return record


def vendor_of(contact: Contact, **options: Any) -> Vendor:
    record = create_as(contact, "vendor", **{"use_template": False, **options})
    assert isinstance(record, Vendor)
    return record


def bank_of(contact: Contact) -> BankAccount:
    record = create_as(contact, "bank_account")
    assert isinstance(record, BankAccount)
    return record


def employee_of(contact: Contact, **options: Any) -> Employee:
    record = create_as(contact, "employee", **{"use_template": False, **options})
    assert isinstance(record, Employee)
    return record


def links(contact: Contact) -> list[tuple[str, str, str]]:
    """Code, register and number of the contact's relations."""
    rows = ContactBusinessRelation.objects.filter(contact=contact).order_by("business_relation")
    return [(str(row.business_relation_code), row.link_to_table, row.linked_no) for row in rows]
