"""Templates for new records of the registers (B-20, B-27, B-35)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Country
from tuttava.foundation.records import Record
from tuttava.partners.models.heads import PartyTemplate, RegisterTemplate, text
from tuttava.partners.models.people import Salesperson
from tuttava.partners.models.registers import CustomerBlocked, Gender, VendorBlocked
from tuttava.partners.models.shared import (
    Communication,
    CustomerTerms,
    EmployeeTerms,
    Place,
    VendorTerms,
)


class CustomerTemplate(PartyTemplate, Place, Communication, CustomerTerms):
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    blocked = models.CharField(
        _("blocked"), max_length=10, choices=CustomerBlocked.choices, default=CustomerBlocked.NONE
    )

    table = "customer"

    class Meta:
        verbose_name = _("customer template")
        verbose_name_plural = _("customer templates")
        ordering = ["code"]


class VendorTemplate(PartyTemplate, Place, Communication, VendorTerms):
    purchaser = CodeRef(Salesperson, verbose_name=_("purchaser"), db_index=False)
    blocked = models.CharField(_("blocked"), max_length=10, choices=VendorBlocked.choices, default=VendorBlocked.NONE)

    table = "vendor"

    class Meta:
        verbose_name = _("vendor template")
        verbose_name_plural = _("vendor templates")
        ordering = ["code"]


class EmployeeTemplate(RegisterTemplate, EmployeeTerms):
    country = CodeRef(Country, verbose_name=_("country"), db_index=False)
    post_code = CodeField(_("post code"), max_length=20)
    city = text(_("city"), 30)
    county = text(_("county"), 30)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender.choices, default=Gender.NONE)

    table = "employee"

    class Meta:
        verbose_name = _("employee template")
        verbose_name_plural = _("employee templates")
        ordering = ["code"]


class TemplateRule(Record):
    """Which template fills the blanks of a new customer or vendor: the first whose field has the value (16.5)."""

    class Table(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        VENDOR = "vendor", _("Vendor")

    table = models.CharField(_("register"), max_length=10, choices=Table.choices, default=Table.CUSTOMER)
    line_no = models.PositiveIntegerField(_("line number"), default=0)
    field = text(_("field"), 40)
    value = text(_("value"), 100)
    template_code = CodeField(_("template"), max_length=20)

    key_field = "line_no"

    class Meta:
        verbose_name = _("template selection rule")
        verbose_name_plural = _("template selection rules")
        ordering = ["table", "line_no"]
        constraints = [models.UniqueConstraint(fields=["table", "line_no"], name="template_rule_line")]
