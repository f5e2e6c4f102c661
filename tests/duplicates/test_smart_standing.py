"""The keys are kept out of the server's log: when they are lost that is noticed, told, and made good (D-28)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.contacts.register import firm
from tests.duplicates.test_smart_doors import AGAIN, LITWARE, NORDVIK, found, keys_of
from tuttava.duplicates import smart
from tuttava.duplicates.models import ContactMatchKey, MatchingState
from tuttava.duplicates.smart import figures, jobs, standing, warming
from tuttava.foundation.context import Context, acting, current
from tuttava.foundation.jobs import run_queued
from tuttava.foundation.models import Job
from tuttava.foundation.schemas import current_schema
from tuttava.foundation.unlogged import keep_out_of_log

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


def lose() -> None:
    """What the server does to the table when it was killed."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE duplicates_contactmatchkey")


def persistence() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE oid = 'duplicates_contactmatchkey'::regclass")
        return str(cursor.fetchone()[0])


def test_keys_of_a_new_company_are_kept_out_of_the_log() -> None:
    assert persistence() == "u" and standing.is_whole() and smart.is_complete()


def test_table_that_was_logged_is_taken_out_of_the_log() -> None:
    firm(**LITWARE)
    schema = current_schema()
    assert schema
    before = ContactMatchKey.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE duplicates_contactmatchkey SET LOGGED")
    keep_out_of_log(schema)
    assert persistence() == "u" and ContactMatchKey.objects.count() == before > 1


def test_lost_keys_are_noticed_told_and_made_anew() -> None:  # D-28
    old = firm(**LITWARE)
    lose()
    with acting(Context(door="browser")):
        new = firm(**AGAIN)
        told = [message for message in current().messages if message.code == "duplicates.incomplete"]
    assert len(told) == 1 and told[0].severity == "warning"
    assert found(old, new) is None and keys_of(new) and not smart.is_complete()
    assert figures.figures()["complete"] is False
    job = jobs.under_way()
    assert job is not None
    run_queued(str(current_schema()), job.pk)
    assert found(old, new) and keys_of(old) and smart.is_complete()
    with acting(Context(door="browser")):
        firm(**NORDVIK)
        assert "duplicates.incomplete" not in [message.code for message in current().messages]


def test_worker_notices_lost_keys_though_nobody_saves() -> None:  # D-28
    firm(**LITWARE)
    assert warming.compare_uncompared() == 0 and not Job.objects.filter(kind=jobs.KIND).exists()
    lose()
    warming.compare_uncompared()
    warming.compare_uncompared()
    assert Job.objects.filter(kind=jobs.KIND).count() == 1


def test_worker_notices_keys_of_another_version() -> None:  # D-28
    firm(**LITWARE)
    smart.search_all(wait=True)
    Job.objects.all().delete()
    warming.compare_uncompared()
    assert not Job.objects.filter(kind=jobs.KIND).exists()
    version = MatchingState.objects.get().keys_version
    MatchingState.objects.update(keys_version=version % 30_000 + 1)
    warming.compare_uncompared()
    assert Job.objects.filter(kind=jobs.KIND).count() == 1


_BEGIN = """
import os, subprocess
from tuttava.config import embedded, runtime
for attempt in range(6):
    try:
        embedded.ensure_database()
        break
    except subprocess.TimeoutExpired:  # a busy machine; the server goes on starting
        assert attempt < 5
os.environ["DJANGO_SETTINGS_MODULE"] = "tuttava.config.settings"
import django
django.setup()
from tests.contacts.register import firm
from tests.duplicates.test_smart_doors import AGAIN, LITWARE, found
from tuttava.contacts.models import Contact
from tuttava.duplicates import smart
from tuttava.duplicates.models import ContactMatchKey
from tuttava.duplicates.smart import jobs, standing, warming
from tuttava.foundation.directory.actions import create_company
from tuttava.foundation.directory.models import Company
from tuttava.foundation.directory.permissions import install_shipped_sets
from tuttava.foundation.jobs import run_queued
from tuttava.foundation.schemas import current_schema, in_schema, migrate_shared
"""
_KILL = """
from tests.databases import address, hurry
hurry(address("postgres"))
migrate_shared()
install_shipped_sets()
company = create_company(name="Crash", setup_data="standard")
with in_schema(company.schema):
    firm(**LITWARE)
    assert standing.is_whole() and ContactMatchKey.objects.count() > 1
server = int((runtime.data_dir() / "postgres" / "postmaster.pid").read_text().split()[0])
import psutil
everyone = [psutil.Process(server), *psutil.Process(server).children(recursive=True)]
for process in everyone:
    process.kill()
os._exit(0)
"""
_LOOK = """
with in_schema(Company.objects.get().schema):
    old = Contact.objects.get()
    assert not standing.is_whole() and not ContactMatchKey.objects.exists()
    warming.compare_uncompared()
    run_queued(current_schema(), jobs.under_way().pk)
    assert standing.is_whole() and ContactMatchKey.objects.filter(contact_id=old.pk).exists()
    assert found(old, firm(**AGAIN))
print("found again")
"""


def test_keys_lost_with_a_killed_server_are_noticed_and_made_anew(tmp_path: Path) -> None:  # D-28
    """A server of its own, killed with all its processes as by a failure of power."""
    root = Path(__file__).resolve().parents[2]
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL",)}
    environment |= {"TUTTAVA_DATA": str(tmp_path), "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    environment.setdefault("NUMBA_CACHE_DIR", str(warming._mark().parent))
    for code in (_BEGIN + _KILL, _BEGIN + _LOOK):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("found again\n")
