"""Alternative addresses with the periods in which they apply, and labelled e-mail addresses."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models.contact import Contact
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Country
from tuttava.foundation.records import Record


class ContactAltAddress(Record):
    """A further address of a contact, active in its periods (C-53 to C-57)."""

    contact = models.ForeignKey(Contact, on_delete=models.RESTRICT, related_name="alt_addresses")
    code = CodeField(_("code"), max_length=10)
    company_name = models.CharField(_("company name"), max_length=100, blank=True, default="")
    company_name_2 = models.CharField(_("company name 2"), max_length=50, blank=True, default="")
    country = CodeRef(Country, verbose_name=_("country"))
    post_code = CodeField(_("post code"), max_length=20)
    city = models.CharField(_("city"), max_length=30, blank=True, default="")
    county = models.CharField(_("county"), max_length=30, blank=True, default="")
    address = models.CharField(_("address"), max_length=100, blank=True, default="")
    address_2 = models.CharField(_("address 2"), max_length=50, blank=True, default="")
    phone_no = models.CharField(_("phone"), max_length=30, blank=True, default="")
    mobile_phone_no = models.CharField(_("mobile phone"), max_length=30, blank=True, default="")
    extension_no = models.CharField(_("extension"), max_length=30, blank=True, default="")
    pager = models.CharField(_("pager"), max_length=30, blank=True, default="")
    fax_no = models.CharField(_("fax"), max_length=30, blank=True, default="")
    telex_no = models.CharField(_("telex"), max_length=20, blank=True, default="")
    telex_answer_back = models.CharField(_("telex answer back"), max_length=20, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=80, blank=True, default="")
    search_email = CodeField(_("search e-mail"), max_length=80, editable=False)
    home_page = models.CharField(_("home page"), max_length=255, blank=True, default="")
    last_date_modified = models.DateField(_("last changed"), null=True, blank=True, editable=False)

    journal_owner = "contact_id"
    derived = frozenset({"search_email", "last_date_modified"})

    class Meta:
        verbose_name = _("alternative address")
        verbose_name_plural = _("alternative addresses")
        ordering = ["contact", "code"]
        constraints = [models.UniqueConstraint(fields=["contact", "code"], name="alt_address_key")]
        indexes = [models.Index(fields=["search_email"], name="alt_address_email")]


class ContactAltAddressPeriod(Record):
    """When an alternative address applies; a blank ``alt_address`` means the main address (C-54)."""

    contact = models.ForeignKey(Contact, on_delete=models.RESTRICT, related_name="alt_address_periods")
    alt_address = models.ForeignKey(
        ContactAltAddress,
        verbose_name=_("alternative address"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="periods",
    )
    starting_date = models.DateField(_("starting date"))
    ending_date = models.DateField(_("ending date"), null=True, blank=True)

    journal_owner = "contact_id"
    key_field = "starting_date"

    class Meta:
        verbose_name = _("alternative address period")
        verbose_name_plural = _("alternative address periods")
        ordering = ["contact", "starting_date"]
        constraints = [models.UniqueConstraint(fields=["contact", "starting_date"], name="alt_address_period_key")]


class ContactEmail(Record):
    """A further e-mail address with a label, up to 254 characters (C-42)."""

    contact = models.ForeignKey(Contact, on_delete=models.RESTRICT, related_name="emails")
    line_no = models.PositiveIntegerField(_("line number"))
    label = models.CharField(_("label"), max_length=30, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=254)

    journal_owner = "contact_id"
    key_field = "email"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        verbose_name = _("labelled e-mail address")
        verbose_name_plural = _("labelled e-mail addresses")
        ordering = ["contact", "line_no"]
        constraints = [models.UniqueConstraint(fields=["contact", "line_no"], name="contact_email_key")]
        indexes = [models.Index(Upper("email"), name="contact_email_address")]
