"""``python -m benchmarks.duplicates_speed``: duplicates in a large base, through the database and all rules.

The whole base by both searches, one new contact by both, what is typed, an address shared by fifty thousand, and an
import with and without. Accuracy is measured by ``benchmarks.duplicates``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import base, report
from benchmarks.measure import Times, peak_memory, timed

if TYPE_CHECKING:
    from tuttava.contacts.models import Contact

BEGIN, END = "<!-- duplicates at every door -->", "<!-- end of duplicates at every door -->"
CHECKS = 200
#: Contacts with one address.
SHARING = 50_000
IMPORTED = 20_000
#: Imports of each kind: other work of the server meets both.
ROUNDS = 3
UNCHECKED = "TUTTAVA_BENCH_UNCHECKED"


def whole_base() -> dict[str, Any]:
    """The smart search of the whole base, stage by stage, in seconds; memory in MB."""
    from tuttava.duplicates import smart
    from tuttava.duplicates.smart.loading import load_base
    from tuttava.matching.finding import find_duplicates

    smart.warm_up()
    before = _memory()
    started = time.perf_counter()
    loaded = load_base()
    load = time.perf_counter() - started
    found = find_duplicates(loaded.records)
    search = time.perf_counter() - started
    result: dict[str, Any] = {"contacts": len(loaded), "pairs": len(found.left), "load": load, "search": search}
    result |= {"memory_before": before, "memory": _memory()}
    del loaded, found
    _forget_keys()
    for name in ("first", "again"):
        started = time.perf_counter()
        job = smart.search_all(wait=True)
        result[name] = time.perf_counter() - started
        if job.error:
            raise RuntimeError(job.error)
    return result


def _forget_keys() -> None:
    """As in a base that was never searched."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE duplicates_contactmatchkey")


def classic_base() -> dict[str, Any]:
    """The classic search of the whole base as its job does it, in seconds."""
    from tuttava.duplicates.classic.job import generate_search_strings

    started = time.perf_counter()
    generate_search_strings({}, wait=True)
    return {"seconds": time.perf_counter() - started}


def _memory() -> float:
    return peak_memory()


def one_contact() -> dict[str, Times]:
    """A new contact compared by both searches, by each, and while it is typed."""
    from django.db import transaction

    from tuttava.duplicates import smart
    from tuttava.duplicates.classic.index import build_index
    from tuttava.duplicates.smart import checking
    from tuttava.foundation.context import acting

    people = list(_drafts(CHECKS + 1))

    def by(work: Callable[[Contact], object]) -> Times:
        times = Times()
        for number, contact in enumerate(people):
            with acting(), transaction.atomic():
                _insert(contact)
                started = time.perf_counter()
                work(contact)
                if number:
                    times.taken.append((time.perf_counter() - started) * 1000)
                transaction.set_rollback(True)
        return times

    def both(contact: Contact) -> None:
        build_index([contact], inserted=True)
        checking.compare([contact.pk], known=[])

    names = ("type", "name", "address", "post_code", "city", "country_code", "phone_no", "mobile_phone_no", "email")
    typed = [{name: getattr(contact, name) for name in names} for contact in people]
    return {
        "both": by(both),
        "classic": by(lambda contact: build_index([contact], inserted=True)),
        "smart": by(lambda contact: checking.compare([contact.pk], known=[])),
        "typed": timed([lambda values=values: smart.check(values) for values in typed]),  # type: ignore[misc]
    }


def shared_address() -> Times:
    """The same while fifty thousand contacts have the address of the new one."""
    from django.db import connection, transaction

    from tuttava.duplicates.smart import checking
    from tuttava.foundation.context import acting

    times = Times()
    with transaction.atomic(), connection.cursor() as cursor:
        people = [contact for contact in _drafts(60) if contact.email]
        for contact in people:
            contact.email = "desk@hotel-aurora.example"
        _insert(people[0])
        with acting():
            checking.compare([people[0].pk], known=[])
        cursor.execute("SELECT key FROM duplicates_contactmatchkey WHERE contact_id = %s", [people[0].pk])
        keys = [key for (key,) in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO duplicates_contactmatchkey (key, contact_id) SELECT k, c.id FROM unnest(%s::bigint[]) k,"
            " (SELECT id FROM contacts_contact ORDER BY id LIMIT %s) c ON CONFLICT DO NOTHING",
            [keys, SHARING],
        )
        for contact in people[1:]:
            _insert(contact)
            with acting():
                started = time.perf_counter()
                checking.compare([contact.pk], known=[])
                times.taken.append((time.perf_counter() - started) * 1000)
        transaction.set_rollback(True)
    return times


def _drafts(count: int) -> Iterator[Contact]:
    """New contacts, as they are found in no base."""
    from tuttava.contacts.fiction import Codes, Generator

    return iter(list(Generator(count, 77, Codes.of_company(), first_number=9_000_000).contacts())[:count])


def _insert(contact: Contact) -> None:
    from tuttava.contacts.generate import copy_contacts

    copy_contacts([contact])


def imports(rows: int) -> dict[str, float]:
    """Rows a second of an import, compared by both searches and by none: medians of :data:`ROUNDS`, turn by turn."""
    rates: dict[str, list[float]] = {"checked": [], "unchecked": []}
    for turn in range(ROUNDS):
        for place, (name, measured) in enumerate(rates.items()):
            measured.append(rows / _seconds_of_import(rows, seed=15 + 2 * turn + place, checked=name == "checked"))
    return {name: statistics.median(measured) for name, measured in rates.items()}


def _seconds_of_import(rows: int, *, seed: int, checked: bool) -> float:
    from benchmarks.importing import write_file

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "contacts.csv"
        write_file(path, rows, seed=seed)
        command = [sys.executable, "-m", "benchmarks.duplicates_speed", "--import-file", str(path)]
        environment = {**os.environ, UNCHECKED: "" if checked else "1"}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        seconds: float = json.loads(done.stdout.splitlines()[-1])["seconds"]
    return seconds


def _import(path: Path) -> None:
    from benchmarks import importing

    base.configure()
    from tuttava.config.lifetime import spare_collector

    if os.environ.get(UNCHECKED):
        _stand_aside()
    else:
        from tuttava.duplicates import smart

        smart.warm_up()
    spare_collector()  # as in the process that runs jobs
    print(json.dumps(importing.run(path)))


def _stand_aside() -> None:
    """Take both searches from the doors of this process."""
    from tuttava.contacts.signals import company_checked, contacts_saved

    for signal, name in (
        (contacts_saved, "duplicates.smart._contacts_saved"),
        (company_checked, "duplicates._company_checked"),
    ):
        assert signal.disconnect(dispatch_uid=name)


@contextmanager
def _company() -> Iterator[None]:
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    with in_schema(Company.objects.get(name=base.NAME).schema):
        yield


def table(found: dict[str, Any]) -> str:
    """The results in Markdown."""
    whole, one, rates = found["whole"], found["one"], found["imports"]
    share = rates["checked"] / rates["unchecked"]
    rows = [
        (f"Smart search of {whole['contacts']:,} contacts, load to clusters", f"{whole['search']:.1f} s", "< 20 s"),
        ("of it reading the base", f"{whole['load']:.1f} s", ""),
        ("Peak memory", f"{whole['memory']:.0f} MB", "< 2,500 MB"),
        ("The job: the first time, with keys for all contacts", f"{whole['first']:.0f} s", "minutes"),
        ("The job: again", f"{whole['again']:.0f} s", "minutes"),
        ("Classic search of all companies, as the job does it", f"{found['classic']['seconds']:.0f} s", "minutes"),
        ("One new contact compared by both searches, ms", str(one["both"]), "p95 < 15"),
        ("of it classic, ms", str(one["classic"]), ""),
        ("of it smart, ms", str(one["smart"]), ""),
        ("Likely duplicates of what is being typed, ms", str(one["typed"]), "p95 < 15"),
        (f"A new contact whose values {SHARING:,} others share, smart, ms", str(found["shared"]), "p95 < 15"),
        ("Import compared by both searches", f"{rates['checked']:,.0f} rows/s", ""),
        ("Import compared by none", f"{rates['unchecked']:,.0f} rows/s", f"share {share:.2f}, ≥ 0.5"),
    ]
    lines = [f"Measured on {report.machine()}. Times in milliseconds are median / 95th percentile.", ""]
    lines += ["| work | measured | to reach |", "|---|---:|---:|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates_speed", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000, help="size of the base (kept between runs)")
    parser.add_argument("--import-rows", type=int, default=IMPORTED)
    parser.add_argument("--import-file", type=Path, help="only import this file and say how long it took")
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    wanted = parser.parse_args()
    if wanted.import_file:
        _import(wanted.import_file)
        return
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "benchmarks.base", str(wanted.contacts)], check=True, cwd=root)
    base.configure()
    found: dict[str, Any] = {}
    with _company():
        for name, work in (
            ("whole", whole_base),
            ("classic", classic_base),
            ("one", one_contact),
            ("shared", shared_address),
            ("imports", lambda: imports(wanted.import_rows)),
        ):
            found[name] = work()
            print(name, found[name], file=sys.stderr)
    base.clear_traces()
    text = table(found)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
