"""Ledger entries, value entries and posted documents in the CRM service (17.11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, F, Model, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tuttava.api import edm
from tuttava.api.build import crm_set, existing, id_behind, properties_of
from tuttava.api.declare import CRM, Action, Navigation, Parameter, Property
from tuttava.contacts.models import Contact
from tuttava.foundation.records import Record
from tuttava.partners.models import Customer, Vendor
from tuttava.trade import feed
from tuttava.trade.entities.sent_rows import load_into, put_into
from tuttava.trade.models import (
    CustomerLedgerEntry,
    PostedDocument,
    PostedDocumentLine,
    PostedKind,
    SourceType,
    ValueEntry,
    VendorLedgerEntry,
)
from tuttava.trade.rules.facts import FEED_RIGHT


def _party(name: str, column: str, model: type[Model]) -> tuple[Property, Property]:
    """A party by number and by id."""
    relation = column.removesuffix("_id")
    return (
        Property(
            f"{name}No",
            edm.code(20),
            f"{relation}__no",
            write=column,
            convert=id_behind(model),
            nullable=True,
        ),
        Property(f"{name}Id", edm.GUID, column, convert=existing(model), nullable=True),
    )


def _either(**numbers: str) -> Combinable:
    """The first of several numbers that is there."""
    return Coalesce(*(F(path) for path in numbers.values()), Value(""), output_field=CharField())


def _source_no() -> Combinable:
    return Case(
        When(source_type=SourceType.CUSTOMER, then=F("customer__no")),
        When(source_type=SourceType.VENDOR, then=F("vendor__no")),
        default=F("source_item_no"),
        output_field=CharField(),
    )


def _load(model: type[Record], name: str) -> Action:
    return Action(
        "load",
        load_into(model, name),
        (Parameter("rows", edm.UNTYPED, required=True),),
        on_set=True,
        right=FEED_RIGHT,
    )


def _change(record: Any, values: Mapping[str, Any], version: int | None) -> Model:
    """A changed row goes the way of the feed: what it holds, with what was sent written over."""
    return feed.rewrite(record, values)


def _fact_set(model: type[Record], name: str, entity: str, *, key: tuple[str, ...], **declared: Any) -> None:
    crm_set(
        model,
        name,
        entity,
        natural_key=key,
        actions=(_load(model, name),),
        put=put_into(model, name),
        change=_change,
        **declared,
    )


_fact_set(
    CustomerLedgerEntry,
    "customerLedgerEntries",
    "customerLedgerEntry",
    key=("entryNo",),
    properties=properties_of(
        CustomerLedgerEntry,
        "customerLedgerEntry",
        replace={"customer_id": _party("customer", "customer_id", Customer)},
        required=("entry_no",),
        immutable=("entry_no",),
    ),
    navigations=(Navigation("customer", Customer, many=False, ours="customer_id"),),
)
_fact_set(
    VendorLedgerEntry,
    "vendorLedgerEntries",
    "vendorLedgerEntry",
    key=("entryNo",),
    properties=properties_of(
        VendorLedgerEntry,
        "vendorLedgerEntry",
        replace={"vendor_id": _party("vendor", "vendor_id", Vendor)},
        required=("entry_no",),
        immutable=("entry_no",),
    ),
    navigations=(Navigation("vendor", Vendor, many=False, ours="vendor_id"),),
)
_fact_set(
    ValueEntry,
    "valueEntries",
    "valueEntry",
    key=("entryNo",),
    properties=properties_of(
        ValueEntry,
        "valueEntry",
        exclude=("source_item_no",),
        replace={
            "customer_id": (
                Property("sourceNo", edm.code(20), expression=_source_no, write="source_no", nullable=True),
                Property("customerId", edm.GUID, "customer_id", convert=existing(Customer), nullable=True),
            ),
            "vendor_id": (Property("vendorId", edm.GUID, "vendor_id", convert=existing(Vendor), nullable=True),),
        },
        required=("entry_no",),
        immutable=("entry_no",),
    ),
    navigations=(
        Navigation("customer", Customer, many=False, ours="customer_id"),
        Navigation("vendor", Vendor, many=False, ours="vendor_id"),
    ),
)
_fact_set(
    PostedDocument,
    "postedDocuments",
    "postedDocument",
    key=("kind", "no"),
    tracked=True,
    properties=properties_of(
        PostedDocument,
        "postedDocument",
        replace={
            "customer_id": (
                Property(
                    "accountNo",
                    edm.code(20),
                    expression=lambda: _either(customer="customer__no", vendor="vendor__no"),
                    write="account_no",
                    nullable=True,
                ),
                Property("customerId", edm.GUID, "customer_id", convert=existing(Customer), nullable=True),
            ),
            "vendor_id": (Property("vendorId", edm.GUID, "vendor_id", convert=existing(Vendor), nullable=True),),
            "main_contact_id": _party("mainContact", "main_contact_id", Contact),
            "billing_contact_id": _party("billingContact", "billing_contact_id", Contact),
        },
        required=("kind", "no"),
        immutable=("kind", "no"),
    ),
    navigations=(
        Navigation("customer", Customer, many=False, ours="customer_id"),
        Navigation("vendor", Vendor, many=False, ours="vendor_id"),
        Navigation("mainContact", Contact, many=False, ours="main_contact_id"),
        Navigation("billingContact", Contact, many=False, ours="billing_contact_id"),
        Navigation(
            "postedDocumentLines", PostedDocumentLine, theirs="document_id", contained=True, partner="postedDocument"
        ),
    ),
)
crm_set(
    PostedDocumentLine,
    "postedDocumentLines",
    "postedDocumentLine",
    natural_key=("documentId", "lineNo"),
    properties=(
        *properties_of(PostedDocumentLine, "postedDocumentLine", read_only=("document_id",)),
        Property(
            "kind",
            edm.crm_enum("postedDocumentKind", [(str(value), words) for value, words in PostedKind.choices]),
            "document__kind",
            read_only=True,
        ),
        Property("documentNo", edm.code(20), "document__no", read_only=True),
    ),
    navigations=(Navigation("postedDocument", PostedDocument, many=False, ours="document_id"),),
    methods=frozenset({"GET"}),
)


def _theirs(model: type[Record], name: str, column: str) -> Navigation:
    return Navigation(name, model, theirs=column)


CRM.extend(
    "customers",
    navigations=[
        _theirs(CustomerLedgerEntry, "customerLedgerEntries", "customer_id"),
        _theirs(ValueEntry, "valueEntries", "customer_id"),
        _theirs(PostedDocument, "postedDocuments", "customer_id"),
    ],
)
CRM.extend(
    "vendors",
    navigations=[
        _theirs(VendorLedgerEntry, "vendorLedgerEntries", "vendor_id"),
        _theirs(ValueEntry, "valueEntries", "vendor_id"),
        _theirs(PostedDocument, "postedDocuments", "vendor_id"),
    ],
)
