"""``python -m benchmarks.documents``: orders posted by one and by several, papers, statements, the feed, long lists."""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import random
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks import base, report
from benchmarks.measure import Times, peak_memory, timed

if TYPE_CHECKING:
    from tuttava.documents.models import Document

BEGIN, END = "<!-- documents -->", "<!-- end of documents -->"
LINES, CLIENTS, BULK, REPEATS = 5, 4, 100, 40
FEED, FEED_CALL = 100_000, 5000
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))

#: What is asked of the list of posted documents: everything that it is narrowed and sorted by.
QUERIES = (
    *("", "sort=-date", "sort=no", "sort=-no", "q=F1234", "q=FO999"),
    *("f=kind:is:sales_invoice", "f=kind:is:sales_credit_memo&sort=-date", "f=kind:is:purchase_invoice"),
    *("f=posted:between:2026-03-01..2026-03-31", "f=posted:from:2026-10-15&sort=-date", "f=customer:is:K0000007"),
    "f=kind:is:service_invoice&f=posted:between:2020-01-01..2020-12-31",
)


@dataclass
class Line:
    """A line of the table: what was done, how it went, and what is to be reached."""

    name: str
    measured: str
    wanted: str = ""

    def __str__(self) -> str:
        return f"| {self.name} | {self.measured} | {self.wanted} |"


class Bench:
    """The company whose documents are measured."""

    def __init__(self, company: Any, orders: int, customers: int, posted: int, feed: int) -> None:
        from tuttava.partners.models import Customer
        from tuttava.trade.models import Item

        self.company, self.orders, self.posted, self.feed = company, orders, posted, feed
        self.random = random.Random(7)
        self.customers = list(Customer.objects.order_by("no").values_list("pk", flat=True)[:customers])
        self.items = list(Item.objects.order_by("no").values_list("no", flat=True))

    def all(self) -> Iterator[Line]:
        """Every measurement in turn."""
        yield from self.entering_and_posting()
        yield self.together()
        yield self.in_bulk()
        yield self.papers()
        yield from self.trade_feed()
        yield self.statements()
        yield from self.lists()

    def enter(self, count: int) -> list[Document]:
        """Open orders of five lines, through all rules."""
        from tuttava.documents.entering import enter_documents, enter_lines
        from tuttava.documents.models import Area, DocumentType
        from tuttava.trade.models import LineType

        buyers = [self.random.choice(self.customers) for _order in range(count)]
        made = enter_documents([(Area.SALES, DocumentType.ORDER, {"customer_id": buyer}) for buyer in buyers])
        enter_lines(
            [
                (order, {"line_type": LineType.ITEM, "no": item, "quantity": self.random.randint(1, 20)})
                for order in made
                for item in self.random.sample(self.items, LINES)
            ]
        )
        return made

    def entering_and_posting(self) -> Iterator[Line]:
        """Orders entered, then posted one by one: shipped and invoiced, each a transaction of its own."""
        started = time.perf_counter()
        orders: list[Document] = []
        while len(orders) < self.orders:
            orders += self.enter(min(BULK, self.orders - len(orders)))
        seconds = time.perf_counter() - started
        yield Line(f"{self.orders:,} orders of {LINES} lines entered, {BULK} at a time", _rate(self.orders, seconds))
        times = Times()
        for order in orders:
            times.taken.append(_post(order))
        seconds = sum(times.taken) / 1000
        shown = f"{_rate(self.orders, seconds)}, {times} ms"
        yield Line(f"{self.orders:,} orders posted one by one (shipment and invoice)", shown)

    def together(self) -> Line:
        """The same by four clients at once; numbers are looked at afterwards."""
        from django.db import connection

        from tuttava.trade.models import PostedDocument, PostedKind

        orders = self.enter(self.orders)
        before = self._numbers(PostedKind.SALES_INVOICE)
        ids = [order.pk for order in orders]
        connection.close()
        with ProcessPoolExecutor(CLIENTS, multiprocessing.get_context("spawn"), _open, (self.company.schema,)) as pool:
            list(pool.map(_warm, range(CLIENTS * 4)))
            parts = list(pool.map(_post_part, [ids[place::CLIENTS] for place in range(CLIENTS)]))
        seconds = max(part[1] for part in parts) - min(part[0] for part in parts)
        made = self._numbers(PostedKind.SALES_INVOICE) - before
        gaps = max(made) - min(made) + 1 - len(made)
        lost = len(orders) - len(made)
        doubles = PostedDocument.objects.filter(order_no__in=[order.no for order in orders]).count() - 2 * len(orders)
        times = Times([each for part in parts for each in part[2]])
        shown = f"{_rate(self.orders, seconds)}, {times} ms; lost {lost}, double {doubles}, gaps {gaps}"
        return Line(f"{self.orders:,} orders posted by {CLIENTS} clients at once", shown, "lost 0, double 0, gaps 0")

    def _numbers(self, kind: str) -> set[int]:
        from tuttava.trade.models import Origin, PostedDocument

        rows = PostedDocument.objects.filter(kind=kind, origin=Origin.POSTING).values_list("no", flat=True)
        return {int("".join(letter for letter in no if letter.isdecimal())) for no in rows}

    def in_bulk(self) -> Line:
        """The same a hundred at a time, each hundred one transaction."""
        from tuttava.documents.posting import post_many

        orders = self.enter(self.orders)
        started = time.perf_counter()
        for first in range(0, len(orders), BULK):
            post_many(orders[first : first + BULK])
        return Line(
            f"{self.orders:,} orders posted {BULK} at a time", _rate(len(orders), time.perf_counter() - started)
        )

    def papers(self) -> Line:
        """The PDF of a posted invoice."""
        from tuttava.documents.printing import pdf_of
        from tuttava.trade.models import Origin, PostedDocument, PostedKind

        rows = PostedDocument.objects.filter(kind=PostedKind.SALES_INVOICE, origin=Origin.POSTING).order_by("no")
        found = list(rows[:REPEATS])
        return Line(f"PDF of an invoice of {LINES} lines", f"{timed([partial(pdf_of, each) for each in found])} ms")

    def trade_feed(self) -> Iterator[Line]:
        """What another program posted: ledger entries, and documents with lines; then all of it once more."""
        from tuttava.trade.models import CustomerLedgerEntry, PostedDocument

        wanted = "5,000 rows/s"
        entries = [self._entry(number) for number in range(self.feed)]
        yield Line(f"Feed: {self.feed:,} ledger entries", _fed(CustomerLedgerEntry, entries), wanted)
        yield Line("Feed: the same once more, nothing changed", _fed(CustomerLedgerEntry, entries), wanted)
        documents = [self._document(number) for number in range(self.feed // 10)]
        name = f"Feed: {len(documents):,} documents of 2 lines, each line a row as well"
        yield Line(name, _fed(PostedDocument, documents, each=3), wanted)

    def _entry(self, number: int) -> dict[str, Any]:
        paid = number % 3 == 2
        amount = Decimal(-2 if paid else 1) * (100 + number % 900)
        return {
            "entry_no": 1_000_000 + number,
            "customer_id": self.customers[number // 3 % len(self.customers)],
            "document_type": "payment" if paid else "invoice",
            "document_no": f"T{number}",
            "description": f"Entry {number}",
            "posting_date": YEAR[0] + dt.timedelta(days=number % 300),
            "due_date": YEAR[0] + dt.timedelta(days=number % 300 + 14),
            "amount_lcy": amount,
            "remaining_amount_lcy": amount if number % 7 else 0,
            "open": bool(number % 7),
        }

    def _document(self, number: int) -> dict[str, Any]:
        lines = [
            {"line_no": place * 10000, "line_type": "item", "no": self.items[(number + place) % len(self.items)],
             "description": "Item", "quantity": 2, "unit_price": 50, "line_amount": 100}
            for place in (1, 2)
        ]  # fmt: skip
        return {
            "kind": "sales_invoice",
            "no": f"T{number}",
            "customer_id": self.customers[number % len(self.customers)],
            "posting_date": YEAR[0] + dt.timedelta(days=number % 300),
            "amount": 200,
            "amount_including_vat": 250,
            "lines": lines,
        }

    def statements(self) -> Line:
        """A statement for every customer, as the job that numbers, keeps and logs each."""
        from tuttava.documents import statements
        from tuttava.foundation import jobs

        arguments = {
            "ids": [str(each) for each in self.customers],
            "from": YEAR[0].isoformat(),
            "to": YEAR[1].isoformat(),
            "log_interaction": None,
        }
        started = time.perf_counter()
        row = jobs.run_now(statements.KIND, "Print statements", arguments)
        seconds = time.perf_counter() - started
        if row.error or (row.result or {}).get("printed") != len(self.customers):
            raise RuntimeError(f"statements were not printed: {row.error or row.result}")
        shown = f"{seconds:.0f} s, {_rate(len(self.customers), seconds)}, {peak_memory():.0f} MB"
        return Line(f"Statements for {len(self.customers):,} customers as a job, each logged with its PDF", shown)

    def lists(self) -> Iterator[Line]:
        """The list of posted documents in every way that it offers, and its card."""
        from django.test import Client

        from tuttava.foundation.directory.models import User

        client = Client(headers={"accept-language": "en", "host": "localhost"})
        client.force_login(User.objects.get(username=base.USER))
        root = f"/c/{self.company.slug}"

        def get(path: str) -> None:
            answer = client.get(f"{root}{path}")
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")

        pages = [partial(get, f"/posted-documents/?{query}") for query in QUERIES for _again in range(5)]
        name = f"List of {self.posted:,} posted documents, {len(QUERIES)} filters, searches and orders"
        yield Line(name, f"{timed(pages)} ms", "95th percentile < 100 ms")
        some = self._posted_ids()
        yield Line("Card of a posted document", f"{timed([partial(get, f'/documents/posted/{pk}') for pk in some])} ms")

    def _posted_ids(self) -> list[uuid.UUID]:
        from tuttava.trade.models import Origin, PostedDocument

        rows = PostedDocument.objects.filter(origin=Origin.POSTING).order_by("no")
        return list(rows.values_list("pk", flat=True)[:REPEATS])


def _post(order: Document) -> float:
    """Milliseconds of one posting, as a request of its own."""
    from tuttava.documents.posting import post
    from tuttava.foundation.context import acting

    with acting(user_name=base.USER, cache={}, messages=[]):
        started = time.perf_counter()
        post(order)
        return (time.perf_counter() - started) * 1000


def _fed(model: Any, rows: Sequence[dict[str, Any]], *, each: int = 1) -> str:
    """How many rows a second a feed brings; ``each``: rows that one of them counts."""
    from tuttava.foundation.context import acting
    from tuttava.trade.feed import load

    with acting(user_name=base.USER, cache={}, messages=[]):
        started = time.perf_counter()
        for first in range(0, len(rows), FEED_CALL):
            load(model, rows[first : first + FEED_CALL])
        return _rate(len(rows) * each, time.perf_counter() - started, "rows")


def _rate(count: int, seconds: float, what: str = "") -> str:
    return f"{count / seconds:,.0f} {what or 'a second'}{'/s' if what else ''}"


# -- clients beside this one, each a process of its own ----------------------------------------------------------------


def _open(schema: str) -> None:
    """Connect a client with the company."""
    base.configure()
    from tuttava.foundation.schemas import use_schema

    use_schema(schema)


def _warm(_turn: int) -> None:
    """Let every client load what it needs."""
    from tuttava.documents.models import Document
    from tuttava.documents.posting import post

    if Document.objects.exists() and callable(post):
        time.sleep(0.3)


def _post_part(ids: Sequence[uuid.UUID]) -> tuple[float, float, list[float]]:
    """Post a share; when it began and ended, and milliseconds of each posting."""
    from tuttava.documents.models import Document

    orders = list(Document.objects.filter(pk__in=ids).order_by("no"))
    started = time.time()
    times = [_post(order) for order in orders]
    return started, time.time(), times


def table(lines: Sequence[Line], customers: int, seconds: float | None) -> str:
    """The results in Markdown."""
    told = [
        f"{customers:,} customers; {report.machine()}. Milliseconds are median / 95th percentile.",
        "",
        "| work | measured | to reach |",
        "|---|---:|---|",
        *map(str, lines),
    ]
    if seconds:
        told += ["", f"Writing the posted documents beside all rules took {seconds:.0f} s."]
    return "\n".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents", description=__doc__)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--posted", type=int, default=2_000_000)
    parser.add_argument("--feed", type=int, default=FEED)
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    base.data_dir().mkdir(parents=True, exist_ok=True)
    base.configure()
    from django.core.management import call_command

    from tuttava.config.lifetime import spare_collector
    from tuttava.foundation.context import acting
    from tuttava.foundation.schemas import in_schema

    spare_collector()
    call_command("collectstatic", interactive=False, verbosity=0)
    from benchmarks.documents_fill import clear, prepare

    company, seconds = prepare(wanted.customers, wanted.posted)
    lines = []
    with in_schema(company.schema), acting(user_name=base.USER, cache={}, messages=[]):
        clear()
        bench = Bench(company, wanted.orders, wanted.customers, wanted.posted, wanted.feed)
        for line in bench.all():
            lines.append(line)
            print(line, file=sys.stderr)
        clear()
    text = table(lines, wanted.customers, seconds)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
