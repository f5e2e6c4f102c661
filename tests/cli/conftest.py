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
from urllib.parse import urlsplit

import pytest

from tests.databases import hurry
from tests.processes import Processes, processes
from tuttava.config import embedded

ROOT = Path(__file__).resolve().parents[2]
PHRASE = "correct horse battery"


#: What a forked process does of a command: its streams are files, its exit code is one more.
_FORKED = """
import os, sys
place = sys.argv.pop(1)
for number, (name, mode) in enumerate((("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))):
    os.dup2(os.open(f"{place}/{name}", mode), number)
from tuttava.cli.main import main
try:
    main()
    code = 0
except SystemExit as ended:
    code = ended.code or 0
for stream in (sys.stdout, sys.stderr):
    stream.flush()
with open(f"{place}/code", "w") as file:
    file.write(str(code))
"""


@dataclass
class Installation:
    """A data directory and the command that works on it.

    With ``forks`` the commands of :meth:`run` are forked from a process that has loaded the product, which saves
    seconds each; those that need settings of their own start anew.
    """

    data: Path
    forks: Processes | None = None

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
        forked = self.forks is not None and not variables
        done = self._forked(arguments, text) if forked else self._started(arguments, text, variables)
        assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def _started(
        self, arguments: tuple[str, ...], text: str, variables: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            input=text,
            capture_output=True,
            text=True,
            env={**self.environment, **variables},
            check=False,
            timeout=120,
        )

    def _forked(self, arguments: tuple[str, ...], text: str) -> subprocess.CompletedProcess[str]:
        assert self.forks is not None
        with tempfile.TemporaryDirectory() as made:
            place = Path(made)
            (place / "in").write_text(text, encoding="utf-8")
            for name in ("out", "err"):
                (place / name).touch()
            command = [made, *arguments, "--data", str(self.data)]
            self.forks.start(_FORKED, *command).wait(120)
            code, out, err = ((place / name).read_text(encoding="utf-8") for name in ("code", "out", "err"))
        return subprocess.CompletedProcess(command, int(code), out, err)

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)


@contextmanager
def held(installation: Installation) -> Iterator[None]:
    """Keep the embedded database of an installation running, in a hurry; it may still be without any company."""
    started = urlsplit(embedded.start(installation.data / "postgres"))
    hurry(started._replace(path="/postgres").geturl())
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
    environment = {**made.environment, "TUTTAVA_DATA": str(made.data)}
    environment["DJANGO_SETTINGS_MODULE"] = "tuttava.config.settings"
    with held(made):
        made.run("init", "--company", "First", "--empty", "--password-stdin", text=f"{PHRASE}\n")
        with processes(lambda: environment) as made.forks:
            yield made
