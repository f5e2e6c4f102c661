"""Documents and versions in the long layout of the standard service: to be read, written in the CRM service (16.8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.documents.entities import blocks
from tuttava.documents.entities.common import of_type
from tuttava.documents.entities.pdf import live
from tuttava.documents.entities.standard import files
from tuttava.documents.entities.standard_lines import LINE_TYPE
from tuttava.documents.models import (
    RETURNS,
    Area,
    Document,
    DocumentArchive,
    DocumentArchiveLine,
    DocumentLine,
    DocumentType,
)
from tuttava.foundation.models import AttachmentParent
from tuttava.foundation.spelling import camel
from tuttava.partners.entities.dimensions import set_lines_navigation
from tuttava.relations.entities.common import CURRENCY_CODE
from tuttava.trade.models import Item

_TYPES = (
    (DocumentType.QUOTE.value, "Quote"),
    (DocumentType.ORDER.value, "Order"),
    (DocumentType.INVOICE.value, "Invoice"),
    (DocumentType.CREDIT_MEMO.value, "Credit Memo"),
    (DocumentType.BLANKET_ORDER.value, "Blanket Order"),
    (DocumentType.RETURN_ORDER.value, "Return Order"),
)
_STATES = (
    ("open", "Open"),
    ("released", "Released"),
    ("pending_approval", "Pending Approval"),
    ("pending_prepayment", "Pending Prepayment"),
)
#: The parts of an address block, and the columns behind them.
_BLOCK = (
    ("Address", 100, "address"),
    ("Address2", 50, "address_2"),
    ("City", 30, "city"),
    ("CountryRegionCode", 10, "country_code"),
    ("County", 30, "county"),
    ("PostCode", 20, "post_code"),
)
_CODES = frozenset({"country_code", "post_code"})


@dataclass(frozen=True)
class _Words:
    """How an area calls its parties."""

    account: str
    payer: str
    account_no: str
    payer_no: str
    contact_no: str
    party: str
    person: str
    requested: str
    postings: str
    price: str


_WORDS = {
    Area.SALES: _Words(
        "sellTo", "billTo", "sellToCustomerNumber", "billToCustomerNumber", "sellToContactNumber", "customer",
        "salespersonCode", "requestedDeliveryDate", "customerPostingGroup", "unitPrice",
    ),
    Area.PURCHASE: _Words(
        "buyFrom", "payTo", "buyFromVendorNumber", "payToVendorNumber", "buyFromContactNumber", "vendor",
        "purchaserCode", "requestedReceiptDate", "vendorPostingGroup", "directUnitCost",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class _Layout:
    """One kind of documents or of versions."""

    entity: str
    area: Area
    kind: DocumentType
    archived: bool = False

    @property
    def words(self) -> _Words:
        return _WORDS[self.area]

    @property
    def sales(self) -> bool:
        return self.area == Area.SALES

    @property
    def returned(self) -> bool:
        return self.kind in RETURNS


def _text(name: str, length: int, source: str) -> Property:
    return Property(name, edm.text(length), source, read_only=True)


def _code(name: str, length: int, source: str) -> Property:
    return Property(name, edm.code(length), source, read_only=True, nullable=True)


def _day(name: str, source: str) -> Property:
    return Property(name, edm.DATE, source, read_only=True, nullable=True)


def _blank(*names: str, length: int = 20) -> tuple[Property, ...]:
    return tuple(blocks.constant(name, edm.code(length), "") for name in names)


def _number(name: str, source: str) -> Property:
    return Property(name, edm.DECIMAL, source, read_only=True)


def _block(word: str, prefix: str, contact: str) -> tuple[Property, ...]:
    parts = [
        (_code if column in _CODES else _text)(f"{word}{name}", length, f"{prefix}{column}")
        for name, length, column in _BLOCK
    ]
    return (*parts, _text(f"{word}Contact", 100, contact))


def _parties(layout: _Layout) -> tuple[Property, ...]:
    words = layout.words
    account_name = "sellToCustomerName" if layout.sales else "buyFromVendorName"
    return (
        _code(words.account_no, 20, f"{words.party}__no"),
        _text(account_name, 100, "name"),
        _code(words.payer_no, 20, f"paying_{words.party}__no"),
        _text(f"{words.payer}Name", 100, "bill_to_name"),
        _text("shipToName", 100, "ship_to_name"),
        *((_code(words.contact_no, 20, "account_contact__no"),) if layout.archived else ()),
        *_block(words.account, "", "contact_name"),
        *_block(words.payer, "bill_to_", "bill_to_contact_name"),
        *_block("shipTo", "ship_to_", "ship_to_contact"),
    )


def _expected(model: type[Model], owner: str) -> Callable[[], Combinable]:
    """The day by which everything is expected: the last one of the lines."""
    lines = model._default_manager.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return lambda: Subquery(lines.annotate(last=Max("shipment_date")).values("last"))


def _references(layout: _Layout) -> tuple[Property, ...]:
    """What the other side calls it."""
    reference = (_text("yourReference", 35, "your_reference"),)
    if layout.sales:
        return reference
    theirs = "vendorCrMemoNumber" if layout.returned else "vendorInvoiceNumber"
    return (
        *(reference if layout.archived else ()),
        _code("vendorOrderNumber", 35, "vendor_order_no"),
        _code(theirs, 35, "external_document_no"),
        _code("vendorShipmentNumber", 35, "vendor_shipment_no"),
    )


def _expected_receipt(layout: _Layout, lines: type[Model], owner: str) -> tuple[Property, ...]:
    if layout.sales:
        return ()
    return (
        Property("expectedReceiptDate", edm.DATE, expression=_expected(lines, owner), read_only=True, nullable=True),
    )


def _version(layout: _Layout) -> tuple[Property, ...]:
    if not layout.archived:
        return ()
    valid = layout.sales and layout.kind == DocumentType.QUOTE
    return (
        Property("docNoOccurrence", edm.INT, "doc_no_occurrence", read_only=True),
        Property("versionNumber", edm.INT, "version_no", read_only=True),
        *((_day("quoteValidUntilDate", "valid_until_date"),) if valid else ()),
        _day("dateArchived", "date_archived"),
        _text("archivedBy", 150, "archived_by"),
    )


def _header(layout: _Layout, lines: type[Model], owner: str) -> tuple[Property, ...]:
    words = layout.words
    groups = () if layout.archived else _blank(words.postings, "genBusPostingGroup", "vatBusPostingGroup")
    return (
        blocks.ID,
        blocks.NUMBER,
        *((_code("externalDocumentNumber", 35, "external_document_no"),) if layout.sales else ()),
        _day("documentDate", "document_date"),
        _day("postingDate", "posting_date"),
        _day("dueDate", "due_date"),
        _day("orderDate", "order_date"),
        *_parties(layout),
        replace(CURRENCY_CODE, read_only=True),
        Property("pricesIncludingVAT", edm.BOOLEAN, "prices_including_vat", read_only=True),
        _code("paymentTermsCode", 10, "payment_terms_code"),
        _code("shipmentMethodCode", 10, "shipment_method_code"),
        _code(words.person, 20, "salesperson_code"),
        _day(words.requested, "requested_date"),
        *_expected_receipt(layout, lines, owner),
        *_references(layout),
        *((_code("quoteNumber", 20, "quote_no"),) if layout.kind == DocumentType.BLANKET_ORDER else ()),
        _code("locationCode", 10, "location_code"),
        *_blank("shortcutDimension1Code", "shortcutDimension2Code"),
        *groups,
        *_blank("responsibilityCenter", length=10),
        Property("status", blocks.enum(f"{layout.area.value}DocumentStatus", _STATES), "status", read_only=True),
        *_version(layout),
    )


def _outstanding() -> Combinable:
    return F("quantity") - F("qty_shipped_or_received")


def _moved(layout: _Layout) -> tuple[Property, ...]:
    """What is still to move and what has moved, as far as the kind moves goods."""
    outstanding = Property("outstandingQuantity", edm.DECIMAL, expression=_outstanding, read_only=True)
    if layout.kind == DocumentType.QUOTE:
        return (outstanding,)
    names = {
        (Area.SALES, False): ("qtyToShip", "quantityShipped"),
        (Area.SALES, True): ("returnQtyToReceive", "returnQtyReceived"),
        (Area.PURCHASE, False): ("qtyToReceive", "quantityReceived"),
        (Area.PURCHASE, True): ("returnQtyToShip", "returnQtyShipped"),
    }
    to_move, moved = names[layout.area, layout.returned]
    return (outstanding, _number(to_move, "qty_to_ship_or_receive"), _number(moved, "qty_shipped_or_received"))


def _line(layout: _Layout, owner: str) -> tuple[Property, ...]:
    with_tax = "amountIncludingVAT" if layout.archived else "amountIncludingTax"
    version = (
        Property("docNoOccurrence", edm.INT, f"{owner}__doc_no_occurrence", read_only=True),
        Property("versionNumber", edm.INT, f"{owner}__version_no", read_only=True),
    )
    return (
        blocks.ID,
        Property(
            "documentType",
            blocks.enum(f"{layout.area.value}DocumentType", _TYPES),
            f"{owner}__document_type",
            read_only=True,
        ),
        _code("documentNumber", 20, f"{owner}__no"),
        *(version if layout.archived else ()),
        Property("sequence", edm.INT, "line_no", read_only=True),
        Property("lineType", LINE_TYPE, "line_type", read_only=True),
        _code("lineObjectNumber", 20, "no"),
        _text("description", 100, "description"),
        _text("description2", 50, "description_2"),
        _code("unitOfMeasureCode", 10, "unit_of_measure_code"),
        _number("quantity", "quantity"),
        _number(layout.words.price, "unit_price"),
        _number("lineDiscountPercent", "line_discount_pct"),
        _number("lineDiscountAmount", "line_discount_amount"),
        _number("lineAmount", "line_amount"),
        _number("taxPercent", "vat_pct"),
        *((_number("amount", "amount"),) if layout.archived else ()),
        _number(with_tax, "amount_including_vat"),
        *_moved(layout),
        *_blank("shortcutDimension1Code", "shortcutDimension2Code"),
    )


def _to_lines(entity: str, owner: str) -> Navigation:
    name = f"{entity}Lines"
    return Navigation(name, name, theirs=f"{owner}_id", contained=True, partner=entity)


def _register(layout: _Layout) -> None:
    model, lines, owner = (
        (DocumentArchive, DocumentArchiveLine, "archive") if layout.archived else (Document, DocumentLine, "document")
    )
    entity, version = layout.entity, ("docNoOccurrence", "versionNumber") if layout.archived else ()
    _set(
        f"{entity}s",
        entity,
        model,
        (*_header(layout, lines, owner), last_modified()),
        (_to_lines(entity, owner), *files(entity, AttachmentParent.NONE, live(model))),
        natural_key=("number", *version),
        rows=of_type(layout.area, layout.kind),
    )
    _set(
        f"{entity}Lines",
        f"{entity}Line",
        lines,
        (*_line(layout, owner), last_modified()),
        (
            Navigation(entity, f"{entity}s", many=False, ours=f"{owner}_id", partner=f"{entity}Lines"),
            Navigation("item", Item, many=False, ours="item_id"),
            set_lines_navigation(),
        ),
        natural_key=("documentNumber", *version, "sequence"),
        rows=of_type(layout.area, layout.kind, f"{owner}__"),
    )


def _set(
    name: str,
    entity: str,
    model: type[Model],
    properties: Sequence[Property],
    navigations: Sequence[Navigation],
    *,
    natural_key: tuple[str, ...],
    rows: Callable[[QuerySet[Any]], QuerySet[Any]],
) -> None:
    STANDARD.register(
        EntitySet(
            name=name,
            entity=entity,
            model=model,
            properties=tuple(properties),
            navigations=tuple(navigations),
            natural_key=natural_key,
            rows=rows,
            finish=fill_stamps,
            methods=frozenset({"GET"}),
            tracked=True,
        )
    )


for _area, _kind, _entity in (
    (Area.SALES, DocumentType.RETURN_ORDER, "salesReturnOrder"),
    (Area.SALES, DocumentType.BLANKET_ORDER, "blanketSalesOrder"),
    (Area.PURCHASE, DocumentType.QUOTE, "purchaseQuote"),
    (Area.PURCHASE, DocumentType.RETURN_ORDER, "purchaseReturnOrder"),
    (Area.PURCHASE, DocumentType.BLANKET_ORDER, "blanketPurchaseOrder"),
):
    _register(_Layout(_entity, _area, _kind))
for _area in (Area.SALES, Area.PURCHASE):
    for _kind in (DocumentType.QUOTE, DocumentType.ORDER, DocumentType.RETURN_ORDER):
        _name = camel(f"{_area.value}_{_kind.value}_archive")
        _register(_Layout(_name, _area, _kind, archived=True))
