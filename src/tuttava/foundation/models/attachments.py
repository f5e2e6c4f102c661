"""Files attached to records, and their contents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.ids import new_id
from tuttava.foundation.records import Record


class AttachmentParent(models.TextChoices):
    """What files can hang on, in the order of the service's enum (16.10). Not every kind has a room yet."""

    NONE = "", " "
    JOURNAL = "journal", _("Journal")
    SALES_ORDER = "sales_order", _("Sales order")
    SALES_QUOTE = "sales_quote", _("Sales quote")
    SALES_CREDIT_MEMO = "sales_credit_memo", _("Sales credit memo")
    SALES_INVOICE = "sales_invoice", _("Sales invoice")
    PURCHASE_INVOICE = "purchase_invoice", _("Purchase invoice")
    PURCHASE_ORDER = "purchase_order", _("Purchase order")
    PURCHASE_CREDIT_MEMO = "purchase_credit_memo", _("Purchase credit memo")
    EMPLOYEE = "employee", _("Employee")
    JOB = "job", _("Project")
    ITEM = "item", _("Item")
    CUSTOMER = "customer", _("Customer")
    VENDOR = "vendor", _("Vendor")
    CUSTOMER_STATEMENT = "customer_statement", _("Customer statement")
    CONTACT = "contact", _("Contact")
    OPPORTUNITY = "opportunity", _("Opportunity")
    TASK = "task", _("Task")
    CAMPAIGN = "campaign", _("Campaign")


class DocumentAttachment(Record):
    """A file on a record of any kind; ``line_no`` steps by 10000 (A-86).

    The bytes stand in :class:`AttachmentContent`, so that neither lists nor the journal carry them; ``content_id`` is
    blank until they were sent, and new bytes are a new content.
    """

    parent_kind = models.CharField(_("parent type"), max_length=20, choices=AttachmentParent.choices)
    parent_id = models.UUIDField(_("parent"))
    line_no = models.PositiveIntegerField(_("line number"), default=0)
    file_name = models.CharField(_("file name"), max_length=250, blank=True, default="")
    media_type = models.CharField(_("file type"), max_length=100, blank=True, default="", editable=False)
    byte_size = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    content_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    document_flow_sales = models.BooleanField(_("goes with sales documents"), default=False)
    document_flow_purchase = models.BooleanField(_("goes with purchase documents"), default=False)

    journal_owner = "parent_id"
    key_field = "file_name"
    derived = frozenset({"media_type", "byte_size", "content_id"})
    bookkeeping = frozenset({"parent_kind", "line_no", "content_id"})

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["parent_kind", "parent_id", "line_no"]
        constraints = [models.UniqueConstraint(fields=["parent_id", "parent_kind", "line_no"], name="attachment_key")]


class AttachmentContent(models.Model):
    """The bytes of a file, in blocks, never changed. Not journaled: they outlive their attachment for a while."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent_id = models.UUIDField(db_index=True)
    #: Since when no attachment names it any more.
    unused_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["unused_since"], name="attachment_unused", condition=models.Q(unused_since__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class AttachmentBlock(models.Model):
    """One block of a content, counted from 0."""

    id = models.BigAutoField(primary_key=True)
    content = models.ForeignKey(AttachmentContent, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content", "number"], name="attachment_block_key")]

    def __str__(self) -> str:
        return f"{self.content_id} {self.number}"
