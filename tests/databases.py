"""Addresses of the databases that tests use."""

from __future__ import annotations

import os
from urllib.parse import urlsplit


def address(name: str) -> str:
    """The URL of database ``name`` on the server in use (its socket directory may hold any word, so no replacing)."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def hurry(url: str) -> None:
    """Nothing in a cluster of the tests has to outlive the machine."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for name in ("fsync", "full_page_writes"):
            server.execute(f"ALTER SYSTEM SET {name} = off")
        server.execute("SELECT pg_reload_conf()")
