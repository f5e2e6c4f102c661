"""The running product: ready, stopped in order, and up again after a kill."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.cli.conftest import Installation
from tuttava.cli.processes import JobProcess
from tuttava.cli.serve import WORKER_GRACE


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def get(port: int, path: str = "/healthz") -> tuple[int, bytes]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def own(data_root: Path) -> Installation:
    made = Installation(data_root / "serve")
    made.run("init", "--company", "Served", "--empty", "--password-stdin", text="correct horse battery\n")
    return made


@contextmanager
def serving(installation: Installation, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The product, ready; killed at the end if the test did not stop it."""
    with starting(installation, port) as server:
        until = time.monotonic() + 60
        while time.monotonic() < until and server.poll() is None:
            with suppress(OSError):
                assert get(port) == (200, json.dumps({"status": "ok"}).encode())
                break
            time.sleep(0.1)
        assert server.poll() is None, said_by(server)
        yield server


@contextmanager
def starting(installation: Installation, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The product from its first moment; killed at the end if the test did not stop it."""
    command = installation.command("serve", "--port", str(port), "--workers", "2")
    server = subprocess.Popen(
        command,
        env=installation.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield server
    finally:
        if server.poll() is None:
            for process in [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]:
                process.kill()
        server.wait()


def said_by(server: subprocess.Popen[bytes]) -> str:
    """All that the product said at the terminal; waits until every process of it has ended."""
    return (server.stdout.read() if server.stdout else b"").decode()


def stop(server: subprocess.Popen[bytes]) -> None:
    """SIGTERM ends the product, and no process of it has to be cut off after the grace, however slow the machine.

    Time tells whether one was: of a process that ended by itself the web server may say that it killed it, too.
    """
    server.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert server.wait(timeout=90) == 0
    said = said_by(server)
    assert time.monotonic() - began < WORKER_GRACE and "cut off" not in said, said


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
        stop(server)
    assert wait_until_gone(own.data) == []
    assert not (own.data / "postgres" / "postmaster.pid").exists()


def wait_for_request_workers(server: subprocess.Popen[bytes], number: int) -> None:
    """Return as soon as ``number`` processes that answer requests exist; they have yet to load the product."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        children = psutil.Process(server.pid).children()
        with suppress(psutil.NoSuchProcess):
            if sum("serve" in child.cmdline() for child in children) >= number:
                return
        time.sleep(0.005)
    raise AssertionError(said_by(server))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("later", [0.0, 0.1, 0.4])
def test_sigterm_while_the_workers_load_ends_at_once(own: Installation, workers: int, later: float) -> None:
    """A worker that has not come to listen for SIGTERM yet must not swallow it, which would cost thirty seconds."""
    with starting(own, free_port()) as server:
        wait_for_request_workers(server, workers)
        time.sleep(later)
        stop(server)
    assert wait_until_gone(own.data) == []
    assert not (own.data / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize("later", [0.15, 0.3, 0.5, 0.8, 1.2])
def test_sigterm_at_the_very_start_leaves_nothing_behind(own: Installation, later: float) -> None:
    with starting(own, free_port()) as server:
        time.sleep(later)
        server.send_signal(signal.SIGTERM)
        # Before the product's first line the signal ends the interpreter itself.
        assert server.wait(timeout=90) in {0, 143, -signal.SIGTERM}
    assert wait_until_gone(own.data) == []
    assert not (own.data / "postgres" / "postmaster.pid").exists()


def test_worker_that_died_is_replaced_and_the_new_one_ends_at_once(own: Installation) -> None:
    with serving(own, free_port()) as server:
        old = [child for child in psutil.Process(server.pid).children() if "serve" in child.cmdline()]
        old[0].kill()
        psutil.wait_procs(old[:1], timeout=10)
        wait_for_request_workers(server, 2)
        stop(server)
    assert wait_until_gone(own.data) == []


def job_process(tmp_path: Path) -> tuple[JobProcess, Path]:
    """The keeper of a child that takes half a second to end, and the file where it notes each SIGTERM."""
    notes = tmp_path / "notes"
    script = (
        "import pathlib, signal, sys, time\n"
        "notes = open(sys.argv[1], 'a', buffering=1)\n"
        "signal.signal(signal.SIGTERM, lambda *_: notes.write('term\\n'))\n"
        "notes.write('ready\\n')\n"
        "signal.pause()\n"
        "time.sleep(0.5)\n"
    )
    jobs = JobProcess(1)
    jobs.command = [sys.executable, "-c", script, str(notes)]
    return jobs, notes


def test_request_to_end_that_python_dropped_is_made_again() -> None:
    """An exception that a signal raises inside a finalizer is lost."""
    script = (
        "import os, signal, time\n"
        "from tuttava.config.lifetime import end_in_order\n"
        "class Deaf:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        time.sleep(0.01)\n"
        "end_in_order(7)\n"
        "Deaf()\n"
        "print('went on', flush=True)\n"
        "time.sleep(60)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stdout) == (7, "went on\n")


def test_request_to_end_that_found_the_main_thread_asleep_is_made_again() -> None:
    """Python's handler runs in the main thread, which a signal that another thread received does not wake."""
    script = (
        "import signal, sys, threading, time\n"
        "from tuttava.config.lifetime import heed_signals\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "heed_signals()\n"
        "other = threading.Thread(target=time.sleep, args=(60,), daemon=True)\n"
        "other.start()\n"
        "threading.Timer(0.3, lambda: signal.pthread_kill(other.ident, signal.SIGTERM)).start()\n"
        "asleep = threading.Lock()\n"
        "asleep.acquire()\n"
        "asleep.acquire()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 7, done.stderr


def test_job_process_is_told_to_stop_once_however_often_it_is_asked(tmp_path: Path) -> None:
    """A second SIGTERM would make it drop the jobs in hand."""
    jobs, notes = job_process(tmp_path)
    jobs.start()
    until = time.monotonic() + 30
    while not (notes.exists() and notes.read_text(encoding="ascii")) and time.monotonic() < until:
        time.sleep(0.02)
    jobs.ask_to_stop()
    jobs.ask_to_stop()
    jobs.join()
    assert notes.read_text(encoding="ascii").split() == ["ready", "term"]


def test_job_process_asked_to_stop_before_it_began_never_begins(tmp_path: Path) -> None:
    jobs, notes = job_process(tmp_path)
    jobs.ask_to_stop()
    jobs.start()
    jobs.thread.join(10)
    jobs.join()
    assert not jobs.thread.is_alive() and jobs.child is None and not notes.exists()


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
        stop(server)
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
        stop(server)
    assert wait_until_gone(own.data) == []
