"""Other people's clients against the product as it is really served."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cli.conftest import PHRASE, Installation, held
from tests.cli.test_serve import free_port, serving

JS = Path(__file__).parent / "js"


@dataclass(frozen=True)
class Served:
    """A running server, one of its companies, and who calls."""

    installation: Installation
    origin: str
    company: str
    user: str
    key: str

    @property
    def auth(self) -> tuple[str, str]:
        return self.user, self.key

    @property
    def standard(self) -> str:
        return f"{self.origin}/api/v2.0"

    @property
    def crm(self) -> str:
        return f"{self.origin}/api/tuttava/crm/v1.0"

    def inside(self, service: str) -> str:
        """The address of the company in a service."""
        return f"{service}/companies({self.company})"

    def get(self, address: str, **options: Any) -> requests.Response:
        return requests.get(address, auth=self.auth, timeout=30, **options)

    def post(self, address: str, body: Any, **options: Any) -> requests.Response:
        return requests.post(address, json=body, auth=self.auth, timeout=30, **options)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with one company, and its administrator's access key."""
    made = Installation(tmp_path_factory.mktemp("clients"))
    with held(made):
        made.run("init", "--company", "Served", "--password-stdin", text=f"{PHRASE}\n")
        key = made.run("access-key", "admin").stdout.strip()
        company = made.json("company", "list")[0]["id"]
        port = free_port()
        with serving(made, port):
            yield Served(made, f"http://127.0.0.1:{port}", company, "admin", key)


RunJs = Callable[..., Any]


@pytest.fixture(scope="session")
def node() -> Path:
    """Where the packages of ``js/package-lock.json`` are installed; once for all runs with the same lock file."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are needed to try the JavaScript clients, and are not installed")
    mark = hashlib.sha256((JS / "package-lock.json").read_bytes()).hexdigest()[:16]
    place = Path(tempfile.gettempdir()) / f"tuttava-clients-{os.getuid()}-{mark}"
    if not place.exists():
        fresh = Path(tempfile.mkdtemp(prefix="tuttava-clients-"))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(JS / name, fresh)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, check=False, timeout=180)
        if done.returncode:
            if os.environ.get("CI"):
                pytest.fail(f"npm ci: {done.stderr}")
            pytest.skip(f"the JavaScript clients could not be installed: {done.stderr.strip()[-300:]}")
        try:
            fresh.rename(place)
        except OSError:  # another run was faster
            shutil.rmtree(fresh)
    return place


@pytest.fixture
def run_js(node: Path, served: Served) -> RunJs:
    """Run a script of ``js`` with the server's address and credentials; what it prints."""

    def run(name: str, *arguments: str) -> str:
        # Beside the packages, because that is where node looks for them.
        script = shutil.copy(JS / name, node / name)
        done = subprocess.run(
            ["node", script, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, "API_USER": served.user, "API_KEY": served.key},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
