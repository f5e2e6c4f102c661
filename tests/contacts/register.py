"""Short ways to companies and persons of the register, numbered from its series."""

from __future__ import annotations

from typing import Any

from tuttava.contacts.models import Contact, MarketingSetup
from tuttava.contacts.setup import forget_marketing_setup
from tuttava.foundation import records
from tuttava.foundation.models import Country, Language, Territory
from tuttava.partners.models import Salesperson


def firm(**values: Any) -> Contact:
    """A company through the rules."""
    return records.create(Contact, {"name": "Fjord AS", **values})


def person(company: Contact | None = None, **values: Any) -> Contact:
    """A person through the rules, in ``company``."""
    linked = {"company_no": company.no} if company else {}
    return records.create(Contact, {"type": "person", "name": "Anna Berg", **linked, **values})


def change(contact: Contact, **values: Any) -> Contact:
    return records.change(contact, values)


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def setup(**values: Any) -> None:
    """Set values of the marketing setup without its rules."""
    MarketingSetup.objects.update(**values)
    forget_marketing_setup()


def salesperson(code: str, **values: Any) -> str:
    Salesperson.objects.get_or_create(code=code, defaults={"name": code, **values})
    return code


def territory(code: str) -> str:
    Territory.objects.get_or_create(code=code)
    return code


def language(code: str, format_region: str = "") -> str:
    Language.objects.update_or_create(code=code, defaults={"format_region": format_region})
    return code


def country(code: str) -> str:
    Country.objects.get_or_create(code=code, defaults={"iso_code": code[:2]})
    return code
