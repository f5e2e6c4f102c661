"""``python -m benchmarks.merging``: a contact and a customer with 10,000 related rows merged, and the merges undone."""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from benchmarks import base, report

if TYPE_CHECKING:
    from tuttava.contacts.models import Contact
    from tuttava.partners.models import Customer

NAME = "Bench merging"
BEGIN, END = "<!-- merging -->", "<!-- end of merging -->"
ROWS = 10_000
ROUNDS = 5

Taken = tuple[list[float], list[float]]


def prepare() -> Any:
    """An empty company, kept between runs."""
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.directory.permissions import install_shipped_sets
    from tuttava.foundation.schemas import migrate_company, migrate_shared

    migrate_shared()
    install_shipped_sets()
    found = Company.objects.filter(name=NAME).first()
    if found is not None:
        migrate_company(found.schema)
    return found or create_company(name=NAME, setup_data="standard", language="en", country="NO")


def _store(rows: Iterable[Any]) -> None:
    from tuttava.foundation.bulk import insert_many

    insert_many(list(rows))


def contact_with_rows(mark: str, count: int) -> Contact:
    """A company with ``count`` rows that refer to it: people, addresses, mails, checks, comments, documents."""
    from django.utils import timezone

    from tuttava.contacts.models import Contact, ContactAltAddress, ContactEmail, TaxNumberCheck
    from tuttava.foundation import records
    from tuttava.foundation.models import CommentLine, DocumentAttachment
    from tuttava.foundation.search_tokens import set_search
    from tuttava.trade.models import PostedDocument

    owner = records.create(Contact, {"type": "company", "name": f"{mark} AS"})
    people = []
    for number in range(count // 10):
        person = Contact(no=f"{mark}{number}", type="person", name=f"Person {number}", contact_business_relation="none")
        person.company_id, person.company_no, person.company_name = owner.pk, owner.no, owner.name
        person.lookup_contact_no = person.no
        set_search(person)
        people.append(person)
    _store(people)
    share = range(count * 3 // 20)
    _store(ContactAltAddress(contact=owner, code=f"{mark[-1]}{n}") for n in share)
    _store(ContactEmail(contact=owner, line_no=n + 1, email="a@b.example") for n in share)
    _store(TaxNumberCheck(contact=owner, at=timezone.now(), vat_registration_no="1", outcome="valid") for _n in share)
    _store(CommentLine(owner_kind="contact", owner_id=owner.pk, line_no=n + 1, comment="said") for n in share)
    _store(DocumentAttachment(parent_kind="contact", parent_id=owner.pk, line_no=n + 1, file_name="a") for n in share)
    _store(
        PostedDocument(
            kind="sales_invoice", no=f"{mark}{n}", main_contact=owner, posting_date=dt.date(2026, 1, 1), description="x"
        )
        for n in share
    )
    return owner


def customer_with_rows(mark: str, count: int) -> Customer:
    """A customer with ``count`` ledger and value entries."""
    from tuttava.foundation import records
    from tuttava.partners.models import Customer
    from tuttava.trade.models import CustomerLedgerEntry, ValueEntry

    owner = records.create(Customer, {"name": f"{mark} AS"})
    first = int.from_bytes(mark.encode()) % 10**9 * 10**6
    day = dt.date(2026, 1, 1)
    half = range(count // 2)
    _store(CustomerLedgerEntry(entry_no=first + n, customer=owner, posting_date=day) for n in half)
    _store(ValueEntry(entry_no=first + n, source_type="customer", customer=owner, posting_date=day) for n in half)
    return owner


def timed(current: Any, duplicate: Any) -> Taken:
    """Milliseconds of merging and of undoing, each repeated."""
    from tuttava.foundation.context import acting
    from tuttava.merging.actions import perform, start_merge, undo_merge

    merging, undoing = [], []
    for _round in range(ROUNDS):
        with acting(user_name=base.USER, cache={}, messages=[]):
            merge = start_merge(type(current)._meta.model_name, current.no, duplicate.no)
            started = time.perf_counter()
            if not perform(merge):
                raise RuntimeError("there are conflicts")
            merging.append((time.perf_counter() - started) * 1000)
            started = time.perf_counter()
            if undo_merge(merge).exceptions:
                raise RuntimeError("something was not taken back")
            undoing.append((time.perf_counter() - started) * 1000)
    return merging, undoing


def clear() -> None:
    """Take away what measuring left."""
    from django.db import connection, transaction

    from tuttava.foundation.triggers import journaled_models
    from tuttava.trade.models import CustomerLedgerEntry, PostedDocument, ValueEntry

    dependent = ("contacts_contact", "partners_customer", "foundation_commentline", "foundation_documentattachment")
    facts = [model._meta.db_table for model in (CustomerLedgerEntry, PostedDocument, ValueEntry)]
    links = [
        model._meta.db_table
        for model in journaled_models()
        if model._meta.app_label in ("contacts", "duplicates")
        and any(field.attname == "contact_id" for field in model._meta.concrete_fields)
    ]
    others = ("foundation_journalchange", "foundation_unitofwork", "merging_mergeconflict", "merging_merge")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join([*dependent, *facts, *links, *others])} CASCADE")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure() -> list[tuple[str, Taken]]:
    found = []
    for words, make in (
        (f"A contact with {ROWS:,} related rows in seven tables", contact_with_rows),
        (f"A customer with {ROWS:,} entries", customer_with_rows),
    ):
        current, duplicate = make("KEPT1A", 20), make("GONE1B", ROWS)
        _settle()
        found.append((words, timed(current, duplicate)))
    return found


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def table(found: list[tuple[str, Taken]]) -> str:
    """The results in Markdown."""
    lines = [
        f"Measured on {report.machine()}. Median of {ROUNDS} rounds.",
        "",
        "| merge | merged in | undone in | to reach |",
    ]
    lines.append("|---|---:|---:|---:|")
    for words, (merging, undoing) in found:
        lines.append(
            f"| {words} | {statistics.median(merging):.0f} ms | {statistics.median(undoing):.0f} ms | 1 s each |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.merging", description=__doc__)
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    base.data_dir().mkdir(parents=True, exist_ok=True)
    base.configure()
    from tuttava.config.lifetime import spare_collector
    from tuttava.foundation.schemas import in_schema

    spare_collector()
    company = prepare()
    with in_schema(company.schema):
        clear()
        found = measure()
        clear()
    text = table(found)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
