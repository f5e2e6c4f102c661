"""The one task of the job queue: run a company's job."""

from __future__ import annotations

import uuid

from django.db import InterfaceError, OperationalError
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from tuttava.foundation import jobs


@app.task(
    name="tuttava.run_job",
    queue="jobs",
    pass_context=True,
    retry=RetryStrategy(
        max_attempts=1_000_000, wait=1, retry_exceptions={JobAborted, OperationalError, InterfaceError}
    ),
)
def run_job(context: JobContext, *, schema: str, job: str) -> None:
    """Run job ``job`` of the company in ``schema``; a pause puts it back into the queue."""
    try:
        jobs.run_queued(schema, uuid.UUID(job), context.should_abort)
    except jobs.JobPaused as pause:
        raise JobAborted from pause
