"""Customers, vendors, bank accounts and employees in the CRM service (17.1, B.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import DateField
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import crm_set, existing, id_behind, properties_of, references_of
from tuttava.api.declare import Expression, Navigation, Property
from tuttava.api.sets.comments import comments_navigation, owns_comments
from tuttava.api.sets.pictures import picture_navigation
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.foundation.models import OwnerKind, PictureParent
from tuttava.foundation.search import search_queryset
from tuttava.partners.entities.dimensions import dimensions_navigation
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerBankAccount,
    DimensionParent,
    Employee,
    OrderAddress,
    RegisterEntry,
    ShipToAddress,
    Vendor,
    VendorBankAccount,
)
from tuttava.partners.names import full_name
from tuttava.relations.entities.figures import customer_figures

Replaced = dict[str, Sequence[Property]]

#: The contract's spellings where they differ from the stored names (A-112).
NAMES = {"country_code": "countryRegionCode"}
_INTERNAL = ("search_text",)
_SERIES: Replaced = {
    "no_series_code": (Property("noSeries", edm.code(20), "no_series_code", immutable=True, nullable=True),)
}


def _modified_on() -> Expression:
    return TruncDate("last_modified_at", output_field=DateField())


LAST_DATE_MODIFIED = Property(
    "lastDateModified", edm.DATE, expression=_modified_on, read_only=True, caption=gettext_lazy("last modified on")
)


def numbered(stem: str, reference: str, model: type[RegisterEntry] | type[Contact]) -> tuple[Property, Property]:
    """A reference to a numbered record: its number, and its id (A-111)."""
    attribute = f"{reference}_id"
    return (
        Property(
            f"{stem}No",
            edm.code(20),
            f"{reference}__no",
            write=attribute,
            convert=id_behind(model),
            nullable=True,
        ),
        Property(f"{stem}Id", edm.GUID, attribute, convert=existing(model), nullable=True),
    )


_PRIMARY: Replaced = {"primary_contact_id": numbered("primaryContact", "primary_contact", Contact)}


def _owned(model: type[Any], name: str, owner: str) -> Navigation:
    """To the rows that hang on the record and go with it."""
    column = f"{owner}_id"
    return Navigation(name, model, theirs=column, contained=True, partner=owner, fills=((column, "id"),))


def _single(name: str, model: type[Any], ours: str) -> Navigation:
    return Navigation(name, model, many=False, ours=ours)


_RELATION = Navigation("contactBusinessRelation", ContactBusinessRelation, many=False, theirs="linked_id")
_CONTACTS = Navigation("contacts", Contact, theirs="linked_records__linked_id")


def _picture(model: type[RegisterEntry], entity: str) -> list[Navigation]:
    """To the picture, in the registers whose records have one."""
    pictured = model.table in PictureParent.values
    return [picture_navigation(PictureParent(model.table), partner=entity)] if pictured else []


def _register(
    model: type[RegisterEntry],
    name: str,
    entity: str,
    kind: DimensionParent,
    *,
    replace: Replaced,
    navigations: Sequence[Navigation] = (),
    more: Sequence[Property] = (),
    exclude: Sequence[str] = (),
) -> None:
    crm_set(
        model,
        name,
        entity,
        natural_key=("no",),
        properties=(
            *properties_of(model, entity, names=NAMES, exclude=(*_INTERNAL, *exclude), replace={**_SERIES, **replace}),
            LAST_DATE_MODIFIED,
            *more,
        ),
        navigations=(
            *navigations,
            _RELATION,
            _CONTACTS,
            dimensions_navigation(kind, partner=entity),
            *_picture(model, entity),
            *(each for each in references_of(model, NAMES) if each.ours != "no_series_code"),
        ),
        references=False,
        modified="last_modified_at",
        search=lambda rows, text: search_queryset(text, rows),
        tracked=True,
    )


_register(
    Customer,
    "customers",
    "customer",
    DimensionParent.CUSTOMER,
    replace={**_PRIMARY, "bill_to_customer_id": numbered("billToCustomer", "bill_to_customer", Customer)},
    more=(
        customer_figures.figure("interactions_this_year", edm.INT, gettext_lazy("interactions this year")),
        customer_figures.figure("last_interaction_date", edm.DATE, gettext_lazy("date of last interaction")),
        customer_figures.figure("last_interaction_group_code", edm.code(10), gettext_lazy("group of last interaction")),
        customer_figures.figure(
            "most_frequent_interaction_group_code", edm.code(10), gettext_lazy("most frequent interaction group")
        ),
    ),
    navigations=(
        _single("primaryContact", Contact, "primary_contact_id"),
        _single("billToCustomer", Customer, "bill_to_customer_id"),
        _owned(ShipToAddress, "shipToAddresses", "customer"),
        _owned(CustomerBankAccount, "customerBankAccounts", "customer"),
        comments_navigation(OwnerKind.CUSTOMER, partner="customer"),
    ),
)
_register(
    Vendor,
    "vendors",
    "vendor",
    DimensionParent.VENDOR,
    replace={**_PRIMARY, "pay_to_vendor_id": numbered("payToVendor", "pay_to_vendor", Vendor)},
    navigations=(
        _single("primaryContact", Contact, "primary_contact_id"),
        _single("payToVendor", Vendor, "pay_to_vendor_id"),
        _owned(OrderAddress, "orderAddresses", "vendor"),
        _owned(VendorBankAccount, "vendorBankAccounts", "vendor"),
        comments_navigation(OwnerKind.VENDOR, partner="vendor"),
    ),
)
_register(
    BankAccount,
    "bankAccounts",
    "bankAccount",
    DimensionParent.BANK_ACCOUNT,
    replace={},
    exclude=("last_modified_at",),
)
_register(
    Employee,
    "employees",
    "employee",
    DimensionParent.EMPLOYEE,
    replace={},
    more=(Property("fullName", edm.text(92), expression=full_name, read_only=True, caption=gettext_lazy("full name")),),
)

owns_comments(OwnerKind.CUSTOMER, Customer, "no", "customer")
owns_comments(OwnerKind.VENDOR, Vendor, "no", "vendor")
