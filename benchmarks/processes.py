"""Starting the product, and the memory of each of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.base import data_dir

PORT = int(os.environ.get("TUTTAVA_BENCH_PORT", "8150"))
PATIENCE = 120


@dataclass
class Started:
    """Seconds until the server answered, and MB of each process (shared memory counted once)."""

    seconds: float
    memory: dict[str, float]


def measure() -> Started:
    """Start ``tuttava serve`` on the measured base with its database stopped, look around, and stop it again."""
    environment = {**os.environ, "TUTTAVA_DATA": str(data_dir())}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tuttava", "serve", "--port", str(PORT)]
    started = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers():
            if server.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        seconds = time.perf_counter() - started
        time.sleep(2)
        return Started(seconds, _memory(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def database_time() -> float:
    """Seconds of processor time that the database has spent on this process's connection."""
    from django.db import connection

    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _answers() -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _memory(root: int) -> dict[str, float]:
    """MB by kind of process below ``root``, and of the database's processes of this base."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
    found: dict[str, float] = {}
    for pid in parents:
        name = _name(pid, root, parents)
        if name:
            found[name] = found.get(name, 0) + _proportional(pid)
    return found


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _name(pid: int, root: int, parents: dict[int, int]) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    except OSError:
        return ""
    ancestor, seen = pid, 0
    while ancestor not in (0, 1, root) and seen < 20:
        ancestor, seen = parents.get(ancestor, 0), seen + 1
    if str(data_dir()) in words or ("postgres" in words and _serves_base(pid, parents)):
        return "PostgreSQL, all processes"
    if ancestor != root:
        return ""
    return "server" if pid == root else "its children (web and jobs)"


def _serves_base(pid: int, parents: dict[int, int]) -> bool:
    try:
        words = Path(f"/proc/{parents.get(pid, 0)}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return str(data_dir()) in words


def _proportional(pid: int) -> float:
    """Memory of one process in MB, with what it shares divided among those who share it."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except (OSError, ValueError):
        return 0
    return 0
