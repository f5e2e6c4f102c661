"""What every command shares: ``--data``, one way to fail, the boot of the product, output for people and programs.

Modules of this package import Django only inside their functions, so that ``--help`` and wrong use answer at once.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress

    from tuttava.foundation.directory.models import Company, User


def _use_data_directory(context: click.Context, option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        os.environ["TUTTAVA_DATA"] = str(value.expanduser().resolve())


def data_option() -> click.Option:
    return click.Option(
        ["--data"],
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Data directory (default: ./tuttava-data, or TUTTAVA_DATA).",
        expose_value=False,
        is_eager=True,
        callback=_use_data_directory,
    )


class Command(click.Command):
    """A command with ``--data`` whose failures are one sentence and exit code 1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(data_option())

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
            raise
        except Exception as error:
            if os.environ.get("TUTTAVA_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
                raise
            raise click.ClickException(explain(error)) from error


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(data_option())


def explain(error: Exception) -> str:
    """An error as a sentence for the person at the terminal: a rule's own words, else kind and text."""
    from tuttava.foundation.errors import DomainError

    if isinstance(error, DomainError):
        return "\n".join([str(error.message), *(f"  - {detail.message}" for detail in error.details)])
    text = str(error).strip() or type(error).__name__
    return f"{type(error).__name__}: {text}\nSet TUTTAVA_DEBUG=true to see where it happened."


json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


def boot() -> None:
    """Start (or find) the database, compile translations where needed, and set Django up; safe to repeat."""
    from django.apps import apps

    if apps.ready:
        return
    import django

    from tuttava.config import embedded, translations

    translations.compile_catalogues()
    embedded.ensure_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuttava.config.settings")
    django.setup()


@contextmanager
def ready() -> Iterator[None]:
    """Boot, refuse a database that is not up to date, and act as the person at the terminal with all rights."""
    boot()
    from tuttava.foundation.context import Context, acting
    from tuttava.foundation.upgrade import is_current

    if not is_current():
        raise click.ClickException("The database is not up to date. Run: tuttava upgrade (a new one: tuttava init)")
    with acting(Context(user_name=operator(), door="command")):
        yield


def operator() -> str:
    """The name of the person at the terminal, for the journal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command"


def find_company(name: str | None) -> Company:
    """The company called ``name`` (name or its place in addresses); without a name the only one there is."""
    from django.db.models import Q

    from tuttava.foundation.directory.models import Company

    ready_ones = Company.objects.filter(ready=True)
    if name:
        found = ready_ones.filter(Q(name__iexact=name) | Q(slug=name)).first()
        if found is None:
            raise click.ClickException(f"There is no company “{name}”. See: tuttava company list")
        return found
    companies = list(ready_ones[:2])
    if len(companies) != 1:
        raise click.UsageError("Name the company with --company." if companies else "There is no company yet.")
    return companies[0]


def find_user(name: str) -> User:
    """The user called ``name``."""
    from tuttava.foundation.directory.models import User

    found = User.objects.filter(username__iexact=name).first()
    if found is None:
        raise click.ClickException(f"There is no user “{name}”. See: tuttava user list")
    return found


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, columns: Sequence[str] = ()) -> None:
    """Print rows as a table for people or as JSON for programs."""
    if as_json:
        click.echo(json.dumps(list(rows), indent=2, default=str, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    names = list(columns or (rows[0] if rows else ()))
    table = Table(*(name.replace("_", " ").capitalize() for name in names), box=None, header_style="bold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in names))
    # A pipe has no width of its own: lines must not be folded there.
    Console(width=None if sys.stdout.isatty() else 500).print(table) if rows else click.echo("None.")


def tell(text: str) -> None:
    """Say something to the person at the terminal; standard output stays for answers."""
    click.echo(text, err=True)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress display on standard error, shown on a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        yield bar


def read_password(from_standard_input: bool) -> str:
    """A password from standard input (one line), or asked for twice without showing it."""
    if from_standard_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
