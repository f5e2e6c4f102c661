"""Rules of addresses and bank accounts that hang on records."""

from __future__ import annotations

from typing import Any, TypeVar

from django.utils.translation import gettext as _

from tuttava.foundation.communication import check_phone, checked_email
from tuttava.foundation.places import PlaceRules
from tuttava.foundation.records import Edit, Record, register
from tuttava.partners.models import (
    CustomerBankAccount,
    OrderAddress,
    ShipToAddress,
    VendorBankAccount,
)
from tuttava.partners.rules.coded import CodedRules

M = TypeVar("M", bound=Record)


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
