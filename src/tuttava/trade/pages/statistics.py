"""Statistics of a customer and of a contact: figures, bars of years and months, what was bought, what might be next."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel.dates import get_month_names
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked as masked_contact
from tuttava.foundation.context import current, require
from tuttava.partners.models import Customer
from tuttava.relations.pages.registers import record_url, shown_name
from tuttava.trade import queries
from tuttava.trade.pages.charts import Chart, bars
from tuttava.trade.pages.panels import lines_of
from tuttava.ui import registry
from tuttava.ui.values import locale

TOP_ITEMS = 20
SUGGESTED = 10


def of_customer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Statistics of one customer."""
    require("api.read", "customers")
    customer = Customer.objects.defer("search_tokens", "search_text").filter(pk=pk).first()
    if customer is None:
        raise Http404
    crumbs = [(reverse("customers"), _("Customers")), (record_url(customer), shown_name(customer))]
    return _page(request, [customer.pk], shown_name(customer), crumbs, party=customer)


def of_contact(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Statistics of the customers that a contact stands for; of a person also what names it (S-42)."""
    require("api.read", "contacts")
    require("api.read", "customers")
    contact = Contact.objects.defer("search_tokens", "search_text").filter(pk=pk).first()
    if contact is None:
        raise Http404
    shown = masked_contact(contact)
    name = str(shown.name or shown.no)
    customers = queries.customers_of(contact)
    own = queries.items_bought(customers, limit=TOP_ITEMS, person=contact.pk) if contact.is_person else []
    crumbs = [(reverse("contacts"), _("Contacts")), (contact_url(shown), name)]
    return _page(request, customers, name, crumbs, person=contact.is_person, own=own)


def _page(
    request: HttpRequest,
    customers: queries.Ids,
    name: str,
    crumbs: Sequence[tuple[str, str]],
    *,
    party: Customer | None = None,
    **more: Any,
) -> HttpResponse:
    year = _year(request)
    months = queries.sales_by_month(customers, year)
    context = {
        "name": name,
        "crumbs": crumbs,
        "customers": customers,
        "lines": lines_of(queries.figures(customers, current().date), party),
        "year": year,
        "years_offered": range(current().date.year, current().date.year - queries.YEARS, -1),
        "by_month": _by_month(months, year),
        "by_year": _by_year(months, year),
        "months": _table(months, year),
        "items": queries.items_bought(customers, limit=TOP_ITEMS),
        "suggestions": queries.bought_together(customers, limit=SUGGESTED),
    }
    return render(request, "trade/statistics.html", context | more)


def _year(request: HttpRequest) -> int:
    """The year asked for; this one unless it is a year that is offered."""
    this = current().date.year
    asked = request.GET.get("year", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this
    return wanted if this - queries.YEARS < wanted <= this else this


def _sales(months: Sequence[queries.MonthOfSales]) -> dict[tuple[int, int], Decimal]:
    return {(row.year, row.month): row.sales for row in months}


def _month_words() -> list[str]:
    names = get_month_names("abbreviated", context="stand-alone", locale=locale())
    return [str(names[month]) for month in range(1, 13)]


def _by_month(months: Sequence[queries.MonthOfSales], year: int) -> Chart | None:
    """The months of a year beside those of the year before; None when nothing was sold."""
    sales = _sales(months)
    if not any(of in (year, year - 1) for of, _month in sales):
        return None
    none = Decimal(0)
    groups = [
        (
            word,
            [(f"{word} {of}", sales.get((of, month), none)) for of in (year - 1, year)],
        )
        for month, word in enumerate(_month_words(), start=1)
    ]
    return bars(_("Sales by month, %(year)d beside %(before)d") % {"year": year, "before": year - 1}, groups)


def _by_year(months: Sequence[queries.MonthOfSales], year: int) -> Chart | None:
    totals: dict[int, Decimal] = {}
    for row in months:
        totals[row.year] = totals.get(row.year, Decimal(0)) + row.sales
    if not totals:
        return None
    years = range(year - queries.YEARS + 1, year + 1)
    groups = [(str(of), [(str(of), totals.get(of, Decimal(0)))]) for of in years]
    return bars(_("Sales by year"), groups, group_width=72)


def _table(months: Sequence[queries.MonthOfSales], year: int) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """The same as numbers: month, sales of the year before, sales and profit of the year."""
    sales = _sales(months)
    profit = {(row.year, row.month): row.profit for row in months}
    none = Decimal(0)
    return [
        (word, sales.get((year - 1, month), none), sales.get((year, month), none), profit.get((year, month), none))
        for month, word in enumerate(_month_words(), start=1)
    ]


registry.add_route("customers/<uuid:pk>/statistics", of_customer, "customer-statistics")
registry.add_route("contacts/<uuid:pk>/statistics", of_contact, "contact-statistics")
