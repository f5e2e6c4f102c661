"""Copying a company in the background; the job stands in the company that is copied."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation import jobs
from tuttava.foundation.directory.actions import copy_company
from tuttava.foundation.directory.guards import require_everywhere
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job
from tuttava.foundation.schemas import in_schema


def copy_later(source: Company, *, name: str) -> Job:
    """Queue :func:`copy_company`; its result names the copy."""
    require_everywhere("company.create")
    with in_schema(source.schema):
        title = _("Copy of %(company)s") % {"company": source}
        return jobs.enqueue("company.copy", title, {"company": str(source.pk), "name": name})


@jobs.job("company.copy")
def _copy(run: jobs.JobRun) -> dict[str, str]:
    made = copy_company(Company.objects.get(pk=run.arguments["company"]), name=run.arguments["name"])
    return {"id": str(made.pk), "name": made.name}
