"""``python -m benchmarks.api``: measure the services, print the tables and write them into the manual."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import base


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description="Measure the API on a large base.")
    parser.add_argument("--contacts", type=int, default=1_000_000, help="size of the base (kept between runs)")
    parser.add_argument("--seconds", type=float, default=5, help="how long each load lasts")
    parser.add_argument("--connections", default="1,8,32", help="connections at a time")
    parser.add_argument("--parties", type=int, default=20_000, help="parties in Tryton before it is searched")
    parser.add_argument("--no-tryton", action="store_true", help="leave the comparison out")
    parser.add_argument("--print", action="store_true", help="print the tables without writing them into the manual")
    wanted = parser.parse_args()
    connections = tuple(int(each) for each in wanted.connections.split(","))

    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-m", "benchmarks.base", str(wanted.contacts)], check=True, cwd=root)
    base.configure()
    from benchmarks.api import report, serving
    from benchmarks.api.work import Work

    results, others = [], []
    with serving.tuttava() as server:
        work = Work(wanted.seconds, connections)
        work.lift_limits()
        for result in work.all():
            results.append(result)
            _tell(result.name, result.loads)
        rows, seconds, before, most = work.read_all(server)
        others.append(("Full read by next links", f"{rows / seconds:,.0f} rows/s", "25,000 rows/s"))
        others.append(("Memory of the server before and during it", f"{before:.0f} / {most:.0f} MB", "flat"))
        others.append(("Delta of 1,000 changes", f"{work.delta()} ms", ""))
    compared = [] if wanted.no_tryton else _compare(results, connections, wanted)
    base.clear_traces()
    text = report.table(results, others, compared, work.size)
    print(text)
    if not wanted.print:
        report.write(text)


def _compare(results: list[Any], connections: tuple[int, ...], wanted: argparse.Namespace) -> list[Any]:
    """The same three kinds of work asked of Tryton, while the product's server rests."""
    from django.db import connection

    from benchmarks.api.tryton import tryton

    ours = {result.name: result for result in results}
    pairs = (
        ("Create", "POST", "create"),
        ("Search, 100 rows", "GET 100, filter on an indexed property", "search"),
        ("Read one", "GET one", "read"),
    )
    found = []
    with tryton(str(connection.settings_dict["HOST"])) as other:
        other.fill(wanted.parties)
        for name, mine, theirs in pairs:
            loads = [getattr(other, theirs)(each, wanted.seconds) for each in connections]
            _tell(f"Tryton: {name}", loads)
            found.append((name, ours[mine].loads, loads))
    return found


def _tell(name: str, loads: list[Any]) -> None:
    words = "; ".join(f"{load.connections}: {load.times} ms, {load.rate:,.0f}/s" for load in loads)
    print(f"{name}: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
