"""The verbs of the register. Plain changes of fields go through :mod:`tuttava.foundation.records`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.errors import action_wrong_type, label, refer
from tuttava.contacts.models import Contact, ContactType, ContactWebSource
from tuttava.contacts.restoring import restore
from tuttava.contacts.rules.defaults import NO_DEFAULTS
from tuttava.contacts.rules.inheritance import FOLLOWED, SINGLE, flag_of, group_of
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, blank, rules_of

__all__ = [
    "change_company",
    "change_number",
    "change_type",
    "create_contact",
    "create_person",
    "delete_contact",
    "inherit_from_company",
    "new_person_of",
    "pin_field",
    "reattach_field",
    "restore",
]


def create_contact(values: Mapping[str, Any], *, take_defaults: bool = True) -> Contact:
    """Create a contact by C-5. ``take_defaults=False``: it comes from a customer, vendor or bank account (C-38)."""
    rules = rules_of(Contact)
    require(rules.write_right, rules.set_name)
    with unit_of_work("create contact"):
        edit = Edit(blank(Contact), rules, typed=_names(values))
        if not take_defaults:
            edit.memory[NO_DEFAULTS] = True
        records.enter_all(edit, values)
        return records.save(edit)


def create_person(company: Contact | None, values: Mapping[str, Any]) -> Contact:
    """Create a person, in ``company`` with what it inherits from it (C-6)."""
    linked = {"company_no": company.no} if company is not None else {}
    return create_contact({"type": ContactType.PERSON, **linked, **values})


def new_person_of(company: Contact) -> Contact:
    """An unsaved person of ``company`` with inherited values filled in, to start a form with (C-6)."""
    edit = Edit(blank(Contact), rules_of(Contact))
    records.enter_all(edit, {"type": ContactType.PERSON, "company_no": company.no})
    return edit.record


def change_type(contact: Contact, new_type: str, *, clear: bool = False, version: int | None = None) -> Contact:
    """Make a company a person or the other way round (C-10 to C-13).

    ``clear``: also clear what a company has and a person cannot have: registration number and web sources (C-13).
    """
    with unit_of_work("change type of contact", refer(contact)):
        if clear and contact.is_company and new_type == ContactType.PERSON:
            contact = _clear_company_data(contact, version)
            version = None
        return records.change(contact, {"type": new_type}, version=version)


def _clear_company_data(contact: Contact, version: int | None) -> Contact:
    for source in ContactWebSource.objects.filter(contact=contact):
        records.delete(source)
    return records.change(contact, {"registration_number": ""}, version=version)


def change_company(contact: Contact, company: Contact | None, *, version: int | None = None) -> Contact:
    """Give a person another company, or none (C-21 to C-25)."""
    _check_person(contact, _("Change company"))
    return records.change(contact, {"company_no": company.no if company else ""}, version=version)


def change_number(contact: Contact, no: str, *, version: int | None = None) -> Contact:
    """Give a contact another number; everything linked to it keeps its link (C-7)."""
    return records.change(contact, {"no": no}, version=version)


def pin_field(contact: Contact, name: str, *, version: int | None = None) -> Contact:
    """Keep the person's value whatever the company does (C-31). The fields of an address are pinned together."""
    group = _followed(name)
    return _change_pins(contact, lambda edit: {*edit.get("pinned_fields"), *group}, version=version)


def reattach_field(contact: Contact, name: str, *, version: int | None = None) -> Contact:
    """Let a field follow the company again and take over the company's value (C-31)."""
    group = _followed(name)

    def unpinned(edit: Edit[Contact]) -> set[str]:
        company = _company_of(edit.record)
        for each in group:
            edit.copy(each, getattr(company, each))
        return set(edit.get("pinned_fields")) - set(group)

    return _change_pins(contact, unpinned, version=version)


def inherit_from_company(
    contact: Contact, fields: Iterable[str] | None = None, *, version: int | None = None
) -> Contact:
    """Take over the company's values again, also where the person's are filled (C-24).

    ``fields``: only these; left out, all that the setup lets people inherit. Pinned fields among them are let go.
    """
    setup = marketing_setup()
    inheritable = (*FOLLOWED, "correspondence_type")
    names = [attribute(Contact, name).attname for name in fields] if fields is not None else None
    wanted = names if names is not None else [name for name in inheritable if flag_of(setup, name)]

    def taken(edit: Edit[Contact]) -> Collection[str]:
        company = _company_of(edit.record)
        for name in wanted:
            if name not in inheritable:
                raise _not_inheritable(name)
            if names is not None or getattr(company, name) or name not in SINGLE:
                edit.copy(name, getattr(company, name))
        return set(edit.get("pinned_fields")) - {each for name in wanted for each in group_of(name)}

    return _change_pins(contact, taken, version=version)


def _change_pins(contact: Contact, pins: Any, *, version: int | None) -> Contact:
    rules = rules_of(Contact)
    require(rules.write_right, rules.set_name)
    _check_person(contact, _("Inherit from company"))
    with unit_of_work("change inheritance", refer(contact)):
        fresh = records.lock(contact)
        if version is not None and fresh.version != version:
            raise records.changed_meanwhile(rules, contact, fresh)
        edit = Edit(fresh, rules)
        edit.copy("pinned_fields", sorted(pins(edit)))
        return records.save(edit)


def _company_of(person: Contact) -> Contact:
    if person.company is None:
        raise DomainError(
            "contact.company_required",
            _("%(contact)s belongs to no company. Give it a company first.") % {"contact": refer(person)},
            field="company_no",
            rule="C-31",
        )
    return person.company


def _followed(name: str) -> tuple[str, ...]:
    name = attribute(Contact, name).attname
    if name not in FOLLOWED:
        raise _not_inheritable(name)
    return group_of(name)


def _not_inheritable(name: str) -> DomainError:
    return DomainError(
        "value_invalid",
        _("“%(field)s” is never taken over from the company.") % {"field": label(name)},
        field=name,
        rule="C-33",
    )


def _check_person(contact: Contact, action: str) -> None:
    if contact.is_company:
        raise action_wrong_type(contact, action, rule="C-14")


def _names(values: Mapping[str, Any]) -> list[str]:
    return [attribute(Contact, name).attname for name in values]


def delete_contact(contact: Contact, *, version: int | None = None) -> None:
    """Delete a contact and what goes with it (C-83 to C-86)."""
    records.delete(contact, version=version)
