"""Rules of the code tables: a code is required; places fill each other in, phones and e-mails are checked."""

from __future__ import annotations

from tuttava.foundation.records import register
from tuttava.partners.rules.coded import CodedRules
from tuttava.partners.rules.lists import AddressRules
from tuttava.trade.models import CustomerReturnReason, ItemCategory, Location, TaxGroup, UnitOfMeasure


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
