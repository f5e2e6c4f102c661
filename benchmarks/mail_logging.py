"""``python -m benchmarks.mail_logging``: files of messages logged with their contacts, and what one costs."""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from benchmarks import base, report
from benchmarks.processes import database_time

NAME = "Bench mail"
BEGIN, END = "<!-- mail -->", "<!-- end of mail -->"
MESSAGES, CONTACTS, TARGET = 2_000, 20_000, 200
_OURS = "bench@ours.example"


def prepare() -> Any:
    """A company with contacts that write, kept between runs."""
    from tuttava.contacts.generate import generate_contacts
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.directory.permissions import install_shipped_sets
    from tuttava.foundation.schemas import in_schema, migrate_company, migrate_shared

    migrate_shared()
    install_shipped_sets()
    found = Company.objects.filter(name=NAME).first()
    if found is not None:
        migrate_company(found.schema)
        return found
    company = create_company(name=NAME, setup_data="standard", language="en", country="NO")
    with in_schema(company.schema):
        generate_contacts(CONTACTS, progress=lambda done, total: None)
    return company


def write_messages(inbox: Path, count: int) -> None:
    """Files of messages between contacts of the base and one salesperson, with 20 KB of text each."""
    from tuttava.contacts.models import Contact

    known = list(Contact.objects.exclude(email="").order_by("no").values_list("email", flat=True)[:count])
    mark = time.time_ns()
    for number in range(count):
        theirs = known[number % len(known)].split(";")[0]
        made = EmailMessage()
        made["From"], made["To"] = (theirs, _OURS) if number % 2 else (_OURS, theirs)
        made["Subject"] = f"Message {number}"
        made["Date"] = "Mon, 02 Mar 2026 09:15:00 +0100"
        made["Message-ID"] = f"<{mark}.{number}@bench.example>"
        made.set_content("What was agreed on Monday holds.\n" * 600)
        (inbox / f"{number:06}.eml").write_bytes(made.as_bytes())


@dataclass(frozen=True)
class Measured:
    """Messages a second, and the milliseconds of processor time that one takes here and in the database."""

    rate: float
    own: float
    database: float


def measure(count: int) -> Measured:
    """From files in the inbox to entries in the log and files in the archive."""
    from tuttava.foundation import records
    from tuttava.foundation.context import acting
    from tuttava.mailbox.actions import disable
    from tuttava.mailbox.running import run_once
    from tuttava.mailbox.setup import mail_setup
    from tuttava.partners.models import Salesperson

    with tempfile.TemporaryDirectory() as place, acting(user_name=base.USER):
        if not Salesperson.objects.filter(code="BENCH").exists():
            records.create(Salesperson, {"code": "BENCH", "name": "Bench", "email": _OURS})
        inbox = Path(place) / "inbox"
        inbox.mkdir()
        write_messages(inbox, count)
        values = {"mailbox_address": _OURS, "source": "eml_folder", "folder_path": place, "batch_size": 1000}
        records.change(mail_setup(), values | {"consent_given": True, "enabled": True})
        try:
            started, own, database, logged = time.perf_counter(), time.process_time(), database_time(), 0
            while counts := run_once().logged:
                logged += counts
            seconds = time.perf_counter() - started
            own, database = time.process_time() - own, database_time() - database
        finally:
            disable()
    if logged != count:
        raise RuntimeError(f"{logged} of {count} messages were logged")
    return Measured(count / seconds, own / count * 1000, database / count * 1000)


def table(found: Measured, count: int) -> str:
    """The result in Markdown."""
    lines = [f"Measured on {report.machine()}. {count:,} messages of 20 KB; {CONTACTS:,} contacts.", ""]
    lines += ["| work | measured | to reach |", "|---|---:|---:|"]
    lines.append(f"| Mail logging | {found.rate:.0f} messages/s | {TARGET} |")
    lines.append(f"| Processor time of a message, in Tuttava | {found.own:.1f} ms | |")
    lines.append(f"| Processor time of a message, in the database | {found.database:.1f} ms | |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mail_logging", description=__doc__)
    parser.add_argument("--print", action="store_true", help="print the table without writing it into the manual")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    wanted = parser.parse_args()
    base.data_dir().mkdir(parents=True, exist_ok=True)
    base.configure()
    from tuttava.config.lifetime import spare_collector
    from tuttava.foundation.schemas import in_schema

    spare_collector()
    company = prepare()
    with in_schema(company.schema):
        measure(50)
        found = measure(wanted.messages)
    text = table(found, wanted.messages)
    print(text)
    if not wanted.print:
        report.write_between(BEGIN, END, text)


if __name__ == "__main__":
    main()
