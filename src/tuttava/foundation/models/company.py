"""The organisation itself, and what each user prefers in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models.codes import AddressFormat, ContactAddressFormat, Country, Currency, Language
from tuttava.foundation.records import Record


class Experience(models.TextChoices):
    BASIC = "Basic"
    ESSENTIAL = "Essential"
    PREMIUM = "Premium"


class CompanyInformation(Record):
    """The organisation whose register this is (exactly one row)."""

    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    name_2 = models.CharField(_("name 2"), max_length=50, blank=True, default="")
    address = models.CharField(_("address"), max_length=100, blank=True, default="")
    address_2 = models.CharField(_("address 2"), max_length=50, blank=True, default="")
    post_code = CodeField(_("post code"), max_length=20)
    city = models.CharField(_("city"), max_length=30, blank=True, default="")
    county = models.CharField(_("county"), max_length=30, blank=True, default="")
    country = CodeRef(Country, verbose_name=_("country"))
    phone_no = models.CharField(_("phone"), max_length=30, blank=True, default="")
    fax_no = models.CharField(_("fax"), max_length=30, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=80, blank=True, default="")
    home_page = models.CharField(_("home page"), max_length=255, blank=True, default="")
    registration_number = models.CharField(_("registration number"), max_length=50, blank=True, default="")
    vat_registration_no = models.CharField(_("tax number"), max_length=20, blank=True, default="")
    industry = models.CharField(_("industry"), max_length=30, blank=True, default="")
    #: Kept for programs that ask how much of a product like theirs is used; nothing here depends on it.
    experience = models.CharField(max_length=10, choices=Experience.choices, default=Experience.PREMIUM, editable=False)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True, default="")
    bank_branch_no = models.CharField(_("bank branch number"), max_length=20, blank=True, default="")
    bank_account_no = models.CharField(_("bank account number"), max_length=30, blank=True, default="")
    giro_no = models.CharField(_("giro number"), max_length=20, blank=True, default="")
    iban = models.CharField("IBAN", max_length=50, blank=True, default="")
    swift_code = models.CharField("BIC", max_length=20, blank=True, default="")
    currency = CodeRef(Currency, verbose_name=_("own currency"))
    language = CodeRef(Language, verbose_name=_("language"))
    address_format = models.CharField(
        _("address format"), max_length=30, choices=AddressFormat.choices, default=AddressFormat.POST_CODE_CITY
    )
    custom_address_format = models.CharField(_("custom address format"), max_length=100, blank=True, default="")
    contact_address_format = models.CharField(
        _("contact person's place"),
        max_length=20,
        choices=ContactAddressFormat.choices,
        default=ContactAddressFormat.AFTER_COMPANY_NAME,
    )
    country_first = models.BooleanField(
        _("country before post code"),
        default=False,
        help_text=_("The country is entered first, so changing it keeps post code, city and county (C-51)."),
    )
    learn_post_codes = models.BooleanField(
        _("learn post codes"),
        default=False,
        help_text=_("Post codes and cities that are entered become suggestions for other addresses."),
    )
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    key_field = "name"

    class Meta:
        verbose_name = _("company information")
        verbose_name_plural = _("company information")
        constraints = [models.CheckConstraint(condition=models.Q(only_row=True), name="one_company_information")]


class UserPreference(Record):
    """What a user prefers in this company. ``salesperson_code`` names a salesperson of this company."""

    user_name = models.CharField(_("user"), max_length=150, unique=True)
    salesperson_code = CodeField(_("salesperson"), max_length=20)
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    work_date = models.DateField(_("work date"), null=True, blank=True)
    keep_surname_particles = models.BooleanField(
        _("keep surname particles"),
        default=False,
        help_text=_("“von”, “van der”, “de la” stay with the surname when a name is split."),
    )

    key_field = "user_name"

    class Meta:
        verbose_name = _("user preference")
        verbose_name_plural = _("user preferences")
