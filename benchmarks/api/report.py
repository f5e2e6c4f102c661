"""The tables of the API's results, written between two marks of ``docs/performance.md``."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.api.load import Load
from benchmarks.api.work import Measured
from benchmarks.report import write_between

BEGIN, END = "<!-- api results -->", "<!-- end of api results -->"
Compared = tuple[str, list[Load], list[Load]]


def table(
    results: Sequence[Measured], others: Sequence[tuple[str, str, str]], compared: Sequence[Compared], contacts: int
) -> str:
    """The results in Markdown."""
    lines = [
        f"The standard service at {contacts:,} contacts. Milliseconds as a client waits, median / 95th percentile,"
        " and requests a second, over kept-alive connections.",
        "",
        "| work | connections | ms | requests/s | bare SQL, ms | to reach |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for result in results:
        for load in result.loads:
            first = load is result.loads[0]
            bare = str(result.bare) if first and result.bare.taken else ""
            limit = f"< {result.limit:g}" if first and result.limit else ""
            name = result.name if first else ""
            lines.append(f"| {name} | {load.connections} | {load.times} | {load.rate:,.1f} | {bare} | {limit} |")
    lines += ["", "| work | measured | to reach |", "|---|---:|---:|"]
    lines += [f"| {name} | {measured} | {limit} |" for name, measured, limit in others]
    if compared:
        lines += ["", *_beside(compared)]
    return "\n".join(lines)


def _beside(compared: Sequence[Compared]) -> list[str]:
    lines = [
        "| the same work, requests/s | connections | Tuttava | Tryton | times |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, ours, theirs in compared:
        for mine, other in zip(ours, theirs, strict=True):
            factor = mine.rate / other.rate if other.rate else 0
            lines.append(f"| {name} | {mine.connections} | {mine.rate:,.1f} | {other.rate:,.1f} | {factor:.1f} |")
    return lines


def write(text: str) -> None:
    """Put ``text`` into the page."""
    write_between(BEGIN, END, text)
