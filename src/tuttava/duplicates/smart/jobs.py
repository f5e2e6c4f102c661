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
    under_way = Job.objects.filter(kind=KIND, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).first()
    if under_way is not None and not wait:
        return under_way
    return (run_now if wait else enqueue)(KIND, _("Search for duplicates"))


@job(KIND)
def run_search(run: JobRun) -> dict[str, Any]:
    """Find all pairs of the company anew."""
    from tuttava.duplicates.smart.searching import search

    return search(run)
