"""What other currencies are worth to a demo company, roughly: prices only have to look right."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tuttava.foundation import records
from tuttava.foundation.company import company_information
from tuttava.foundation.context import current
from tuttava.foundation.models import Currency
from tuttava.trade.models import ExchangeRate

#: Units of each currency for a euro, at two times of the year.
_FOR_EURO = {
    "EUR": ("1", "1"),
    "NOK": ("11.62", "11.78"),
    "SEK": ("11.38", "11.24"),
    "DKK": ("7.46", "7.46"),
    "ISK": ("149.5", "147.2"),
    "PLN": ("4.31", "4.26"),
    "GBP": ("0.853", "0.861"),
    "USD": ("1.081", "1.094"),
    "CHF": ("0.948", "0.941"),
}
_AGO = (400, 90)
_STEP = Decimal("0.000001")


def create_rates() -> None:
    """Two rates for each currency that is known, in own currency; none if our own is not among them."""
    own = _FOR_EURO.get(company_information().currency_code or "")
    if own is None or ExchangeRate.objects.exists():
        return
    known = set(Currency.objects.filter(code__in=_FOR_EURO).values_list("code", flat=True))
    for code in sorted(known - {company_information().currency_code}):
        for days, ours, theirs in zip(_AGO, own, _FOR_EURO[code], strict=True):
            rate = (Decimal(ours) / Decimal(theirs)).quantize(_STEP)
            day = current().today - dt.timedelta(days=days)
            records.create(ExchangeRate, {"currency_code": code, "starting_date": day, "rate": rate})
