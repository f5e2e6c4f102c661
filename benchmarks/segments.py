"""``python -m benchmarks.segments``: segments of a large base - counted, filled, narrowed, gone back and logged."""

from __future__ import annotations

import argparse
import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import base, report
from benchmarks.measure import peak_memory, timed

if TYPE_CHECKING:
    from tuttava.segments.models import Segment

BEGIN, END = "<!-- segments -->", "<!-- end of segments -->"
NO = "BENCH"
DAY = dt.date(2026, 11, 1)
REPEATS = 3

#: Five criteria each: contacts, mailing and industry groups, job responsibilities, interactions or their absence.
CRITERIA: dict[str, dict[str, dict[str, str]]] = {
    "narrow": {
        "contact": {"city": "Oslo"},
        "mailingGroup": {"mailingGroupCode": "NEWS"},
        "industryGroup": {"industryGroupCode": "ADVERT"},
        "jobResponsibility": {"jobResponsibilityCode": "APR|ARR"},
        "interactionLogEntry": {"date": "workdate-3M.."},
    },
    "without an interaction for three months": {
        "contact": {"city": "Oslo|Bergen|Amsterdam"},
        "mailingGroup": {"mailingGroupCode": "NEWS|MOVE"},
        "industryGroup": {"industryGroupCode": "<>''"},
        "jobResponsibility": {"jobResponsibilityCode": "<>''"},
        "withoutInteractionLogEntry": {"date": "workdate-3M.."},
    },
    "wide": {
        "contact": {"type": "Person"},
        "mailingGroup": {"mailingGroupCode": "<>''"},
        "industryGroup": {"industryGroupCode": "<>''"},
        "jobResponsibility": {"jobResponsibilityCode": "<>''"},
        "interactionLogEntry": {"date": "workdate-3Y.."},
    },
}


class Line:
    """A line of the table."""

    def __init__(self, name: str, measured: str, wanted: str = "") -> None:
        self.name, self.measured, self.wanted = name, measured, wanted

    def __str__(self) -> str:
        return f"| {self.name} | {self.measured} | {self.wanted} |"


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


class Bench:
    """One segment of the base, and what is done with it; ``lines``: how many it gets."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        self.segment = self._segment()

    def _segment(self) -> Segment:
        from tuttava.foundation import records
        from tuttava.interactions.models import InteractionTemplate
        from tuttava.partners.models import Salesperson
        from tuttava.segments.models import Segment

        for left in Segment.objects.filter(no=NO):
            records.delete(left)
        template = InteractionTemplate.objects.order_by("code").first()
        values = {
            "no": NO,
            "description": "Benchmark",
            "date": DAY,
            "salesperson_code": Salesperson.objects.filter(blocked=False).order_by("code")[0].code,
            "interaction_template_code": template.code if template else None,
        }
        return records.create(Segment, values)

    def _wanted(self) -> dict[str, dict[str, str]]:
        """A filter that the wanted number of contacts meets, as nearly as whole salespersons make it."""
        from django.db.models import Count

        from tuttava.contacts.models import Contact

        rows = Contact.objects.filter(salesperson__isnull=False).order_by().values_list("salesperson_code")
        chosen, left = [], self.lines
        for code, count in rows.annotate(n=Count("pk")).order_by("-n"):
            if count <= left * 1.05:
                chosen.append(str(code))
                left -= count
        return {"contact": {"salespersonCode": "|".join(chosen)}}

    def all(self) -> Iterator[Line]:
        """Every measurement in turn; what was logged is taken back at the end."""
        yield from self.counts()
        yield from self.steps()
        yield from self.logging()

    def counts(self) -> Iterator[Line]:
        """Dry runs: what stands beside a step while it is put together."""
        from tuttava.segments.criteria_log import Options
        from tuttava.segments.steps import add_contacts

        for name, filters in CRITERIA.items():
            times = timed([partial(add_contacts, self.segment, filters, dry_run=True)] * REPEATS)
            yield Line(f"Five criteria counted, {name}", f"{times} ms", "< 3 s")
        wide = CRITERIA["wide"]
        whole = Options(expand_companies=True)
        times = timed([partial(add_contacts, self.segment, wide, whole, dry_run=True)] * REPEATS)
        yield Line("The same with the companies and all their people", f"{times} ms")
        times = timed([partial(add_contacts, self.segment, {}, dry_run=True)] * REPEATS)
        yield Line("Everybody counted, no criteria at all", f"{times} ms", "< 3 s")

    def steps(self) -> Iterator[Line]:
        """Lines added, narrowed, brought back and explained."""
        from tuttava.segments import explaining, steps
        from tuttava.segments.models import SegmentLine

        took, added = _seconds(lambda: steps.add_contacts(self.segment, self._wanted()))
        rate = added.added / took
        yield Line(f"{added.added:,} lines added", f"{took:.1f} s ({rate:,.0f} lines/s)", "100,000 in 10 s")
        times = timed([partial(steps.reduce_contacts, self.segment, CRITERIA["wide"], dry_run=True)] * 3)
        yield Line("Narrowing them by five criteria counted", f"{times} ms", "< 3 s")
        took, removed = _seconds(lambda: steps.reduce_contacts(self.segment, CRITERIA["wide"]))
        yield Line(f"The same done, {removed.removed:,} lines removed", f"{took:.1f} s")
        contacts = [each.contact for each in SegmentLine.objects.filter(segment=self.segment)[:REPEATS]]
        times = timed([partial(explaining.why, self.segment, each) for each in contacts if each])
        yield Line("Why a contact is on it", f"{times} ms")
        took, _segment = _seconds(lambda: steps.go_back(self.segment))
        yield Line(f"Going back the step that removed {removed.removed:,} lines", f"{took:.1f} s", "< 1 s")
        took, _segment = _seconds(lambda: steps.go_back(self.segment))
        yield Line(f"Going back the step that added {added.added:,} lines", f"{took:.1f} s")

    def logging(self) -> Iterator[Line]:
        """All lines logged without delivery, then opened again."""
        from tuttava.segments.logged import reopen
        from tuttava.segments.logging import log_segment
        from tuttava.segments.models import LoggedSegment
        from tuttava.segments.steps import add_contacts

        add_contacts(self.segment, self._wanted())
        before = peak_memory()
        took, logged = _seconds(lambda: log_segment(self.segment, deliver=False))
        shown = f"{took:.1f} s, {logged.entries / took:,.0f} lines/s; {peak_memory() - before:.0f} MB more memory"
        yield Line(f"{logged.entries:,} lines logged", shown, "3,000 lines/s, flat")
        row = LoggedSegment.objects.get(entry_no=logged.entry_no)
        took, _segment = _seconds(lambda: reopen(row))
        yield Line("The same opened again", f"{took:.1f} s")


def table(lines: list[Line], contacts: int, entries: int) -> str:
    """The results in Markdown."""
    told = [
        f"{contacts:,} contacts, {entries:,} interactions; {report.machine()}."
        " Milliseconds are median / 95th percentile.",
        "",
        "| work | measured | to reach |",
        "|---|---:|---|",
        *map(str, lines),
    ]
    return "\n".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segments", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000, help="size of the base (kept between runs)")
    parser.add_argument("--entries", type=int, default=10_000_000, help="size of the log")
    parser.add_argument("--lines", type=int, default=100_000, help="lines of the segment")
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "benchmarks.base", str(wanted.contacts)], check=True, cwd=root)
    base.configure()
    from benchmarks.interactions_fill import fill
    from tuttava.config.lifetime import spare_collector
    from tuttava.foundation.context import acting
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    spare_collector()
    lines = []
    company = Company.objects.get(name=base.NAME)
    answers = {"q_undo": "yes", "q_reset_criteria": "no"}
    with in_schema(company.schema), acting(
        user_name=base.USER, work_date=DAY, cache={}, messages=[], answers=answers
    ):  # fmt: skip
        from tuttava.foundation import records

        fill(wanted.entries, base.USER)
        bench = Bench(wanted.lines)
        for line in bench.all():
            lines.append(line)
            print(line, file=sys.stderr)
        for left in type(bench.segment).objects.filter(no=NO):
            records.delete(left)
    base.clear_traces()
    text = table(lines, wanted.contacts, wanted.entries)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
