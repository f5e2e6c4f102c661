"""What hangs on a contact, in the CRM service: links, addresses, periods, e-mail addresses (17.1)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import crm_set, existing, id_behind, properties_of
from tuttava.api.declare import Expression, Navigation, Property
from tuttava.contacts.entities.masks import NEEDED_OF_CHILD, mask_child
from tuttava.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactEmail,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactWebSource,
    LinkToTable,
)
from tuttava.contacts.models.links import ContactLink
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.partners.names import full_name
from tuttava.partners.rules.registers import REGISTERS

#: The contact that a row belongs to, by number and by id; it stays.
OWNER = (
    Property(
        "contactNo",
        edm.code(20),
        "contact__no",
        write="contact_id",
        convert=id_behind(Contact),
        immutable=True,
    ),
    Property("contactId", edm.GUID, "contact_id", convert=existing(Contact), immutable=True),
)
_CONTACT_NAME = Property("contactName", edm.text(100), "contact__name", read_only=True)
_COMPANY_NAME = Property("companyName", edm.text(100), "contact__company_name", read_only=True)


def _owner_of(set_name: str) -> Navigation:
    return Navigation("contact", Contact, many=False, ours="contact_id", partner=set_name)


def _link_set(
    model: type[ContactLink], name: str, entity: str, *looked_up: Property, personal: tuple[str, ...] = (), **built: Any
) -> None:
    """A code on a contact, with what is looked up behind it (3.5)."""
    description = Property("description", edm.text(100), f"{model.code_name}__description", read_only=True)
    crm_set(
        model,
        name,
        entity,
        natural_key=("contactNo", f"{_camel_code(model)}"),
        properties=(
            *properties_of(model, entity, replace={"contact_id": OWNER}, **built),
            description,
            _CONTACT_NAME,
            *looked_up,
        ),
        navigations=(_owner_of(name),),
        finish=mask_child(*personal),
        always=NEEDED_OF_CHILD,
        tracked=model is ContactBusinessRelation,
    )


def _camel_code(model: type[ContactLink]) -> str:
    first, *rest = f"{model.code_name}_code".split("_")
    return first + "".join(part.capitalize() for part in rest)


_link_set(ContactMailingGroup, "contactMailingGroups", "contactMailingGroup", _COMPANY_NAME)
_link_set(ContactIndustryGroup, "contactIndustryGroups", "contactIndustryGroup")
_link_set(ContactJobResponsibility, "contactJobResponsibilities", "contactJobResponsibility", _COMPANY_NAME)
_link_set(ContactWebSource, "contactWebSources", "contactWebSource", personal=("search_word",))


def _entity_name() -> Expression:
    """The name of the linked record, of employees the full name (B.2)."""
    names: dict[str, Combinable] = {LinkToTable.EMPLOYEE: full_name()}
    cases = []
    for table, model in REGISTERS.items():
        record = model._default_manager.filter(pk=OuterRef("linked_id")).order_by()
        name = record.annotate(shown=names.get(table, F("name"))).values("shown")
        cases.append(When(link_to_table=table, then=Subquery(name, output_field=CharField())))
    return Case(*cases, default=Value(""), output_field=CharField())


_link_set(
    ContactBusinessRelation,
    "contactBusinessRelations",
    "contactBusinessRelation",
    Property("businessRelationDescription", edm.text(100), "business_relation__description", read_only=True),
    Property(
        "entityName",
        edm.text(100),
        expression=_entity_name,
        read_only=True,
        nullable=True,
        caption=gettext_lazy("name of the linked record"),
    ),
    personal=("entityName",),
    names={"linked_no": "no"},
    immutable=("link_to_table", "linked_no"),
)

_ADDRESS = (
    *("company_name", "company_name_2", "address", "address_2", "post_code", "city", "county", "phone_no"),
    *("mobile_phone_no", "extension_no", "pager", "fax_no", "telex_no", "telex_answer_back"),
    *("email", "search_email", "home_page"),
)
crm_set(
    ContactAltAddress,
    "contactAlternativeAddresses",
    "contactAlternativeAddress",
    natural_key=("contactNo", "code"),
    properties=properties_of(ContactAltAddress, "contactAlternativeAddress", replace={"contact_id": OWNER}),
    navigations=(_owner_of("contactAlternativeAddresses"),),
    finish=mask_child(*_ADDRESS),
    always=NEEDED_OF_CHILD,
)
crm_set(
    ContactEmail,
    "contactEmailAddresses",
    "contactEmailAddress",
    natural_key=("contactNo", "lineNo"),
    properties=properties_of(ContactEmail, "contactEmailAddress", replace={"contact_id": OWNER}),
    navigations=(_owner_of("contactEmailAddresses"),),
    finish=mask_child("email"),
    always=NEEDED_OF_CHILD,
)


def _with_address(values: Mapping[str, Any], contact_id: uuid.UUID | None) -> dict[str, Any]:
    """The address that ``altAddressCode`` names: one of the contact's own (3.4)."""
    found = dict(values)
    if "alt_address_code" not in found:
        return found
    code = as_code(found.pop("alt_address_code"))
    own = ContactAltAddress.objects.filter(contact_id=contact_id, code=code) if code and contact_id else None
    named = own.first() if own is not None else None
    given = found.get("alt_address_id")
    if code and (named is None or (given and given != named.pk)):
        raise DomainError(
            "not_found",
            _("The contact has no alternative address “%(code)s”.") % {"code": code},
            field="alt_address_code",
        )
    return {**found, "alt_address_id": named.pk if named else given}


def create_period(values: Mapping[str, Any], given: Mapping[str, Any]) -> ContactAltAddressPeriod:
    """Create a period of one of the contact's alternative addresses."""
    contact_id = given.get("contact_id") or values.get("contact_id")
    return records.create(ContactAltAddressPeriod, _with_address(values, contact_id), given=given, in_order=True)


def change_period(
    period: ContactAltAddressPeriod, values: Mapping[str, Any], version: int | None
) -> ContactAltAddressPeriod:
    """Change a period."""
    return records.change(period, _with_address(values, period.contact_id), version=version, in_order=True)


crm_set(
    ContactAltAddressPeriod,
    "contactAddressPeriods",
    "contactAddressPeriod",
    natural_key=("contactNo", "startingDate"),
    properties=properties_of(
        ContactAltAddressPeriod,
        "contactAddressPeriod",
        replace={
            "contact_id": OWNER,
            "alt_address_id": (
                Property("altAddressCode", edm.code(10), "alt_address__code", write="alt_address_code", nullable=True),
                Property(
                    "altAddressId",
                    edm.GUID,
                    "alt_address_id",
                    convert=existing(ContactAltAddress),
                    nullable=True,
                ),
            ),
        },
    ),
    navigations=(
        _owner_of("contactAddressPeriods"),
        Navigation("altAddress", ContactAltAddress, many=False, ours="alt_address_id"),
    ),
    always=("contact_id",),
    create=create_period,
    change=change_period,
)
