"""Code tables of trading: when and how is paid, how goods travel, where tax is due."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField
from tuttava.foundation.models.codes import CodeTable


class PaymentTerms(CodeTable):
    """When a bill is due, and what paying early earns. Due dates are date formulas (``30D``, ``CM+14D``)."""

    due_date_calculation = models.CharField(_("due date calculation"), max_length=32, blank=True, default="")
    discount_date_calculation = models.CharField(_("discount date calculation"), max_length=32, blank=True, default="")
    discount_pct = models.DecimalField(
        _("discount %"),
        max_digits=8,
        decimal_places=5,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    discount_on_credit_memos = models.BooleanField(_("discount on credit memos"), default=False)

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = _("payment terms")
        ordering = ["code"]


class PaymentMethod(CodeTable):
    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ["code"]


class ShipmentMethod(CodeTable):
    class Meta:
        verbose_name = _("shipment method")
        verbose_name_plural = _("shipment methods")
        ordering = ["code"]


class TaxType(models.TextChoices):
    SALES_TAX = "sales_tax", _("Sales tax")
    VAT = "vat", _("VAT")


class TaxArea(CodeTable):
    """Where sales tax is due; kept for programs that ask, without effect here."""

    code = CodeField(_("code"), max_length=20, unique=True)

    class Meta:
        verbose_name = _("tax area")
        verbose_name_plural = _("tax areas")
        ordering = ["code"]
