"""``doctor``: looks at everything an installation needs and says what to do about what is wrong."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click

from tuttava.cli.base import Command, boot, json_option, show

#: Least free space in the data directory, in bytes, and tolerated difference of clocks, in seconds.
FREE_SPACE, CLOCKS = 1_000_000_000, 5.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``state`` is ``ok``, ``warning`` or ``error``; ``advice`` says what to do."""

    what: str
    state: str
    found: str
    advice: str = ""


def _installation() -> Iterator[Finding]:
    from tuttava import __version__
    from tuttava.config import runtime

    yield Finding("version", "ok", f"Tuttava {__version__}, Python {sys.version.split()[0]}")
    unknown = [name for name in runtime.file_names() if name not in runtime.DEFAULTS and name not in runtime.SECRETS]
    if unknown:
        yield Finding("configuration", "warning", f"unknown in tuttava.toml: {', '.join(unknown)}", "Check the names.")
    exposed = runtime.text("host") not in {"127.0.0.1", "localhost", "::1"}
    if exposed and not runtime.flag("secure"):
        yield Finding(
            "security",
            "warning",
            f"listens on {runtime.text('host')} without TLS",
            "Put a proxy with TLS in front and set secure = true and trust_proxy = true.",
        )
    if runtime.flag("debug"):
        yield Finding("security", "warning", "debug is on", "Set debug = false.")


def _disk() -> Iterator[Finding]:
    from tuttava.config import runtime

    free = shutil.disk_usage(runtime.data_dir()).free
    state = "ok" if free >= FREE_SPACE else "error"
    yield Finding("disk", state, f"{free / 1e9:.1f} GB free", "" if state == "ok" else "Make room, or move the data.")


def _database() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, extract(epoch FROM clock_timestamp())")
        version, epoch = cursor.fetchone()
        advice = "" if version >= 150000 else "Tuttava needs PostgreSQL 15 or newer."
        yield Finding("database", "error" if advice else "ok", f"PostgreSQL {version // 10000}", advice)
        apart = abs(float(epoch) - time.time())
        advice = "" if apart <= CLOCKS else "Synchronise the clocks of both machines."
        yield Finding("clock", "error" if advice else "ok", f"{apart:.1f} s from the database's", advice)


def _schemas() -> Iterator[Finding]:
    from tuttava.foundation.directory.models import Company, User
    from tuttava.foundation.upgrade import is_current

    if not is_current():
        yield Finding("schemas", "error", "not up to date", "Run: tuttava upgrade")
        return
    companies = Company.objects.filter(ready=True).count()
    yield Finding("schemas", "ok" if companies else "warning", f"{companies} companies, up to date")
    admins = User.objects.filter(is_superuser=True, is_active=True).count()
    advice = "" if admins else "Run: tuttava user create NAME --admin"
    yield Finding("administrators", "ok" if admins else "error", str(admins), advice)


def _jobs() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE last_heartbeat > now() - interval '30 seconds'),"
            " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo') FROM procrastinate_workers"
        )
        workers, waiting = cursor.fetchone()
    state = "ok" if workers or not waiting else "error"
    advice = "" if state == "ok" else "Nothing runs them. Start: tuttava serve, or tuttava worker"
    yield Finding("jobs", state, f"{workers} workers running, {waiting} jobs waiting", advice)


def _mail() -> Iterator[Finding]:
    from tuttava.config import runtime

    if runtime.text("mail_transport") != "smtp":
        yield Finding("mail", "warning", "outbox: mails are kept, not sent", "Set mail_transport = smtp and mail_host.")
        return
    from tuttava.foundation.mail import check_server

    problem = check_server()
    where = f"{runtime.text('mail_host')}:{runtime.text('mail_port')}"
    yield Finding("mail", "error" if problem else "ok", problem or where, "Check mail_* values." if problem else "")
    if not runtime.text("public_url"):
        told = f"links in mails lead to {runtime.public_url()}"
        yield Finding("mail", "warning", told, "Set public_url to the address that readers of mails can reach.")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (_installation, _disk, _database, _schemas, _jobs, _mail)


@click.command(cls=Command)
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check installation, database, jobs, mail, disk and clock, and say what to do. Exit code 1 on an error."""
    boot()
    findings: list[Finding] = []
    for check in CHECKS:
        try:
            findings += check()
        except Exception as error:
            findings.append(Finding(check.__name__.strip("_"), "error", f"{type(error).__name__}: {error}"))
    show([asdict(finding) for finding in findings], as_json=as_json)
    if any(finding.state == "error" for finding in findings):
        context.exit(1)


COMMANDS = (doctor,)
