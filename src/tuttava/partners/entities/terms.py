"""Payment terms and methods, shipment methods and tax areas in both services (16.7)."""

from __future__ import annotations

from django.db.models import CharField, Value
from django.db.models.expressions import Combinable

from tuttava.api import edm
from tuttava.api.build import crm_set
from tuttava.api.declare import STANDARD, EntitySet, Property
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation.company import country_iso
from tuttava.foundation.models import CodeTable
from tuttava.partners.models import PaymentMethod, PaymentTerms, ShipmentMethod, TaxArea, TaxType

#: Countries that tax sales in their states instead of the value added.
_SALES_TAX = frozenset({"US", "CA"})
_TAX_TYPE = edm.standard_enum("taxType", TaxType, {"sales_tax": "Sales Tax"})


def _tax_type() -> Combinable:
    """How the organisation's country taxes."""
    found = TaxType.SALES_TAX if country_iso(None) in _SALES_TAX else TaxType.VAT
    return Value(found.value, output_field=CharField())


def tax_type() -> Property:
    """``taxType`` of a tax area or group."""
    return Property("taxType", _TAX_TYPE, expression=_tax_type, read_only=True)


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
