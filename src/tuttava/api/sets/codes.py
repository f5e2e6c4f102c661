"""The foundation's code tables in both services (16.7, 17.1)."""

from __future__ import annotations

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation.models import AddressFormat, Country, Currency, Language, PostCode, Territory, VatFormat

crm_set(
    Country,
    "countries",
    "country",
    natural_key=("code",),
    navigations=(
        Navigation(
            "vatFormats",
            VatFormat,
            theirs="country_code",
            ours="code",
            contained=True,
            partner="country",
            fills=(("country_code", "code"),),
        ),
    ),
)
crm_set(
    VatFormat,
    "vatFormats",
    "vatFormat",
    natural_key=("countryCode", "lineNo"),
    properties=properties_of(VatFormat, "vatFormat"),
)
crm_set(PostCode, "postCodes", "postCode", natural_key=("code", "city"))
crm_set(Territory, "territories", "territory", natural_key=("code",))
crm_set(Language, "languages", "language", natural_key=("code",))
crm_set(Currency, "currencies", "currency", natural_key=("code",))

_LAYOUTS = {
    AddressFormat.POST_CODE_CITY: "Post Code+City",
    AddressFormat.CITY_POST_CODE: "City+Post Code",
    AddressFormat.CITY_COUNTY_POST_CODE: "City+County+Post Code",
    AddressFormat.BLANK_LINE_POST_CODE_CITY: "Blank Line+Post Code+City",
}

COUNTRIES = EntitySet(
    name="countriesRegions",
    entity="countryRegion",
    model=Country,
    properties=(
        Property("id", edm.GUID, "id", immutable=True),
        Property("code", edm.code(10), "code", required=True),
        Property("displayName", edm.text(50), "name"),
        Property(
            "addressFormat",
            edm.standard_enum(
                "countryRegionAddressFormat", AddressFormat, {key.value: words for key, words in _LAYOUTS.items()}
            ),
            "address_format",
        ),
        last_modified(),
    ),
    natural_key=("code",),
    finish=fill_stamps,
    webhooks=True,
)
CURRENCIES = EntitySet(
    name="currencies",
    entity="currency",
    model=Currency,
    properties=(
        Property("id", edm.GUID, "id", immutable=True),
        Property("code", edm.code(10), "code", required=True),
        Property("displayName", edm.text(30), "description"),
        Property("symbol", edm.text(10), "symbol"),
        Property("amountDecimalPlaces", edm.text(5), "amount_decimal_places"),
        Property("amountRoundingPrecision", edm.DECIMAL, "amount_rounding_precision"),
        last_modified(),
    ),
    natural_key=("code",),
    finish=fill_stamps,
    webhooks=True,
)
STANDARD.register(COUNTRIES, CURRENCIES)
