"""The running product: ready, stopped in order, and up again after a kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.cli.conftest import Installation


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def get(port: int, path: str = "/healthz") -> tuple[int, bytes]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("serve"))
    made.run("init", "--company", "Served", "--empty", "--password-stdin", text="correct horse battery\n")
    return made


@contextmanager
def serving(installation: Installation, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The product, ready; killed at the end if the test did not stop it."""
    command = installation.command("serve", "--port", str(port), "--workers", "2")
    server = subprocess.Popen(command, env=installation.environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and server.poll() is None:
            with suppress(OSError):
                assert get(port) == (200, json.dumps({"status": "ok"}).encode())
                break
            time.sleep(0.1)
        assert server.poll() is None, (server.stderr.read() if server.stderr else b"").decode()
        yield server
    finally:
        if server.poll() is None:
            for process in [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]:
                process.kill()
        server.wait()


def processes_of(data: Path) -> list[psutil.Process]:
    """Every living process that works on this data directory."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if str(data) in " ".join(process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def wait_until_gone(data: Path, seconds: float = 30) -> list[psutil.Process]:
    until = time.monotonic() + seconds
    while (left := processes_of(data)) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def test_sigterm_stops_the_whole_tree_and_the_embedded_database(own: Installation) -> None:
    port = free_port()
    with serving(own, port) as server:
        assert len(processes_of(own.data)) >= 3
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    assert wait_until_gone(own.data) == []
    assert not (own.data / "postgres" / "postmaster.pid").exists()


def test_port_that_is_taken_is_told_in_words(own: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = own.run("serve", "--port", str(taken.getsockname()[1]), code=1)
    assert "Cannot listen" in refused.stderr


def test_killed_parent_takes_its_children_and_the_database_with_it(own: Installation) -> None:
    with serving(own, free_port()) as server:
        children = psutil.Process(server.pid).children(recursive=True)
        server.kill()
        server.wait()
        _gone, alive = psutil.wait_procs(children, timeout=30)
        assert alive == []
    assert wait_until_gone(own.data) == []


def test_killed_tree_starts_again_cleanly(own: Installation) -> None:
    with serving(own, free_port()) as server:
        for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]:
            process.kill()
        server.wait()
    port = free_port()
    with serving(own, port) as server:
        assert get(port)[0] == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    assert wait_until_gone(own.data) == []


def test_killed_machine_starts_again_cleanly(own: Installation) -> None:
    """Database killed too: its lock file and its list of users name processes that no longer exist."""
    with serving(own, free_port()) as server:
        postmaster = int((own.data / "postgres" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]:
            process.kill()
        os.kill(postmaster, signal.SIGKILL)
        server.wait()
    # The worst case: the dead server's number now belongs to somebody else.
    lock = own.data / "postgres" / "postmaster.pid"
    lines = lock.read_text(encoding="ascii").splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n", encoding="ascii")
    port = free_port()
    with serving(own, port) as server:
        assert get(port)[0] == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    assert wait_until_gone(own.data) == []
