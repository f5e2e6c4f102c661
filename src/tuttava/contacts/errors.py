"""Refusals of the register that several rules share. Every message names the contact, the field and the way out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError


def refer(contact: Contact) -> str:
    """A contact in a message: number and name, as far as they are known."""
    return " ".join(part for part in (contact.no, contact.name) if part) or _("the new contact")


def label(name: str) -> str:
    """The translated label of a contact's field."""
    return str(attribute(Contact, name).verbose_name)


def wrong_type(contact: Contact, name: str, *, rule: str) -> DomainError:
    """``contact.wrong_type``: the field or action ``name`` does not belong to contacts of this type (C-14)."""
    if contact.is_company:
        text = _("%(contact)s is a company. “%(field)s” belongs to persons only; leave it blank.")
    else:
        text = _("%(contact)s is a person. “%(field)s” belongs to companies only; leave it blank.")
    return DomainError(
        "contact.wrong_type", text % {"contact": refer(contact), "field": label(name)}, field=name, rule=rule
    )


def action_wrong_type(contact: Contact, action: str, *, rule: str) -> DomainError:
    """``contact.wrong_type`` for an action; ``action`` is its translated name."""
    if contact.is_company:
        text = _("%(contact)s is a company. “%(action)s” is possible for persons only.")
    else:
        text = _("%(contact)s is a person. “%(action)s” is possible for companies only.")
    return DomainError("contact.wrong_type", text % {"contact": refer(contact), "action": action}, rule=rule)
