"""``python -m benchmarks.interactions``: the log of a large base - card with timeline, list with chips, figures."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import base, report
from benchmarks.measure import Times, timed

BEGIN, END = "<!-- interactions -->", "<!-- end of interactions -->"
PEOPLE = 2000
REPEATS = 40
_CHUNK = 500_000

# Who is spoken with is skewed as in real registers: the smaller a contact's place, the more is said to it.
_FILL = """
INSERT INTO interactions_interactionlogentry ({columns})
SELECT {values}
  FROM generate_series(%(first)s, %(last)s) AS n
  JOIN benchmark_party p ON p.place = 1 + floor(power(((n * 7919::bigint) %% 1000003) / 1000003.0, 2) * %(parties)s)
"""


def fill(entries: int) -> float | None:
    """Write log entries until there are so many; answers the seconds it took, None if they were there."""
    from django.db import connection, transaction

    from tuttava.interactions.models import InteractionLogEntry

    stored = InteractionLogEntry.objects.order_by("-entry_no").values_list("entry_no", flat=True).first() or 0
    if stored >= entries:
        return None
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE benchmark_party (place bigint PRIMARY KEY, id uuid, company_id uuid)")
        cursor.execute(
            "INSERT INTO benchmark_party SELECT row_number() OVER (ORDER BY md5(no)), id, company_id"
            " FROM contacts_contact"
        )
        parties = cursor.rowcount
        cursor.execute("ANALYZE benchmark_party")
        for first in range(stored + 1, entries + 1, _CHUNK):
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
                last = min(first + _CHUNK - 1, entries)
                cursor.execute(_statement(), {"first": first, "last": last, "parties": parties})
            print(f"\r{last:,} of {entries:,} entries", end="", file=sys.stderr, flush=True)
        cursor.execute("SELECT setval('interaction_entry_no', %s)", [entries])
        cursor.execute("VACUUM ANALYZE interactions_interactionlogentry")
    return time.perf_counter() - started


def _statement() -> str:
    """The insert: what every column of an entry gets."""
    from tuttava.interactions.models import InteractionLogEntry

    said = {
        "id": "gen_random_uuid()",
        "entry_no": "n",
        "contact_id": "p.id",
        "contact_company_id": "p.company_id",
        "date": "date '2026-11-01' - ((n * 31) %% 2500)::int",
        "time_of_interaction": "time '09:30'",
        "interaction_template_code": "(ARRAY['CALL-OUT', 'CALL-IN', 'EMAIL', 'MEET-SITE', 'BUSLETTER'])[1 + n %% 5]",
        "interaction_group_code": "(ARRAY['PHONE', 'PHONE', 'SYSTEM', 'MEETING', 'LETTER'])[1 + n %% 5]",
        "salesperson_code": "(SELECT min(code) FROM partners_salesperson)",
        "description": "'What was said ' || n",
        "information_flow": "(ARRAY['outbound', 'inbound', 'outbound'])[1 + n %% 3]",
        "initiated_by": "(ARRAY['us', 'them', 'us'])[1 + n %% 3]",
        "cost_lcy": "n %% 40",
        "duration_min": "n %% 90",
        "attempt_failed": "n %% 20 = 0",
        "canceled": "n %% 50 = 0",
        "version": "1",
    }
    columns, values = [], []
    for field in InteractionLogEntry._meta.concrete_fields:
        columns.append(str(field.column))
        values.append(said.get(str(field.column)) or _blank(field))
    return _FILL.format(columns=", ".join(columns), values=", ".join(values))


def _blank(field: Any) -> str:
    if field.null:
        return "NULL"
    value = field.get_default()
    return f"'{value}'" if isinstance(value, str) else str(value)


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
        filled = fill(wanted.entries)
        text = table(Bench(), wanted.contacts, wanted.entries, filled)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
