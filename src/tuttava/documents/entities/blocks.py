"""Properties of documents in the standard service, block by block (16.8)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DecimalField,
    F,
    IntegerField,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from tuttava.api import edm
from tuttava.api.build import existing, id_behind
from tuttava.api.declare import Property
from tuttava.partners.models import Customer, PaymentTerms, ShipmentMethod, Vendor
from tuttava.relations.entities.common import CURRENCY_CODE, CURRENCY_ID, reference_id, text

#: The columns that hold an address block of the contract.
_COLUMNS = {"sellTo": "", "buyFrom": "", "billTo": "bill_to_", "payTo": "bill_to_", "shipTo": "ship_to_"}


@dataclass(frozen=True)
class Party:
    """How the parties of an area are called in the contract."""

    word: str
    payer: str
    block: str
    paying_block: str
    column: str
    model: type[Customer] | type[Vendor]
    person: str


CUSTOMER = Party("customer", "billToCustomer", "sellTo", "billTo", "customer", Customer, "salesperson")
VENDOR = Party("vendor", "payToVendor", "buyFrom", "payTo", "vendor", Vendor, "purchaser")


def constant(name: str, type_: edm.Type, value: Any) -> Property:
    """A property that is always blank, or always the same."""
    return Property(name, type_, expression=lambda: Value(value, output_field=_FIELDS[type_.kind]()), read_only=True)


def _fields() -> dict[edm.Kind, Callable[[], Any]]:
    return {
        edm.Kind.STRING: CharField,
        edm.Kind.GUID: UUIDField,
        edm.Kind.BOOLEAN: BooleanField,
        edm.Kind.INT32: IntegerField,
        edm.Kind.DECIMAL: lambda: DecimalField(max_digits=20, decimal_places=2),
    }


_FIELDS = _fields()
_NO_ID = uuid.UUID(int=0)


def enum(name: str, members: Sequence[tuple[str, str]]) -> edm.Type:
    """An enum of the contract: (stored, caption) of each member in its order."""
    made = [
        edm.Member(edm.standard_member(words), stored, words, number) for number, (stored, words) in enumerate(members)
    ]
    return edm.Type(edm.Kind.ENUM, enum=edm.EnumType(name, tuple(made)))


def no_id(name: str) -> Property:
    """A reference to something that does not exist here."""
    return constant(name, edm.GUID, _NO_ID)


def account(party: Party) -> tuple[Property, ...]:
    """The party by id and number, and its name."""
    return (
        *_pair(party.word, party.column, party.model),
        text(f"{party.word}Name", 100, "name", read_only=True),
    )


def payer(party: Party) -> tuple[Property, ...]:
    """Who pays."""
    return (
        text(f"{party.paying_block}Name", 100, "bill_to_name", read_only=True),
        *_pair(party.payer, f"paying_{party.column}", party.model),
    )


def _pair(word: str, column: str, model: type[Customer] | type[Vendor]) -> tuple[Property, Property]:
    return (
        Property(f"{word}Id", edm.GUID, f"{column}_id", convert=existing(model), nullable=True),
        Property(
            f"{word}Number",
            edm.code(20),
            f"{column}__no",
            write=f"{column}_id",
            convert=id_behind(model),
            nullable=True,
        ),
    )


def ship_to() -> tuple[Property, ...]:
    """Whom goods go to."""
    return text("shipToName", 100, "ship_to_name"), text("shipToContact", 100, "ship_to_contact")


def address(block: str, *, read_only: bool = False) -> tuple[Property, ...]:
    """An address block of the contract."""
    column = _COLUMNS[block]
    return (
        text(f"{block}AddressLine1", 100, f"{column}address", read_only=read_only),
        text(f"{block}AddressLine2", 50, f"{column}address_2", read_only=read_only),
        text(f"{block}City", 30, f"{column}city", read_only=read_only),
        Property(f"{block}Country", edm.code(10), f"{column}country_code", nullable=True, read_only=read_only),
        text(f"{block}State", 30, f"{column}county", read_only=read_only),
        Property(f"{block}PostCode", edm.code(20), f"{column}post_code", read_only=read_only),
    )


def date(name: str, column: str, **options: Any) -> Property:
    return Property(name, edm.DATE, column, nullable=True, **options)


def currency() -> tuple[Property, ...]:
    """The currency, and the two dimensions that lists show."""
    return (
        CURRENCY_ID,
        constant("shortcutDimension1Code", edm.code(20), ""),
        constant("shortcutDimension2Code", edm.code(20), ""),
        CURRENCY_CODE,
    )


def terms() -> tuple[Property, ...]:
    return (
        reference_id("paymentTermsId", "payment_terms", PaymentTerms),
        reference_id("shipmentMethodId", "shipment_method", ShipmentMethod),
    )


def person(party: Party) -> Property:
    """Our salesperson or purchaser."""
    return Property(party.person, edm.code(20), "salesperson_code", nullable=True)


def _tax() -> Combinable:
    return F("amount_including_vat") - F("amount")


def _before_tax() -> Combinable:
    return Case(When(prices_including_vat=True, then=Value(False)), default=Value(True), output_field=BooleanField())


def money() -> tuple[Property, ...]:
    """The discount of the whole document, and the totals."""
    return (
        Property("discountAmount", edm.DECIMAL, "invoice_discount_amount"),
        Property("discountAppliedBeforeTax", edm.BOOLEAN, expression=_before_tax, read_only=True),
        Property("totalAmountExcludingTax", edm.DECIMAL, "amount", read_only=True),
        Property("totalTaxAmount", edm.DECIMAL, expression=_tax, read_only=True),
        Property("totalAmountIncludingTax", edm.DECIMAL, "amount_including_vat", read_only=True),
    )


def prices_include_tax(*, read_only: bool = False) -> Property:
    return Property("pricesIncludeTax", edm.BOOLEAN, "prices_including_vat", read_only=read_only)


def communication() -> tuple[Property, ...]:
    return text("phoneNumber", 30, "phone_no"), text("email", 80, "e_mail")


ID = Property("id", edm.GUID, "id", immutable=True)
NUMBER = Property("number", edm.code(20), "no", read_only=True)
MODIFIED = Property("lastModifiedDateTime", edm.INSTANT, "last_modified_at", read_only=True)
