"""What an import or export keeps of itself: the job, its rows, and what was learnt about columns.

None of it is business data, so none of it is journaled: undoing an import leaves its record.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.ids import new_id
from tuttava.foundation.models import Job


class ImportKind(models.TextChoices):
    CONTACTS = "contacts", _("Contacts")
    ALT_ADDRESSES = "alt_addresses", _("Alternative addresses of contacts")
    CONTACT_BUSINESS_RELATIONS = "contact_business_relations", _("Business relations of contacts")
    CUSTOMERS = "customers", _("Customers")
    VENDORS = "vendors", _("Vendors")
    BANK_ACCOUNTS = "bank_accounts", _("Bank accounts")
    EMPLOYEES = "employees", _("Employees")
    CUSTOMER_LEDGER_ENTRIES = "customer_ledger_entries", _("Customer ledger entries")
    VENDOR_LEDGER_ENTRIES = "vendor_ledger_entries", _("Vendor ledger entries")
    VALUE_ENTRIES = "value_entries", _("Value entries")
    POSTED_DOCUMENTS = "posted_documents", _("Posted documents")


class FileFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel")
    JSON = "json", _("JSON")
    VCARD = "vcard", _("vCard")


class OnMatch(models.TextChoices):
    """What happens to a row whose record exists already."""

    ASK = "ask", _("Ask for each row")
    UPDATE = "update", _("Update the existing one")
    SKIP = "skip", _("Skip the row")
    CREATE = "create", _("Create another one")


class ImportStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CHECKING = "checking", _("Checking")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")
    UNDONE = "undone", _("Undone")


class Outcome(models.TextChoices):
    """What a row did or, in a dry run, would do."""

    CREATE = "create", _("Create")
    UPDATE = "update", _("Update")
    SKIP = "skip", _("Skip")
    FAIL = "fail", _("Refused")


class ImportJob(models.Model):
    """One file being imported.

    ``layout`` how the file is built, ``mapping`` a list of columns with their targets, ``options`` the user's choices;
    ``position`` is the number of the last row whose chunk is committed (of the dry run while ``checking``), ``stage``
    the pass through the file. ``unit_id`` is the unit of work of everything the import wrote. ``asked`` holds the
    mapping and options of an import that was announced before its file came.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.BigIntegerField(default=1, editable=False)
    asked = models.JSONField(default=dict)
    kind = models.CharField(max_length=40, choices=ImportKind.choices, default=ImportKind.CONTACTS)
    file_name = models.CharField(max_length=250)
    format = models.CharField(max_length=10, choices=FileFormat.choices, default=FileFormat.CSV)
    file = models.FileField(upload_to="imports", blank=True)
    layout = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=ImportStatus.choices, default=ImportStatus.DRAFT)
    position = models.BigIntegerField(default=0)
    stage = models.PositiveSmallIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    rows_valid = models.BigIntegerField(default=0)
    rows_created = models.BigIntegerField(default=0)
    rows_updated = models.BigIntegerField(default=0)
    rows_skipped = models.BigIntegerField(default=0)
    rows_failed = models.BigIntegerField(default=0)
    companies_created = models.BigIntegerField(default=0)
    #: Contacts it wrote that looked like others when it ended.
    possible_duplicates = models.BigIntegerField(default=0)
    unit_id = models.UUIDField(null=True)
    undo_unit_id = models.UUIDField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.TextField(blank=True, default="")
    kept = models.JSONField(default=list)
    rows_kept = models.BigIntegerField(default=0)
    user_name = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Each save is a new version; the counts of a run are not."""
        self.version += not self._state.adding
        super().save(*args, **kwargs)


class ImportRow(models.Model):
    """One row of an import. ``planned`` is the dry run's outcome, ``decision`` what the user chose instead.

    ``cells`` are kept of refused rows alone; ``messages`` is a list of ``{code, field, text}``.
    """

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    number = models.BigIntegerField()
    label = models.CharField(max_length=150, blank=True, default="")
    planned = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    decision = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    entity_id = models.UUIDField(null=True)
    matched_by = models.CharField(max_length=30, blank=True, default="")
    messages = models.JSONField(default=list)
    cells = models.JSONField(null=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["job", "number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_row_key")]
        indexes = [
            models.Index(fields=["job", "outcome", "number"], name="import_row_outcome"),
            models.Index(fields=["job", "planned", "number"], name="import_row_planned"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def matched_by_words(self) -> str:
        """The key by which the record was found, in words."""
        from tuttava.transfer.options import MATCHERS

        return str(MATCHERS.get(self.matched_by, self.matched_by)).lower()


class LearntColumn(models.Model):
    """Which field a column meant when this company last imported it.

    ``signature`` stands for the whole heading line (the same kind of file), ``heading`` for the column in it. A blank
    ``target``: the column was left out.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40, choices=ImportKind.choices)
    signature = models.CharField(max_length=40)
    heading = models.CharField(max_length=100)
    target = models.CharField(max_length=40, blank=True, default="")
    learnt_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("learnt column")
        verbose_name_plural = _("learnt columns")
        constraints = [models.UniqueConstraint(fields=["kind", "signature", "heading"], name="learnt_column_key")]
        indexes = [models.Index(fields=["kind", "heading", "-learnt_at"], name="learnt_column_heading")]

    def __str__(self) -> str:
        return f"{self.heading}: {self.target}"


class ExportJob(models.Model):
    """One export: which contacts (``filters``) in which columns (``columns``, blank: the 36 of the standard export)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    set_name = models.CharField(max_length=60, default="contacts")
    format = models.CharField(max_length=10, choices=FileFormat.choices, default=FileFormat.CSV)
    filters = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    file = models.FileField(upload_to="exports", blank=True)
    status = models.CharField(max_length=10, choices=ImportStatus.choices, default=ImportStatus.DRAFT)
    rows_total = models.BigIntegerField(null=True)
    rows_left_out = models.BigIntegerField(default=0)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    user_name = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.set_name} {self.format}"
