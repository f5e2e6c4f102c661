"""Comments on any record, background jobs, and the outbox of the trial mail transport."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField
from tuttava.foundation.ids import new_id
from tuttava.foundation.records import Record


class OwnerKind(models.TextChoices):
    CONTACT = "contact", _("Contact")
    CAMPAIGN = "campaign", _("Campaign")
    TASK = "task", _("Task")
    WEB_SOURCE = "web_source", _("Web source")
    SALES_CYCLE = "sales_cycle", _("Sales cycle")
    SALES_CYCLE_STAGE = "sales_cycle_stage", _("Sales cycle stage")
    OPPORTUNITY = "opportunity", _("Opportunity")
    CUSTOMER = "customer", _("Customer")
    VENDOR = "vendor", _("Vendor")


class CommentLine(Record):
    """One comment on a record; ``owner_id`` is the record's id, ``line_no`` steps by 10000 (C-94, C-95)."""

    owner_kind = models.CharField(max_length=20, choices=OwnerKind.choices)
    owner_id = models.UUIDField()
    sub_no = models.IntegerField(default=0)
    line_no = models.PositiveIntegerField(_("line number"))
    date = models.DateField(_("date"), null=True, blank=True)
    time = models.TimeField(_("time"), null=True, blank=True)
    author = models.CharField(_("author"), max_length=150, blank=True, default="")
    code = CodeField(_("code"), max_length=10)
    comment = models.CharField(_("comment"), max_length=2000, blank=True, default="")
    last_date_modified = models.DateField(_("last changed"), null=True, blank=True, editable=False)

    journal_owner = "owner_id"
    key_field = "line_no"
    derived = frozenset({"last_date_modified"})
    bookkeeping = frozenset({"owner_kind", "sub_no", "line_no", "time"})

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["owner_kind", "owner_id", "sub_no", "line_no"]
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "owner_kind", "sub_no", "line_no"], name="comment_line_key")
        ]


class JobStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


class Job(models.Model):
    """A piece of background work as its user sees it: progress, result, error. Not journaled."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=250, blank=True, default="")
    arguments = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.QUEUED, db_index=True)
    user_name = models.CharField(max_length=150, blank=True, default="", db_index=True)
    rights = models.JSONField(default=list)
    language = models.CharField(max_length=10, blank=True, default="")
    work_date = models.DateField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    state = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True, default="")
    attempt = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    seen = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    #: Queued, and nothing to do before: ``error`` says why.
    waits_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user_name", "-created_at"], name="job_unseen", condition=models.Q(seen=False))]

    def __str__(self) -> str:
        return self.title or self.kind


class OutboxMail(models.Model):
    """A mail handed to the trial transport instead of to a server."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    from_address = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=998, blank=True, default="")
    body_html = models.TextField(blank=True, default="")
    body_text = models.TextField(blank=True, default="")
    handed_over_at = models.DateTimeField(auto_now_add=True)
    related_set = models.CharField(max_length=60, blank=True, default="")
    related_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["-handed_over_at", "-id"]

    def __str__(self) -> str:
        return self.subject


class OutboxAttachment(models.Model):
    """A file that went with a mail of the outbox."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mail = models.ForeignKey(OutboxMail, on_delete=models.CASCADE, related_name="attachments")
    file_name = models.CharField(max_length=250)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.file_name


class OutboxFailure(models.Model):
    """A failure ordered for the next mail of the trial transport."""

    id = models.BigAutoField(primary_key=True)
    reason = models.CharField(max_length=250)

    def __str__(self) -> str:
        return self.reason
