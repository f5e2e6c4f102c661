"""Blocks of fields that registers, their templates and their addresses have in common."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Country, Currency, Language, Territory
from tuttava.partners.models.heads import text
from tuttava.partners.models.terms import PaymentMethod, PaymentTerms, ShipmentMethod, TaxArea


class Reserve(models.TextChoices):
    NEVER = "never", _("Never")
    OPTIONAL = "optional", _("Optional")
    ALWAYS = "always", _("Always")


class CopyAddressFrom(models.TextChoices):
    """Whose address a quote takes (B-91)."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


def amount(label: Text, **options: Any) -> Any:
    """An amount of own currency."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, default=0, **options)


class Place(models.Model):
    """An address, in the order in which its parts fill each other in (C-49 to C-51)."""

    country = CodeRef(Country, verbose_name=_("country"), db_index=False)
    post_code = CodeField(_("post code"), max_length=20)
    city = text(_("city"), 30)
    county = text(_("county"), 30)
    address = text(_("address"), 100)
    address_2 = text(_("address 2"), 50)

    class Meta:
        abstract = True


class Communication(models.Model):
    """How a party is reached, and in which manner."""

    phone_no = text(_("phone"), 30)
    mobile_phone_no = text(_("mobile phone"), 30)
    fax_no = text(_("fax"), 30)
    telex_no = text(_("telex"), 20)
    telex_answer_back = text(_("telex answer back"), 20)
    email = text(_("e-mail"), 80)
    home_page = text(_("home page"), 255)
    language = CodeRef(Language, verbose_name=_("language"), db_index=False)
    format_region = text(_("format region"), 80)
    currency = CodeRef(
        Currency, verbose_name=_("currency"), help_text=_("Blank means your own currency."), db_index=False
    )
    territory = CodeRef(Territory, verbose_name=_("territory"), db_index=False)

    class Meta:
        abstract = True


class Terms(models.Model):
    """What customers and vendors have agreed with us."""

    payment_terms = CodeRef(PaymentTerms, verbose_name=_("payment terms"), db_index=False)
    payment_method = CodeRef(PaymentMethod, verbose_name=_("payment method"), db_index=False)
    shipment_method = CodeRef(ShipmentMethod, verbose_name=_("shipment method"), db_index=False)
    prices_including_vat = models.BooleanField(_("prices including VAT"), default=False)
    invoice_disc_code = CodeField(_("invoice discount code"), max_length=20)
    gen_bus_posting_group = CodeField(_("business posting group"), max_length=20)
    vat_bus_posting_group = CodeField(_("VAT posting group"), max_length=20)
    tax_area = CodeRef(TaxArea, verbose_name=_("tax area"), db_index=False)
    tax_liable = models.BooleanField(_("tax liable"), default=False)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    statistics_group = models.IntegerField(_("statistics group"), default=0)

    class Meta:
        abstract = True


class CustomerTerms(Terms):
    customer_posting_group = CodeField(_("customer posting group"), max_length=20)
    customer_price_group = CodeField(_("price group"), max_length=10)
    customer_disc_group = CodeField(_("discount group"), max_length=20)
    credit_limit_lcy = amount(_("credit limit"), validators=[MinValueValidator(0)])
    reserve = models.CharField(_("reserve"), max_length=10, choices=Reserve.choices, default=Reserve.NEVER)
    copy_address_to_quote_from = models.CharField(
        _("address on quotes"), max_length=10, choices=CopyAddressFrom.choices, default=CopyAddressFrom.COMPANY
    )

    class Meta:
        abstract = True


class VendorTerms(Terms):
    vendor_posting_group = CodeField(_("vendor posting group"), max_length=20)
    irs_1099_code = text(_("1099 code"), 10)

    class Meta:
        abstract = True


class EmployeeTerms(models.Model):
    """What an employee's posting needs; kept without effect here."""

    statistics_group_code = CodeField(_("statistics group"), max_length=10)
    employee_posting_group = CodeField(_("employee posting group"), max_length=20)
    application_method = text(_("application method"), 20)
    cost_center_code = CodeField(_("cost centre"), max_length=20)
    cost_object_code = CodeField(_("cost object"), max_length=20)

    class Meta:
        abstract = True
