"""What a demo company trades in."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files

from tuttava.foundation.company import company_information
from tuttava.foundation.filling import create_many
from tuttava.trade.models import Item, ItemCategory, ItemType, Location, TaxGroup, UnitOfMeasure

#: What a euro is worth in own currency, roughly: prices only have to look right.
_RATES = {"NOK": 11, "SEK": 11, "DKK": 7, "ISK": 150, "PLN": 4}
#: Price lists round to so much of own currency.
_STEPS = {"NOK": "1", "SEK": "1", "DKK": "1", "ISK": "10"}

#: The usual rate of VAT of a country.
_VAT = {"NO": "25", "SE": "25", "DK": "25", "FI": "25.5", "NL": "21", "DE": "19"}
#: The tax groups of what is sold at home and abroad.
TAXED, UNTAXED = "STANDARD", "EXPORT"


@dataclass(eq=False)
class Article:
    """An item with who makes it, how many are in a pack, and when it sells (a season of the year's)."""

    item: Item
    vendor: str
    pack: int
    season: str

    @property
    def is_stocked(self) -> bool:
        return self.item.type == ItemType.INVENTORY


def create_codes(language: str) -> dict[str, str]:
    """Create categories and places of stock; answer the words that entries are described with, by their code."""
    words: dict[str, str] = {}
    for row in _rows("demo_codes.csv"):
        code, text = row["code"], row[language]
        if row["table"] == "word":
            words[code] = text
        elif row["table"] == "location":
            Location.objects.bulk_create([Location(code=code, name=text)], ignore_conflicts=True)
        else:
            ItemCategory.objects.bulk_create([ItemCategory(code=code, description=text)], ignore_conflicts=True)
    return words


def create_tax_groups() -> None:
    """The rate of VAT of the company's country, and none for what goes abroad."""
    rates = {TAXED: usual_vat(), UNTAXED: Decimal(0)}
    groups = [TaxGroup(code=code, description=f"{rate.normalize():f} %", vat_pct=rate) for code, rate in rates.items()]
    TaxGroup.objects.bulk_create(groups, ignore_conflicts=True)


def usual_vat() -> Decimal:
    """The usual rate of VAT of the company's country."""
    return Decimal(_VAT.get(company_information().country_code or "", "20"))


def known_articles(language: str) -> list[Article]:
    """The items that :func:`create_items` created, as far as they are still called so."""
    items = {item.description: item for item in Item.objects.filter(blocked=False).order_by("no")}
    return [
        Article(items[row[language]], row["vendor"], int(row["pack"]), row["season"])
        for row in _rows("demo_items.csv")
        if row[language] in items
    ]


def create_items(language: str) -> list[Article]:
    """Create the items, described in ``language``, at prices in own currency."""
    create_tax_groups()
    units = set(UnitOfMeasure.objects.values_list("code", flat=True))
    rows = list(_rows("demo_items.csv"))
    values = [
        {
            "description": row[language],
            "type": ItemType.INVENTORY if row["vendor"] else ItemType.SERVICE,
            "item_category": row["category"],
            "base_unit_of_measure": row["unit"] if row["unit"] in units else "",
            "unit_price": _priced(row["price"]),
            "unit_cost": _priced(row["cost"]),
            "tax_group": TAXED,
        }
        for row in rows
    ]
    items = create_many(Item, values)
    return [
        Article(item, row["vendor"], int(row["pack"]), row["season"]) for item, row in zip(items, rows, strict=True)
    ]


def worth_of_euro() -> int:
    """Roughly what a euro is in own currency."""
    return _RATES.get(company_information().currency_code or "", 1)


def _priced(euros: str) -> Decimal:
    step = Decimal(_STEPS.get(company_information().currency_code or "", "0.05"))
    return (Decimal(euros) * worth_of_euro() / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files("tuttava.trade") / "data" / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
