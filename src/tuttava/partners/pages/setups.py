"""The setups of sales, purchasing, finance and personnel: one card each (17.12)."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.partners.models import FinanceSetup, HrSetup, PurchaseSetup, SalesSetup
from tuttava.partners.models.setups import OneRow
from tuttava.partners.pages.people import PEOPLE
from tuttava.partners.pages.terms import TRADE
from tuttava.partners.setups import setup_of
from tuttava.ui import registry
from tuttava.ui.cards import CardField, CardPage, Group, register_card

F = CardField


def parent() -> tuple[str, Text]:
    """Where the cards of the setup lead back to."""
    return reverse("setup"), _("Setup")


def _setup_card(
    model: type[OneRow], path: str, title: Text, series: str, *, group: Text, icon: str, order: int, about: Text
) -> None:
    name = f"{path}-setup"
    register_card(
        CardPage(
            name=name,
            path=f"setup/{path}",
            model=model,
            single=partial(setup_of, model),
            title=lambda setup: str(title),
            caption=title,
            parent=parent,
            groups=(Group("numbering", _("Numbering"), [F(series)]),),
        )
    )
    registry.add_setup(registry.SetupEntry(name, title, name, icon=icon, order=order, group=group, description=about))


_setup_card(
    SalesSetup,
    "sales",
    _("Sales setup"),
    "customer_nos_code",
    group=TRADE,
    icon="shopping-cart",
    order=350,
    about=_("Where customers get their numbers from."),
)
_setup_card(
    PurchaseSetup,
    "purchase",
    _("Purchase setup"),
    "vendor_nos_code",
    group=TRADE,
    icon="shopping-bag",
    order=351,
    about=_("Where vendors get their numbers from."),
)
_setup_card(
    FinanceSetup,
    "finance",
    _("Finance setup"),
    "bank_account_nos_code",
    group=TRADE,
    icon="building-library",
    order=352,
    about=_("Where bank accounts get their numbers from."),
)
_setup_card(
    HrSetup,
    "personnel",
    _("Personnel setup"),
    "employee_nos_code",
    group=PEOPLE,
    icon="identification",
    order=330,
    about=_("Where employees get their numbers from."),
)
