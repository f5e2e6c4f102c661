"""Import of a CSV file through all rules: ``python -m benchmarks.importing FILE`` prints what it took as JSON."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

from benchmarks.measure import peak_memory

HEADINGS = {
    "Type": "type",
    "Name": "name",
    "Address": "address",
    "Post code": "post_code",
    "City": "city",
    "Country": "country_code",
    "Phone": "phone_no",
    "Mobile phone": "mobile_phone_no",
    "E-mail": "email",
    "Home page": "home_page",
    "Job title": "job_title",
    "Company name": "company_name",
}


def write_file(path: Path, rows: int, seed: int) -> None:
    """A file of generated contacts who are not in the base; persons name the company they belong to."""
    from tuttava.contacts.fiction import Codes, Generator

    generator = Generator(rows, seed, Codes.of_company())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        for number, draft in enumerate(generator.contacts()):
            values = [getattr(draft, name) or "" for name in HEADINGS.values()]
            values[1] = f"{values[1]} {number}" if draft.type == "company" else values[1]
            values[8] = f"{number}.{values[8]}"[-80:]
            values[11] = ""
            writer.writerow(values)


def run(path: Path) -> dict[str, float]:
    """Import ``path``; seconds, rows and the process' peak memory in MB."""
    from benchmarks.base import NAME, configure

    configure()
    from django.core.files import File

    from tuttava.foundation.context import acting
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema
    from tuttava.transfer import actions

    with in_schema(Company.objects.get(name=NAME).schema), acting(door="import"), path.open("rb") as file:
        started = time.perf_counter()
        job = actions.begin(path.name, File(file))
        job = actions.set_options(job, on_match="create")
        job = actions.start(job, wait=True)
        seconds = time.perf_counter() - started
    memory = peak_memory()
    return {"seconds": seconds, "created": job.rows_created, "refused": job.rows_failed, "memory": memory}


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))
