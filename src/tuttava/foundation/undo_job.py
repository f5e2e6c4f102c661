"""Taking back a large unit of work in the background."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.jobs import JobRun, enqueue, job
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.models import Job
from tuttava.foundation.undo import undo_unit

KIND = "foundation.undo"
#: Changes that a request takes back itself.
MOST_AT_ONCE = 10_000


def is_long(unit_id: uuid.UUID) -> bool:
    """Whether the unit wrote more than a request should take back."""
    return JournalChange.objects.filter(unit_id=unit_id)[: MOST_AT_ONCE + 1].count() > MOST_AT_ONCE


def enqueue_undo(unit_id: uuid.UUID) -> Job:
    """Queue the taking back of a unit."""
    unit = UnitOfWork.objects.get(pk=unit_id)
    return enqueue(KIND, _("Undo: %(what)s") % {"what": unit}, {"unit": str(unit_id)})


@job(KIND)
def run_undo(run: JobRun) -> dict[str, Any]:
    """Take the unit back in one transaction; cancelled or refused, nothing of it is."""
    result = undo_unit(uuid.UUID(run.arguments["unit"]), progress=run.progress_beside)
    return {"removed": result.removed, "restored": result.restored, "put_back": result.reinserted}
