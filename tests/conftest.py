"""One embedded cluster a run, one migrated company a database; each test rolls back."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests import compiled
from tests.databases import address, hurry
from tests.processes import Processes, processes

compiled.share()
os.environ.setdefault("TUTTAVA_DATA", str(Path(tempfile.gettempdir()) / f"tuttava-tests-{os.getuid()}"))


def pytest_configure(config: pytest.Config) -> None:
    """Hash passwords cheaply, compile the translations, and have the directory that static files are served from."""
    from django.conf import settings

    from tuttava.config.translations import compile_catalogues

    compile_catalogues()

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


#: Directories whose tests share what is dear to start - an installation, a server, a browser: one process runs them.
TOGETHER = ("clients", "cli", "browser")
#: What takes longest comes first, so that no process is left with it when the others are done.
LONG = ("web", "relations", "foundation", "transfer", "mailbox", "merging")


class Places(LoadScopeScheduling):
    """Tests of a file run in one process, those of some directories as well."""

    def _split_scope(self, nodeid: str) -> str:
        path = Path(nodeid.partition("::")[0])
        return path.parent.name if path.parent.name in TOGETHER else str(path)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Places:
    """Hand tests out by where they are."""
    return Places(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first."""
    places = [*TOGETHER, *LONG]

    def rank(item: pytest.Item) -> int:
        name = item.path.parent.name
        return places.index(name) if name in places else len(places)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Create the test database with the shared tables and one company that has the standard setup."""
    from django.db import connection
    from pytest_django.plugin import DjangoDbBlocker

    from tuttava.config.embedded import create_database, ensure_database
    from tuttava.config.lifetime import spare_collector
    from tuttava.config.runtime import parse_database_url, text
    from tuttava.duplicates.smart.warming import compile_once

    blocker: DjangoDbBlocker = django_db_blocker  # type: ignore[assignment]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_tuttava_{worker}"
    with blocker.unblock():
        compile_once()
        embedded = not text("database_url")
        ensure_database()
        url = address(name)
        connection.settings_dict.update(parse_database_url(url))
        if embedded:
            hurry(address("postgres"))
        _drop(name)
        create_database(url)
        _prepare()
        spare_collector()
    yield
    with blocker.unblock():
        connection.close()
        _drop(name)


def _drop(name: str) -> None:
    import psycopg

    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _prepare() -> None:
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.permissions import install_shipped_sets
    from tuttava.foundation.schemas import migrate_shared

    migrate_shared()
    install_shipped_sets()
    create_company(name="Test Company", setup_data="standard", language="en", country="NO")


#: Tests that count statements count those of comparing as well.
COUNTING = {"django_assert_num_queries", "django_assert_max_num_queries"}


@pytest.fixture(autouse=True)
def likeness(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts are saved uncompared, as in a process that is still loading; ``smart_search`` marks tests about it.

    Comparing costs more than most of what else a test does to a contact.
    """
    if request.node.get_closest_marker("smart_search") or COUNTING.intersection(request.fixturenames):
        return
    for place in ("smart", "smart.learning", "smart.warming"):
        monkeypatch.setattr(f"tuttava.duplicates.{place}.is_cold", lambda: True)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test starts in English, whatever language a request before it activated."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def company(db: None) -> Iterator[object]:
    """The test company, with the connection working in its schema."""
    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    found = Company.objects.get(name="Test Company")
    if counted := sys.modules.get("tuttava.duplicates.smart.state"):
        counted.forget_held()  # what other tests added was rolled back
    with in_schema(found.schema):
        yield found


@pytest.fixture(scope="session")
def live_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[object]:
    """A company whose writes are committed, for tests with several connections, processes or a browser."""
    from pytest_django.plugin import DjangoDbBlocker

    from tuttava.foundation.directory.actions import create_company

    blocker: DjangoDbBlocker = django_db_blocker  # type: ignore[assignment]
    with blocker.unblock():
        yield create_company(name="Live Company", setup_data="standard", language="en", country="NO")


@pytest.fixture
def live_company(live_database: object, django_db_blocker: pytest.FixtureRequest) -> Iterator[object]:
    """The committed company, with the connection working in its schema; what a test makes there stays."""
    from pytest_django.plugin import DjangoDbBlocker

    from tuttava.foundation.directory.models import Company
    from tuttava.foundation.schemas import in_schema

    blocker: DjangoDbBlocker = django_db_blocker  # type: ignore[assignment]
    assert isinstance(live_database, Company)
    with blocker.unblock(), in_schema(live_database.schema):
        yield live_database


@pytest.fixture(scope="session")
def forks(live_database: object) -> Iterator[Processes]:
    """Starts processes of their own on the database of the tests."""
    assert live_database is not None
    with processes() as made:
        yield made


@pytest.fixture
def elsewhere(live_company: Any) -> Iterator[Callable[[Callable[[], Any]], Future[Any]]]:
    """Run something in another thread, on its own connection to the company."""

    from django.db import connection

    from tuttava.foundation.context import Context, acting
    from tuttava.foundation.schemas import in_schema

    def work(act: Callable[[], Any]) -> Any:
        try:
            with in_schema(live_company.schema), acting(Context(user_name="somebody")):
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        yield lambda act: pool.submit(work, act)
