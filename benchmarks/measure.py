"""Taking times and saying what they mean."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path


def peak_memory() -> float:
    """The most memory (MB) that this process has held.

    The kernel's own figure where there is one: what ``getrusage`` tells starts at the size of the parent process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass
class Times:
    """Milliseconds of repeated work."""

    taken: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return statistics.median(self.taken)

    @property
    def p95(self) -> float:
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p95:.1f}"


@dataclass
class Result:
    """One line of the table: the product's times, those of bare SQL for the same work, and what is to be reached."""

    name: str
    product: Times
    bare: Times
    limit: float
    times_sql: float | None = 3.0

    @property
    def reached(self) -> bool:
        """Under the limit at the 95th percentile."""
        return self.product.p95 <= self.limit

    @property
    def factor(self) -> float:
        return self.product.p50 / self.bare.p50 if self.bare.taken and self.bare.p50 else 0


def timed(work: Iterable[Callable[[], object]]) -> Times:
    """Run each piece of work and note how long it took; the first piece runs twice, the first time to warm up."""
    times, first = Times(), True
    for piece in work:
        if first:
            piece()
            first = False
        started = time.perf_counter()
        piece()
        times.taken.append((time.perf_counter() - started) * 1000)
    return times
