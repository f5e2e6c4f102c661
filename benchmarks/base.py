"""The base that is measured: one company of generated contacts, kept until tables or generator change."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tuttava"
NAME = "Bench"
USER = "bench"


def data_dir() -> Path:
    return Path(os.environ.get("TUTTAVA_BENCH_DATA", ".tuttava-bench")).resolve()


def fingerprint(contacts: int) -> str:
    """Changes with everything that the stored base depends on."""
    files = sorted(SOURCE.glob("**/migrations/0*.py")) + [SOURCE / "foundation" / "triggers.py"]
    files += [SOURCE / "config" / "embedded.py"]
    files += [SOURCE / "contacts" / f"{name}.py" for name in ("fiction", "vocabulary")]
    files.append(SOURCE / "foundation" / "search_tokens.py")
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(content + str(contacts).encode()).hexdigest()


def configure() -> None:
    """Point the product at the directory of the base and set Django up; call before any model is imported."""
    os.environ["TUTTAVA_DATA"] = str(data_dir())
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuttava.config.settings"
    os.environ.pop("DATABASE_URL", None)
    from tuttava.config.embedded import ensure_database

    ensure_database()
    import django

    django.setup()


def prepare(contacts: int) -> float | None:
    """Make sure that the base exists and is current; returns the seconds that generating took, None if it was there."""
    stamp = data_dir() / "bench.json"
    wanted = fingerprint(contacts)
    if stamp.exists() and json.loads(stamp.read_text()).get("fingerprint") == wanted:
        configure()
        return None
    if stamp.exists():
        shutil.rmtree(data_dir())
    data_dir().mkdir(parents=True, exist_ok=True)
    configure()
    seconds = _generate(contacts)
    stamp.write_text(json.dumps({"fingerprint": wanted, "seconds": seconds}))
    return seconds


def _generate(contacts: int) -> float:
    from tuttava.contacts.generate import generate_contacts
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.models import Company, User
    from tuttava.foundation.directory.permissions import install_shipped_sets
    from tuttava.foundation.directory.users import create_user
    from tuttava.foundation.schemas import in_schema, migrate_shared

    migrate_shared()
    install_shipped_sets()
    for left in Company.objects.filter(name=NAME):
        left.delete()
    company = create_company(name=NAME, setup_data="standard", language="en", country="NO")
    if not User.objects.filter(username=USER).exists():
        create_user(username=USER, password=None, language="en", admin=True)
    started = time.perf_counter()
    with in_schema(company.schema):
        generate_contacts(contacts, progress=_show)
    print(file=sys.stderr)
    return time.perf_counter() - started


def clear_traces() -> None:
    """Take away what measuring left: contacts that the generator did not make, history, imported files."""
    from django.db import connection, transaction

    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.journal import JournalChange, UnitOfWork
    from tuttava.foundation.schemas import in_schema
    from tuttava.transfer.models import ImportJob, ImportRow

    tables = ", ".join(model._meta.db_table for model in (JournalChange, UnitOfWork, ImportRow, ImportJob))
    with in_schema(Company.objects.get(name=NAME).schema), connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM contacts_contact WHERE no !~ '^G[0-9]{7}$'")
            cursor.execute(f"TRUNCATE {tables} CASCADE")
            for table in ("contactmatchkey", "contactsearchstring", "contactduplicate"):
                cursor.execute(
                    f"DELETE FROM duplicates_{table} d WHERE contact_id <> '00000000-0000-0000-0000-000000000000'"
                    " AND NOT EXISTS (SELECT 1 FROM contacts_contact c WHERE c.id = d.contact_id)"
                )
        cursor.execute("VACUUM ANALYZE contacts_contact")


def _show(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,} contacts", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    prepare(int(sys.argv[1]))
