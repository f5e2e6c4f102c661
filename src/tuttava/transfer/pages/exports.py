"""Taking contacts out: which, as what, and the file when it is done."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tuttava.contacts.columns import COLUMNS, MORE_COLUMNS, label
from tuttava.contacts.models import ContactType
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.transfer import export_actions
from tuttava.transfer.exporting import CONTENT_TYPES
from tuttava.transfer.models import ExportJob, FileFormat, ImportStatus
from tuttava.transfer.pages.views import progress_of

FILTERS = ("type", "salesperson_code", "territory_code", "country_code", "post_code")


def overview(request: HttpRequest) -> HttpResponse:
    """The form and the user's last exports; a POST starts one."""
    require("api.read", "contacts")
    error: DomainError | None = None
    if request.method == "POST":
        try:
            row = export_actions.export(
                format_name=request.POST.get("format", ""),
                filters={name: request.POST.get(name, "").strip() for name in FILTERS if request.POST.get(name)},
                columns=request.POST.getlist("columns"),
            )
            return HttpResponseRedirect(reverse("export", kwargs={"pk": row.pk}))
        except DomainError as refused:
            error = refused
    chosen = request.POST.getlist("columns") or list(COLUMNS)
    context = {
        "formats": FileFormat.choices,
        "types": ContactType.choices,
        "columns": [(name, label(name), name in chosen) for name in (*COLUMNS, *MORE_COLUMNS)],
        "filters": [(name, label(name), request.POST.get(name, "")) for name in FILTERS if name != "type"],
        "typed": request.POST,
        "exports": ExportJob.objects.filter(user_name=current().user_name).select_related("job")[:20],
        "error": error,
    }
    return render(request, "transfer/exports.html", context, status=422 if error else 200)


def _find(pk: uuid.UUID) -> ExportJob:
    require("api.read", "contacts")
    row = ExportJob.objects.select_related("job").filter(pk=pk, user_name=current().user_name).first()
    if row is None:
        raise Http404
    return row


@require_safe
def show(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """An export: its progress, then its file."""
    row = _find(pk)
    context = {"row": row, "progress": progress_of(row.job), "busy": _busy(row)}
    return render(request, "transfer/export.html", context)


@require_safe
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The progress alone; at the end the page is loaded anew."""
    row = _find(pk)
    if not _busy(row):
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "transfer/export_bar.html", {"row": row, "progress": progress_of(row.job)})


def _busy(row: ExportJob) -> bool:
    return row.status == ImportStatus.RUNNING and (row.job is None or row.job.status in ("queued", "running"))


@require_safe
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file of an export that is done; for the user who made it."""
    row = _find(pk)
    if row.status != ImportStatus.DONE or not row.file:
        raise Http404
    kind = FileFormat(row.format)
    name = export_actions.file_name(row)
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])
