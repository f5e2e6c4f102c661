"""Documents that are being worked on: header, lines, items that are serviced, comments."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models.headers import DocumentHeader
from tuttava.documents.models.lines import CommentFields, LineFields
from tuttava.documents.models.vocabulary import DocumentStatus
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import NumberSeries
from tuttava.foundation.records import Record
from tuttava.partners.models.heads import text


class Document(DocumentHeader):
    """A quote, order, invoice ... before it is posted."""

    no_series = CodeRef(NumberSeries, verbose_name=_("number series"), editable=False, db_index=False)
    status = models.CharField(
        _("status"), max_length=10, choices=DocumentStatus.choices, default=DocumentStatus.OPEN, editable=False
    )
    no_printed = models.PositiveIntegerField(_("times printed"), default=0, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    last_shipment_no = CodeField(_("last shipment"), max_length=20, editable=False)
    last_posting_no = CodeField(_("last posted"), max_length=20, editable=False)
    last_return_receipt_no = CodeField(_("last return receipt"), max_length=20, editable=False)
    #: The posted invoice that a credit memo corrects.
    corrects_id = models.UUIDField(null=True, blank=True, editable=False)
    created_by = text(_("created by"), 150)
    last_modified_at = models.DateTimeField(_("last modified"), default=timezone.now, editable=False)

    derived = frozenset(
        {"no_series_code", "doc_no_occurrence", "status", "amount", "amount_including_vat", "last_modified_at"}
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["area", "document_type", "no"]
        constraints = [
            models.UniqueConstraint(fields=["area", "document_type", "no"], name="document_key"),
        ]
        indexes = [
            models.Index(fields=["no"], name="document_by_no"),
            models.Index(fields=["area", "document_type", "document_date", "id"], name="document_by_date"),
            models.Index(fields=["area", "document_type", "last_modified_at", "id"], name="document_by_change"),
            models.Index("area", "document_type", Lower("name"), "id", name="document_by_name"),
            models.Index(
                fields=["customer", "document_type"], name="document_by_customer", condition=Q(customer__isnull=False)
            ),
            models.Index(
                fields=["vendor", "document_type"], name="document_by_vendor", condition=Q(vendor__isnull=False)
            ),
            models.Index(
                fields=["paying_customer"], name="document_by_payer", condition=Q(paying_customer__isnull=False)
            ),
            models.Index(
                fields=["paying_vendor"], name="document_by_paid_vendor", condition=Q(paying_vendor__isnull=False)
            ),
            models.Index(
                fields=["account_contact"], name="document_by_contact", condition=Q(account_contact__isnull=False)
            ),
            models.Index(
                fields=["paying_contact"], name="document_by_payer_person", condition=Q(paying_contact__isnull=False)
            ),
            models.Index(fields=["salesperson"], name="document_by_person", condition=Q(salesperson__isnull=False)),
            models.Index(fields=["opportunity_no"], name="document_by_opportunity", condition=~Q(opportunity_no="")),
            models.Index(fields=["campaign_no"], name="document_by_campaign", condition=~Q(campaign_no="")),
            models.Index(fields=["quote_no"], name="document_by_quote", condition=~Q(quote_no="")),
            models.Index(fields=["blanket_order_no"], name="document_by_blanket", condition=~Q(blanket_order_no="")),
        ]

    def __str__(self) -> str:
        return str(self.no)


class DocumentLine(LineFields):
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )

    journal_owner = "document_id"

    class Meta:
        verbose_name = _("document line")
        verbose_name_plural = _("document lines")
        ordering = ["document", "line_no"]
        constraints = [models.UniqueConstraint(fields=["document", "line_no"], name="document_line_key")]
        indexes = [models.Index(fields=["item_id"], name="document_line_item", condition=Q(item_id__isnull=False))]


class ServiceItemLine(Record):
    """What is repaired or looked after by a service order or quote."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="service_items", db_index=False
    )
    line_no = models.PositiveIntegerField(_("line number"))
    service_item_no = CodeField(_("service item"), max_length=20)
    description = text(_("description"), 100)
    repair_status = CodeField(_("repair status"), max_length=10)

    key_field = "line_no"
    journal_owner = "document_id"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        verbose_name = _("service item line")
        verbose_name_plural = _("service item lines")
        ordering = ["document", "line_no"]
        constraints = [models.UniqueConstraint(fields=["document", "line_no"], name="service_item_line_key")]

    def __str__(self) -> str:
        return str(self.line_no)


class DocumentComment(CommentFields):
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="comments", db_index=False
    )

    journal_owner = "document_id"

    class Meta:
        verbose_name = _("document comment")
        verbose_name_plural = _("document comments")
        ordering = ["document", "document_line_no", "line_no"]
        constraints = [
            models.UniqueConstraint(fields=["document", "document_line_no", "line_no"], name="document_comment_key")
        ]
