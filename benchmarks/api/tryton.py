"""The same work asked of Tryton's party module over JSON-RPC, in an environment of its own outside the repository."""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.api.load import Connection, Load, Request, run
from benchmarks.api.serving import process
from benchmarks.processes import PORT
from tuttava.cli.serve import worker_count

PLACE = Path(tempfile.gettempdir()) / f"tuttava-bench-tryton-{os.getuid()}"
DATABASE = "tryton_bench"
ORIGIN = f"http://127.0.0.1:{PORT + 1}"
PACKAGES = ("trytond==8.*", "trytond_party==8.*", "psycopg[binary,pool]", "granian")
PHRASE = "bench-tryton-phrase"
FIELDS = ["name", "code", "lang", "addresses", "contact_mechanisms", "active", "full_name", "write_date"]


@contextmanager
def tryton(host: str) -> Iterator[Tryton]:
    """Tryton on the same PostgreSQL server, behind the same HTTP server with as many processes as the product has."""
    python = _installed()
    config = PLACE / "trytond.conf"
    config.write_text(f"[database]\nuri = postgresql://postgres@/?host={host}\n[session]\nauthentications = password\n")
    known = {"TRYTOND_CONFIG": str(config), "TRYTOND_DATABASE_NAMES": DATABASE}
    _fresh_database(host)
    secret = PLACE / "pass"
    secret.write_text(PHRASE)
    command = [str(python.parent / "trytond-admin"), "-c", str(config), "-d", DATABASE, "--email", "a@bench.example"]
    _quietly([*command, "-u", "party", "--activate-dependencies"], {**known, "TRYTONPASSFILE": str(secret)})
    workers = str(worker_count())
    server = [str(python), "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT + 1)]
    server += ["--workers", workers, "--blocking-threads", "4", "trytond.application:app"]
    with process(server, f"{ORIGIN}/", known):
        yield Tryton()
    _fresh_database(host, keep=False)


def _installed() -> Path:
    python = PLACE / "venv" / "bin" / "python"
    if not python.exists():
        _quietly([sys.executable, "-m", "venv", str(PLACE / "venv")], {})
        _quietly([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], {})
    return python


def _quietly(command: list[str], known: dict[str, str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **known})
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-1000:]}{done.stderr[-1000:]}")


def _fresh_database(host: str, *, keep: bool = True) -> None:
    import psycopg

    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        if keep:
            connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")


class Tryton:
    """A signed-in caller of JSON-RPC."""

    def __init__(self) -> None:
        login = {"method": "common.db.login", "params": ["admin", {"password": PHRASE}, "en"], "id": 1}
        user, token = self._sent(Connection(ORIGIN, {}), login)[:2]
        signed = base64.b64encode(f"admin:{user}:{token}".encode()).decode()
        self.headers = {"Authorization": f"Session {signed}"}
        self.context = self.call("model.res.user.get_preferences", True, {})
        self.ids: list[int] = []
        self.random = random.Random(7)

    def _sent(self, caller: Connection, body: Any) -> Any:
        found = json.loads(caller.send(Request("POST", f"/{DATABASE}/rpc/", body)))
        if isinstance(found, dict) and found.get("error"):
            raise RuntimeError(str(found["error"])[:600])
        return found["result"] if isinstance(found, dict) else found

    def call(self, method: str, *params: Any) -> Any:
        return self._sent(Connection(ORIGIN, self.headers), {"method": method, "params": list(params), "id": 1})

    def fill(self, size: int) -> None:
        """Make parties, a hundred a call, so that searching has something to search."""
        while len(self.ids) < size:
            self.ids += self.call("model.party.party.create", [_party(n) for n in range(100)], self.context)

    def create(self, connections: int, seconds: float) -> Load:
        return self._load(connections, seconds, lambda n: ("create", [[_party(n)]]))

    def search(self, connections: int, seconds: float) -> Load:
        """A hundred parties by the beginning of their address's city, as the list of the client asks."""
        domain = [["addresses.city", "=", "Oslo"]]
        return self._load(connections, seconds, lambda n: ("search_read", [domain, 0, 100, None, FIELDS]))

    def read(self, connections: int, seconds: float) -> Load:
        return self._load(connections, seconds, lambda n: ("read", [[self.random.choice(self.ids)], FIELDS]))

    def _load(self, connections: int, seconds: float, make: Any) -> Load:
        def request(number: int) -> Request:
            method, params = make(number)
            body = {"method": f"model.party.party.{method}", "params": [*params, self.context], "id": number}
            return Request("POST", f"/{DATABASE}/rpc/", body)

        return run(ORIGIN, self.headers, request, connections=connections, seconds=seconds)


def _party(number: int) -> dict[str, Any]:
    """A party with what :meth:`Work.new` gives a contact."""
    return {
        "name": f"Bench {uuid.uuid4().hex[:12]}",
        "addresses": [["create", [{"street_unstructured": f"Storgata {number}", "city": "Oslo"}]]],
        "contact_mechanisms": [
            [
                "create",
                [
                    {"type": "email", "value": f"b{uuid.uuid4().hex[:12]}@bench.example"},
                    {"type": "phone", "value": "+47 22 33 44 55"},
                ],
            ]
        ],
    }
