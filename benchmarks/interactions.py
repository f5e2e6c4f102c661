"""``python -m benchmarks.interactions``: the log of a large base - card with timeline, lists, figures, API."""

from __future__ import annotations

import argparse
import base64
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks import base, report
from benchmarks.measure import Times, timed

BEGIN, END = "<!-- interactions -->", "<!-- end of interactions -->"
REPEATS = 40
DELETED = 2000

Work = Callable[[], object]


@dataclass
class Line:
    """A line of the table: what was done, how long it took, and what is to be reached (None: nothing)."""

    name: str
    times: Times
    limit: float | None = None

    def __str__(self) -> str:
        told = "" if self.limit is None else "yes" if self.times.p95 <= self.limit else "no"
        return f"| {self.name} | {self.times} | {f'< {self.limit:g}' if self.limit else ''} | {told} |"


#: Conditions of the list as they stand in its address. Every filter that it offers, then what people combine; the
#: last ones find nothing.
CHIPS = (
    *("", "date:from:2026-10-01", "date:on:2020-03-03", "date:to:2017-06-30", "date:between:2018-01-01..2018-01-31"),
    *("contact:is:{company}", "contact:is:{person}", "contact:is:{company}|{person}"),
    *("salesperson:is:REP25", "salesperson:is:REP01", "salesperson:is:REP40", "salesperson:not:REP25"),
    *("template:is:CALL-IN", "template:is:P-CRMEMO", "template:not:EMAIL", "group:is:LETTER", "group:not:SYSTEM"),
    *("evaluation:is:none", "evaluation:is:very_negative", "evaluation:is:negative|very_negative"),
    *("evaluation:not:none", "canceled:yes:", "canceled:no:", "failed:yes:", "failed:no:"),
    *("flow:is:inbound", "flow:is:none", "correspondence:is:hard_copy", "correspondence:is:email"),
    *("campaign:is:CP0040", "campaign:filled:", "opportunity:is:OP001000", "opportunity:filled:"),
    *("task:filled:", "segment:is:SM00100", "document:is:S-INVOICE5000"),
    "template:is:CALL-IN evaluation:is:none",
    "template:is:MEET-SITE evaluation:is:very_negative",
    "salesperson:is:REP30 evaluation:is:very_negative",
    "salesperson:is:REP39 failed:yes:",
    "salesperson:is:REP39 template:is:WORKSHOP",
    "salesperson:is:REP12 group:is:MEETING date:between:2019-01-01..2019-12-31",
    "salesperson:is:REP33 canceled:yes:",
    "salesperson:is:REP20 campaign:is:CP0040",
    "template:is:CALL-OUT campaign:is:CP0040",
    "campaign:filled: evaluation:is:negative",
    "contact:is:{company} evaluation:is:very_negative",
    "correspondence:is:hard_copy date:between:2018-01-01..2018-03-31",
    "salesperson:is:REP30 opportunity:filled: evaluation:is:negative",
    "salesperson:is:REP05 date:from:2025-01-01",
    "template:is:MEET-SITE failed:yes:",
    "group:is:MEETING flow:is:inbound",
)


class Bench:
    """A signed-in browser and a caller of the API over the base with its log."""

    def __init__(self, entries: int) -> None:
        from benchmarks.interactions_fill import PEOPLE, largest
        from benchmarks.pages import Bench as Pages
        from tuttava.contacts.models import Contact

        self.pages = Pages()
        self.entries, self.people = entries, PEOPLE
        self.company = Contact.objects.get(pk=largest())
        self.talker = Contact.objects.get(pk=self._most_spoken_with())

    def _most_spoken_with(self) -> Any:
        return self.pages.sql(
            "SELECT contact_id FROM interactions_interactionlogentry GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        )[0][0]

    def all(self) -> Iterator[Line]:
        """What is asked, in turn; answers to programs leave the company behind."""
        yield from self.cards()
        yield from self.lists()
        yield from self.logging()
        yield from self.figures()
        yield from self.api()

    def cards(self) -> Iterator[Line]:
        """Cards with everything on them, the timeline included."""
        get = self.pages.get
        some = [partial(get, f"/contacts/{each.pk}") for each in self.pages.sample[:REPEATS]]
        yield Line("Contact card with timeline", timed(some), 100)
        busy = f"Card of a contact with {self._said_to('contact_id', self.talker):,} interactions"
        yield Line(busy, timed([partial(get, f"/contacts/{self.talker.pk}")] * REPEATS), 100)
        name = f"Card of a company with {self.people:,} people"
        yield Line(name, timed([partial(get, f"/contacts/{self.company.pk}")] * REPEATS), 100)

    def lists(self) -> Iterator[Line]:
        """The log narrowed in every way that it offers, newest and oldest first, and a place far behind."""
        known = {"{company}": self.company.no, "{person}": self.talker.no}
        pages: list[Work] = []
        for text in CHIPS:
            chips = [reduce(lambda chip, mark: chip.replace(*mark), known.items(), chip) for chip in text.split()]
            query = "&".join(f"f={quote(chip)}" for chip in chips)
            for sort in ("", "&sort=date"):
                pages.append(partial(self.pages.get, f"/interactions/?{query}{sort}"))
        found = timed([page for page in pages for _again in range(3)])
        yield Line(f"Log list, {len(CHIPS)} filters and combinations in both orders", found, 100)
        yield Line("Log list, a page in the middle", timed([partial(self.pages.get, self._middle())] * REPEATS), 100)
        yield Line("Postponed interactions", timed([partial(self.pages.get, "/interactions/postponed/")] * 20), 100)

    def _middle(self) -> str:
        from tuttava.interactions.models import InteractionLogEntry
        from tuttava.ui.lists.paging import token

        entry = InteractionLogEntry.objects.get(entry_no=self.entries // 2)
        return f"/interactions/?after={token([entry.date, entry.entry_no])}"

    def logging(self) -> Iterator[Line]:
        """The dialog *Log*, opened and sent: rules, journal, totals and the answer's notice."""
        opened = [partial(self.pages.get, f"/interactions/quick?contact={each.pk}") for each in self.pages.sample]
        yield Line("Quick log, opened", timed(opened[:REPEATS]), 100)
        sent = [partial(self._log, each) for each in self.pages.sample[:REPEATS]]
        yield Line("Quick log, sent: one interaction through all rules", timed(sent), 40)

    def _log(self, contact: Any) -> None:
        values = {"contact_id": contact.no, "interaction_template_code": "CALL-IN", "text": "Called about the offer"}
        self.pages.post("/interactions/quick", values)

    def figures(self) -> Iterator[Line]:
        """Dates and sums of the largest company, and of what the whole log is counted by."""
        from tuttava.contacts import queries
        from tuttava.interactions.models import InteractionGroup, InteractionTemplate, TotalKind
        from tuttava.interactions.statistics import totals

        name = f"Figures of a company with {self.people:,} people"
        name += f" and {self._said_to('contact_company_id', self.company):,} interactions"
        yield Line(name, timed([partial(queries.figures, self.company)] * REPEATS), 100)
        groups = list(InteractionGroup.objects.values_list("code", flat=True))
        codes = list(InteractionTemplate.objects.values_list("code", flat=True))
        both = [partial(totals, TotalKind.GROUP, groups), partial(totals, TotalKind.TEMPLATE, codes)]
        yield Line("Figures of all groups, of all templates", timed(both * 20), 100)

    def _said_to(self, column: str, contact: Any) -> int:
        found = self.pages.sql(
            f"SELECT count(*) FROM interactions_interactionlogentry WHERE {column} = %s", [contact.pk]
        )
        return int(found[0][0])

    def api(self) -> Iterator[Line]:
        """What programs ask for: the latest, those of somebody, figures of many."""
        caller = Caller(self.pages)
        log = "interactionLogEntries?$top=100"
        asked = {
            "API: the latest 100 of the log": [f"{log}&$orderby=date desc", f"{log}&$orderby=entryNo desc"],
            "API: 100 by filter (contact, salesperson and dates, template, evaluation)": [
                f"{log}&$filter=contactNo eq '{self.talker.no}'",
                f"{log}&$filter=contactCompanyId eq {self.company.pk}&$orderby=date desc",
                f"{log}&$filter=salespersonCode eq 'REP12' and date ge 2019-01-01 and date le 2019-03-31",
                f"{log}&$filter=interactionTemplateCode eq 'CALL-IN' and date ge 2026-01-01",
                f"{log}&$filter=evaluation eq 'VeryNegative'&$orderby=date desc",
                f"{log}&$filter=campaignNo eq 'CP0040'&$orderby=date desc",
            ],
            "API: contact with its latest 20 interactions": [
                f"contacts({each.pk})?$expand=interactions($top=20;$orderby=date desc)"
                for each in self.pages.sample[:20]
            ],
            "API: groups, templates, salespeople with figures": [
                *("interactionGroups", "interactionTemplates", "salespeople"),
                "interactionTemplates?dateFilter=2026-01-01..2026-12-31",
            ],
            "API: 1,000 contacts with their figures": ["contacts?$top=1000", "contacts?$top=1000&$skip=5000"],
        }
        for name, addresses in asked.items():
            yield Line(name, timed([partial(caller.get, address) for address in addresses for _again in range(10)]))
        whole = [partial(caller.get, "interactionLogEntries?$filter=entryNo gt 5000000&$count=false")] * 3
        yield Line("API: a page of 20,000 interactions", timed(whole), 1500)

    def deleting(self) -> Line:
        """Canceled interactions of one day and the next, deleted as the job does."""
        from tuttava.foundation.context import acting
        from tuttava.interactions.life import delete_canceled
        from tuttava.interactions.models import InteractionLogEntry

        rows = InteractionLogEntry.objects.filter(canceled=True).order_by("entry_no")[:DELETED]
        ids = list(rows.values_list("pk", flat=True))
        with acting(user_name=base.USER):
            started = time.perf_counter()
            delete_canceled(InteractionLogEntry.objects.filter(pk__in=ids))
            times = Times([(time.perf_counter() - started) * 1000])
        return Line(f"Deleting {len(ids):,} canceled interactions with comments and files", times)

    def clear(self) -> None:
        """Take away what was logged, totals included."""
        from tuttava.interactions.guard import lifted
        from tuttava.interactions.models import InteractionLogEntry

        with lifted():
            made = InteractionLogEntry.objects.filter(entry_no__gt=self.entries)
            made._raw_delete(made.db)
        base.clear_traces()


class Caller:
    """A program that calls the CRM service of the measured company."""

    def __init__(self, pages: Any) -> None:
        from django.test import Client

        from tuttava.foundation.context import acting
        from tuttava.foundation.directory.access_keys import new_access_key
        from tuttava.foundation.directory.models import User

        user = User.objects.get(username=base.USER)
        with acting(user_id=str(user.pk)):
            key = new_access_key(user)
        signed = base64.b64encode(f"{base.USER}:{key}".encode()).decode()
        self.client = Client(headers={"Authorization": f"Basic {signed}", "host": "localhost"})
        self.root = f"/api/tuttava/crm/v1.0/companies({pages.company.pk})"

    def get(self, path: str) -> None:
        answer = self.client.get(f"{self.root}/{path}")
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {b''.join(answer)[:400]!r}")
        sum(len(part) for part in answer)


def table(lines: Sequence[Line], contacts: int, entries: int, filled: float | None) -> str:
    """The results in Markdown."""
    told = [
        f"{contacts:,} contacts and {entries:,} log entries; {report.machine()}. Milliseconds, median / 95th"
        " percentile.",
        "",
        "| work | measured | to reach | reached |",
        "|---|---:|---:|---|",
        *map(str, lines),
    ]
    if filled:
        told += ["", f"Writing the log beside all rules took {filled:.0f} s."]
    return "\n".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interactions", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "benchmarks.base", str(wanted.contacts)], check=True, cwd=root)
    base.configure()
    from django.core.management import call_command

    from tuttava.config.lifetime import spare_collector
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    spare_collector()
    call_command("collectstatic", interactive=False, verbosity=0)
    company = Company.objects.get(name=base.NAME)
    with in_schema(company.schema):
        from benchmarks.interactions_fill import fill

        filled = fill(wanted.entries, base.USER)
        bench, lines = Bench(wanted.entries), []
        for line in bench.all():
            lines.append(line)
            print(line, file=sys.stderr)
    with in_schema(company.schema):
        lines.append(bench.deleting())
        bench.clear()
    text = table(lines, wanted.contacts, wanted.entries, filled)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
