"""Items and a year of trade of a demo company: what its customers bought, what its vendors delivered, who has paid.

Facts come in as a feed brings them. Everything is fictitious; the same seed gives the same year, which ends today.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tuttava.foundation.bulk import update_many
from tuttava.foundation.company import company_information
from tuttava.foundation.context import acting
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.journal import unit_of_work
from tuttava.trade.demo.items import create_codes, create_items, worth_of_euro
from tuttava.trade.demo.parties import buyers, sellers
from tuttava.trade.demo.rows import Rows
from tuttava.trade.demo.year import Year
from tuttava.trade.feed import MOST_ROWS, load
from tuttava.trade.models import Item

#: Languages that the words come in; others get English.
LANGUAGES = ("en", "nb", "nl", "fi")

#: Whoever may create a company, or fill it from the command line, may have all of this done there.
EVERYTHING = frozenset({"*"})


def connect() -> None:
    """Listen to new companies and to wishes for demo data, after the registers are there."""
    company_created.connect(_company_created, dispatch_uid="trade.demo")
    demo_data_wanted.connect(_demo_data_wanted, dispatch_uid="trade.demo")


def _company_created(*, setup_data: str, language: str, **_signal: Any) -> None:
    if setup_data == "demo":
        create_demo_trade(language)


def _demo_data_wanted(*, contacts: int | None, **_signal: Any) -> None:
    if contacts is None:
        create_demo_trade((company_information().language_code or "en").lower())


def create_demo_trade(language: str) -> None:
    """Fill the company at hand with items and a year of trade, unless it has items of its own."""
    if Item.objects.exists():
        return
    with (
        acting(rights=EVERYTHING, interactive=False, answers={}, messages=[], cache={}),
        unit_of_work("create demo trade"),
    ):
        column = language if language in LANGUAGES else "en"
        words = create_codes(column)
        articles = create_items(column)
        year = Year(articles, buyers(), sellers(articles), words, worth_of_euro())
        year.trade()
        _load(Rows(year))
        for article in articles:
            article.item.inventory = Decimal(year.stock[article])
        update_many([article.item for article in articles], ["inventory"])


def _load(made: Rows) -> None:
    for model, rows in made.by_model():
        for first in range(0, len(rows), MOST_ROWS):
            load(model, rows[first : first + MOST_ROWS])
