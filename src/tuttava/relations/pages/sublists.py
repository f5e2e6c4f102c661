"""What hangs on customers and vendors and is kept in lists on their cards: further addresses and bank accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tuttava.partners.models import (
    CustomerBankAccount,
    DimensionParent,
    OrderAddress,
    ShipToAddress,
    VendorBankAccount,
)
from tuttava.partners.pages.dimensions import dimension_list
from tuttava.relations.pages.facts import shown
from tuttava.ui.cards import CardField
from tuttava.ui.cards.sublists import Line, SubList

F = CardField

_ADDRESS = (
    *(F("code"), F("name"), F("contact"), F("address"), F("address_2"), F("country_code")),
    *(F("post_code", lookup="post-code"), F("city", lookup="city"), F("county")),
    *(F("phone_no", kind="phone"), F("email", kind="email")),
)
_ACCOUNT = (
    *(F("code"), F("name"), F("bank_account_no"), F("bank_branch_no"), F("iban"), F("swift_code")),
    *(F("currency_code"), F("contact"), F("phone_no", kind="phone"), F("email", kind="email")),
)


def _address_line(row: Any) -> Line:
    parts = (row.name, row.address, f"{row.post_code} {row.city}".strip(), row.contact)
    return Line(row.code, ", ".join(part for part in parts if part))


def _account_line(row: Any) -> Line:
    parts = (row.code if row.name else "", row.iban or row.bank_account_no, row.currency_code)
    return Line(row.name or row.code, " · ".join(part for part in parts if part))


CUSTOMER = (
    SubList(
        "addresses",
        _("Shipping addresses"),
        ShipToAddress,
        _ADDRESS,
        _address_line,
        owner="customer",
        order_by=["code"],
        main=True,
        visible=shown,
        label_new=_("New shipping address"),
        empty=_("Other places where this customer wants goods."),
    ),
    SubList(
        "accounts",
        _("Bank accounts"),
        CustomerBankAccount,
        _ACCOUNT,
        _account_line,
        owner="customer",
        order_by=["code"],
        main=True,
        visible=shown,
        label_new=_("New bank account"),
        empty=_("Accounts from which this customer pays."),
    ),
    dimension_list(DimensionParent.CUSTOMER),
)
VENDOR = (
    SubList(
        "addresses",
        _("Order addresses"),
        OrderAddress,
        _ADDRESS,
        _address_line,
        owner="vendor",
        order_by=["code"],
        main=True,
        visible=shown,
        label_new=_("New order address"),
        empty=_("Other places to which orders for this vendor go."),
    ),
    SubList(
        "accounts",
        _("Bank accounts"),
        VendorBankAccount,
        _ACCOUNT,
        _account_line,
        owner="vendor",
        order_by=["code"],
        main=True,
        visible=shown,
        label_new=_("New bank account"),
        empty=_("Accounts to which this vendor is paid."),
    ),
    dimension_list(DimensionParent.VENDOR),
)
BANK_ACCOUNT = (dimension_list(DimensionParent.BANK_ACCOUNT),)
EMPLOYEE = (dimension_list(DimensionParent.EMPLOYEE),)
