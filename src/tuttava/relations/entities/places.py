"""What hangs on customers and vendors, in the CRM service: further addresses and bank accounts (17.1)."""

from __future__ import annotations

from tuttava.api import edm
from tuttava.api.build import crm_set, existing, id_behind, properties_of, references_of
from tuttava.api.declare import Navigation, Property
from tuttava.foundation.records import Record
from tuttava.partners.models import (
    Customer,
    CustomerBankAccount,
    OrderAddress,
    RegisterEntry,
    ShipToAddress,
    Vendor,
    VendorBankAccount,
)
from tuttava.relations.entities.register import NAMES


def _owner(owner: type[RegisterEntry]) -> tuple[Property, Property]:
    """The record that a row belongs to, by number and by id; it stays."""
    column = f"{owner.table}_id"
    return (
        Property(
            f"{owner.table}No",
            edm.code(20),
            f"{owner.table}__no",
            write=column,
            convert=id_behind(owner),
            immutable=True,
        ),
        Property(f"{owner.table}Id", edm.GUID, column, convert=existing(owner), immutable=True),
    )


def _owned_set(model: type[Record], owner: type[RegisterEntry], name: str, entity: str) -> None:
    column = f"{owner.table}_id"
    crm_set(
        model,
        name,
        entity,
        natural_key=(f"{owner.table}No", "code"),
        properties=properties_of(model, entity, names=NAMES, replace={column: _owner(owner)}),
        navigations=(
            Navigation(owner.table, owner, many=False, ours=column, partner=name),
            *references_of(model, NAMES),
        ),
        references=False,
    )


_owned_set(ShipToAddress, Customer, "shipToAddresses", "shipToAddress")
_owned_set(OrderAddress, Vendor, "orderAddresses", "orderAddress")
_owned_set(CustomerBankAccount, Customer, "customerBankAccounts", "customerBankAccount")
_owned_set(VendorBankAccount, Vendor, "vendorBankAccounts", "vendorBankAccount")
