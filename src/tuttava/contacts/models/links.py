"""What hangs on a contact: groups, responsibilities, web sources, business relations, affiliations, logs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models.codes import BusinessRelation, IndustryGroup, JobResponsibility, MailingGroup, WebSource
from tuttava.contacts.models.contact import Contact
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.records import Record
from tuttava.partners.models import ContactType


class ContactLink(Record):
    """A code on a contact. ``allowed_type`` is the contact type it fits (blank: both), ``code_name`` its field."""

    contact = models.ForeignKey(Contact, on_delete=models.RESTRICT, related_name="%(class)ss")

    journal_owner = "contact_id"
    allowed_type: ClassVar[str] = ""
    code_name: ClassVar[str] = ""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, f"{self.code_name}_code"))


class ContactIndustryGroup(ContactLink):
    industry_group = CodeRef(IndustryGroup, verbose_name=_("industry group"), null=False, blank=False)

    key_field = "industry_group_code"
    code_name = "industry_group"
    allowed_type = ContactType.COMPANY

    class Meta:
        verbose_name = _("industry group of contact")
        verbose_name_plural = _("industry groups of contact")
        constraints = [models.UniqueConstraint(fields=["contact", "industry_group"], name="contact_industry_group")]


class ContactMailingGroup(ContactLink):
    mailing_group = CodeRef(MailingGroup, verbose_name=_("mailing group"), null=False, blank=False)

    key_field = "mailing_group_code"
    code_name = "mailing_group"

    class Meta:
        verbose_name = _("mailing group of contact")
        verbose_name_plural = _("mailing groups of contact")
        constraints = [models.UniqueConstraint(fields=["contact", "mailing_group"], name="contact_mailing_group")]


class ContactJobResponsibility(ContactLink):
    job_responsibility = CodeRef(JobResponsibility, verbose_name=_("job responsibility"), null=False, blank=False)

    key_field = "job_responsibility_code"
    code_name = "job_responsibility"
    allowed_type = ContactType.PERSON

    class Meta:
        verbose_name = _("job responsibility of contact")
        verbose_name_plural = _("job responsibilities of contact")
        constraints = [
            models.UniqueConstraint(fields=["contact", "job_responsibility"], name="contact_job_responsibility")
        ]


class ContactWebSource(ContactLink):
    web_source = CodeRef(WebSource, verbose_name=_("web source"), null=False, blank=False)
    search_word = models.CharField(_("search word"), max_length=30, blank=True, default="")

    key_field = "web_source_code"
    code_name = "web_source"
    allowed_type = ContactType.COMPANY

    class Meta:
        verbose_name = _("web source of contact")
        verbose_name_plural = _("web sources of contact")
        constraints = [models.UniqueConstraint(fields=["contact", "web_source"], name="contact_web_source")]


class LinkToTable(models.TextChoices):
    BLANK = "blank", " "
    CUSTOMER = "customer", _("Customer")
    VENDOR = "vendor", _("Vendor")
    BANK_ACCOUNT = "bank_account", _("Bank account")
    EMPLOYEE = "employee", _("Employee")


class ContactBusinessRelation(ContactLink):
    """What a contact is to us; ``linked_no`` names the record in ``link_to_table`` (blank: a mere label).

    ``linked_id`` is that record's id, by which everything finds it; ``linked_no`` is the copy that people see.
    ``secondary``: two records were merged whose contacts were not; this is the contact of the one that is gone. It
    leads to the record like the other, but nothing is synchronised over it (M-35).
    """

    business_relation = CodeRef(BusinessRelation, verbose_name=_("business relation"), null=False, blank=False)
    link_to_table = models.CharField(
        _("linked to"), max_length=15, choices=LinkToTable.choices, default=LinkToTable.BLANK
    )
    linked_no = CodeField(_("linked number"), max_length=20)
    linked_id = models.UUIDField(null=True, blank=True, editable=False)
    secondary = models.BooleanField(_("second contact"), default=False, editable=False)

    key_field = "business_relation_code"
    code_name = "business_relation"
    allowed_type = ContactType.COMPANY
    derived = frozenset({"linked_id", "secondary"})
    bookkeeping = frozenset({"linked_id"})

    class Meta:
        verbose_name = _("business relation of contact")
        verbose_name_plural = _("business relations of contact")
        constraints = [
            models.UniqueConstraint(fields=["contact", "business_relation"], name="contact_relation"),
            models.UniqueConstraint(
                fields=["contact", "link_to_table"],
                condition=models.Q(linked_id__isnull=False),
                name="contact_relation_once",
            ),
            models.UniqueConstraint(
                fields=["linked_id"], condition=models.Q(secondary=False), name="contact_relation_taken"
            ),
        ]
        indexes = [
            models.Index(fields=["link_to_table", "linked_no"], name="contact_relation_link"),
            models.Index(fields=["linked_id"], condition=models.Q(secondary=True), name="contact_relation_second"),
        ]


class ContactAffiliation(Record):
    """A further company a person works for, beside the main one (C-28)."""

    contact = models.ForeignKey(Contact, on_delete=models.RESTRICT, related_name="affiliations")
    company = models.ForeignKey(Contact, on_delete=models.RESTRICT, related_name="affiliated_people")
    role = models.CharField(_("role"), max_length=50, blank=True, default="")
    starting_date = models.DateField(_("from"), null=True, blank=True)
    ending_date = models.DateField(_("to"), null=True, blank=True)

    journal_owner = "contact_id"
    key_field = "role"

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["contact", "starting_date"]


class TaxNumberCheck(Record):
    """One check of a contact's tax number and its outcome (C-46)."""

    contact = models.ForeignKey(Contact, on_delete=models.RESTRICT, related_name="tax_number_checks")
    at = models.DateTimeField(_("checked at"), auto_now_add=True)
    vat_registration_no = models.CharField(_("tax number"), max_length=20)
    country_code = CodeField(_("country"), max_length=10)
    outcome = models.CharField(_("outcome"), max_length=20)
    detail = models.CharField(_("detail"), max_length=250, blank=True, default="")
    user_name = models.CharField(_("user"), max_length=150, blank=True, default="")

    journal_owner = "contact_id"
    key_field = "vat_registration_no"

    class Meta:
        verbose_name = _("tax number check")
        verbose_name_plural = _("tax number checks")
        ordering = ["-at"]


class PersonalDataAccess(models.Model):
    """A look at, export or erasure of a privacy-blocked contact's personal data (C-72, C-74). Append-only."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    user_name = models.CharField(_("user"), max_length=150, blank=True, default="")
    action = models.CharField(_("action"), max_length=20)
    reason = models.CharField(_("reason"), max_length=250, blank=True, default="")
    contact_id = models.UUIDField(db_index=True)
    contact_no = models.CharField(_("contact number"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("access to personal data")
        verbose_name_plural = _("accesses to personal data")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.action} {self.contact_no}"
