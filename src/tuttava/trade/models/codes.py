"""Code tables of what is traded: units, categories, places of stock, tax groups, reasons (16.7)."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import CodeTable, Currency
from tuttava.foundation.records import Record
from tuttava.partners.models.heads import text
from tuttava.partners.models.shared import Place


class UnitOfMeasure(CodeTable):
    """In what an item is counted."""

    iso_code = CodeField(_("international code"), max_length=10, help_text=_("The unit in UN/ECE Recommendation 20."))
    symbol = text(_("symbol"), 10)

    class Meta:
        verbose_name = _("unit of measure")
        verbose_name_plural = _("units of measure")
        ordering = ["code"]


class ItemCategory(CodeTable):
    """A kind of items."""

    code = CodeField(_("code"), max_length=20, unique=True)

    class Meta:
        verbose_name = _("item category")
        verbose_name_plural = _("item categories")
        ordering = ["code"]


class TaxGroup(CodeTable):
    """Items that are taxed alike, and what is added to their prices on documents."""

    code = CodeField(_("code"), max_length=20, unique=True)
    vat_pct = models.DecimalField(
        _("VAT %"),
        max_digits=8,
        decimal_places=5,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("tax group")
        verbose_name_plural = _("tax groups")
        ordering = ["code"]


class ExchangeRate(Record):
    """What one unit of a currency is worth in own currency from a date on."""

    currency = CodeRef(Currency, verbose_name=_("currency"), on_delete=models.CASCADE, null=False)
    starting_date = models.DateField(_("starting date"))
    rate = models.DecimalField(
        _("rate"), max_digits=20, decimal_places=10, validators=[MinValueValidator(Decimal("0.0000000001"))]
    )

    key_field = "starting_date"

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-starting_date"]
        constraints = [models.UniqueConstraint(fields=["currency", "starting_date"], name="exchange_rate_key")]


class CustomerReturnReason(CodeTable):
    """Why a customer sends something back."""

    class Meta:
        verbose_name = _("return reason")
        verbose_name_plural = _("return reasons")
        ordering = ["code"]


class _LocationHead(Record):
    """Code and name come before the address."""

    code = CodeField(_("code"), max_length=10, unique=True)
    name = text(_("name"), 100)
    contact = text(_("contact"), 100)

    class Meta:
        abstract = True


class Location(_LocationHead, Place):
    """Where goods lie."""

    phone_no = text(_("phone"), 30)
    email = text(_("e-mail"), 80)
    home_page = text(_("home page"), 255)
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["code"]
