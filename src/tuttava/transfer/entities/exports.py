"""Exports in the CRM service (17.13)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, When
from django.db.models.expressions import Combinable

from tuttava.api import edm
from tuttava.api.declare import CRM, EntitySet, File, Property, Row, Stream, Wanted
from tuttava.api.files import whole_file
from tuttava.foundation.context import current
from tuttava.foundation.spelling import camel
from tuttava.transfer import export_actions, set_exports
from tuttava.transfer.entities.imports import FORMAT
from tuttava.transfer.exporting import CONTENT_TYPES
from tuttava.transfer.models import ExportJob, FileFormat, ImportStatus

_SHOWN = (ImportStatus.RUNNING, ImportStatus.DONE, ImportStatus.FAILED, ImportStatus.CANCELED)
_STATUS = edm.crm_enum("exportJobStatus", [(each.value, each.label) for each in _SHOWN])


def _status() -> Combinable:
    """The export's own status, or how its work ended without finishing the file."""
    ended = Q(status=ImportStatus.RUNNING, job__status__in=[ImportStatus.FAILED, ImportStatus.CANCELED])
    return Case(When(ended, then=F("job__status")), default=F("status"), output_field=CharField())


def _own(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Exports are seen by who made them."""
    return rows.filter(user_name=current().user_name)


def _public(rows: Sequence[Row], wanted: Wanted) -> None:
    """Properties by their public names, also of exports that were made in the browser."""
    for row in rows:
        row["columns"] = [camel(name) for name in row.get("columns") or []]
        row["filters"] = {camel(name): value for name, value in (row.get("filters") or {}).items()}


def _content(row: ExportJob) -> File | None:
    if row.status != ImportStatus.DONE or not row.file:
        return None
    kind = CONTENT_TYPES[FileFormat(row.format)]
    return File(whole_file(Path(row.file.path)), kind, export_actions.file_name(row))


def _remove(row: ExportJob, version: int | None) -> None:
    export_actions.remove(row)


CRM.register(
    EntitySet(
        name="exportJobs",
        entity="exportJob",
        model=ExportJob,
        properties=(
            Property("id", edm.GUID, "id", immutable=True),
            Property("set", edm.text(60), "set_name", required=True, immutable=True),
            Property("format", FORMAT, "format", required=True, immutable=True),
            Property("filter", edm.UNTYPED, "filters", immutable=True, filterable=False, sortable=False),
            Property("select", edm.UNTYPED, "columns", immutable=True, filterable=False, sortable=False),
            Property("status", _STATUS, expression=_status, read_only=True),
            Property("rowsTotal", edm.BIG, "rows_total", read_only=True, nullable=True),
            Property("error", edm.text(), "job__error", read_only=True, nullable=True),
            Property("jobId", edm.GUID, "job_id", read_only=True, nullable=True),
            Property("userId", edm.text(150), "user_name", read_only=True),
            Property("systemCreatedAt", edm.INSTANT, "created_at", read_only=True),
            Property("finishedAt", edm.INSTANT, "finished_at", read_only=True, nullable=True),
        ),
        streams=(Stream("content", _content),),
        rows=_own,
        create=set_exports.announce,
        delete=_remove,
        finish=_public,
        methods=frozenset({"GET", "POST", "DELETE"}),
        version="",
        read_right="",
        write_right="",
        delete_right="",
    )
)
