"""Setup pages of payment terms and methods, shipment methods and tax areas."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuttava.partners.models import PaymentMethod, PaymentTerms, ShipmentMethod, TaxArea
from tuttava.ui.lists.codes import code_table

TRADE = _("Sales and purchase")
FIELDS = ("code", "description", "closed")

code_table(
    PaymentTerms,
    path="payment-terms",
    group=TRADE,
    icon="calendar-days",
    order=360,
    fields=(
        "code",
        "description",
        "due_date_calculation",
        "discount_date_calculation",
        "discount_pct",
        "discount_on_credit_memos",
        "closed",
    ),
    formulas=("due_date_calculation", "discount_date_calculation"),
    description=_("When bills are due, and what paying early earns."),
)
code_table(
    PaymentMethod,
    path="payment-methods",
    group=TRADE,
    icon="banknotes",
    order=361,
    fields=FIELDS,
    description=_("How is paid: bank transfer, direct debit, card."),
)
code_table(
    ShipmentMethod,
    path="shipment-methods",
    group=TRADE,
    icon="truck",
    order=362,
    fields=FIELDS,
    description=_("How goods travel, and who pays for it."),
)
code_table(
    TaxArea,
    path="tax-areas",
    group=TRADE,
    icon="receipt-percent",
    order=363,
    fields=FIELDS,
    description=_("Where sales tax is due."),
)
