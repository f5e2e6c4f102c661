"""Posted shipments and receipts in the standard service, with their lines (16.8); those posted elsewhere say less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property, Row, Wanted
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.documents.entities import blocks
from tuttava.documents.entities.blocks import CUSTOMER, VENDOR, Party
from tuttava.documents.entities.common import location_id, unit_id
from tuttava.documents.entities.masks import HEADER, OF_HEADER, mask_parties
from tuttava.documents.entities.pdf import POSTED
from tuttava.documents.entities.standard import files
from tuttava.documents.entities.standard_lines import LINE_TYPE
from tuttava.foundation.models import AttachmentParent
from tuttava.partners.entities.dimensions import set_lines_navigation
from tuttava.relations.entities.common import own_currency, text
from tuttava.trade.models import Item, Location, PostedDocument, PostedDocumentLine, PostedKind

_NAMES = frozenset({"name", "bill_to_name", "ship_to_name"})


def _first(*paths: str) -> Callable[[], Combinable]:
    return lambda: Coalesce(*(F(path) for path in paths))


def _kept(party: Party, properties: Sequence[Property]) -> tuple[Property, ...]:
    """Properties of a header as it was at posting; who it was, the feed tells as well."""
    found = []
    for prop in properties:
        source, elsewhere = prop.source, ""
        if source in _NAMES:
            elsewhere = f"{party.column}__name"
        elif party.column in source:
            elsewhere = source.removeprefix("paying_")
        shown = replace(prop, read_only=True, nullable=True, convert=None, write="")
        if elsewhere:
            shown = replace(shown, source="", expression=_first(f"header__{source}", elsewhere))
        else:
            shown = replace(shown, source=f"header__{source}")
        found.append(shown)
    return tuple(found)


def _currency() -> Combinable:
    """The own currency shows its code (16.5)."""
    return Coalesce(F("header__currency_code"), Value(own_currency()))


def _of_kind(kind: PostedKind, prefix: str = "") -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    condition = {f"{prefix}kind": kind}
    return lambda rows: rows.filter(**condition)


def _read_only(*properties: Property) -> tuple[Property, ...]:
    return tuple(replace(each, read_only=True) for each in properties)


_DATES = _read_only(
    blocks.date("invoiceDate", "document_date"),
    blocks.date("postingDate", "posting_date"),
    blocks.date("dueDate", "due_date"),
)
_ORDER = _read_only(
    Property("orderNumber", edm.code(20), "order_no"),
    Property("currencyCode", edm.code(10), expression=_currency),
)
_SHIPMENT = (
    *_read_only(Property("externalDocumentNumber", edm.code(35), "external_document_no")),
    *_DATES,
    *_read_only(Property("customerPurchaseOrderReference", edm.text(35), "your_reference")),
    *_kept(
        CUSTOMER,
        (
            *blocks.account(CUSTOMER),
            *blocks.payer(CUSTOMER),
            *blocks.ship_to(),
            *blocks.address("sellTo"),
            *blocks.address("billTo"),
            *blocks.address("shipTo"),
        ),
    ),
    *_ORDER,
    *_kept(
        CUSTOMER,
        (
            Property("paymentTermsCode", edm.code(10), "payment_terms_code"),
            Property("shipmentMethodCode", edm.code(10), "shipment_method_code"),
        ),
    ),
    *_read_only(blocks.person(CUSTOMER)),
    *_kept(CUSTOMER, (blocks.prices_include_tax(), *blocks.communication())),
)
_RECEIPT = (
    *_DATES,
    *_kept(
        VENDOR,
        (
            *(each for each in blocks.account(VENDOR) if each.name != "vendorId"),
            *blocks.payer(VENDOR),
            text("payToContact", 100, "bill_to_contact_name"),
            *blocks.ship_to(),
            *blocks.address("buyFrom"),
            *blocks.address("payTo"),
            *blocks.address("shipTo"),
        ),
    ),
    *_ORDER,
    *_read_only(blocks.person(VENDOR)),
)


@dataclass(frozen=True)
class _Words:
    """What differs between shipments and receipts."""

    entity: str
    party: Party
    price: str
    day: str


def _lines(words: _Words) -> tuple[Property, ...]:
    return _read_only(
        blocks.ID,
        Property("documentId", edm.GUID, "document_id"),
        Property("documentNumber", edm.code(20), "document__no"),
        Property("sequence", edm.INT, "line_no"),
        Property("itemId", edm.GUID, "item_id", nullable=True),
        Property("lineType", LINE_TYPE, "line_type"),
        Property("lineObjectNumber", edm.code(20), "no"),
        Property("description", edm.text(100), "description"),
        Property("description2", edm.text(50), "description_2"),
        unit_id(),
        Property("unitOfMeasureCode", edm.code(10), "unit_of_measure_code"),
        Property(words.price, edm.DECIMAL, "unit_price"),
        Property("quantity", edm.DECIMAL, "quantity"),
        Property("discountAmount", edm.DECIMAL, "line_discount_amount"),
        Property("discountPercent", edm.DECIMAL, "line_discount_pct"),
        Property("taxCode", edm.code(20), "tax_group_code"),
        Property("taxPercent", edm.DECIMAL, "vat_pct"),
        Property(words.day, edm.DATE, "document__posting_date"),
        location_id(),
    )


def _register(kind: PostedKind, words: _Words, listed: Sequence[Property]) -> None:
    entity, party = words.entity, words.party
    shared: dict[str, Any] = {"methods": frozenset({"GET"}), "tracked": True}
    names = {f"{party.word}Name": "name", f"{party.paying_block}Name": "bill_to_name", "shipToName": "ship_to_name"}
    mask = mask_parties(listed, HEADER, **names)

    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        fill_stamps(rows, wanted)
        mask(rows, wanted)

    STANDARD.register(
        EntitySet(
            name=f"{entity}s",
            entity=entity,
            model=PostedDocument,
            properties=(blocks.ID, blocks.NUMBER, *listed, last_modified()),
            navigations=(
                Navigation(f"{entity}Lines", f"{entity}Lines", theirs="document_id", contained=True, partner=entity),
                *files(entity, AttachmentParent.NONE, POSTED),
                Navigation(party.word, f"{party.word}s", many=False, ours=f"{party.column}_id"),
            ),
            natural_key=("number",),
            rows=_of_kind(kind),
            finish=finish,
            always=OF_HEADER,
            **shared,
        ),
        EntitySet(
            name=f"{entity}Lines",
            entity=f"{entity}Line",
            model=PostedDocumentLine,
            properties=(*_lines(words), last_modified()),
            navigations=(
                Navigation(entity, f"{entity}s", many=False, ours="document_id", partner=f"{entity}Lines"),
                Navigation("item", Item, many=False, ours="item_id"),
                Navigation("location", Location, many=False, theirs="code", ours="location_code"),
                set_lines_navigation(),
            ),
            order=("sequence",),
            rows=_of_kind(kind, "document__"),
            needs_filter=(("documentId", "api.document_required"),),
            finish=fill_stamps,
            **shared,
        ),
    )


_register(PostedKind.SALES_SHIPMENT, _Words("salesShipment", CUSTOMER, "unitPrice", "shipmentDate"), _SHIPMENT)
_register(PostedKind.PURCHASE_RECEIPT, _Words("purchaseReceipt", VENDOR, "unitCost", "expectedReceiptDate"), _RECEIPT)
