"""``python -m benchmarks.duplicates``: every contestant on every set, one table, written into the manual."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.duplicates import sets, table

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = (10_000, 100_000, 1_000_000)
TAUGHT_UP_TO = 10_000


def child(module: str, *arguments: str) -> dict[str, Any] | None:
    """What one process measured; None, with its last words shown, when it failed."""
    command = [sys.executable, "-m", f"benchmarks.duplicates.{module}", *arguments]
    print(" ".join(command[2:]), file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"failed ({done.returncode}): {done.stderr[-2000:]}", file=sys.stderr, flush=True)
        return None
    last = done.stdout.strip().splitlines()[-1]
    print(last, file=sys.stderr, flush=True)
    measured: dict[str, Any] = json.loads(last)
    return measured


def plan(sizes: list[int], only: str | None) -> list[tuple[str, str]]:
    """Which contestant runs on which set, in this order."""
    whole = []
    for name in [*sets.FEBRL, *(sets.world_name(size) for size in sizes)]:
        small = name in sets.FEBRL or name in [sets.world_name(size) for size in sizes if size <= TAUGHT_UP_TO]
        for who in ("tuttava", "splink", "classic", *(("taught", "forest") if small else ())):
            whole.append((name, who))
    return [(name, who) for name, who in whole if only is None or only in (name, who)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="generated bases of 10,000 records only, nothing odd")
    parser.add_argument("--size", type=int, action="append", help="sizes of the generated bases")
    parser.add_argument("--only", help="one contestant or one set, by name")
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    sizes = wanted.size or list(SIZES[:1] if wanted.quick else SIZES)
    for name in [*sets.FEBRL, *(sets.world_name(size) for size in sizes)]:
        sets.load(name)
    measured = [child("contest", name, who) for name, who in plan(sizes, wanted.only)]
    odd: list[dict[str, Any] | None] = []
    if not wanted.quick and wanted.only is None:
        from benchmarks.duplicates.degenerate import BASES

        odd = [child("degenerate", name) for name in BASES]
    text = table.text([found for found in measured if found], [found for found in odd if found])
    print(text)
    if not wanted.print and not wanted.quick and wanted.only is None and wanted.size is None:
        table.write(text)


if __name__ == "__main__":
    main()
