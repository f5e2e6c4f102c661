"""Lines of documents in the standard service (16.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import BooleanField, Case, DecimalField, F, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Round

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.documents.entities import blocks
from tuttava.documents.entities.common import (
    create_line,
    existing_among,
    location_id,
    of_type,
    unit_id,
    without_account,
)
from tuttava.documents.models import Area, Document, DocumentLine, DocumentType
from tuttava.foundation import records
from tuttava.partners.entities.dimensions import set_lines_navigation
from tuttava.trade.models import Item, LineType, Location

_MONEY: DecimalField[Any, Any] = DecimalField(max_digits=20, decimal_places=2)
LINE_TYPE = blocks.enum(
    "invoiceLineAggLineType",
    (
        (LineType.TEXT.value, "Comment"),
        (LineType.ACCOUNT.value, "Account"),
        (LineType.ITEM.value, "Item"),
        (LineType.RESOURCE.value, "Resource"),
        ("fixed_asset", "Fixed Asset"),
        (LineType.CHARGE.value, "Charge"),
        ("allocation_account", "Allocation Account"),
    ),
)
#: How the price is called where it is not the sales price.
_PRICES = {
    (Area.PURCHASE, DocumentType.ORDER): "directUnitCost",
    (Area.PURCHASE, DocumentType.INVOICE): "unitCost",
    (Area.PURCHASE, DocumentType.CREDIT_MEMO): "unitCost",
}


def _factor() -> Combinable:
    return Value(1) + F("vat_pct") / Value(100)


def _excluding() -> Combinable:
    """The amount before the invoice discount, without tax."""
    return Case(
        When(document__prices_including_vat=True, then=Round(F("line_amount") / _factor(), 2)),
        default=F("line_amount"),
        output_field=_MONEY,
    )


def _including() -> Combinable:
    """The amount before the invoice discount, with tax."""
    return Case(
        When(document__prices_including_vat=True, then=F("line_amount")),
        default=Round(F("line_amount") * _factor(), 2),
        output_field=_MONEY,
    )


def _before_tax() -> Combinable:
    return Case(
        When(document__prices_including_vat=True, then=Value(False)), default=Value(True), output_field=BooleanField()
    )


def _computed(name: str, expression: Callable[[], Combinable], type_: edm.Type = edm.DECIMAL) -> Property:
    return Property(name, type_, expression=expression, read_only=True)


def _fixed(name: str, type_: edm.Type, source: str, **options: Any) -> Property:
    return Property(name, type_, source, immutable=True, refusal="Application_DialogException", **options)


def properties(area: Area, kind: DocumentType, *, number: Property, owner: Property) -> tuple[Property, ...]:
    """The properties of a line in the contract's order."""
    dated = {Area.SALES: "shipmentDate", Area.PURCHASE: "expectedReceiptDate"}[area]
    has_date = kind in (DocumentType.ORDER, DocumentType.INVOICE)
    return (
        Property("id", edm.GUID, "id", immutable=True),
        owner,
        _fixed("sequence", edm.INT, "line_no"),
        Property("itemId", edm.GUID, "item_id", nullable=True),
        Property(
            "accountId",
            edm.GUID,
            expression=blocks.no_id("accountId").expression,
            write="account_id",
        ),
        Property("lineType", LINE_TYPE, "line_type"),
        number,
        Property("description", edm.text(100), "description"),
        Property("description2", edm.text(50), "description_2"),
        unit_id(),
        Property("unitOfMeasureCode", edm.code(10), "unit_of_measure_code"),
        Property(_PRICES.get((area, kind), "unitPrice"), edm.DECIMAL, "unit_price"),
        Property("quantity", edm.DECIMAL, "quantity"),
        Property("discountAmount", edm.DECIMAL, "line_discount_amount"),
        Property("discountPercent", edm.DECIMAL, "line_discount_pct"),
        _computed("discountAppliedBeforeTax", _before_tax, edm.BOOLEAN),
        _computed("amountExcludingTax", _excluding),
        Property("taxCode", edm.code(20), "tax_group_code"),
        Property("taxPercent", edm.DECIMAL, "vat_pct", read_only=True),
        _computed("totalTaxAmount", lambda: _including() - _excluding()),
        _computed("amountIncludingTax", _including),
        Property("invoiceDiscountAllocation", edm.DECIMAL, "invoice_discount_amount", read_only=True),
        Property("netAmount", edm.DECIMAL, "amount", read_only=True),
        _computed("netTaxAmount", lambda: F("amount_including_vat") - F("amount")),
        Property("netAmountIncludingTax", edm.DECIMAL, "amount_including_vat", read_only=True),
        *((Property(dated, edm.DATE, "shipment_date", nullable=True),) if has_date else ()),
        *(_order_quantities(area) if kind == DocumentType.ORDER else ()),
        blocks.no_id("itemVariantId"),
        location_id(),
    )


def _order_quantities(area: Area) -> tuple[Property, ...]:
    moved, moving = ("shipped", "ship") if area == Area.SALES else ("received", "receive")
    return (
        Property(f"{moved}Quantity", edm.DECIMAL, "qty_shipped_or_received", read_only=True),
        Property("invoicedQuantity", edm.DECIMAL, "qty_invoiced", read_only=True),
        Property(f"{moving}Quantity", edm.DECIMAL, "qty_to_ship_or_receive"),
        Property("invoiceQuantity", edm.DECIMAL, "qty_to_invoice"),
    )


def line_number() -> Property:
    return _fixed("lineObjectNumber", edm.code(20), "no")


def owner_id(area: Area, kind: DocumentType) -> Property:
    """The document of a line."""
    return _fixed(
        "documentId", edm.GUID, "document_id", convert=existing_among(Document, area=area, document_type=kind)
    )


def line_navigations(entity: str) -> tuple[Navigation, ...]:
    return (
        Navigation(entity, f"{_plural(entity)}", many=False, ours="document_id", partner=f"{entity}Lines"),
        Navigation("item", Item, many=False, ours="item_id"),
        Navigation("location", Location, many=False, theirs="code", ours="location_code"),
        set_lines_navigation(),
    )


def _plural(entity: str) -> str:
    return f"{entity}s"


def create(values: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """A new line; the document must be told, by the address or by ``documentId``."""
    return create_line(DocumentLine, values, given)


def change(record: Any, values: Mapping[str, Any], version: int | None) -> Any:
    """Change a line by its rules."""
    return records.change(record, without_account(values), version=version, in_order=True)


def register_lines(
    entity: str,
    model: type[DocumentLine],
    area: Area,
    kind: DocumentType,
    rows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None,
) -> None:
    """Register the lines of one kind of documents."""
    STANDARD.register(
        EntitySet(
            name=f"{entity}Lines",
            entity=f"{entity}Line",
            model=model,
            properties=(*properties(area, kind, number=line_number(), owner=owner_id(area, kind)), last_modified()),
            navigations=line_navigations(entity),
            order=("sequence",),
            rows=rows or of_type(area, kind, "document__"),
            create=create,
            change=change,
            finish=fill_stamps,
            tracked=True,
            needs_filter=(("documentId", "api.document_required"),),
        )
    )
