"""The page of one's own background work: progress, result, cancel, retry."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tuttava.foundation import jobs
from tuttava.foundation.context import current
from tuttava.foundation.models import Job, JobStatus, UnitOfWork
from tuttava.ui import registry
from tuttava.ui.undo import is_final, undo_address

SHOWN = 50
MOST_TOLD = 100
UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


def page(request: HttpRequest) -> HttpResponse:
    """My jobs in this company; while one is under way the list renews itself."""
    context = {"page_title": _("Background work"), **_list()}
    jobs.mark_seen(current().user_name)
    return render(request, "web/jobs_list.html" if _fragment(request) else "web/jobs.html", context)


@dataclass(frozen=True)
class Work:
    """What the badge in the top bar tells of one's jobs: how many are under way, ended unseen, and failed of those."""

    under_way: int = 0
    ended: int = 0
    failed: int = 0


def work_of(user_name: str) -> Work:
    """The user's jobs in one short query."""
    statuses = list(jobs.notices(user_name).values_list("status", flat=True)[:MOST_TOLD])
    under_way = sum(status in UNDER_WAY for status in statuses)
    return Work(under_way, len(statuses) - under_way, statuses.count(JobStatus.FAILED))


def badge(request: HttpRequest) -> HttpResponse:
    """The badge anew; it asks for itself while something is under way."""
    return render(request, "ui/frame/work.html", {"work": work_of(current().user_name)})


@require_POST
def act(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Cancel or retry one of my jobs."""
    row = jobs.my_jobs(current().user_name).filter(pk=pk).first()
    if row is None or verb not in {"cancel", "retry"}:
        raise Http404
    (jobs.cancel if verb == "cancel" else jobs.retry)(row)
    if _fragment(request):
        return render(request, "web/jobs_list.html", _list())
    return HttpResponseRedirect(reverse("jobs"))


def _fragment(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False)) and not request.headers.get("HX-Boosted")


def _list() -> dict[str, Any]:
    rows = list(jobs.my_jobs(current().user_name)[:SHOWN])
    undo = _undo_addresses(rows)
    return {
        "rows": [(row, _remaining(row), undo.get(row.pk, "")) for row in rows],
        "under_way": any(row.status in UNDER_WAY for row in rows),
    }


def _undo_addresses(rows: Sequence[Job]) -> dict[uuid.UUID, str]:
    """Where the work of ended jobs is undone, unless it was already, or is final."""
    units = {row.pk: unit for row in rows if row.status not in UNDER_WAY and (unit := jobs.unit_of(row))}
    undone = set(UnitOfWork.objects.filter(undoes__in=units.values()).values_list("undoes_id", flat=True))
    actions = dict(UnitOfWork.objects.filter(pk__in=units.values()).values_list("pk", "action"))
    return {
        pk: undo_address(unit)
        for pk, unit in units.items()
        if unit not in undone and not is_final(actions.get(unit, ""))
    }


def _remaining(row: Job) -> int | None:
    """Seconds that a running job still needs at its pace so far; None while that cannot be told."""
    if row.status != JobStatus.RUNNING or not row.total or not row.done or row.started_at is None:
        return None
    pace = row.done / max((timezone.now() - row.started_at).total_seconds(), 0.001)
    return max(int((row.total - row.done) / pace), 1)


registry.add_route("jobs/", page, "jobs")
registry.add_route("jobs/badge/", badge, "jobs_badge")
registry.add_route("jobs/<uuid:pk>/<str:verb>/", act, "job_act")
registry.add_command(
    registry.Command(
        "jobs",
        gettext_lazy("Background work"),
        "jobs",
        icon="clock",
        order=70,
        description=gettext_lazy("Long work under way, its progress and results"),
        words=gettext_lazy("jobs progress queue notifications"),
    )
)
