"""The table of results, written between two marks of ``docs/performance.md``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bulk import Imported
from benchmarks.measure import Result
from benchmarks.processes import Started

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"
ROWS_PER_SECOND = 3000


def table(
    results: Sequence[Result],
    contacts: int,
    imported: Imported | None,
    started: Started | None,
    generated: float | None,
) -> str:
    """The results in Markdown."""
    lines = [
        f"{contacts:,} contacts; {machine()}. Times in milliseconds, median / 95th percentile.",
        "",
        "| work | Tuttava | bare SQL | factor | to reach | reached |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for result in results:
        target = f"< {result.limit:g}" + (f", ≤ {result.times_sql:g} × SQL" if result.times_sql else "")
        factor = f"{result.factor:.1f}"
        lines.append(f"| {result.name} | {result.product} | {result.bare} | {factor} | {target} | {_verdict(result)} |")
    lines += ["", *_others(imported, started, generated)]
    return "\n".join(lines)


def _verdict(result: Result) -> str:
    if not result.reached:
        return "no"
    return "yes" if result.times_sql is None or result.factor <= result.times_sql else "time yes, factor no"


def _others(imported: Imported | None, started: Started | None, generated: float | None) -> list[str]:
    lines = ["| work | measured | to reach |", "|---|---:|---:|"]
    if imported:
        lines += [
            f"| Import of {imported.rows:,} rows through all rules | {imported.rate:,.0f} rows/s"
            f" | {ROWS_PER_SECOND:,} rows/s |",
            f"| the same rows by bare `COPY`, indexes and journal in force | {imported.bare_rate:,.0f} rows/s | |",
            f"| Peak memory of the import, 10,000 rows | {imported.small_memory:.0f} MB | |",
            f"| Peak memory of the import, {imported.rows:,} rows | {imported.memory:.0f} MB | flat |",
        ]
    if started:
        lines.append(
            f"| From `tuttava serve` to the first answer, database stopped before | {started.seconds:.1f} s | |"
        )
        lines += [f"| Memory: {name} | {size:.0f} MB | |" for name, size in sorted(started.memory.items())]
    if generated:
        lines.append(f"| Generating the base | {generated:.0f} s | |")
    return lines


def write(text: str) -> None:
    """Put ``text`` into the page."""
    write_between(BEGIN, END, text)


def write_between(begin: str, end: str, text: str) -> None:
    """Put ``text`` between two marks of the page."""
    page = PAGE.read_text(encoding="utf-8")
    head, _mark, rest = page.partition(begin)
    tail = rest.partition(end)[2]
    PAGE.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}", encoding="utf-8")


def machine() -> str:
    """The machine by its cores and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"a machine with {os.cpu_count()} cores and {memory:.0f} GB of memory"
