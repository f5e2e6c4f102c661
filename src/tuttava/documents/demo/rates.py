"""The money of a demo company: what other currencies are worth, roughly, and the bank that customers pay to."""

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
#: Name, IBAN and BIC of a bank in each country; the numbers are the examples of the standard.
_BANKS = {
    "NO": ("Fjordbanken", "NO93 8601 1117 947", "FJORNOKK"),
    "NL": ("Duinbank", "NL91 ABNA 0417 1643 00", "DUINNL2A"),
    "FI": ("Järvipankki", "FI21 1234 5600 0007 85", "JARVFIHH"),
}
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


def own_bank() -> None:
    """Say where customers pay to, unless that is known."""
    own = company_information()
    if own.pk is None or own.iban or own._state.adding:
        return
    name, iban, bic = _BANKS.get(own.country_code or "", _BANKS["NO"])
    records.change(own, {"bank_name": name, "iban": iban, "swift_code": bic})
