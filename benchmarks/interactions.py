"""``python -m benchmarks.interactions``: the log of a large base - card with timeline, list with chips, figures."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import base, report
from benchmarks.measure import Times, timed

BEGIN, END = "<!-- interactions -->", "<!-- end of interactions -->"
REPEATS = 40


class Bench:
    """A signed-in browser over the base with its log."""

    def __init__(self) -> None:
        from benchmarks.pages import Bench as Pages

        self.pages = Pages()

    def busiest(self) -> Any:
        """The company about which most is said, and a person of it."""
        return self.pages.sql(
            "SELECT company_id FROM contacts_contact WHERE type = 'person' AND company_id IS NOT NULL"
            " GROUP BY company_id ORDER BY count(*) DESC LIMIT 1"
        )[0][0]

    def card(self) -> Times:
        """Contact cards with everything on them, the timeline included."""
        return timed([partial(self.pages.get, f"/contacts/{each.no}/") for each in self.pages.sample[:REPEATS]])

    def log_list(self) -> Times:
        """The log with two chips."""
        from tuttava.ui.lists.state import Chip, ListState

        chips = (Chip("interaction_template_code", "is", ("CALL-IN",)), Chip("evaluation", "is", ("none",)))
        query = ListState(chips=chips).query()
        return timed([partial(self.pages.get, f"/interactions/{query}")] * REPEATS)

    def figures(self) -> Times:
        """Dates and sums of a company with thousands of people."""
        from tuttava.contacts import queries
        from tuttava.contacts.models import Contact

        company = Contact.objects.get(pk=self.busiest())
        people = Contact.objects.filter(company=company, type="person")
        self.people = people.count()
        return timed([partial(queries.figures, company)] * REPEATS)

    def quick_log(self) -> Times:
        """One interaction through all rules."""
        from django.db import transaction

        from tuttava.interactions.logging_core import NewInteraction, log_interactions

        def work(contact: Any) -> None:
            with transaction.atomic():
                log_interactions([NewInteraction(_said(contact))])
                transaction.set_rollback(True)

        return timed([partial(work, each) for each in self.pages.sample[:REPEATS]])


def _said(contact: Any) -> dict[str, Any]:
    import datetime as dt

    from tuttava.partners.models import Salesperson

    return {
        "contact_id": contact.pk,
        "contact_company_id": contact.company_id,
        "date": dt.date(2026, 11, 2),
        "interaction_template_code": "CALL-IN",
        "interaction_group_code": "PHONE",
        "salesperson_code": Salesperson.objects.values_list("code", flat=True)[0],
        "description": "Called about the offer",
    }


def table(bench: Bench, contacts: int, entries: int, filled: float | None) -> str:
    """The results in Markdown."""
    works = {
        "Contact card with timeline": (bench.card(), 100),
        "Log list with two chips": (bench.log_list(), 100),
        "Log one interaction through all rules": (bench.quick_log(), 40),
    }
    figures = bench.figures()
    works[f"Figures of a company with {bench.people:,} people"] = (figures, 100)
    lines = [
        f"{contacts:,} contacts and {entries:,} log entries; {report.machine()}. Milliseconds, median / 95th"
        " percentile.",
        "",
        "| work | measured | to reach | reached |",
        "|---|---:|---:|---|",
    ]
    for name, (times, limit) in works.items():
        lines.append(f"| {name} | {times} | < {limit} | {'yes' if times.p95 <= limit else 'no'} |")
    if filled:
        lines += ["", f"Writing the log beside all rules took {statistics.fmean([filled]):.0f} s."]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interactions", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "benchmarks.base", str(wanted.contacts)], check=True, cwd=root)
    base.configure()
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    with in_schema(Company.objects.get(name=base.NAME).schema):
        from benchmarks.interactions_fill import fill

        filled = fill(wanted.entries, base.USER)
        text = table(Bench(), wanted.contacts, wanted.entries, filled)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
