"""Service contracts, and the mails that tell customers about finished service orders (interactions, 2.12, I-143)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuttava.documents.models.headers import party, person
from tuttava.documents.models.vocabulary import DocumentType
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import NumberSeries
from tuttava.foundation.records import Record
from tuttava.partners.models import Customer, Salesperson
from tuttava.partners.models.heads import text
from tuttava.partners.models.shared import amount as money


class ContractType(models.TextChoices):
    QUOTE = "quote", _("Contract quote")
    CONTRACT = "contract", _("Contract")


class ContractStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    SIGNED = "signed", _("Signed")
    CANCELED = "canceled", _("Canceled")


class ServiceContract(Record):
    """What is serviced for a customer, from when, and what that costs a year (``annual_amount``, own currency)."""

    contract_type = models.CharField(
        _("contract type"), max_length=10, choices=ContractType.choices, default=ContractType.CONTRACT
    )
    no = CodeField(_("number"), max_length=20, help_text=_("Drawn from the series when left blank."))
    no_series = CodeRef(NumberSeries, verbose_name=_("number series"), editable=False, db_index=False)
    customer = party(Customer, _("customer"))
    contact = person(_("contact"))
    bill_to_customer = party(Customer, _("bill-to customer"))
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    description = text(_("description"), 100)
    starting_date = models.DateField(_("starting date"), null=True, blank=True)
    annual_amount = money(_("annual amount"), validators=[MinValueValidator(0)])
    status = models.CharField(_("status"), max_length=10, choices=ContractStatus.choices, default=ContractStatus.OPEN)
    no_printed = models.PositiveIntegerField(_("times printed"), default=0, editable=False)

    key_field = "no"
    derived = frozenset({"no_series_code"})

    class Meta:
        verbose_name = _("service contract")
        verbose_name_plural = _("service contracts")
        ordering = ["contract_type", "no"]
        constraints = [models.UniqueConstraint(fields=["contract_type", "no"], name="service_contract_key")]
        indexes = [
            models.Index(fields=["no"], name="service_contract_by_no"),
            models.Index(fields=["customer"], name="contract_by_customer", condition=Q(customer__isnull=False)),
            models.Index(
                fields=["bill_to_customer"], name="contract_by_payer", condition=Q(bill_to_customer__isnull=False)
            ),
            models.Index(fields=["contact"], name="contract_by_contact", condition=Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.no)


class ServiceContractLine(Record):
    """Something that a contract covers; ``line_amount`` is its share of the annual amount."""

    contract = models.ForeignKey(
        ServiceContract, verbose_name=_("service contract"), on_delete=models.CASCADE, related_name="lines",
        db_index=False,
    )  # fmt: skip
    line_no = models.PositiveIntegerField(_("line number"))
    service_item_no = CodeField(_("service item"), max_length=20)
    description = text(_("description"), 100)
    line_amount = money(_("annual amount"), validators=[MinValueValidator(0)])

    key_field = "line_no"
    journal_owner = "contract_id"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        verbose_name = _("line of a service contract")
        verbose_name_plural = _("lines of service contracts")
        ordering = ["contract", "line_no"]
        constraints = [models.UniqueConstraint(fields=["contract", "line_no"], name="service_contract_line_key")]

    def __str__(self) -> str:
        return str(self.line_no)


class ServiceEmailStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    ERROR = "error", _("Error")


def _type(label: Text) -> Any:
    return models.CharField(label, max_length=20, choices=DocumentType.choices, default=DocumentType.ORDER)


class ServiceEmail(Record):
    """A mail that tells a customer that a service order is finished; ``at``: when its status was set."""

    entry_no = models.BigIntegerField(_("entry number"), unique=True)
    document_type = _type(_("document type"))
    document_no = CodeField(_("document number"), max_length=20)
    to_address = text(_("to"), 250)
    subject = text(_("subject"), 250)
    body = models.TextField(_("body"), blank=True, default="")
    status = models.CharField(
        _("status"), max_length=10, choices=ServiceEmailStatus.choices, default=ServiceEmailStatus.QUEUED
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    error = text(_("error"), 250)

    key_field = "entry_no"

    class Meta:
        verbose_name = _("service e-mail")
        verbose_name_plural = _("service e-mails")
        ordering = ["entry_no"]
        indexes = [
            models.Index(fields=["entry_no"], name="service_mail_queued", condition=Q(status="queued")),
            models.Index(fields=["document_no"], name="service_mail_by_document"),
        ]

    def __str__(self) -> str:
        return str(self.entry_no)
