"""Payment terms and methods, shipment methods and tax areas in both services (16.7)."""

from __future__ import annotations

from django.db.models import TextField, Value

from tuttava.api import edm
from tuttava.api.build import crm_set
from tuttava.api.declare import STANDARD, EntitySet, Property
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation.models import CodeTable
from tuttava.partners.models import PaymentMethod, PaymentTerms, ShipmentMethod, TaxArea

#: How tax areas and tax groups work; everything here is value added tax.
TAX_TYPE = edm.Type(
    edm.Kind.ENUM,
    enum=edm.EnumType(
        "taxAreaType",
        (edm.Member("Sales_x0020_Tax", "sales_tax", "Sales Tax", 0), edm.Member("VAT", "vat", "VAT", 1)),
    ),
)


def tax_type() -> Property:
    """``taxType`` of a tax area or group."""
    return Property("taxType", TAX_TYPE, expression=lambda: Value("vat", output_field=TextField()), read_only=True)


def _coded(
    model: type[CodeTable], name: str, entity: str, *more: Property, length: int = 10, webhooks: bool = True
) -> EntitySet:
    return EntitySet(
        name=name,
        entity=entity,
        model=model,
        properties=(
            Property("id", edm.GUID, "id", immutable=True),
            Property("code", edm.code(length), "code", required=True),
            Property("displayName", edm.text(100), "description"),
            *more,
            last_modified(),
        ),
        natural_key=("code",),
        finish=fill_stamps,
        webhooks=webhooks,
    )


STANDARD.register(
    _coded(
        PaymentTerms,
        "paymentTerms",
        "paymentTerm",
        Property("dueDateCalculation", edm.text(32), "due_date_calculation"),
        Property("discountDateCalculation", edm.text(32), "discount_date_calculation"),
        Property("discountPercent", edm.DECIMAL, "discount_pct"),
        Property("calculateDiscountOnCreditMemos", edm.BOOLEAN, "discount_on_credit_memos"),
    ),
    _coded(PaymentMethod, "paymentMethods", "paymentMethod"),
    _coded(ShipmentMethod, "shipmentMethods", "shipmentMethod"),
    _coded(TaxArea, "taxAreas", "taxArea", tax_type(), length=20, webhooks=False),
)

crm_set(PaymentTerms, "paymentTerms", "paymentTerm", natural_key=("code",))
crm_set(PaymentMethod, "paymentMethods", "paymentMethod", natural_key=("code",))
crm_set(ShipmentMethod, "shipmentMethods", "shipmentMethod", natural_key=("code",))
crm_set(TaxArea, "taxAreas", "taxArea", natural_key=("code",))
