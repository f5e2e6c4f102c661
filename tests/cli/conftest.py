"""Command-line tests run the real command, each in a process of its own, on an installation of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tuttava.config import embedded

ROOT = Path(__file__).resolve().parents[2]
PHRASE = "correct horse battery"


@dataclass
class Installation:
    """A data directory and the command that works on it."""

    data: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TUTTAVA_", "DJANGO_")) and name != "DATABASE_URL"
        }
        return {**kept, "PYTHONPATH": str(ROOT / "src")}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tuttava", *arguments, "--data", str(self.data)]

    def run(self, *arguments: str, text: str = "", code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command; the test fails unless it ends with ``code``."""
        done = subprocess.run(
            self.command(*arguments),
            input=text,
            capture_output=True,
            text=True,
            env={**self.environment, **variables},
            check=False,
            timeout=120,
        )
        assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)


@contextmanager
def held(installation: Installation) -> Iterator[None]:
    """Keep the embedded database of an installation running."""
    embedded.start(installation.data / "postgres")
    try:
        yield
    finally:
        embedded.release(installation.data / "postgres")


@pytest.fixture(scope="session")
def data_root() -> Iterator[Path]:
    """Where the installations of this run lie.

    Not below the directory of ``tmp_path``: where root runs the tests, the embedded server runs as another user, and
    every further run of pytest closes that directory to others. The name is short because the address of a socket
    has at most about a hundred characters.
    """
    with tempfile.TemporaryDirectory(prefix="tuttava-", ignore_cleanup_errors=True) as root:
        yield Path(root)


@pytest.fixture
def data(data_root: Path) -> Path:
    """A data directory of the test's own, empty."""
    return Path(tempfile.mkdtemp(dir=data_root))


@pytest.fixture(scope="session")
def installation(data_root: Path) -> Iterator[Installation]:
    """An installation with one empty company and the administrator ``admin``, shared by the tests of a process.

    Its database runs all the time: not every command has to start and stop it.
    """
    made = Installation(data_root / "shared")
    made.run("init", "--company", "First", "--empty", "--password-stdin", text=f"{PHRASE}\n")
    with held(made):
        yield made
