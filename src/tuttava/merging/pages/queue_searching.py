"""The search of all contacts, as the queue shows it: begun, how far it is, what came of it, called off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tuttava.duplicates import smart
from tuttava.duplicates.smart.jobs import KIND
from tuttava.foundation import jobs
from tuttava.foundation.context import current, require
from tuttava.foundation.models import Job, JobStatus
from tuttava.merging.pages.queue_state import NAME
from tuttava.ui import registry

SEARCH, PROGRESS = "duplicates-search", "duplicates-search-job"
_UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True)
class Progress:
    """One search: ``rate`` contacts a second, ``left`` seconds still needed; None where it cannot be told."""

    job: Job

    @property
    def under_way(self) -> bool:
        return self.job.status in _UNDER_WAY

    @property
    def mine(self) -> bool:
        return bool(self.job.user_name == current().user_name)

    @property
    def rate(self) -> int | None:
        if not self.job.done or self.job.started_at is None:
            return None
        end = self.job.finished_at or timezone.now()
        return round(self.job.done / max((end - self.job.started_at).total_seconds(), 0.001))

    @property
    def left(self) -> int | None:
        if not self.rate or not self.job.total or self.job.status != JobStatus.RUNNING:
            return None
        return max(round((self.job.total - self.job.done) / self.rate), 1)


def context() -> dict[str, Any]:
    """Whether one may search, and the search under way."""
    rows = Job.objects.filter(kind=KIND, status__in=_UNDER_WAY).order_by("-created_at")
    under_way = rows.first()
    return {
        "may_search": current().may("api.write", "contacts"),
        "progress": Progress(under_way) if under_way is not None else None,
    }


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Begin it, or call it off."""
    require("api.write", "contacts")
    if "cancel" in request.POST:
        for row in jobs.my_jobs(current().user_name).filter(kind=KIND, status__in=_UNDER_WAY):
            jobs.cancel(row)
    else:
        smart.search_all()
    return progress(request) if getattr(request, "htmx", False) else HttpResponseRedirect(reverse(NAME))


def progress(request: HttpRequest) -> HttpResponse:
    """How far the latest search is, as a part of the page; it asks for itself until the search has ended."""
    require("api.read", "contacts")
    row = Job.objects.filter(kind=KIND).order_by("-created_at").first()
    return render(request, "merging/queue_job.html", {"progress": Progress(row) if row is not None else None})


registry.add_route("duplicates/search", search, SEARCH)
registry.add_route("duplicates/search/progress", progress, PROGRESS)
