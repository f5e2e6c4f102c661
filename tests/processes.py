"""Processes of their own that tests start, kill and wait for.

Loading the product takes seconds of processor time. One process does it once for a run of the tests; those that are
asked for are forked from it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STARTER = """
import json, os, signal, sys, traceback
from tuttava.cli.base import boot
boot()
database = os.environ.get("DATABASE_URL")
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    told = json.loads(line)
    number = os.fork()
    if number:
        print(number, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(told["environment"])
    if database:
        os.environ.setdefault("DATABASE_URL", database)
    sys.argv = ["-c", *told["arguments"]]
    try:
        exec(told["code"], {"__name__": "__main__"})
        open(told["done"], "w").close()
    except BaseException:
        traceback.print_exc()
    os._exit(0)
"""
_TICK = 0.01


@dataclass
class Forked:
    """A process; ``done`` is a file that it makes at its end when all went well."""

    number: int
    done: Path

    def is_running(self) -> bool:
        try:
            os.kill(self.number, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """End it at once, wherever it is, and wait until it is gone."""
        if self.is_running():
            os.kill(self.number, signal.SIGKILL)
        self.wait(60)

    def wait(self, timeout: float) -> bool:
        """Wait for its end, at most so many seconds; whether all went well."""
        end = time.monotonic() + timeout
        while self.is_running():
            if time.monotonic() > end:
                os.kill(self.number, signal.SIGKILL)
                raise TimeoutError(f"process {self.number} did not end")
            time.sleep(_TICK)
        return self.done.exists()


class Processes:
    """Starts processes that run ``code`` with the product set up, in the environment of the moment."""

    def __init__(self, starter: subprocess.Popen[str], place: Path, environment: Callable[[], dict[str, str]]) -> None:
        self._starter = starter
        self._place = place
        self._environment = environment
        self._count = 0
        self._started: list[Forked] = []

    def start(self, code: str, *arguments: Any) -> Forked:
        """A process that executes ``code``; ``arguments`` stand in ``sys.argv`` from place 1 on."""
        assert self._starter.stdin is not None and self._starter.stdout is not None
        self._count += 1
        done = self._place / str(self._count)
        told = {
            "code": code,
            "arguments": [str(each) for each in arguments],
            "environment": self._environment(),
            "done": str(done),
        }
        self._starter.stdin.write(json.dumps(told) + "\n")
        self._starter.stdin.flush()
        self._started.append(Forked(int(self._starter.stdout.readline()), done))
        return self._started[-1]

    def kill_all(self) -> None:
        """Leave none behind, whatever a test forgot."""
        for each in self._started:
            each.kill()


def on_test_database() -> dict[str, str]:
    """The environment of this moment, with the database of the tests."""
    from django.db import connection

    database = connection.settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={database['HOST']}"
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tuttava.config.settings"}


@contextmanager
def processes(environment: Callable[[], dict[str, str]] = on_test_database) -> Iterator[Processes]:
    """A starter of processes, ready as soon as it has loaded the product."""
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen(
            [sys.executable, "-c", _STARTER],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as starter,
    ):
        made = Processes(starter, Path(place), environment)
        try:
            yield made
        finally:
            made.kill_all()
            assert starter.stdin is not None
            starter.stdin.close()
