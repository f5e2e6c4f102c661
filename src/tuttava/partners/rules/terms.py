"""Rules of the code tables of trading."""

from __future__ import annotations

from tuttava.foundation.date_formula import normalised
from tuttava.foundation.records import Edit, register
from tuttava.partners.models import PaymentMethod, PaymentTerms, ShipmentMethod, TaxArea
from tuttava.partners.rules.coded import CodedRules


@register
class PaymentTermsRules(CodedRules[PaymentTerms]):
    """Due dates are date formulas, typed in the user's letters and kept in the common ones (F-13, F-14)."""

    model = PaymentTerms
    set_name = "paymentTerms"

    def enter_due_date_calculation(self, edit: Edit[PaymentTerms], value: str) -> None:
        edit.put("due_date_calculation", normalised(value))

    def enter_discount_date_calculation(self, edit: Edit[PaymentTerms], value: str) -> None:
        edit.put("discount_date_calculation", normalised(value))


@register
class PaymentMethodRules(CodedRules[PaymentMethod]):
    model = PaymentMethod
    set_name = "paymentMethods"


@register
class ShipmentMethodRules(CodedRules[ShipmentMethod]):
    model = ShipmentMethod
    set_name = "shipmentMethods"


@register
class TaxAreaRules(CodedRules[TaxArea]):
    model = TaxArea
    set_name = "taxAreas"
