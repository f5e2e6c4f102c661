"""May this contact become, or be linked to, a record of this register? (B-22 to B-24, B-33 to B-35, B-38)"""

from __future__ import annotations

from tuttava.contacts.models import Contact
from tuttava.contacts.relations import relation_code
from tuttava.contacts.rules.relations import relation_exists
from tuttava.partners.models import BankAccount, Customer, Employee, Vendor
from tuttava.relations.errors import (
    company_required,
    privacy_blocked,
    type_must_be_person,
)
from tuttava.relations.queries import link_of


def hub_for(contact: Contact, table: str) -> Contact:
    """The contact that create-as links: an employee the person, all others the company of a person that has one."""
    return contact if table == Employee.table or contact.company is None else contact.company


def check_linkable(contact: Contact, linked: Contact, table: str) -> None:
    """Refuse in the order of B-38. ``contact`` is the one clicked, ``linked`` the one that will get the row."""
    if table in (Customer.table, Vendor.table):
        _check_free(contact, table)
    if table == Employee.table and contact.is_company:
        raise type_must_be_person(contact)
    _check_privacy(contact, linked)
    if table in (Vendor.table, BankAccount.table) and contact.company_id is None:
        raise company_required(contact)
    relation_code(table)
    if table in (BankAccount.table, Employee.table):
        _check_row(linked, table)


def _check_free(contact: Contact, table: str) -> None:
    """B-22: the company is looked at first and named."""
    for owner in (contact.company, contact):
        if owner is not None:
            _check_row(owner, table)


def _check_row(contact: Contact, table: str) -> None:
    taken = link_of(contact.pk, table)
    if taken is not None:
        raise relation_exists(taken)


def _check_privacy(contact: Contact, linked: Contact) -> None:
    for each in (linked, contact):
        if each.privacy_blocked:
            raise privacy_blocked(each)
