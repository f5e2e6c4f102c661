"""Rounding of amounts: half away from zero, to the precision of the currency (documented in the manual)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from tuttava.foundation.company import company_information, remembered
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Currency
from tuttava.trade.models import ExchangeRate

CENT = Decimal("0.01")
_ONE = Decimal(1)


def precision_of(currency_code: str | None) -> Decimal:
    """To multiples of what amounts in a currency are rounded; blank: own currency."""
    known: dict[str, Decimal] = remembered(
        Currency, lambda: dict(Currency.objects.values_list("code", "amount_rounding_precision"))
    )
    code = currency_code or company_information().currency_code or ""
    return max(known.get(code) or CENT, CENT)


def rounded(value: Decimal, precision: Decimal = CENT) -> Decimal:
    """``value`` as a multiple of ``precision``, halves away from zero."""
    return ((value / precision).quantize(_ONE, rounding=ROUND_HALF_UP) * precision).quantize(CENT)


def spread(total: Decimal, weights: Sequence[Decimal], precision: Decimal = CENT) -> list[Decimal]:
    """``total`` over parts in proportion to ``weights``, each rounded, together exactly the total.

    What rounding leaves over goes on to the next part, so no part is off by more than one step.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        return [Decimal(0)] * len(weights)
    found, given, seen = [], Decimal(0), Decimal(0)
    for weight in weights:
        seen += weight
        due = rounded(total * seen / whole, precision)
        found.append(due - given)
        given = due
    return found


def in_own_currency(value: Decimal, currency_code: str | None, rate: Decimal) -> Decimal:
    """An amount of a document in own currency; ``rate`` as of :func:`rate_of`."""
    return value if not currency_code else rounded(value * rate, precision_of(None))


def rate_of(currency_code: str | None, day: dt.date) -> Decimal:
    """What one unit of a currency is worth in own currency on a day; 1 for own currency.

    Raises ``currency.rate_missing``.
    """
    if not currency_code or currency_code == company_information().currency_code:
        return _ONE
    rates = ExchangeRate.objects.filter(currency__code=currency_code, starting_date__lte=day)
    found = rates.order_by("-starting_date").values_list("rate", flat=True).first()
    if found is None:
        raise DomainError(
            "currency.rate_missing",
            _("There is no exchange rate for %(currency)s on %(date)s. Add one to the currency.")
            % {"currency": currency_code, "date": day.isoformat()},
            field="currency_code",
            rule="I-135",
        )
    return Decimal(found)
