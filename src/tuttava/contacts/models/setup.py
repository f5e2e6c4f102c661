"""Marketing setup: how the register behaves in this company (C-113 to C-117)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models.codes import BusinessRelation, Salutation
from tuttava.contacts.models.contact import CorrespondenceType
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Country, Language, NumberSeries, Territory
from tuttava.foundation.records import Record
from tuttava.partners.models import Salesperson


class AttachmentStorage(models.TextChoices):
    EMBEDDED = "embedded", _("Embedded")
    DISK_FILE = "disk_file", _("Disk file")


def _flag(label: Text, default: bool = True) -> models.BooleanField[bool, bool]:
    return models.BooleanField(label, default=default)


def _series(label: Text) -> CodeRef:
    return CodeRef(NumberSeries, verbose_name=label, on_delete=models.RESTRICT)


class MarketingSetup(Record):
    """The one record that steers the register."""

    contact_nos = _series(_("contact numbers"))
    campaign_nos = _series(_("campaign numbers"))
    segment_nos = _series(_("segment numbers"))
    task_nos = _series(_("task numbers"))
    opportunity_nos = _series(_("opportunity numbers"))
    bus_rel_for_customers = CodeRef(BusinessRelation, verbose_name=_("relation for customers"))
    bus_rel_for_vendors = CodeRef(BusinessRelation, verbose_name=_("relation for vendors"))
    bus_rel_for_bank_accounts = CodeRef(BusinessRelation, verbose_name=_("relation for bank accounts"))
    bus_rel_for_employees = CodeRef(BusinessRelation, verbose_name=_("relation for employees"))
    inherit_salesperson_code = _flag(_("inherit salesperson"))
    inherit_territory_code = _flag(_("inherit territory"))
    inherit_country_code = _flag(_("inherit country"))
    inherit_language_code = _flag(_("inherit language"))
    inherit_format_region = _flag(_("inherit format region"))
    inherit_address_details = _flag(_("inherit address details"))
    inherit_communication_details = _flag(_("inherit communication details"))
    default_salesperson = CodeRef(Salesperson, verbose_name=_("default salesperson"))
    default_territory = CodeRef(Territory, verbose_name=_("default territory"))
    default_country = CodeRef(Country, verbose_name=_("default country"))
    default_language = CodeRef(Language, verbose_name=_("default language"))
    default_format_region = models.CharField(_("default format region"), max_length=80, blank=True, default="")
    default_correspondence_type = models.CharField(
        _("default correspondence type"),
        max_length=10,
        choices=CorrespondenceType.choices,
        default=CorrespondenceType.NONE,
    )
    default_company_salutation = CodeRef(Salutation, verbose_name=_("default company salutation"))
    default_person_salutation = CodeRef(Salutation, verbose_name=_("default person salutation"))
    default_sales_cycle_code = CodeField(_("default sales cycle"), max_length=10)
    default_task_date_calculation = models.CharField(
        _("default task date calculation"), max_length=32, blank=True, default=""
    )
    mergefield_language = CodeField(_("merge field language"), max_length=10, default="EN")
    attachment_storage_type = models.CharField(
        _("attachment storage"), max_length=10, choices=AttachmentStorage.choices, default=AttachmentStorage.EMBEDDED
    )
    attachment_storage_location = models.CharField(_("storage location"), max_length=250, blank=True, default="")
    maintain_dupl_search_strings = _flag(_("maintain duplicate search strings"))
    autosearch_for_duplicates = _flag(_("search for duplicates automatically"))
    search_hit_pct = models.PositiveSmallIntegerField(
        _("search hit %"), default=60, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    restore_days = models.PositiveSmallIntegerField(
        _("days to restore deleted contacts"), default=30, validators=[MaxValueValidator(3650)]
    )
    two_way_employees = _flag(_("two-way synchronisation of employees"), default=False)
    create_contacts_for_employees = _flag(_("create contacts for employees"), default=False)
    refresh_duplicate_pairs = _flag(_("refresh duplicate pairs"), default=False)
    tolerant_duplicate_search = _flag(_("tolerant duplicate search"), default=False)
    search_duplicate_persons = _flag(_("search duplicate persons"), default=False)
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    key_field = "id"

    class Meta:
        verbose_name = _("marketing setup")
        verbose_name_plural = _("marketing setup")
        constraints = [models.CheckConstraint(condition=models.Q(only_row=True), name="one_marketing_setup")]
