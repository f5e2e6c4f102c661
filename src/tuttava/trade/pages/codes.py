"""Setup pages of the code tables of trade."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuttava.partners.pages.terms import TRADE
from tuttava.trade.models import CustomerReturnReason, ExchangeRate, ItemCategory, Location, TaxGroup, UnitOfMeasure
from tuttava.ui.lists.codes import code_table

ITEMS = _("Items")
FIELDS = ("code", "description", "closed")

code_table(
    ItemCategory,
    path="item-categories",
    group=ITEMS,
    icon="rectangle-group",
    order=610,
    fields=FIELDS,
    description=_("Kinds of what you sell and buy."),
)
code_table(
    UnitOfMeasure,
    path="units-of-measure",
    group=ITEMS,
    icon="scale",
    order=620,
    fields=("code", "description", "iso_code", "symbol", "closed"),
    description=_("In what items are counted."),
)
code_table(
    Location,
    path="locations",
    group=ITEMS,
    icon="map-pin",
    order=630,
    fields=("code", "name", "contact", "address", "post_code", "city", "country_code", "phone_no", "email", "closed"),
    description=_("Where goods lie."),
)
code_table(
    TaxGroup,
    path="tax-groups",
    group=ITEMS,
    icon="receipt-percent",
    order=640,
    fields=("code", "description", "vat_pct", "closed"),
    description=_("Items that are taxed alike, and what is added to their prices."),
)
code_table(
    CustomerReturnReason,
    path="return-reasons",
    group=ITEMS,
    icon="arrow-uturn-left",
    order=650,
    fields=FIELDS,
    description=_("Why customers send something back."),
)
code_table(
    ExchangeRate,
    path="exchange-rates",
    group=TRADE,
    icon="currency-euro",
    order=356,
    fields=("currency_code", "starting_date", "rate"),
    description=_("What one unit of a currency is worth in your own, from a date on."),
)
