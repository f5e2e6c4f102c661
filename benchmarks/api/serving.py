"""A server on the measured base, and its memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.base import data_dir
from benchmarks.processes import PATIENCE, PORT

ORIGIN = f"http://127.0.0.1:{PORT}"


@contextmanager
def process(command: list[str], health: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    """A server's process id, from when ``health`` answers until the block ends."""
    known = {**os.environ, **(environment or {})}
    server = subprocess.Popen(
        command, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until = time.monotonic() + PATIENCE
        while not answers(health):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.1)
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@contextmanager
def tuttava() -> Iterator[int]:
    """The product as it is really served; no database of its own is stopped by it, because this process uses it too."""
    command = [sys.executable, "-m", "tuttava", "serve", "--port", str(PORT)]
    with process(command, f"{ORIGIN}/healthz", {"TUTTAVA_DATA": str(data_dir())}) as pid:
        yield pid


def answers(address: str) -> bool:
    """Whether somebody answers there, whatever he says."""
    try:
        with urlopen(address, timeout=2):
            return True
    except URLError as error:
        return getattr(error, "code", None) is not None
    except OSError:
        return False


def memory(root: int) -> float:
    """MB of the server and its children, what they share divided among those who share it."""
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    family = {root}
    for _generation in range(4):
        family |= {pid for pid, parent in parents.items() if parent in family}
    return sum(_proportional(pid) for pid in family)


def _proportional(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
