"""Code tables of what is traded: units, categories, places of stock, tax groups, reasons (16.7)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField
from tuttava.foundation.models import CodeTable
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
    """Items that are taxed alike; kept for programs that ask, without effect here."""

    code = CodeField(_("code"), max_length=20, unique=True)

    class Meta:
        verbose_name = _("tax group")
        verbose_name_plural = _("tax groups")
        ordering = ["code"]


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
