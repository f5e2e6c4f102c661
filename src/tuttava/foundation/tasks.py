"""The one task of the job queue: run a company's job."""

from __future__ import annotations

import uuid

from django.db import InterfaceError, OperationalError
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from tuttava.foundation import jobs


class _GoOn(BaseRetryStrategy):
    """Soon after a pause or a trouble of the database, and when a job that waits says so."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, jobs.JobWaits):
            return RetryDecision(retry_at=exception.until)
        if isinstance(exception, JobAborted | OperationalError | InterfaceError):
            return RetryDecision(retry_in={"seconds": 1})
        return None


@app.task(
    name="tuttava.run_job",
    queue="jobs",
    pass_context=True,
    retry=_GoOn(),
)
def run_job(context: JobContext, *, schema: str, job: str) -> None:
    """Run job ``job`` of the company in ``schema``; one that pauses or waits comes back into the queue."""
    try:
        jobs.run_queued(schema, uuid.UUID(job), context.should_abort)
    except jobs.JobPaused as pause:
        raise JobAborted from pause
