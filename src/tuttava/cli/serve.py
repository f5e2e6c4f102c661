"""``serve``, ``web``, ``worker``: the running product."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuttava.cli.base import Command, boot, tell

if TYPE_CHECKING:
    from granian.server.mp import MPServer

    from tuttava.cli.processes import JobProcess

#: Jobs a worker process runs side by side.
JOBS_AT_ONCE = 2
#: Seconds after which a process that still answers requests is cut off.
WORKER_GRACE = 30

host_option = click.option("--host", help="Address to listen on (default: configuration, 127.0.0.1).")
port_option = click.option("--port", type=click.IntRange(1, 65535), help="Port (default: configuration, 8000).")
workers_option = click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer requests.")


@click.command(cls=Command)
@host_option
@port_option
@workers_option
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Run the product on one machine: web, API and jobs in one process tree.

    Ready when GET /healthz answers 200. SIGTERM finishes requests and jobs in hand.
    """
    run(host, port, workers, with_jobs=True)


@click.command(cls=Command)
@host_option
@port_option
@workers_option
def web(host: str | None, port: int | None, workers: int | None) -> None:
    """Answer requests only; for several machines before one database."""
    run(host, port, workers, with_jobs=False)


@click.command(cls=Command)
@click.option(
    "--concurrency", type=click.IntRange(1, 32), default=JOBS_AT_ONCE, show_default=True, help="Jobs at once."
)
def worker(concurrency: int) -> None:
    """Run jobs only; for several machines before one database."""
    from tuttava.config import embedded, runtime
    from tuttava.config.lifetime import end_in_order, spare_collector, watch_parent

    end_in_order(0)
    boot()
    # A worker that outlives its killed parent joins the embedded database, so that the database stops after it.
    watch_parent(lambda: embedded.join(runtime.data_dir() / "postgres"), cut_off=embedded.release)
    require_current()
    from tuttava.foundation.worker import run_worker

    spare_collector()
    run_worker(concurrency)


def run(host: str | None, port: int | None, workers: int | None, *, with_jobs: bool) -> None:
    """Listen and answer until SIGTERM or Ctrl+C; with ``with_jobs`` a further child runs jobs."""
    from tuttava.cli.processes import JobProcess
    from tuttava.config import runtime
    from tuttava.config.lifetime import PARENT, end_in_order, let_forks_end

    end_in_order(0)
    boot()
    require_current()
    collect_static()
    from django.db import connections

    connections.close_all()
    host, port = host or runtime.text("host"), port or int(runtime.text("port"))
    refuse_taken_port(host, port)
    os.environ[PARENT] = str(os.getpid())
    jobs = JobProcess(JOBS_AT_ONCE) if with_jobs else None
    server = _server(host, port, workers or worker_count())
    if jobs:
        _together(server, jobs)
    tell(f"Tuttava listens on http://{host}:{port}")
    let_forks_end()
    try:
        server.serve()
    finally:
        if jobs:
            jobs.ask_to_stop()
            jobs.join()


def _server(host: str, port: int, workers: int) -> MPServer:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    from tuttava.config import runtime

    return MPServer(
        "tuttava.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=int(runtime.text("threads")),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=WORKER_GRACE,
        log_level=LogLevels.warning,
        process_name=None,
    )


def _together(server: MPServer, jobs: JobProcess) -> None:
    """Start and stop the job process with the server."""
    server.on_startup(jobs.start)
    server.on_shutdown(jobs.ask_to_stop)


def worker_count() -> int:
    """Processes that answer requests: as configured, else one per core and at most four."""
    from tuttava.config import runtime

    return int(runtime.text("workers")) or min(os.cpu_count() or 1, 4)


def require_current() -> None:
    """Refuse to run on a database of another version."""
    from django.db import connections

    from tuttava.foundation.upgrade import is_current

    if not is_current():
        raise click.ClickException("The database is not up to date. Run: tuttava upgrade (a new one: tuttava init)")
    connections.close_all()


def refuse_taken_port(host: str, port: int) -> None:
    """Say so when something else listens there; several processes could otherwise share the port unnoticed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port."
            ) from error


def collect_static() -> None:
    """Gather and compress the static files, when the package or the version changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.DEBUG:
        return
    target = Path(settings.STATIC_ROOT)
    mark, state = target / ".collected", _static_state()
    if mark.is_file() and mark.read_text(encoding="utf-8") == state:
        return
    call_command("collectstatic", "--noinput", "--clear", verbosity=0)
    mark.write_text(state, encoding="utf-8")


def _static_state() -> str:
    """What the collected files depend on: version, and newest change and number of our own static files."""
    from tuttava import __version__
    from tuttava.config.settings import PACKAGE

    files = [path for path in PACKAGE.glob("**/static/**/*") if path.is_file()]
    newest = max((path.stat().st_mtime_ns for path in files), default=0)
    return f"{__version__} {PACKAGE} {len(files)} {newest}"


COMMANDS = (serve, web, worker)
