"""What can be done to many records of a register at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.bulk_edit import delete_all, set_code, set_value
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import Territory
from tuttava.partners.models import CustomerBlocked, EmployeeStatus, PaymentTerms, Salesperson, VendorBlocked
from tuttava.ui.lists.declare import BulkAction, BulkField, Choices, Plan, Rows

Values = Mapping[str, str]


def _plan_code(name: str) -> Callable[[Rows, Values], Plan]:
    def plan(rows: Rows, values: Values) -> Plan:
        code = as_code(values["code"])
        there = rows.order_by().filter(**{name: code} if code else {f"{name}__isnull": True}).count()
        return Plan(rows.order_by().count() - there, there)

    return plan


def _code(name: str, label: Text, words: Text, model: type[models.Model], icon: str) -> BulkAction:
    """Give all the same code, or take it off."""
    return BulkAction(
        name.removesuffix("_code").replace("_", "-"),
        words,
        lambda rows, values: set_code(rows, name, values["code"]),
        _plan_code(name),
        (BulkField("code", label, model),),
        icon=icon,
    )


def _blocked(choices: Choices) -> BulkAction:
    """Block, or lift the block."""

    def plan(rows: Rows, values: Values) -> Plan:
        there = rows.order_by().filter(blocked=values["blocked"] or choices[0][0]).count()
        return Plan(rows.order_by().count() - there, there)

    return BulkAction(
        "block",
        _("Block"),
        lambda rows, values: set_value(rows, "blocked", values["blocked"]),
        plan,
        (BulkField("blocked", _("Blocked"), choices=choices, required=True),),
        icon="no-symbol",
    )


def _status() -> BulkAction:
    def plan(rows: Rows, values: Values) -> Plan:
        there = rows.order_by().filter(status=values["status"] or EmployeeStatus.ACTIVE).count()
        return Plan(rows.order_by().count() - there, there)

    return BulkAction(
        "status",
        _("Set status"),
        lambda rows, values: set_value(rows, "status", values["status"]),
        plan,
        (BulkField("status", _("Status"), choices=EmployeeStatus.choices, required=True),),
        icon="check-circle",
    )


def _delete(rows: Rows, _values: Values) -> int:
    return delete_all(rows.order_by("no"))


def _count(rows: Rows, _values: Values) -> Plan:
    return Plan(rows.order_by().count())


DELETE = BulkAction("delete", _("Delete"), _delete, _count, icon="trash", danger=True)
_TERRITORY = _code("territory_code", _("Territory"), _("Set territory"), Territory, "map")
_TERMS = _code("payment_terms_code", _("Payment terms"), _("Set payment terms"), PaymentTerms, "banknotes")
_LIFTED: Any = _("Not blocked")


def _words(choices: Choices) -> Choices:
    """The blank choice of what is blocked, in words."""
    return [(value, words if str(words).strip() else _LIFTED) for value, words in choices]


CUSTOMERS: Sequence[BulkAction] = (
    _code("salesperson_code", _("Salesperson"), _("Set salesperson"), Salesperson, "user-circle"),
    _TERRITORY,
    _TERMS,
    _blocked(_words(CustomerBlocked.choices)),
    DELETE,
)
VENDORS: Sequence[BulkAction] = (
    _code("purchaser_code", _("Purchaser"), _("Set purchaser"), Salesperson, "user-circle"),
    _TERRITORY,
    _TERMS,
    _blocked(_words(VendorBlocked.choices)),
    DELETE,
)
BANK_ACCOUNTS: Sequence[BulkAction] = (
    _code("our_contact_code", _("Our contact"), _("Set our contact"), Salesperson, "user-circle"),
    DELETE,
)
EMPLOYEES: Sequence[BulkAction] = (_status(), DELETE)
