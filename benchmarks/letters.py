"""``python -m benchmarks.letters``: a Word letter merged for each of ten thousand contacts, as a job."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from benchmarks import base, report
from benchmarks.mail_logging import CONTACTS, prepare
from benchmarks.measure import peak_memory
from benchmarks.processes import database_time

BEGIN, END = "<!-- letters -->", "<!-- end of letters -->"
FEW, LETTERS = 1_000, 10_000


def queue(count: int) -> str:
    """Log letters to as many contacts and queue their delivery; answers the id of the job."""
    import datetime as dt

    from tuttava.contacts.models import Contact
    from tuttava.foundation.context import acting
    from tuttava.interactions.delivery import deliver_later
    from tuttava.interactions.logging_core import NewInteraction, log_interactions
    from tuttava.interactions.models import InteractionLogEntry, WordTemplate
    from tuttava.partners.models import Salesperson

    template = WordTemplate.objects.exclude(content_id=None).values_list("code", flat=True)[0]
    common = {
        "date": dt.date(2026, 11, 2),
        "interaction_template_code": "BUSLETTER",
        "interaction_group_code": "LETTER",
        "word_template_code": template,
        "salesperson_code": Salesperson.objects.values_list("code", flat=True)[0],
        "correspondence_type": "hard_copy",
        "description": "Spring",
        "subject": "Spring",
    }
    people = Contact.objects.filter(type="person").order_by("no").values_list("pk", "company_id")[:count]
    with acting(user_name=base.USER):
        logged = log_interactions(
            [NewInteraction({"contact_id": pk, "contact_company_id": firm} | common) for pk, firm in people]
        )
        job = deliver_later(list(InteractionLogEntry.objects.filter(pk__in=[each.pk for each in logged])))
    if job is None or len(logged) != count:
        raise RuntimeError(f"{len(logged)} of {count} letters were queued")
    return str(job.pk)


def work(job: str) -> dict[str, float]:
    """What a worker does with the job: seconds, processor time, and the process' peak memory in MB."""
    import uuid

    from tuttava.foundation import jobs
    from tuttava.foundation.models import Job
    from tuttava.foundation.schemas import current_schema

    started, own, database = time.perf_counter(), time.process_time(), database_time()
    jobs.run_queued(current_schema() or "", uuid.UUID(job))
    found = {
        "seconds": time.perf_counter() - started,
        "own": time.process_time() - own,
        "database": database_time() - database,
        "memory": peak_memory(),
    }
    result: dict[str, Any] = Job.objects.get(pk=job).result or {}
    return found | {"delivered": result.get("delivered", 0)}


def measure(count: int) -> dict[str, float]:
    """The job in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.letters", "--job", queue(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if found["delivered"] != count:
        raise RuntimeError(f"{found['delivered']} of {count} letters were made")
    return found


def table(few: dict[str, float], many: dict[str, float]) -> str:
    """The results in Markdown."""
    lines = [
        f"Measured on {report.machine()}; {CONTACTS:,} contacts.",
        "",
        "| work | measured | to reach |",
        "|---|---:|---:|",
    ]
    lines += [
        f"| {LETTERS:,} letters merged, kept and put into one archive | {LETTERS / many['seconds']:.0f} letters/s | |",
        f"| Processor time of a letter, in Tuttava | {many['own'] / LETTERS * 1000:.1f} ms | |",
        f"| Processor time of a letter, in the database | {many['database'] / LETTERS * 1000:.1f} ms | |",
        f"| Peak memory of the job, {FEW:,} letters | {few['memory']:.0f} MB | |",
        f"| Peak memory of the job, {LETTERS:,} letters | {many['memory']:.0f} MB | flat |",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.letters", description=__doc__)
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    parser.add_argument("--job", help="do this job and print what it took")
    wanted = parser.parse_args()
    base.data_dir().mkdir(parents=True, exist_ok=True)
    base.configure()
    from tuttava.config.lifetime import spare_collector
    from tuttava.foundation.schemas import in_schema

    spare_collector()
    company = prepare()
    with in_schema(company.schema):
        if wanted.job:
            print(json.dumps(work(wanted.job)))
            return
        text = table(measure(FEW), measure(LETTERS))
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
