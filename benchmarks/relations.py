"""``python -m benchmarks.relations``: customers switched on, an edit that reaches four registers, a large bulk edit."""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks import base, report
from benchmarks.measure import peak_memory

if TYPE_CHECKING:
    from tuttava.contacts.models import Contact
    from tuttava.partners.models import Customer

NAME = "Bench relations"
BEGIN, END = "<!-- relations -->", "<!-- end of relations -->"
#: Every how manieth customer names a contact person.
NAMED = 3
CHUNK = 5000
PEOPLE = 200
EDITS = 40
BULK = 10_000

_TAKEN = (
    *("name", "search_name", "country_code", "post_code", "city", "county", "address", "phone_no", "mobile_phone_no"),
    *("email", "home_page", "language_code", "format_region", "currency_code", "territory_code", "salesperson_code"),
    *("registration_number", "vat_registration_no"),
)


@dataclass
class Founded:
    """Contacts created from customers: how many, in how many seconds, at how many MB; and taking them back."""

    customers: int
    contacts: int
    seconds: float
    memory: float
    undo_seconds: float

    @property
    def rate(self) -> float:
        return self.contacts / self.seconds


def customers(count: int, seed: int = 11) -> Iterator[Customer]:
    """Fictitious customers, most of them companies, every third with the name of a contact person."""
    from tuttava.contacts.fiction import Codes, Generator

    generator = Generator(count * 4, seed, Codes.of_company())
    chance = random.Random(seed)
    made = 0
    names: list[str] = []
    for draft in generator.contacts():
        if draft.is_person and draft.company_id is not None:
            names.append(draft.name)
            continue
        made += 1
        yield _customer(draft, made, chance.choice(names) if names and made % NAMED == 0 else "")
        if made == count:
            return


def _customer(draft: Contact, number: int, contact: str) -> Customer:
    from tuttava.foundation.records import blank
    from tuttava.foundation.search_tokens import set_search
    from tuttava.partners.models import Customer

    row = blank(Customer)
    row.__dict__ |= {name: draft.__dict__[name] for name in _TAKEN}
    row.no, row.contact_type, row.contact = f"K{number:07}", draft.type, contact if draft.is_company else ""
    set_search(row)
    return row


def prepare(count: int) -> Any:
    """The company with ``count`` customers without contact, kept between runs."""
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.directory.permissions import install_shipped_sets
    from tuttava.foundation.schemas import in_schema, migrate_company, migrate_shared
    from tuttava.partners.models import Customer

    migrate_shared()
    install_shipped_sets()
    company = Company.objects.filter(name=NAME).first()
    if company is None:
        company = create_company(name=NAME, setup_data="standard", language="en", country="NO")
    migrate_company(company.schema)
    with in_schema(company.schema):
        if Customer.objects.filter(no__startswith="K").count() != count:
            fill(count)
    return company


def fill(count: int) -> None:
    from django.db import connection, transaction

    from tuttava.contacts.generate import ensure_salespeople
    from tuttava.foundation.bulk import insert_many

    ensure_salespeople()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM partners_customer WHERE no ~ '^K[0-9]{7}$'")
        chunk: list[Customer] = []
        for row in customers(count):
            chunk.append(row)
            if len(chunk) == CHUNK:
                insert_many(chunk)
                chunk = []
        insert_many(chunk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE partners_customer")


def found() -> tuple[Founded, float]:
    """Switch customers on: a contact for every one of them, through all rules; a bulk edit of them; then undo it."""
    from tuttava.foundation.context import acting
    from tuttava.foundation.jobs import unit_of
    from tuttava.foundation.undo import undo_unit
    from tuttava.relations.founding_job import create_contacts_from

    with acting(user_name=base.USER):
        started = time.perf_counter()
        row = create_contacts_from("customer", wait=True)
        seconds = time.perf_counter() - started
        memory = peak_memory()
        unit = unit_of(row) if row else None
        if row is None or unit is None or not row.result:
            raise RuntimeError(f"no contacts were created: {row and row.error}")
        edited = bulk_edit()
        started = time.perf_counter()
        undo_unit(unit, strict=False)
        undo_seconds = time.perf_counter() - started
    created = row.result["created"] + row.result["people"]
    return Founded(row.result["created"], created, seconds, memory, undo_seconds), edited


def bulk_edit() -> float:
    """Seconds in which many linked contacts, and the customers behind them, get another territory for a while."""
    from tuttava.contacts.models import Contact, ContactBusinessRelation
    from tuttava.foundation.bulk_edit import set_code
    from tuttava.foundation.journal import unit_of_work
    from tuttava.foundation.models import Territory
    from tuttava.foundation.undo import undo_unit

    Territory.objects.get_or_create(code="BENCH")
    links = ContactBusinessRelation.objects.filter(link_to_table="customer")
    ids = list(links.values_list("contact_id", flat=True)[:BULK])
    started = time.perf_counter()
    with unit_of_work("bulk edit") as unit:
        set_code(Contact.objects.filter(pk__in=ids), "territory_code", "BENCH")
    seconds = time.perf_counter() - started
    undo_unit(unit)
    return seconds


def one_edit() -> list[float]:
    """Milliseconds of edits of a company that is customer, vendor, bank and employee, and whose people follow."""
    from tuttava.contacts.models import Contact
    from tuttava.contacts.relations import insert_relation
    from tuttava.foundation import records
    from tuttava.foundation.context import acting
    from tuttava.partners.models import BankAccount, Customer, Employee, Vendor

    with acting(user_name=base.USER):
        hub = records.create(Contact, {"type": "company", "name": "Hub AS", "phone_no": "22 00 00 00"})
        for model in (Customer, Vendor, BankAccount, Employee):
            insert_relation(hub, model._default_manager.create(no=f"BENCH{hub.no}", phone_no="22 00 00 00"))
        for number in range(PEOPLE):
            records.create(Contact, {"type": "person", "name": f"Person {number}", "company_no": hub.no})
    times = []
    for number in range(EDITS):
        with acting(user_name=base.USER, cache={}, messages=[]):
            started = time.perf_counter()
            hub = records.change(hub, {"phone_no": f"22 00 {number:02} 01"})
            times.append((time.perf_counter() - started) * 1000)
    if Contact.objects.filter(company_id=hub.pk, phone_no=hub.phone_no).count() != PEOPLE + 1:
        raise RuntimeError("not everybody followed")
    return times[5:]


def clear() -> None:
    """Take away what measuring left."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("contacts_taxnumbercheck", "contacts_contactbusinessrelation", "contacts_contact"):
            cursor.execute(f"DELETE FROM {table}")
        for table in ("customer", "vendor", "bankaccount", "employee"):
            cursor.execute(f"DELETE FROM partners_{table} WHERE no LIKE 'BENCH%%'")
        cursor.execute("UPDATE partners_customer SET primary_contact_id = NULL WHERE primary_contact_id IS NOT NULL")
        cursor.execute("TRUNCATE foundation_journalchange, foundation_unitofwork, foundation_job CASCADE")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def table(founded: Founded, bulk: float, edits: list[float]) -> str:
    """The results in Markdown."""
    middle, late = statistics.median(edits), statistics.quantiles(edits, n=20)[-1]
    lines = [
        f"Measured on {report.machine()}.",
        "",
        "| work | measured | to reach |",
        "|---|---:|---:|",
        f"| Customers switched on: contacts for {founded.customers:,} customers, every third with a contact person"
        f" | {founded.rate:,.0f} contacts/s | 3,000 |",
        f"| Peak memory of it | {founded.memory:.0f} MB | |",
        f"| Undo of all {founded.contacts:,} contacts | {founded.undo_seconds:.0f} s | |",
        f"| One edit of a contact linked to four registers, with {PEOPLE} people who follow (median / 95th percentile)"
        f" | {middle:.0f} / {late:.0f} ms | < 60 ms |",
        f"| Bulk edit of {BULK:,} linked contacts, their customers included | {bulk:.1f} s | |",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relations", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    base.data_dir().mkdir(parents=True, exist_ok=True)
    base.configure()
    from tuttava.config.lifetime import spare_collector
    from tuttava.foundation.schemas import in_schema

    spare_collector()
    company = prepare(wanted.customers)
    with in_schema(company.schema):
        clear()
        edits = one_edit()
        founded, bulk = found()
        clear()
    text = table(founded, bulk, edits)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
