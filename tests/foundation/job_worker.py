"""A worker process for the tests: knows one kind of job, made of chunks that take a moment each.

Run as ``python -m tests.foundation.job_worker`` with ``DATABASE_URL`` set.
"""

from __future__ import annotations

import os
import time

KIND = "test.slow_rows"
CHUNKS = 12


def slow_rows(run: object) -> dict[str, int]:
    """Write one territory a chunk, with a code that exists once; takes about a tenth of a second each."""
    from tuttava.foundation.jobs import JobRun
    from tuttava.foundation.models import Territory

    assert isinstance(run, JobRun)
    row = run.state.get("row", 0)
    while row < CHUNKS:
        with run.chunk(done=row + 1, total=CHUNKS):
            Territory.objects.create(code=f"{run.arguments['prefix']}{row}", name=str(run.job.attempt))
            time.sleep(0.12)
            row = run.state["row"] = row + 1
    return {"rows": row}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuttava.config.settings")
    import django

    django.setup()
    from tuttava.foundation.jobs import job
    from tuttava.foundation.worker import run_worker

    job(KIND)(slow_rows)
    run_worker(1, dead_after=2.0, finish_within=0.2)


if __name__ == "__main__":
    main()
