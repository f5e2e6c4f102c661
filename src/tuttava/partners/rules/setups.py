"""Setups are changed by administrators and never deleted."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Rules, register
from tuttava.partners.models import FinanceSetup, HrSetup, PurchaseSetup, SalesSetup
from tuttava.partners.models.setups import OneRow

S = TypeVar("S", bound=OneRow)


class SetupRules(Rules[S]):
    write_right = "api.admin"
    delete_right = "api.admin"

    def before_delete(self, record: S) -> None:
        raise DomainError("setup.cannot_delete", _("A setup cannot be deleted. Change its values instead."))

    def describe(self, record: S) -> str:
        return str(record._meta.verbose_name)


@register
class SalesSetupRules(SetupRules[SalesSetup]):
    model = SalesSetup
    set_name = "salesSetup"


@register
class PurchaseSetupRules(SetupRules[PurchaseSetup]):
    model = PurchaseSetup
    set_name = "purchaseSetup"


@register
class FinanceSetupRules(SetupRules[FinanceSetup]):
    model = FinanceSetup
    set_name = "financeSetup"


@register
class HrSetupRules(SetupRules[HrSetup]):
    model = HrSetup
    set_name = "hrSetup"
