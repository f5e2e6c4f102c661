"""Import through all rules, and copying the same rows into the table with its indexes and journal."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.base import NAME

SMALL_FILE = 10_000


@dataclass
class Imported:
    """What an import took; ``memory`` is the importing process' peak in MB, ``small_memory`` that of a small file."""

    rows: int
    seconds: float
    refused: int
    memory: float
    small_memory: float
    bare_seconds: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds

    @property
    def bare_rate(self) -> float:
        return self.rows / self.bare_seconds


def measure(rows: int) -> Imported:
    """Import a small and a large file of new contacts, then copy as many rows with bare SQL and take them back."""
    from benchmarks.importing import write_file
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    with tempfile.TemporaryDirectory() as directory, in_schema(Company.objects.get(name=NAME).schema):
        small, large = Path(directory) / "small.csv", Path(directory) / "large.csv"
        write_file(small, SMALL_FILE, seed=5)
        write_file(large, rows, seed=6)
        first, second = _import(small), _import(large)
        bare = _copy(rows)
    return Imported(
        int(second["created"]), second["seconds"], int(second["refused"]), second["memory"], first["memory"], bare
    )


def _import(path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.importing", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _copy(rows: int) -> float:
    """Seconds of ``COPY`` with indexes and journal triggers in force, rolled back."""
    from django.db import transaction

    from tuttava.contacts.fiction import Codes, Generator
    from tuttava.contacts.generate import copy_contacts

    drafts = list(Generator(rows, 7, Codes.of_company(), first_number=8_000_000).contacts())
    with transaction.atomic():
        started = time.perf_counter()
        copy_contacts(drafts)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds
