"""Bringing a file in: upload, what was understood, dry run, progress, result, Undo."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError
from tuttava.transfer import actions
from tuttava.transfer.kinds import Kind, allowed_kinds, kind_of
from tuttava.transfer.models import ImportJob, ImportKind, ImportStatus
from tuttava.transfer.pages.views import mapping_context, progress_of, rows_context
from tuttava.transfer.rejected import rejected
from tuttava.ui.notices import notify


def overview(request: HttpRequest, kind: str = "") -> HttpResponse:
    """Past imports, and the form that takes a file; a POST takes it in and opens what was understood.

    A list links here with its own ``kind`` chosen.
    """
    kinds = _kinds()
    error: DomainError | None = None
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            name = (upload.name if upload else "") or ""
            row = actions.begin(name, upload, kind=request.POST.get("kind", ImportKind.CONTACTS))
            return HttpResponseRedirect(_address(row))
        except DomainError as refused:
            error = refused
    context = {
        "imports": ImportJob.objects.filter(kind__in=[kind.name for kind in kinds]).select_related("job")[:50],
        "kinds": [(kind.name, kind.label) for kind in kinds],
        "kind": request.POST.get("kind", kind),
        "error": error,
    }
    return render(request, "transfer/imports.html", context, status=422 if error else 200)


def _kinds() -> list[Kind]:
    """What the user may import; refuses who may import nothing."""
    kinds = allowed_kinds()
    if not kinds:
        kind_of(ImportKind.CONTACTS).require()
    return kinds


def _address(row: ImportJob) -> str:
    return reverse("import", kwargs={"pk": row.pk})


def _find(pk: uuid.UUID) -> ImportJob:
    row = ImportJob.objects.select_related("job").filter(pk=pk).first()
    if row is None:
        raise Http404
    kind_of(row.kind).require()
    return row


@require_safe
def show(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The import where it stands: columns to confirm, dry run to decide on, progress, or result."""
    row = _find(pk)
    if actions.is_busy(row) and not actions.is_stale(row):
        context = {"row": row, "progress": progress_of(row.job), "undoing": actions.is_undoing(row)}
        return render(request, "transfer/progress.html", context)
    if row.status == ImportStatus.DRAFT or "columns" in request.GET:
        return render(request, "transfer/columns.html", mapping_context(row))
    context = rows_context(row, request.GET.dict())
    template = "transfer/check.html" if row.status == ImportStatus.CHECKED else "transfer/result.html"
    return render(request, template, context | {"stale": actions.is_stale(row)})


@require_safe
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The progress bar alone, asked for every second; at the end the page is loaded anew."""
    row = _find(pk)
    if not actions.is_busy(row):
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "transfer/progress_bar.html", {"row": row, "progress": progress_of(row.job)})


@require_POST
def columns(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take over layout, columns and options; then read again, check or run, as the button says."""
    row = _find(pk)
    chosen = {
        int(name[7:]): str(value)
        for name, value in request.POST.items()
        if name.startswith("column-") and name[7:].isdigit() and len(name) < 12
    }
    try:
        row = _apply(row, request, chosen)
        wish = request.POST.get("do", "")
        if wish == "check":
            actions.check(row)
        elif wish == "run":
            actions.start(row)
    except DomainError as error:
        row.refresh_from_db()
        return render(request, "transfer/columns.html", mapping_context(row, chosen, error), status=422)
    return HttpResponseRedirect(_address(row))


def _apply(row: ImportJob, request: HttpRequest, chosen: dict[int, str]) -> ImportJob:
    posted = request.POST
    if posted.get("kind", row.kind) != row.kind:
        return actions.set_kind(row, posted["kind"])
    layout: dict[str, Any] = {name: posted[name] for name in ("encoding", "delimiter", "sheet") if name in posted}
    if posted.get("heading_row", "").isdigit():
        layout["heading_row"] = int(posted["heading_row"][:6])
    row = actions.set_mapping(row, chosen)
    if any(row.layout.get(name) != value for name, value in layout.items()):
        row = actions.set_layout(row, **layout)
    return actions.set_options(
        row,
        on_match=posted.get("on_match"),
        contact_type=posted.get("contact_type"),
        date_order=posted.get("date_order"),
        decimal=posted.get("decimal"),
        create_codes="create_codes" in posted,
        match_by=posted.getlist("match_by"),
    )


@require_POST
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The user's decisions for single rows of a dry run."""
    row = _find(pk)
    by_decision: dict[str, list[int]] = {}
    for name, value in request.POST.items():
        if name.startswith("row-") and name[4:].isdigit() and len(name) < 20:
            by_decision.setdefault(str(value), []).append(int(name[4:]))
    for decision, numbers in by_decision.items():
        actions.decide(row, numbers, decision)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return HttpResponseRedirect(request.headers.get("referer") or _address(row))


def _delete(row: ImportJob) -> None:
    actions.remove(row)


VERBS: dict[str, Callable[[ImportJob], Any]] = {
    "check": actions.check,
    "run": actions.start,
    "cancel": actions.cancel,
    "resume": actions.resume,
    "undo": actions.take_back,
    "delete": _delete,
}


@require_POST
def act(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One of the verbs of an import."""
    row = _find(pk)
    verb = request.POST.get("do", "")
    if verb not in VERBS:
        raise Http404
    VERBS[verb](row)
    if verb == "delete":
        notify(request, _("The import of “%(file)s” is forgotten; its records stay.") % {"file": row.file_name})
        return HttpResponseRedirect(reverse("imports"))
    if verb == "undo":
        notify(request, _("“%(file)s” is being taken back.") % {"file": row.file_name})
    return HttpResponseRedirect(_address(row))


@require_safe
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The refused rows with their reasons."""
    row = _find(pk)
    name, content_type, content = rejected(row)
    context = current()

    def blocks() -> Any:
        with acting(context):
            yield from content

    response = StreamingHttpResponse(blocks(), content_type=content_type)
    response.headers["Content-Disposition"] = _attachment(name)
    return response


def _attachment(name: str) -> str:
    from urllib.parse import quote

    plain = "".join(char if (char.isalnum() and char.isascii()) or char in "._-" else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
