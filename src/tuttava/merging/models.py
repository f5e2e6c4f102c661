"""Merges: in preparation, carried out, taken back (M.2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuttava.foundation.fields import CodeField
from tuttava.foundation.ids import new_id


class MergeTable(models.TextChoices):
    CONTACT = "contact", _("Contact")
    CUSTOMER = "customer", _("Customer")
    VENDOR = "vendor", _("Vendor")


class MergeStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    MERGED = "merged", _("Merged")
    UNDONE = "undone", _("Undone")


class Merge(models.Model):
    """One duplicate folded into one current record. The merge log; not journaled, for an undo leaves it standing.

    ``overrides``: the current record's fields that take the duplicate's value, by attribute name. While it is merged
    the duplicate's number leads to ``current_id`` unless ``reused`` (M-41).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.BigIntegerField(default=1, editable=False)
    table = models.CharField(_("table"), max_length=10, choices=MergeTable.choices)
    current_id = models.UUIDField(null=True)
    current_no = CodeField(_("current"), max_length=20)
    duplicate_id = models.UUIDField(null=True)
    duplicate_no = CodeField(_("duplicate"), max_length=20)
    duplicate_name = models.CharField(_("duplicate's name"), max_length=100, blank=True, default="")
    status = models.CharField(_("status"), max_length=7, choices=MergeStatus.choices, default=MergeStatus.OPEN)
    conflicts = models.PositiveIntegerField(_("conflicts"), default=0)
    overrides = models.JSONField(default=list)
    user_name = models.CharField(_("user"), max_length=150)
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    merged_at = models.DateTimeField(_("merged at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    #: The unit of work of the merge itself, and those that resolved conflicts for it: all are taken back together.
    unit_id = models.UUIDField(null=True)
    resolving_unit_ids = models.JSONField(default=list)
    #: Ids of rows that followed and are not in the journal, by model and column; an undo takes them back from here.
    followed = models.JSONField(default=dict)
    #: What an undo left as it was, the first of them row by row; and how many there are.
    exceptions = models.JSONField(default=list)
    left = models.PositiveIntegerField(_("stayed as they are"), default=0)
    #: The merges of one job, by the unit of work that stands for them.
    batch_id = models.UUIDField(null=True)
    #: Somebody gave the old number to a new record.
    reused = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        indexes = [
            models.Index(fields=["table", "duplicate_no"], condition=models.Q(status="merged"), name="merge_former_no"),
            models.Index(fields=["table", "current_id", "merged_at"], name="merge_of_current"),
            models.Index(fields=["unit_id"], name="merge_of_unit"),
            models.Index(fields=["duplicate_id"], condition=models.Q(status="merged"), name="merge_former_id"),
            models.Index(fields=["started_at"], condition=models.Q(status="open"), name="merge_open"),
            models.Index(fields=["batch_id"], condition=models.Q(batch_id__isnull=False), name="merge_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.current_no} {self.duplicate_no}"


class MergeConflict(models.Model):
    """A row of the duplicate whose key, with the current number in it, exists already (M-13)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.BigIntegerField(default=1, editable=False)
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="conflict_rows")
    #: The model's label and the attribute by which its rows name the merged record.
    model = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    current_row = models.UUIDField()
    duplicate_row = models.UUIDField()
    current_key = models.CharField(max_length=250)
    duplicate_key = models.CharField(max_length=250)
    overrides = models.JSONField(default=list)
    #: Key values typed to rename the duplicate's row, by attribute name (M-18).
    renamed = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("merge conflict")
        verbose_name_plural = _("merge conflicts")
        constraints = [
            models.UniqueConstraint(fields=["merge", "model", "field", "duplicate_row"], name="merge_conflict_once")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.duplicate_key}"
