"""The job that compares the whole base."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.context import require
from tuttava.foundation.jobs import JobRun, enqueue, job, run_now
from tuttava.foundation.models import Job, JobStatus

KIND = "duplicates.search"


def search_all(*, wait: bool = False) -> Job:
    """Queue the search, or do it here and now; one that is waiting or running already is answered instead."""
    require("api.write", "contacts")
    if wait:
        return run_now(KIND, _("Search for duplicates"))
    return begin()


def begin() -> Job:
    """Queue the search on the product's own account."""
    return under_way() or enqueue(KIND, _("Search for duplicates"))


def under_way() -> Job | None:
    """The search that waits or runs, if there is one."""
    unfinished = Job.objects.filter(kind=KIND, status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    return unfinished.order_by("-created_at").first()


@job(KIND)
def run_search(run: JobRun) -> dict[str, Any]:
    """Find all pairs of the company anew."""
    from tuttava.duplicates.smart.searching import search

    return search(run)
