"""``python -m benchmarks``: measure, print the table and write it into the manual."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks import base


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Tuttava on a large base.")
    parser.add_argument("--contacts", type=int, default=1_000_000, help="size of the base (kept between runs)")
    parser.add_argument("--import-rows", type=int, default=100_000, help="rows of the imported file; 0: no import")
    parser.add_argument("--only-pages", action="store_true", help="only pages and saves")
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()

    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "benchmarks.base", str(wanted.contacts)], check=True, cwd=root)
    generated = json.loads((base.data_dir() / "bench.json").read_text())["seconds"]

    from benchmarks import bulk, processes, report

    started = None if wanted.only_pages else processes.measure()
    base.configure()
    from django.core.management import call_command

    from benchmarks.pages import Bench
    from tuttava.config.lifetime import spare_collector

    spare_collector()
    call_command("collectstatic", interactive=False, verbosity=0)
    results = []
    for result in Bench().all():
        results.append(result)
        print(f"{result.name}: {result.product} ms, bare SQL {result.bare} ms", file=sys.stderr)
    imported = bulk.measure(wanted.import_rows) if wanted.import_rows and not wanted.only_pages else None
    base.clear_traces()
    text = report.table(results, wanted.contacts, imported, started, generated)
    print(text)
    if not wanted.print:
        report.write(text)


if __name__ == "__main__":
    main()
