"""Work on segments that is too long for one transaction: chunk after chunk, all of it or nothing.

Each chunk goes on in the unit of work that the first one began. What is refused on the way, or stopped by the user, is
taken back; what is killed goes on from its last chunk.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from django.db import InterfaceError, OperationalError

from tuttava.foundation import jobs
from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import continue_unit
from tuttava.foundation.models import Job, JobStatus

State = dict[str, Any]
#: What only interrupts the work, or is taken back by whoever runs it.
_GOES_ON = (jobs.JobPaused, jobs.JobCanceled, jobs.JobLost, OperationalError, InterfaceError)
#: Where the context keeps what a job was refused for.
_REFUSED = "segments.refused"


def work_off(run: jobs.JobRun, advance: Callable[[], None], take_back: Callable[[jobs.JobRun], None]) -> None:
    """``advance`` until the state says ``finished``; ``take_back`` when that fails."""
    if run.arguments.get("begun") and not run.state:
        run.state.update(run.arguments["begun"])
    while not run.state.get("finished"):
        try:
            advance()
        except _GOES_ON:
            raise
        except Exception as error:
            take_back(run)
            current().cache[_REFUSED] = error
            raise


def chunk(
    run: jobs.JobRun, begin: Callable[[], AbstractContextManager[Mapping[str, Any]]], move: Callable[[], None]
) -> None:
    """One transaction: the unit of work is gone on with, or begun; ``begin`` gives the state to go on from.

    The state has ``unit``; ``done`` and ``total`` are the progress.
    """
    with run.chunk():
        if "unit" not in run.state:
            with begin() as state:
                run.state.update(state)
                move()
        else:
            with continue_unit(uuid.UUID(run.state["unit"])):
                move()
        run.job.done, run.job.total = run.state.get("done", 0), run.state.get("total")


def begun(run: jobs.JobRun) -> State:
    """What the job has left so far, and what whoever queued it had begun."""
    return {**run.arguments.get("begun", {}), **run.state}


def done_now(kind: str, title: str, arguments: Mapping[str, Any], refused: Callable[[str], DomainError]) -> Job:
    """Do the job here and now; outside any transaction it survives the death of this process.

    Raises what the work was refused for, else what ``refused`` makes of the job's words.
    """
    with acting(current()):
        done = jobs.run_now(kind, title, dict(arguments))
        if done.status in (JobStatus.FAILED, JobStatus.CANCELED):
            error = current().cache.pop(_REFUSED, None)
            if isinstance(error, DomainError):
                Job.objects.filter(pk=done.pk).delete()
                raise error
            raise refused(done.error)
    Job.objects.filter(pk=done.pk).update(seen=True)
    return done
