"""The code tables of trade in the standard service (16.7), and exchange rates in the CRM service."""

from __future__ import annotations

from typing import Any

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, STANDARD, EntitySet, Navigation, Property
from tuttava.api.sets.codes import CURRENCIES
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation.records import Record
from tuttava.partners.entities.terms import tax_type
from tuttava.trade.models import CustomerReturnReason, ExchangeRate, ItemCategory, Location, TaxGroup, UnitOfMeasure


def _code_set(
    model: type[Record],
    name: str,
    entity: str,
    *more: Property,
    code: int = 10,
    described: int = 100,
    required: bool = True,
    source: str = "description",
    **declared: Any,
) -> None:
    STANDARD.register(
        EntitySet(
            name=name,
            entity=entity,
            model=model,
            properties=(
                Property("id", edm.GUID, "id", immutable=True),
                Property("code", edm.code(code), "code", required=required),
                Property("displayName", edm.text(described), source),
                *more,
                last_modified(),
            ),
            natural_key=("code",),
            finish=fill_stamps,
            **declared,
        )
    )


_code_set(
    UnitOfMeasure,
    "unitsOfMeasure",
    "unitOfMeasure",
    Property("internationalStandardCode", edm.code(10), "iso_code"),
    Property("symbol", edm.text(10), "symbol"),
    described=50,
    webhooks=True,
)
_code_set(ItemCategory, "itemCategories", "itemCategory", code=20, webhooks=True)
_code_set(CustomerReturnReason, "customerReturnReasons", "customerReturnReason")
_code_set(
    TaxGroup,
    "taxGroups",
    "taxGroup",
    tax_type(),
    code=20,
    required=False,
)
_code_set(
    Location,
    "locations",
    "location",
    Property("contact", edm.text(100), "contact"),
    Property("addressLine1", edm.text(100), "address"),
    Property("addressLine2", edm.text(50), "address_2"),
    Property("city", edm.text(30), "city"),
    Property("state", edm.text(30), "county"),
    Property("country", edm.code(10), "country_code", nullable=True),
    Property("postalCode", edm.code(20), "post_code"),
    Property("phoneNumber", edm.text(30), "phone_no"),
    Property("email", edm.text(80), "email"),
    Property("website", edm.text(255), "home_page"),
    source="name",
    required=False,
)
crm_set(
    ExchangeRate,
    "exchangeRates",
    "exchangeRate",
    natural_key=("currencyCode", "startingDate"),
    properties=properties_of(ExchangeRate, "exchangeRate", required=["starting_date", "rate"]),
    tracked=True,
)
CRM.extend(
    CURRENCIES.name,
    navigations=[
        Navigation(
            "exchangeRates",
            "exchangeRates",
            theirs="currency_code",
            ours="code",
            contained=True,
            partner="currency",
            fills=(("currency_code", "code"),),
        )
    ],
)
