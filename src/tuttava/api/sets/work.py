"""Background work, and the outbox of the trial mail transport (17.12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, DecimalField, F, Func, QuerySet, Value, When
from django.db.models.functions import Cast, Least, Round

from tuttava.api import edm
from tuttava.api.declare import (
    CRM,
    Action,
    EntitySet,
    Expression,
    File,
    Navigation,
    Parameter,
    Property,
    Row,
    Stream,
    Wanted,
)
from tuttava.foundation import jobs, mail
from tuttava.foundation.context import current
from tuttava.foundation.models import Job, JobStatus, OutboxAttachment, OutboxMail

_STATUS = edm.crm_enum("jobStatus", list(JobStatus.choices))
_HUNDRED = Value(100, output_field=DecimalField(max_digits=20, decimal_places=2))


def _progress() -> Expression:
    """How far a job is, in per cent; one that is done is at 100."""
    part = Round(Cast(F("done"), DecimalField(max_digits=20, decimal_places=2)) * _HUNDRED / F("total"), 2)
    return Case(
        When(status=JobStatus.DONE, then=_HUNDRED),
        When(total__gt=0, then=Least(part, _HUNDRED)),
        default=Value(0, output_field=DecimalField()),
        output_field=DecimalField(max_digits=20, decimal_places=2),
    )


def _own_jobs(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The caller's own jobs, an administrator's everybody's."""
    return rows if current().may("api.admin") else rows.filter(user_name=current().user_name)


def _cancel(record: Job, version: int | None) -> None:
    jobs.cancel(record)


CRM.register(
    EntitySet(
        name="jobs",
        entity="job",
        model=Job,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property("kind", edm.text(60), "kind", read_only=True),
            Property("title", edm.text(250), "title", read_only=True),
            Property("status", _STATUS, "status", read_only=True),
            Property("progressPct", edm.DECIMAL, expression=_progress, read_only=True),
            Property("result", edm.UNTYPED, "result", read_only=True, nullable=True, filterable=False, sortable=False),
            Property("error", edm.text(), "error", read_only=True),
            Property("userId", edm.text(150), "user_name", read_only=True),
            Property("createdAt", edm.INSTANT, "created_at", read_only=True),
            Property("startedAt", edm.INSTANT, "started_at", read_only=True, nullable=True),
            Property("finishedAt", edm.INSTANT, "finished_at", read_only=True, nullable=True),
        ),
        rows=_own_jobs,
        methods=frozenset({"GET", "DELETE"}),
        delete=_cancel,
        write_right="api.read",
        delete_right="api.read",
        version="",
        actions=(Action("retry", jobs.retry, returns="jobs"),),
    )
)


def _attachments(rows: Sequence[Row], wanted: Wanted) -> None:
    """What went with the mails of a page, in one query."""
    if "attachments" not in wanted.names:
        return
    found: dict[Any, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    files = OutboxAttachment.objects.filter(mail__in=found).annotate(size=_size()).order_by("id")
    for owner, name, kind, size in files.values_list("mail_id", "file_name", "content_type", "size"):
        found[owner].append({"fileName": name, "contentType": kind, "sizeBytes": size})
    for row in rows:
        row["attachments"] = found[row["id"]]


def _size() -> Expression:
    return Func(F("content"), function="octet_length")


def _content(attachment: OutboxAttachment) -> File:
    return File(bytes(attachment.content), attachment.content_type, attachment.file_name)


CRM.register(
    EntitySet(
        name="outbox",
        entity="outboxMail",
        model=OutboxMail,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property("to", edm.TEXTS, "to", read_only=True, filterable=False, sortable=False),
            Property("cc", edm.TEXTS, "cc", read_only=True, filterable=False, sortable=False),
            Property("from", edm.text(320), "from_address", read_only=True),
            Property("replyTo", edm.text(320), "reply_to", read_only=True),
            Property("subject", edm.text(998), "subject", read_only=True),
            Property("bodyHtml", edm.text(), "body_html", read_only=True),
            Property("handedOverAt", edm.INSTANT, "handed_over_at", read_only=True),
            Property("attachments", edm.UNTYPED, read_only=True, filterable=False, sortable=False),
            Property("relatedSet", edm.text(60), "related_set", read_only=True),
            Property("relatedId", edm.GUID, "related_id", read_only=True, nullable=True),
        ),
        navigations=(Navigation("outboxAttachments", "outboxAttachments", theirs="mail_id", contained=True),),
        methods=frozenset({"GET"}),
        finish=_attachments,
        version="",
        actions=(Action("fail", mail.fail_next, (Parameter("reason", edm.text(250), required=True),), on_set=True),),
    ),
    EntitySet(
        name="outboxAttachments",
        entity="outboxAttachment",
        model=OutboxAttachment,
        properties=(
            Property("id", edm.GUID, "id", read_only=True),
            Property("mailId", edm.GUID, "mail_id", read_only=True),
            Property("fileName", edm.text(250), "file_name", read_only=True),
            Property("contentType", edm.text(100), "content_type", read_only=True),
            Property("sizeBytes", edm.INT, expression=_size, read_only=True),
        ),
        streams=(Stream("content", _content),),
        methods=frozenset({"GET"}),
        version="",
    ),
)
