"""Actions and functions of contacts in the CRM service (17.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, File, Parameter
from tuttava.api.errors import no_record
from tuttava.contacts.actions import inherit_from_company, restore
from tuttava.contacts.addresses import address_block
from tuttava.contacts.blockers import Blocker
from tuttava.contacts.links import launch_address, links_of
from tuttava.contacts.lookup import resolve_company
from tuttava.contacts.models import Contact, ContactWebSource, SalutationType
from tuttava.contacts.personal_data import erase_personal_data, personal_data_file
from tuttava.contacts.privacy import RIGHT, is_hidden, masked
from tuttava.contacts.reaching import email_options, number_to_call, phone_options
from tuttava.contacts.resolving import resolve_contact
from tuttava.contacts.rules.deletion import deletion_blockers
from tuttava.contacts.rules.types import type_change_blockers
from tuttava.contacts.salutations import preview, salutation
from tuttava.foundation.context import tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code

Json = dict[str, Any]
_KIND = edm.crm_enum("salutationFormulaSalutationType", SalutationType.choices)
_DEVICE = edm.crm_enum("device", [("desk", "Desk"), ("phone", "Phone")])


def _inherit(contact: Contact, fields: Sequence[str] | None) -> Contact:
    """C-24; fields by their names in the service, or by their own (A-117)."""
    named = None if fields is None else [_attribute(name) for name in fields]
    return inherit_from_company(contact, named)


def _attribute(name: str) -> str:
    found = CRM.sets["contacts"].by_name.get(name)
    return (found.attribute or found.source) if found else name


def _export(contact: Contact, reason: str) -> File:
    """C-74."""
    content = personal_data_file(contact, reason.strip() or _("Handed out to a program"))
    return File(content.encode(), "application/json", f"{contact.no}.json")


def _erase(contact: Contact, reason: str) -> None:
    """C-74."""
    erased = erase_personal_data(contact, reason)
    tell("contact.erased", _("The personal data of %(no)s was erased.") % {"no": erased.no})


def _salutation(contact: Contact, salutation_type: str, language_code: str | None) -> str:
    """C-61; without a language in the contact's own."""
    return salutation(masked(contact), salutation_type, language_code)


def _salutations(contact: Contact) -> list[Json]:
    """C-64."""
    return [
        {"languageCode": each.language, "salutationType": edm.crm_member(each.kind), "text": each.text}
        for each in preview(masked(contact))
    ]


def _address_block(contact: Contact, date: dt.date | None) -> list[str]:
    """C-57, C-58; nothing of what is hidden."""
    hidden = is_hidden(contact) or (contact.company is not None and is_hidden(contact.company))
    return [] if hidden else address_block(contact, date)


def _reachability(contact: Contact, alt_address_code: str) -> list[Json]:
    """C-60: numbers, then e-mail addresses."""
    options = [
        *phone_options(contact, address_code=alt_address_code),
        *email_options(contact, address_code=alt_address_code),
    ]
    return [
        {
            "description": each.description,
            "number": each.number,
            "email": each.email,
            "type": edm.crm_member(each.type),
            "name": each.name,
        }
        for each in options
    ]


def _preferred_phone(contact: Contact, device: str) -> str:
    """C-52."""
    return number_to_call(contact, "phone" if device == "phone" else "desk")


def _web_source_url(contact: Contact, web_source_code: str) -> str:
    """C-93; of a person those of its company (C-90)."""
    code = as_code(web_source_code)
    link = links_of(contact, ContactWebSource).filter(web_source__code=code).select_related("contact").first()
    if link is None:
        raise DomainError(
            "not_found",
            _("Contact %(no)s has no web source “%(code)s”.") % {"no": contact.no, "code": code},
            field="webSourceCode",
        )
    link.contact = masked(link.contact)
    return launch_address(link)


def _deletion_blockers(contact: Contact) -> list[Json]:
    """C-83."""
    return _told(contact, deletion_blockers(contact))


def _type_change_blockers(contact: Contact) -> list[Json]:
    """C-11 to C-13."""
    return _told(contact, type_change_blockers(contact))


def _told(contact: Contact, found: Iterable[Blocker]) -> list[Json]:
    blockers = list(found)
    others = {each.contact_id for each in blockers} - {contact.pk}
    numbers = {contact.pk: contact.no, **dict(Contact.objects.filter(pk__in=others).values_list("pk", "no"))}
    return [
        {
            "domainCode": each.code,
            "recordNo": numbers.get(each.contact_id, ""),
            "blockingSet": each.record_set,
            "blockingNo": each.record_no,
            "message": str(each.message),
        }
        for each in blockers
    ]


def _resolve(text: str, companies_only: bool) -> Contact:
    """C-66, C-67; 404 when the text names nobody."""
    found = None
    if text.strip():
        found = resolve_company(text) if companies_only else resolve_contact(text)
    if found is None:
        raise no_record(CRM.sets["contacts"])
    return found


def _function(name: str, run: Any, *parameters: Parameter, **options: Any) -> Action:
    return Action(name, run, parameters, function=True, **options)


VERBS = (
    Action("inheritFromCompany", _inherit, (Parameter("fields", edm.TEXTS),), returns="contacts"),
    Action("exportPersonalData", _export, (Parameter("reason", edm.text(250), default=""),), right=RIGHT),
    Action("erasePersonalData", _erase, (Parameter("reason", edm.text(250), default=""),), right=RIGHT),
    Action(
        "restoreDeleted",
        restore,
        (Parameter("no", edm.code(20), required=True),),
        returns="contacts",
        on_set=True,
        right="contacts.delete",
    ),
    _function(
        "salutation",
        _salutation,
        Parameter("salutationType", _KIND, default=SalutationType.FORMAL.value),
        Parameter("languageCode", edm.code(10)),
    ),
    _function("salutations", _salutations),
    _function("addressBlock", _address_block, Parameter("date", edm.DATE)),
    _function("reachability", _reachability, Parameter("altAddressCode", edm.code(10), default="")),
    _function("preferredPhone", _preferred_phone, Parameter("device", _DEVICE, default="desk")),
    _function("webSourceUrl", _web_source_url, Parameter("webSourceCode", edm.code(10), required=True)),
    _function("deletionBlockers", _deletion_blockers),
    _function("typeChangeBlockers", _type_change_blockers),
    _function(
        "resolve",
        _resolve,
        Parameter("text", edm.text(), required=True),
        Parameter("companiesOnly", edm.BOOLEAN, default=False),
        returns="contacts",
        on_set=True,
    ),
)
