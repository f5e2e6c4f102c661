"""Rules of addresses, bank accounts and dimensions that hang on records."""

from __future__ import annotations

from typing import Any, TypeVar

from django.utils.translation import gettext as _

from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.communication import check_phone, checked_email
from tuttava.foundation.errors import DomainError
from tuttava.foundation.places import PlaceRules
from tuttava.foundation.records import Edit, Record, Rules, register
from tuttava.partners.models import (
    CustomerBankAccount,
    DefaultDimension,
    Dimension,
    DimensionValue,
    OrderAddress,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    ShipToAddress,
    TaxArea,
    VendorBankAccount,
)

M = TypeVar("M", bound=Record)


class CodedRules(Rules[M]):
    """A code is required."""

    def before_save(self, edit: Edit[M]) -> None:
        require_filled(edit, "code")


class AddressRules(PlaceRules, CodedRules[M]):
    """A further address: phone and e-mail as on contacts (C-41, C-43)."""

    def enter_phone_no(self, edit: Edit[Any], value: str) -> None:
        check_phone(value, field="phone_no", label=_("phone"))
        edit.put("phone_no", value)

    def enter_email(self, edit: Edit[Any], value: str) -> None:
        edit.put("email", checked_email(value, field="email"))


@register
class ShipToAddressRules(AddressRules[ShipToAddress]):
    model = ShipToAddress
    set_name = "shipToAddresses"


@register
class OrderAddressRules(AddressRules[OrderAddress]):
    model = OrderAddress
    set_name = "orderAddresses"


@register
class CustomerBankAccountRules(AddressRules[CustomerBankAccount]):
    model = CustomerBankAccount
    set_name = "customerBankAccounts"


@register
class VendorBankAccountRules(AddressRules[VendorBankAccount]):
    model = VendorBankAccount
    set_name = "vendorBankAccounts"


@register
class PaymentTermsRules(CodedRules[PaymentTerms]):
    model = PaymentTerms
    set_name = "paymentTerms"


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


@register
class DimensionRules(CodedRules[Dimension]):
    model = Dimension
    set_name = "dimensions"


@register
class DimensionValueRules(CodedRules[DimensionValue]):
    model = DimensionValue
    set_name = "dimensionValues"


@register
class DefaultDimensionRules(Rules[DefaultDimension]):
    """A value is one of the dimension's own."""

    model = DefaultDimension
    set_name = "defaultDimensions"

    def before_save(self, edit: Edit[DefaultDimension]) -> None:
        require_filled(edit, "dimension_code")
        code = edit.get("dimension_value_code")
        known = DimensionValue.objects.filter(dimension=edit.get("dimension_code"), code=code)
        if code and edit.changed("dimension_value_code", "dimension_code") and not known.exists():
            raise DomainError(
                "not_found",
                _("Dimension %(dimension)s has no value “%(code)s”.")
                % {"dimension": edit.get("dimension_code"), "code": code},
                field="dimension_value_code",
            )
