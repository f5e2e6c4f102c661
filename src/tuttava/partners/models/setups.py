"""The setups of sales, purchasing, finance and personnel: each one row (17.12)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.models import NumberSeries
from tuttava.foundation.records import Record


def _series(label: Text) -> CodeRef:
    return CodeRef(NumberSeries, verbose_name=label, on_delete=models.RESTRICT)


def _only(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(only_row=True), name=name)


class OneRow(Record):
    """A setup: there is exactly one row of it."""

    only_row = models.BooleanField(default=True, unique=True, editable=False)

    key_field = "id"

    class Meta:
        abstract = True


class SalesSetup(OneRow):
    customer_nos = _series(_("customer numbers"))
    item_nos = _series(_("item numbers"))

    class Meta:
        verbose_name = _("sales setup")
        verbose_name_plural = _("sales setup")
        constraints = [_only("one_sales_setup")]


class PurchaseSetup(OneRow):
    vendor_nos = _series(_("vendor numbers"))

    class Meta:
        verbose_name = _("purchase setup")
        verbose_name_plural = _("purchase setup")
        constraints = [_only("one_purchase_setup")]


class FinanceSetup(OneRow):
    bank_account_nos = _series(_("bank account numbers"))

    class Meta:
        verbose_name = _("finance setup")
        verbose_name_plural = _("finance setup")
        constraints = [_only("one_finance_setup")]


class HrSetup(OneRow):
    employee_nos = _series(_("employee numbers"))

    class Meta:
        verbose_name = _("personnel setup")
        verbose_name_plural = _("personnel setup")
        constraints = [_only("one_hr_setup")]
