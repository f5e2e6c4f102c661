"""The process that runs jobs: fetches from the queue, beats, and takes over what killed workers left."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tuttava.foundation.directory.models import Company
from tuttava.foundation.jobs import requeue_forgotten

log = logging.getLogger(__name__)
#: Seconds without a sign of life after which a worker counts as dead and its jobs are taken over.
DEAD_AFTER = 12.0
#: On SIGTERM jobs may finish for this long; then those made of chunks pause at their next chunk.
FINISH_WITHIN = 10.0


#: Seconds that a companion has to end when the worker ends.
PART_WITHIN = 5.0

#: What else a worker process runs: functions of a thread of their own that end soon after the event is set.
Companion = Callable[[threading.Event], None]
_companions: list[Companion] = []


def beside_jobs(companion: Companion) -> Companion:
    """Decorator: let every worker process run ``companion`` beside its jobs, in its own thread."""
    _companions.append(companion)
    return companion


def run_worker(concurrency: int, *, dead_after: float = DEAD_AFTER, finish_within: float = FINISH_WITHIN) -> None:
    """Run jobs until SIGTERM or SIGINT; returns when those in hand have finished or paused.

    ``dead_after`` must be the same for all workers of an installation; a worker gives four signs of life in it.
    """
    _requeue_forgotten()
    with _accompanied():
        asyncio.run(_run(concurrency, dead_after, finish_within))


@contextmanager
def _accompanied() -> Iterator[None]:
    """Run the companions as long as the block."""
    stop = threading.Event()
    threads = [threading.Thread(target=each, args=(stop,), daemon=True) for each in _companions]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=PART_WITHIN)


async def _run(concurrency: int, dead_after: float, finish_within: float) -> None:
    connector = await sync_to_async(cast(DjangoConnector, django_app.connector).get_worker_connector)()
    app: App = django_app.with_connector(connector)
    async with app.open_async():
        rescue = asyncio.create_task(_rescue(app, dead_after))
        try:
            await app.run_worker_async(
                queues=["jobs"],
                concurrency=concurrency,
                shutdown_graceful_timeout=finish_within,
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=dead_after / 4,
                stalled_worker_timeout=dead_after,
                delete_jobs="always",
                task_middleware=[_fresh_connections],
            )
        finally:
            rescue.cancel()


def _requeue_forgotten() -> None:
    for schema in Company.objects.filter(ready=True).values_list("schema", flat=True):
        requeue_forgotten(schema)
    connections.close_all()


def _fresh_connections(run: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Each job begins on a connection that works and leaves none open in its thread."""
    connections.close_all()
    try:
        return run()
    finally:
        connections.close_all()


async def _rescue(app: App, dead_after: float) -> None:
    """Put the jobs of dead workers back into the queue, for as long as this worker lives."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after):
                log.warning("job of a dead worker is taken over")
                await app.job_manager.retry_job(job)
        except Exception:
            log.exception("looking for jobs of dead workers failed; trying again")
        await asyncio.sleep(dead_after / 3)
