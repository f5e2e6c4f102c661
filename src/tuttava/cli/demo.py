"""``demo``: from nothing to an open product with fictitious data, for trying it out on one's own machine."""

from __future__ import annotations

import os
import sys
import threading
import time
import webbrowser
from contextlib import closing, suppress
from http.client import HTTPConnection

import click

from tuttava.cli.base import Command, boot, tell

COMPANY = "Aurora Trading"
#: For trials on one's own machine only: the demo listens on the loopback address.
PHRASE = "tuttava-demo"
#: Name, what the login may do, full name, administrator, permission set.
LOGINS = (
    ("demo", "administrator", "Dina Moe", True, ""),
    ("sales", "reads and changes", "Sam Aalto", False, "CRM-EDIT"),
)


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def demo(port: int, no_browser: bool) -> None:
    """Try the product: makes a demo company the first time, then serves it on this machine only."""
    from tuttava.cli.serve import refuse_taken_port, run

    refuse_taken_port("127.0.0.1", port)
    prepare()
    address = f"http://127.0.0.1:{port}"
    tell(f"\n  Tuttava demo: {address}\n")
    for name, words, *_rest in LOGINS:
        tell(f"  Sign in as {name:<6} password {PHRASE}   ({words})")
    tell("\n  Fictitious data, for trying out only. Ctrl+C stops; the data is kept.\n")
    if not no_browser and _has_display():
        threading.Thread(target=_open_when_ready, args=[port], daemon=True).start()
    run("127.0.0.1", port, 1, with_jobs=True)


def prepare() -> None:
    """Create or upgrade database, demo company and logins; quick when all is there."""
    boot()
    from tuttava.cli.installation import upgrade_with_progress
    from tuttava.foundation.context import Context, acting
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.models import Company, User
    from tuttava.foundation.upgrade import is_current

    if not is_current():
        upgrade_with_progress()
    with acting(Context(user_name="demo", door="command")):
        if not Company.objects.filter(ready=True).exists():
            tell(f"Creating the demo company “{COMPANY}” ...")
            create_company(name=COMPANY, setup_data="demo")
        if not User.objects.exists():
            _create_logins()


def _create_logins() -> None:
    from tuttava.foundation.directory.permission_sets import grant
    from tuttava.foundation.directory.users import create_user

    for name, _words, full_name, admin, permission_set in LOGINS:
        user = create_user(username=name, password=PHRASE, full_name=full_name, admin=admin)
        if permission_set:
            grant(user, permission_set=permission_set, company=None)


def _has_display() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_when_ready(port: int) -> None:
    for _attempt in range(120):
        with suppress(OSError):
            with closing(HTTPConnection("127.0.0.1", port, timeout=2)) as probe:
                probe.request("GET", "/healthz")
                probe.getresponse()
            webbrowser.open(f"http://127.0.0.1:{port}")
            return
        time.sleep(0.5)


COMMANDS = (demo,)
