"""The contact: a company or a person (C-1 to C-118)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models.codes import OrganizationalLevel, Salutation
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef, TokensField
from tuttava.foundation.models import Country, Currency, Language, NumberSeries, Territory
from tuttava.foundation.records import Record
from tuttava.foundation.search_tokens import Searched
from tuttava.partners.models import ContactType, Salesperson


class CorrespondenceType(models.TextChoices):
    NONE = "none", _("None")
    HARD_COPY = "hard_copy", _("Hard copy")
    EMAIL = "email", _("E-mail")


class RelationStatus(models.TextChoices):
    BLANK = "blank", " "
    CUSTOMER = "customer", _("Customer")
    VENDOR = "vendor", _("Vendor")
    BANK_ACCOUNT = "bank_account", _("Bank account")
    EMPLOYEE = "employee", _("Employee")
    NONE = "none", _("None")
    OTHER = "other", _("Other")
    MULTIPLE = "multiple", _("Multiple")


def _text(label: Text, length: int, help_text: Text = "") -> models.CharField[str, str]:
    return models.CharField(label, max_length=length, blank=True, default="", help_text=help_text)


def _used(name: str) -> models.Index:
    """Which contacts have a code; blank ones cost nothing. (References have no index of their own: writing is dear.)"""
    return models.Index(fields=[name], name=f"contact_{name}", condition=models.Q(**{f"{name}__isnull": False}))


class Contact(Record):
    """A company or a person. Links point at ``id``, so a change of ``no`` moves nothing (C-7).

    Fields are declared in the order in which they are entered when several arrive together.
    ``company`` is the company a person works for, a company itself, or blank for an independent person;
    ``company_no`` and ``company_name`` are copies of that company's values. ``pinned_fields`` are the inherited fields
    that the person keeps whatever the company does (C-31). ``search_tokens`` and ``search_text`` serve the search.
    """

    no = CodeField(_("number"), max_length=20, unique=True, help_text=_("Drawn from the series when left blank."))
    no_series = CodeRef(NumberSeries, verbose_name=_("number series"), editable=False, db_index=False)
    external_id = CodeField(_("external ID"), max_length=20, help_text=_("Key of this contact in another system."))
    type = models.CharField(
        _("type"),
        max_length=10,
        choices=ContactType.choices,
        default=ContactType.COMPANY,
        help_text=_("A company, or a person who may belong to one."),
    )
    company = models.ForeignKey(
        "self",
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="people",
        db_index=False,
    )
    company_no = CodeField(_("company number"), max_length=20, help_text=_("The company this person works for."))
    company_name = _text(_("company name"), 100, _("Type a company's name or number; it is looked up."))
    lookup_contact_no = CodeField(_("look-up number"), max_length=20, editable=False)
    name = _text(_("name"), 100, _("Full name. A person's name is split into its parts."))
    name_2 = _text(_("name 2"), 50, _("Second line of the name in address blocks."))
    first_name = _text(_("first name"), 30)
    middle_name = _text(_("middle name"), 30)
    surname = _text(_("surname"), 30)
    initials = _text(_("initials"), 30)
    job_title = _text(_("job title"), 30)
    search_name = CodeField(_("search name"), max_length=100, help_text=_("Another key to find this contact by."))
    salutation = CodeRef(
        Salutation, verbose_name=_("salutation"), help_text=_("How letters greet this contact."), db_index=False
    )
    organizational_level = CodeRef(OrganizationalLevel, verbose_name=_("organizational level"), db_index=False)
    country = CodeRef(Country, verbose_name=_("country"), help_text=_("Decides the address layout."), db_index=False)
    post_code = CodeField(_("post code"), max_length=20, help_text=_("Fills in city and county when known."))
    city = _text(_("city"), 30, _("Fills in post code and county when known."))
    county = _text(_("county"), 30)
    address = _text(_("address"), 100)
    address_2 = _text(_("address 2"), 50)
    phone_no = _text(_("phone"), 30, _("Kept as typed; found in any format."))
    phone_no_normalised = models.CharField(max_length=30, blank=True, default="", editable=False)
    mobile_phone_no = _text(_("mobile phone"), 30)
    mobile_phone_no_normalised = models.CharField(max_length=30, blank=True, default="", editable=False)
    fax_no = _text(_("fax"), 30)
    extension_no = _text(_("extension"), 30)
    pager = _text(_("pager"), 30)
    telex_no = _text(_("telex"), 20)
    telex_answer_back = _text(_("telex answer back"), 20)
    email = _text(_("e-mail"), 80, _("One address, or several with semicolons between."))
    search_email = CodeField(_("search e-mail"), max_length=80, editable=False)
    email_2 = _text(_("e-mail 2"), 80)
    home_page = _text(_("home page"), 255)
    language = CodeRef(
        Language, verbose_name=_("language"), help_text=_("Language used towards this contact."), db_index=False
    )
    format_region = _text(_("format region"), 80, _("How dates and numbers are written for this contact."))
    currency = CodeRef(
        Currency, verbose_name=_("currency"), help_text=_("Blank means your own currency."), db_index=False
    )
    territory = CodeRef(Territory, verbose_name=_("territory"), db_index=False)
    salesperson = CodeRef(
        Salesperson, verbose_name=_("salesperson"), help_text=_("Who handles this contact."), db_index=False
    )
    correspondence_type = models.CharField(
        _("correspondence type"),
        max_length=10,
        choices=CorrespondenceType.choices,
        default=CorrespondenceType.NONE,
        help_text=_("Preferred channel of correspondence."),
    )
    registration_number = _text(_("registration number"), 50, _("Number in the company register."))
    vat_registration_no = _text(_("tax number"), 20, _("Checked against the formats of the country."))
    exclude_from_segment = models.BooleanField(
        _("exclude from segments"), default=False, help_text=_("Left out when segments are filled.")
    )
    minor = models.BooleanField(_("minor"), default=False, help_text=_("Under age; also sets the privacy block."))
    parental_consent_received = models.BooleanField(_("parental consent received"), default=False)
    privacy_blocked = models.BooleanField(
        _("privacy blocked"), default=False, help_text=_("No new work with this contact; personal data is masked.")
    )
    contact_business_relation = models.CharField(
        _("business relation"),
        max_length=15,
        choices=RelationStatus.choices,
        default=RelationStatus.BLANK,
        editable=False,
    )
    pinned_fields = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
    last_modified_at = models.DateTimeField(_("last modified"), default=timezone.now, editable=False)
    search_tokens = TokensField(null=True, editable=False)
    search_text = models.CharField(max_length=400, blank=True, default="", editable=False, db_collation="C")

    key_field = "no"
    searched: ClassVar[Searched] = Searched(
        name="name",
        names=("name", "name_2", "first_name", "middle_name", "surname"),
        words=(
            *("city", "county", "post_code", "job_title", "address"),
            *("initials", "address_2", "telex_no", "telex_answer_back"),
        ),
        keys=("no", "external_id", "extension_no"),
        tax_numbers=("vat_registration_no", "registration_number"),
        phones=(
            ("phone_no", "phone_no_normalised"),
            ("mobile_phone_no", "mobile_phone_no_normalised"),
            ("fax_no", ""),
            ("pager", ""),
        ),
        emails=("email", "email_2"),
        home_page="home_page",
        company="company_name",
        ranked_by="type",
        locked_by="privacy_blocked",
    )
    derived = frozenset(
        {
            "no_series_code",
            "lookup_contact_no",
            "phone_no_normalised",
            "mobile_phone_no_normalised",
            "search_email",
            "contact_business_relation",
            "last_modified_at",
            "search_tokens",
            "search_text",
            "pinned_fields",
            "company_id",
        }
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["no"]
        indexes = [
            models.Index(Lower("company_name"), "company_no", "type", Lower("name"), "id", name="contact_by_company"),
            models.Index(Lower("name"), "id", name="contact_by_name"),
            models.Index(Lower("city"), "id", name="contact_by_city"),
            models.Index(fields=["last_modified_at", "id"], name="contact_by_change"),
            models.Index(fields=["company", "type", "id"], name="contact_by_people"),
            models.Index(fields=["post_code", "id"], name="contact_by_post_code"),
            models.Index(fields=["salesperson", "id"], name="contact_by_salesperson"),
            models.Index(fields=["country", "id"], name="contact_by_country"),
            models.Index(fields=["territory", "id"], name="contact_by_territory"),
            *(_used(name) for name in ("language", "salutation", "organizational_level", "currency")),
            models.Index(fields=["search_text", "id"], name="contact_search_text"),
            models.Index(fields=["search_email"], name="contact_search_email", opclasses=["text_pattern_ops"]),
            models.Index(
                fields=["vat_registration_no"], name="contact_vat", condition=~models.Q(vat_registration_no="")
            ),
            models.Index(fields=["external_id"], name="contact_external", condition=~models.Q(external_id="")),
            models.Index(fields=["id"], name="contact_privacy", condition=models.Q(privacy_blocked=True)),
            # Who belongs together and who may be written to, without reading whole contacts: segments look at all.
            models.Index(
                fields=["id"],
                include=[
                    *("type", "company", "privacy_blocked", "minor", "parental_consent_received"),
                    "exclude_from_segment",
                ],
                name="contact_reachable",
            ),
            GinIndex(fields=["search_tokens"], name="contact_search", gin_pending_list_limit=256),
        ]

    @property
    def is_company(self) -> bool:
        return self.type == ContactType.COMPANY

    @property
    def is_person(self) -> bool:
        return self.type == ContactType.PERSON

    def __str__(self) -> str:
        return str(self.no)
