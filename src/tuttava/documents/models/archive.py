"""Versions of documents as they were: header, lines and comments (I-138 to I-141)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models.headers import DocumentHeader
from tuttava.documents.models.lines import CommentFields, LineFields
from tuttava.documents.models.vocabulary import DocumentStatus
from tuttava.partners.models.heads import text


class DocumentArchive(DocumentHeader):
    """One version. ``source_id``: the id of the document, which may be gone."""

    version_no = models.PositiveIntegerField(_("version"))
    source_id = models.UUIDField(editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=DocumentStatus.choices, default=DocumentStatus.OPEN, editable=False
    )
    archived_by = text(_("archived by"), 150)
    date_archived = models.DateField(_("archived on"))
    time_archived = models.TimeField(_("archived at"))
    interaction_exists = models.BooleanField(_("interaction exists"), default=False)

    class Meta:
        verbose_name = _("archived document")
        verbose_name_plural = _("archived documents")
        ordering = ["area", "document_type", "no", "doc_no_occurrence", "version_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "document_type", "no", "doc_no_occurrence", "version_no"], name="document_archive_key"
            ),
        ]
        indexes = [
            models.Index(fields=["no"], name="archive_by_no"),
            models.Index(fields=["source_id", "version_no"], name="archive_by_source"),
            models.Index(fields=["area", "document_type", "date_archived", "id"], name="archive_by_date"),
            models.Index(fields=["customer"], name="archive_by_customer", condition=Q(customer__isnull=False)),
            models.Index(fields=["vendor"], name="archive_by_vendor", condition=Q(vendor__isnull=False)),
            models.Index(fields=["paying_customer"], name="archive_payer", condition=Q(paying_customer__isnull=False)),
            models.Index(fields=["paying_vendor"], name="archive_paid", condition=Q(paying_vendor__isnull=False)),
            models.Index(
                fields=["account_contact"], name="archive_by_contact", condition=Q(account_contact__isnull=False)
            ),
            models.Index(
                fields=["paying_contact"], name="archive_payer_person", condition=Q(paying_contact__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no} / {self.version_no}"


class DocumentArchiveLine(LineFields):
    archive = models.ForeignKey(
        DocumentArchive, verbose_name=_("version"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )

    journal_owner = "archive_id"

    class Meta:
        verbose_name = _("line of an archived document")
        verbose_name_plural = _("lines of archived documents")
        ordering = ["archive", "line_no"]
        constraints = [models.UniqueConstraint(fields=["archive", "line_no"], name="archive_line_key")]


class DocumentArchiveComment(CommentFields):
    archive = models.ForeignKey(
        DocumentArchive, verbose_name=_("version"), on_delete=models.CASCADE, related_name="comments", db_index=False
    )

    journal_owner = "archive_id"

    class Meta:
        verbose_name = _("comment of an archived document")
        verbose_name_plural = _("comments of archived documents")
        ordering = ["archive", "document_line_no", "line_no"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "document_line_no", "line_no"], name="archive_comment_key")
        ]
