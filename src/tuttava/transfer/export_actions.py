"""What a user does with an export: choose, run, fetch."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.base import File
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation import jobs
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.jobs import JobRun, job
from tuttava.transfer import exporting
from tuttava.transfer.models import ExportJob, FileFormat, ImportStatus

#: Filters an export takes; each is equality, ``ids`` a list.
FILTERS = ("type", "salesperson_code", "territory_code", "country_code", "post_code", "company_no")


def selected(filters: Mapping[str, Any]) -> tuple[QuerySet[Contact], int]:
    """The contacts an export takes, and how many are left out because their data is locked (C-72)."""
    require("api.read", "contacts")
    contacts = Contact.objects.order_by("no")
    for name, value in filters.items():
        if name == "ids":
            contacts = contacts.filter(pk__in=value)
        elif name not in FILTERS:
            raise DomainError("field_unknown", _("There is no filter “%(name)s”.") % {"name": name}, field=name)
        elif value:
            contacts = contacts.filter(**{name: value if name == "type" else as_code(value)})
    blocked = contacts.filter(privacy_blocked=True).count()
    return contacts.filter(privacy_blocked=False), blocked


def export(
    *, format_name: str, filters: Mapping[str, Any], columns: Sequence[str] = (), wait: bool = False
) -> ExportJob:
    """Start an export; it is fetched when it is done. Refuses unknown formats, columns and filters, and no contacts."""
    require("api.read", "contacts")
    exporting.write(Contact.objects.none(), format_name, columns)
    contacts, blocked = selected(filters)
    if not contacts.exists():
        raise DomainError("export.nothing_selected", _("No contact is selected for export."), field="filters")
    row = ExportJob.objects.create(
        format=FileFormat(format_name),
        filters=dict(filters),
        columns=list(columns),
        status=ImportStatus.RUNNING,
        rows_left_out=blocked,
        user_name=current().user_name,
    )
    arguments = {"export": str(row.pk)}
    made = (jobs.run_now if wait else jobs.enqueue)("transfer.export", _("Export of contacts"), arguments)
    ExportJob.objects.filter(pk=row.pk).update(job=made)
    row.refresh_from_db()
    return row


@job("transfer.export")
def run_export(run: JobRun) -> dict[str, int]:
    """Write the file of an export."""
    row = ExportJob.objects.get(pk=run.arguments["export"])
    contacts, _blocked = selected(row.filters)
    row.rows_total = contacts.count()
    run.progress(0, row.rows_total)
    return keep(run, row, exporting.write(contacts, row.format, row.columns))


def keep(run: JobRun, row: ExportJob, blocks: Iterable[bytes]) -> dict[str, int]:
    """Store the file of an export; it is done with this."""
    with tempfile.TemporaryFile() as out:
        for block in blocks:
            out.write(block)
            run.progress(run.job.done)
        out.seek(0)
        row.file.save(f"{row.pk}.{exporting.SUFFIXES[FileFormat(row.format)]}", File(out), save=False)
    row.status, row.finished_at = ImportStatus.DONE, timezone.now()
    row.save()
    return {"total": row.rows_total or 0, "left_out": row.rows_left_out}


def file_name(row: ExportJob) -> str:
    """What the file is called where it arrives."""
    return f"{row.set_name}-{row.created_at:%Y-%m-%d}.{exporting.SUFFIXES[FileFormat(row.format)]}"


def remove(row: ExportJob) -> None:
    """Forget an export with its file; one under way stops."""
    if row.job is not None:
        jobs.cancel(row.job)
    if row.file:
        row.file.delete(save=False)
    row.delete()
