"""Refusals of business relations (appendix of the specification)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.errors import refer
from tuttava.contacts.models import Contact, LinkToTable
from tuttava.foundation.errors import DomainError, Text
from tuttava.partners.models import RegisterEntry


def caption(table: str) -> str:
    """What one record of a register is called."""
    return str(LinkToTable(table).label)


def refer_record(record: RegisterEntry) -> str:
    """A record in a message: kind, number and name."""
    name = getattr(record, "name", "") or getattr(record, "full_name", "")
    return " ".join(part for part in (str(record._meta.verbose_name), str(record.no), name) if part)


def privacy_blocked(contact: Contact) -> DomainError:
    """``contact.privacy_blocked`` (B-24)."""
    return DomainError(
        "contact.privacy_blocked",
        _("%(contact)s is blocked for privacy. Lift the block first.") % {"contact": refer(contact)},
        rule="B-24",
    )


def company_required(contact: Contact) -> DomainError:
    """``contact.company_required``: the person belongs to no company (B-33, B-34)."""
    return DomainError(
        "contact.company_required",
        _("%(contact)s belongs to no company. Give the person a company first.") % {"contact": refer(contact)},
        field="company_no",
        rule="B-33",
    )


def type_must_be_person(contact: Contact) -> DomainError:
    """``contact.type_must_be``: only persons work for us (B-35)."""
    return DomainError(
        "contact.type_must_be",
        _("%(contact)s is a company. Only a person can be an employee.") % {"contact": refer(contact)},
        field="type",
        rule="B-35",
    )


def not_related(contact: Contact, record: RegisterEntry) -> DomainError:
    """``contact.not_related``: the contact does not belong to the party behind the record (B-71)."""
    return DomainError(
        "contact.not_related",
        _("%(contact)s does not belong to %(record)s. Choose one of its people.")
        % {"contact": refer(contact), "record": refer_record(record)},
        field="primary_contact_id",
        rule="B-71",
    )


def creation_aborted(table: str, reason: Text) -> DomainError:
    """``<table>.creation_aborted``: which template to use is not clear (B-20, B-21, B-32, B-35)."""
    return DomainError(f"{table}.creation_aborted", reason, field="template_code", rule="B-20")


def type_must_be_company(contact: Contact) -> DomainError:
    """``contact.type_must_be``: persons have no relations of their own to list (B-86)."""
    return DomainError(
        "contact.type_must_be",
        _("%(contact)s has no business relation. Only companies have a list of them.") % {"contact": refer(contact)},
        field="type",
        rule="B-86",
    )
