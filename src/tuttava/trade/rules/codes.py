"""Rules of the code tables: a code is required; places fill each other in, phones and e-mails are checked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.company import company_information
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.partners.rules.coded import CodedRules
from tuttava.partners.rules.lists import AddressRules
from tuttava.trade.models import CustomerReturnReason, ExchangeRate, ItemCategory, Location, TaxGroup, UnitOfMeasure


@register
class UnitOfMeasureRules(CodedRules[UnitOfMeasure]):
    model = UnitOfMeasure
    set_name = "unitsOfMeasure"


@register
class ItemCategoryRules(CodedRules[ItemCategory]):
    model = ItemCategory
    set_name = "itemCategories"


@register
class TaxGroupRules(CodedRules[TaxGroup]):
    model = TaxGroup
    set_name = "taxGroups"


@register
class CustomerReturnReasonRules(CodedRules[CustomerReturnReason]):
    model = CustomerReturnReason
    set_name = "customerReturnReasons"


@register
class LocationRules(AddressRules[Location]):
    model = Location
    set_name = "locations"


@register
class ExchangeRateRules(Rules[ExchangeRate]):
    """What a currency is worth counts from a date on; documents posted since then keep what they were posted with."""

    model = ExchangeRate
    set_name = "exchangeRates"

    def before_save(self, edit: Edit[ExchangeRate]) -> None:
        require_filled(edit, "currency_code")
        require_filled(edit, "starting_date")
        if edit.get("currency_code") == company_information().currency_code:
            raise DomainError(
                "value_invalid",
                _("%(currency)s is your own currency. Rates are kept for other currencies.")
                % {"currency": edit.get("currency_code")},
                field="currency_code",
            )
