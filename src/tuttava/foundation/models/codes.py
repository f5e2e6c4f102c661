"""Code tables shared by all rooms: countries, languages, currencies, territories, post codes, tax number formats."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.records import Record


class CodeTable(Record):
    """A code with a description. ``closed`` codes stay where they are but cannot be chosen anew (C-91)."""

    code = CodeField(_("code"), max_length=10, unique=True, help_text=_("Short key that other records refer to."))
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    closed = models.BooleanField(
        _("closed"), default=False, help_text=_("Closed codes stay on records but cannot be chosen any more.")
    )

    class Meta:
        abstract = True
        ordering = ["code"]


class AddressFormat(models.TextChoices):
    POST_CODE_CITY = "post_code_city", _("Post code City")
    CITY_POST_CODE = "city_post_code", _("City, Post code")
    CITY_COUNTY_POST_CODE = "city_county_post_code", _("City, County Post code")
    BLANK_LINE_POST_CODE_CITY = "blank_line_post_code_city", _("Blank line, Post code City")
    CUSTOM = "custom", _("Custom")


class ContactAddressFormat(models.TextChoices):
    FIRST = "first", _("First")
    AFTER_COMPANY_NAME = "after_company_name", _("After company name")
    LAST = "last", _("Last")


class Country(Record):
    """A country or region with the layout of its addresses (C-58)."""

    code = CodeField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=50, blank=True, default="")
    iso_code = CodeField(_("ISO code"), max_length=2)
    address_format = models.CharField(
        _("address format"), max_length=30, choices=AddressFormat.choices, default=AddressFormat.POST_CODE_CITY
    )
    custom_address_format = models.CharField(
        _("custom address format"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("%1 is the post code, %2 the city, %3 the county."),
    )
    contact_address_format = models.CharField(
        _("contact person's place"),
        max_length=20,
        choices=ContactAddressFormat.choices,
        default=ContactAddressFormat.AFTER_COMPANY_NAME,
    )
    county_name = models.CharField(
        _("county label"), max_length=30, blank=True, default="", help_text=_("What a county is called here.")
    )

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["code"]


class Language(Record):
    """A language used towards contacts, with the region format that belongs to it (C-48)."""

    code = CodeField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=50, blank=True, default="")
    format_region = models.CharField(_("format region"), max_length=80, blank=True, default="")
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["code"]


class Currency(Record):
    """A currency by its ISO code."""

    code = CodeField(_("code"), max_length=10, unique=True)
    description = models.CharField(_("description"), max_length=50, blank=True, default="")
    symbol = models.CharField(_("symbol"), max_length=10, blank=True, default="")
    #: Fewest and most decimal places that amounts are shown with, as ``2:2``.
    amount_decimal_places = models.CharField(_("decimal places"), max_length=5, default="2:2")
    #: Amounts are rounded to multiples of this.
    amount_rounding_precision = models.DecimalField(
        _("rounding precision"), max_digits=10, decimal_places=5, default=Decimal("0.01")
    )

    class Meta:
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        ordering = ["code"]


class Territory(Record):
    """A sales area."""

    code = CodeField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=50, blank=True, default="")
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["code"]


class PostCode(Record):
    """A post code with its city; entering either fills the other (C-49, C-50)."""

    code = CodeField(_("post code"), max_length=20)
    city = models.CharField(_("city"), max_length=30)
    search_city = CodeField(_("search city"), max_length=30, editable=False)
    country = CodeRef(Country, verbose_name=_("country"))
    county = models.CharField(_("county"), max_length=30, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, default="")

    derived = frozenset({"search_city"})

    class Meta:
        verbose_name = _("post code")
        verbose_name_plural = _("post codes")
        ordering = ["code", "city"]
        constraints = [models.UniqueConstraint("code", Lower("city"), name="post_code_city")]
        indexes = [
            models.Index(fields=["search_city"], name="post_code_search_city", opclasses=["text_pattern_ops"]),
            models.Index(fields=["code"], name="post_code_prefix", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.city}"


class VatFormat(Record):
    """One accepted shape of a country's tax numbers: ``#`` digit, ``@`` letter, ``?`` any character (C-46)."""

    country = CodeRef(Country, verbose_name=_("country"), null=False, blank=False, on_delete=models.CASCADE)
    line_no = models.PositiveIntegerField(_("line number"))
    format = models.CharField(_("format"), max_length=20)

    key_field = "format"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        verbose_name = _("tax number format")
        verbose_name_plural = _("tax number formats")
        ordering = ["country", "line_no"]
        constraints = [models.UniqueConstraint(fields=["country", "line_no"], name="vat_format_line")]
