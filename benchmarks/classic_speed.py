"""The classic search alone: ``python -m benchmarks.classic_speed`` prints what it takes as JSON.

The comparison of a whole base runs on arrays, without a database; the job and the check of one contact on the base of
the other measurements.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from typing import Any

from benchmarks.measure import peak_memory

FIELDS = ("name", "address", "city", "phone", "vat_number", "post_code", "email", "mobile_phone")
ROWS = [(name, part, 5) for name in FIELDS for part in ("first", "last")]
NEEDED = 10
CHECKS = 300


def whole_base(records: int) -> dict[str, float]:
    """Seconds from texts to pairs, everything compiled before; peak memory in MB, the texts themselves included."""
    import numpy as np

    from benchmarks.duplicates.worlds import world
    from tuttava.duplicates.classic import core

    core.find_pairs(np.zeros((3, 2), np.int32), 2)
    core.find_pairs(np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 0, 1]] * 40, np.int32), 3)
    texts = world(records).records
    core.codes_of(texts[:10], ROWS)
    started = time.perf_counter()
    codes = core.codes_of(texts, ROWS)
    composed = time.perf_counter()
    found = core.find_pairs(codes, NEEDED)
    ended = time.perf_counter()
    return {
        "records": len(texts),
        "compose": composed - started,
        "compare": ended - composed,
        "pairs": len(found.left),
        "memory": peak_memory(),
    }


def in_company() -> dict[str, Any]:
    """The job over the generated base, and single checks."""
    from benchmarks import base

    base.configure()
    from tuttava.foundation.context import acting
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    with in_schema(Company.objects.get(name=base.NAME).schema), acting(door="command"):
        return {"job": _job(), "check": _checks()}


def _job() -> dict[str, float]:
    from tuttava.duplicates.classic.job import generate

    started = time.perf_counter()
    result = generate()
    assert isinstance(result, dict)
    return {**result, "seconds": time.perf_counter() - started}


def _checks() -> dict[str, float]:
    """One company after another, strings and pairs made anew, nothing kept."""
    from django.db import transaction

    from benchmarks.measure import timed
    from tuttava.contacts.models import Contact, ContactType
    from tuttava.duplicates.classic.index import build_index

    ids = list(Contact.objects.filter(type=ContactType.COMPANY).values_list("pk", flat=True)[:20_000])
    chosen = random.Random(1).sample(ids, min(CHECKS, len(ids)))
    contacts = list(Contact.objects.filter(pk__in=chosen))
    with transaction.atomic():
        times = timed(lambda contact=contact: build_index([contact]) for contact in contacts)  # type: ignore[misc]
        transaction.set_rollback(True)
    return {"p50": times.p50, "p95": times.p95}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the classic search for duplicates.")
    parser.add_argument("--records", type=int, default=1_000_000, help="size of the base compared on arrays; 0: none")
    parser.add_argument("--no-company", action="store_true", help="only the comparison on arrays")
    wanted = parser.parse_args()
    if wanted.records:
        print(json.dumps(whole_base(wanted.records)), file=sys.stdout, flush=True)
    if not wanted.no_company:
        print(json.dumps(in_company()))


if __name__ == "__main__":
    main()
