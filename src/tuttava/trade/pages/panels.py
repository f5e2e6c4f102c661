"""What trade adds to the cards of customers, vendors, contacts and items."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact, RelationStatus
from tuttava.contacts.privacy import MASK, RIGHT
from tuttava.foundation.context import current
from tuttava.partners.models import Customer, Vendor
from tuttava.trade import queries
from tuttava.trade.models import Item
from tuttava.trade.pages.entries import entries_url
from tuttava.ui.cards import Action, FactBox, add_action, add_box
from tuttava.ui.values import show, show_number

ITEMS_SHOWN = 5
#: Relation states of a contact that may stand for a customer (B-14).
_TRADING = frozenset({RelationStatus.CUSTOMER, RelationStatus.MULTIPLE})


def money(value: Any) -> str:
    """An amount in whole units of own currency: cents say nothing in a sum of years."""
    return show_number(value, 0)


#: Words, value, the tone of the value, and where it leads.
Line = tuple[str, str, str, str]


def lines_of(found: queries.Figures, party: Any = None) -> list[Line]:
    """Figures of customers; of one alone, ``party``, they lead to its entries."""
    delay = "" if found.average_delay is None else show_number(found.average_delay, 1)
    opened = entries_url("customer-entries", party, open="yes:") if party is not None else ""
    late = entries_url("customer-entries", party, overdue="yes:") if party is not None else ""
    every = entries_url("customer-entries", party) if party is not None else ""
    return [
        (_("Balance"), money(found.balance), "", opened),
        (_("Overdue"), money(found.overdue), "danger" if found.overdue > 0 else "", late),
        (_("Sales this year"), money(found.sales_this_year), "", ""),
        (_("Sales last year"), money(found.sales_last_year), "", ""),
        (_("Last invoice"), show(found.last_invoice_on), "", every if found.last_invoice_on else ""),
        (_("Average days late"), delay, "", ""),
    ]


def vendor_box(vendor: Vendor) -> dict[str, Any]:
    """The figures of a vendor."""
    found = queries.vendor_figures([vendor.pk], current().date)
    opened = entries_url("vendor-entries", vendor, open="yes:")
    late = entries_url("vendor-entries", vendor, overdue="yes:")
    return {
        "lines": [
            (_("Balance"), money(found.balance), "", opened),
            (_("Overdue"), money(found.overdue), "danger" if found.overdue > 0 else "", late),
            (_("Purchases this year"), money(found.purchases_this_year), "", ""),
            (_("Purchases last year"), money(found.purchases_last_year), "", ""),
        ]
    }


def may_see() -> bool:
    """Whether the user may see what customers owe and buy."""
    return current().may("api.read", "customers")


def customer_box(customer: Customer) -> dict[str, Any]:
    """The figures of a customer, with the way to its statistics."""
    found = queries.figures([customer.pk], current().date)
    return {"lines": lines_of(found, customer), "more": reverse("customer-statistics", kwargs={"pk": customer.pk})}


def contact_box(contact: Contact) -> dict[str, Any]:
    """The figures of the customers a contact stands for, and what was bought for most money."""
    customers = queries.customers_of(contact)
    found = queries.figures(customers, current().date)
    return {
        "lines": lines_of(found),
        "bought": queries.items_bought(customers, limit=ITEMS_SHOWN),
        "more": reverse("contact-statistics", kwargs={"pk": contact.pk}),
    }


def stands_for_customer(contact: Contact) -> bool:
    """Whether the contact or its company is a customer, as far as its status tells."""
    return may_see() and contact.contact_business_relation in _TRADING


def buyers(item: Item) -> dict[str, Any]:
    """Who bought an item, most money first."""
    hide = not current().may(RIGHT)
    rows = [
        {"row": row, "name": MASK if row.privacy_blocked and hide else row.name or row.no}
        for row in (queries.buyers_of(item.no, limit=8) if may_see() else [])
    ]
    return {"rows": rows}


def together_of_item(item: Item) -> dict[str, Any]:
    """What buyers of an item also bought."""
    return {"rows": queries.bought_together([], items=[item.no], limit=8) if may_see() else []}


add_box(
    "customer",
    FactBox("trade", gettext_lazy("Trade"), "trade/figures_box.html", customer_box, lambda customer: may_see()),
)
add_box(
    "vendor",
    FactBox(
        "trade",
        gettext_lazy("Trade"),
        "trade/figures_box.html",
        vendor_box,
        lambda vendor: current().may("api.read", "vendors"),
    ),
)
add_box(
    "contact",
    FactBox("trade", gettext_lazy("Trade"), "trade/figures_box.html", contact_box, stands_for_customer),
)
add_action(
    "customer",
    Action(
        "statistics",
        gettext_lazy("Statistics"),
        lambda customer: reverse("customer-statistics", kwargs={"pk": customer.pk}),
        "link",
        "chart-bar",
        lambda customer: may_see(),
    ),
)
