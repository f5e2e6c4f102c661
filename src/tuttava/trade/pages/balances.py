"""What customers and vendors owe and are owed, as a column of their lists."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tuttava.trade.models import CustomerLedgerEntry, VendorLedgerEntry
from tuttava.ui.lists.declare import Column
from tuttava.ui.lists.mount import add_column
from tuttava.ui.values import show_number


def _balances(model: type[CustomerLedgerEntry | VendorLedgerEntry], party: str) -> Callable[[list[Any]], None]:
    """Read what is open of all rows of a page; one query."""

    def prepare(rows: list[Any]) -> None:
        found: dict[uuid.UUID, Decimal] = {}
        if rows:
            entries = model._default_manager.filter(**{f"{party}__in": [row.pk for row in rows]}, open=True).order_by()
            found = dict(entries.values_list(party).annotate(owed=Sum("remaining_amount_lcy")))
        for row in rows:
            row.balance = found.get(row.pk, Decimal())

    return prepare


def _cell(row: Any) -> str:
    return format_html('<span class="amount">{}</span>', show_number(row.balance, 2)) if row.balance else ""


_COLUMN = Column("balance", _("balance"), 120, cell=_cell, value=lambda row: row.balance)
add_column("customers", _COLUMN, _balances(CustomerLedgerEntry, "customer_id"))
add_column("vendors", _COLUMN, _balances(VendorLedgerEntry, "vendor_id"))
