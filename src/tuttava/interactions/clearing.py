"""Deleting canceled interactions by a filter: counted first, at once or as a job with progress (I-159)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.api.declare import CRM
from tuttava.api.filter_objects import filtered
from tuttava.foundation.context import require
from tuttava.foundation.jobs import JobRun, enqueue, job
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job
from tuttava.interactions.life import BATCH, DELETE, SET, canceled_only, delete_canceled
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.removing import delete_entries

KIND = "interactions.delete_canceled"
#: A filter object (A-114) over the properties of log entries.
Filters = Mapping[str, Any]


def count_canceled(filters: Filters) -> int:
    """How many would be deleted. Raises ``bad_filter``."""
    require(DELETE, SET)
    return _canceled(filters).count()


def delete_canceled_by(filters: Filters) -> int:
    """Delete the canceled interactions that the filter names, all or none; answers how many. Raises ``bad_filter``."""
    return delete_canceled(_canceled(filters))


def delete_canceled_later(filters: Filters) -> Job:
    """The same as a job; a filter that cannot be read is refused at once."""
    require(DELETE, SET)
    _canceled(filters)
    return enqueue(KIND, _("Delete canceled interactions"), {"filter": dict(filters)})


def _canceled(filters: Filters) -> QuerySet[InteractionLogEntry]:
    return canceled_only(filtered(CRM.sets[SET], InteractionLogEntry.objects.all(), filters))


@job(KIND)
def run_delete_canceled(run: JobRun) -> dict[str, int]:
    """Batch by batch in the order of their numbers, each one transaction."""
    require(DELETE, SET)
    rows = _canceled(run.arguments["filter"])
    total = run.state.setdefault("total", rows.count())
    while True:
        deleted: int = run.state.get("deleted", 0)
        some = list(rows.filter(entry_no__gt=run.state.get("last", 0)).order_by("entry_no")[:BATCH])
        if not some:
            return {"deleted": deleted}
        with run.chunk(done=deleted + len(some), total=total), unit_of_work("delete canceled interactions"):
            ids = [entry.pk for entry in some]
            locked = list(rows.filter(pk__in=ids).order_by("entry_no").select_for_update(of=("self",)))
            delete_entries(locked)
            run.state.update(last=some[-1].entry_no, deleted=deleted + len(locked))
