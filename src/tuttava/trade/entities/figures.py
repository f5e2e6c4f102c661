"""What customers owe and we owe vendors, as the services show it (16.5): from the ledgers, on the work date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import CharField, DateField, DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property
from tuttava.foundation.context import current
from tuttava.partners.models import Customer, RegisterEntry, Vendor
from tuttava.relations.entities.common import own_currency
from tuttava.relations.entities.figures import customer_figures, vendor_figures
from tuttava.trade.models import CustomerLedgerEntry, VendorLedgerEntry

#: How long one period of aged accounts is, in days.
PERIOD = 30
_MONEY: DecimalField[Any, Any] = DecimalField(max_digits=20, decimal_places=2)


def _sum(model: type[Any], owner: str, column: str, *narrowed: Q, sign: int = 1) -> Combinable:
    """The sum of a column over the entries of the record at hand."""
    entries = model._default_manager.filter(*narrowed, **{owner: OuterRef("pk")}).order_by()
    total = entries.values(owner).annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=_MONEY) * Value(sign, output_field=_MONEY)


_OPEN = Q(open=True)


def customer_balance() -> Combinable:
    """What the customer owes."""
    return _sum(CustomerLedgerEntry, "customer", "remaining_amount_lcy", _OPEN)


def vendor_balance() -> Combinable:
    """What we owe the vendor."""
    return _sum(VendorLedgerEntry, "vendor", "remaining_amount_lcy", _OPEN, sign=-1)


def customer_overdue() -> Combinable:
    """What the customer owes and should have paid before the work date."""
    return _sum(CustomerLedgerEntry, "customer", "remaining_amount_lcy", _OPEN, Q(due_date__lt=current().date))


def customer_sales() -> Combinable:
    """All that was ever sold to the customer, without tax."""
    return _sum(CustomerLedgerEntry, "customer", "sales_lcy")


customer_figures.sql["balance_due"] = customer_balance
vendor_figures.sql["balance"] = vendor_balance


def _due(period: int) -> Q:
    """What is due in a period of aged accounts: 0 not yet, 1 and 2 one period late each, 3 all that is later."""
    today = current().date
    ends, begins = today - dt.timedelta(PERIOD * (period - 1)), today - dt.timedelta(PERIOD * period)
    if period == 0:
        return Q(due_date__gte=today) | Q(due_date__isnull=True)
    return Q(due_date__lt=ends) if period == 3 else Q(due_date__lt=ends, due_date__gte=begins)


def _label(period: int) -> Callable[[], Combinable]:
    """The due dates of a period, as a filter would say it."""

    def label() -> Combinable:
        last = current().date - dt.timedelta(PERIOD * (period - 1) + 1)
        first = "" if period == 3 else f"{last - dt.timedelta(PERIOD - 1)}"
        return Value(f"{first}..{last}", output_field=CharField())

    return label


def _figure(name: str, sql: Callable[[], Combinable]) -> Property:
    return Property(name, edm.DECIMAL, expression=sql, read_only=True)


def _aged(model: type[Any], owner: str, sign: int) -> Callable[[int], Callable[[], Combinable]]:
    def amount(period: int) -> Callable[[], Combinable]:
        return lambda: _sum(model, owner, "remaining_amount_lcy", _OPEN, _due(period), sign=sign)

    return amount


def _aged_set(
    name: str,
    entity: str,
    party: type[RegisterEntry],
    amount: Callable[[int], Callable[[], Combinable]],
    balance: Callable[[], Combinable],
    *,
    labels: bool,
) -> EntitySet:
    """What is open of each customer or vendor, by how long it is overdue."""
    word = party.table
    periods: list[Property] = []
    for period in (1, 2, 3):
        if labels:
            periods.append(Property(f"period{period}Label", edm.text(), expression=_label(period), read_only=True))
        periods.append(_figure(f"period{period}Amount", amount(period)))
    return EntitySet(
        name=name,
        entity=entity,
        model=party,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property(f"{word}Id", edm.GUID, expression=lambda: F("pk"), read_only=True),
            Property(f"{word}Number", edm.code(20), "no", read_only=True),
            Property("name", edm.text(100), "name", read_only=True),
            Property(
                "currencyCode",
                edm.code(10),
                expression=lambda: Value(own_currency(), output_field=CharField()),
                read_only=True,
            ),
            _figure("balanceDue", balance),
            _figure("currentAmount", amount(0)),
            *periods,
            Property(
                "agedAsOfDate",
                edm.DATE,
                expression=lambda: Value(current().date, output_field=DateField()),
                read_only=True,
            ),
            Property(
                "periodLengthFilter",
                edm.text(),
                expression=lambda: Value(f"{PERIOD}D", output_field=CharField()),
                read_only=True,
            ),
        ),
        navigations=(Navigation(word, f"{word}s", many=False, partner=entity),),
        natural_key=(f"{word}Number",),
        methods=frozenset({"GET"}),
    )


FINANCIAL_DETAILS = EntitySet(
    name="customerFinancialDetails",
    entity="customerFinancialDetail",
    model=Customer,
    properties=(
        Property("id", edm.GUID, "id", read_only=True),
        Property("number", edm.code(20), "no", read_only=True),
        _figure("balance", customer_balance),
        _figure("totalSalesExcludingTax", customer_sales),
        _figure("overdueAmount", customer_overdue),
        Property("lastModifiedDateTime", edm.INSTANT, "last_modified_at", read_only=True),
    ),
    navigations=(Navigation("customer", "customers", many=False, partner="customerFinancialDetail"),),
    natural_key=("number",),
    methods=frozenset({"GET"}),
)
RECEIVABLES = _aged_set(
    "agedAccountsReceivables",
    "agedAccountsReceivable",
    Customer,
    _aged(CustomerLedgerEntry, "customer", 1),
    customer_balance,
    labels=True,
)
PAYABLES = _aged_set(
    "agedAccountsPayables",
    "agedAccountsPayable",
    Vendor,
    _aged(VendorLedgerEntry, "vendor", -1),
    vendor_balance,
    labels=False,
)
STANDARD.register(FINANCIAL_DETAILS, RECEIVABLES, PAYABLES)


def _one(entity: EntitySet, partner: str) -> Navigation:
    return Navigation(entity.entity, entity.name, many=False, contained=True, partner=partner)


STANDARD.extend("customers", navigations=[_one(FINANCIAL_DETAILS, "customer"), _one(RECEIVABLES, "customer")])
STANDARD.extend("vendors", navigations=[_one(PAYABLES, "vendor")])
