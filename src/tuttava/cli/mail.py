"""``tuttava mail``: e-mail logging from the command line."""

from __future__ import annotations

import click

from tuttava.cli.base import Group, find_company, json_option, ready, show, tell

company_option = click.option("--company", metavar="NAME", help="Which company; needed when there are several.")


@click.group(cls=Group)
def mail() -> None:
    """Log the mail of a shared mailbox."""


@mail.command("fetch")
@company_option
@json_option
def fetch(company: str | None, as_json: bool) -> None:
    """Read the mailbox once, now."""
    with ready():
        from dataclasses import asdict

        from tuttava.foundation.errors import DomainError
        from tuttava.foundation.schemas import in_schema
        from tuttava.mailbox.running import run_once

        with in_schema(find_company(company).schema):
            try:
                counts = run_once()
            except DomainError as error:
                raise click.ClickException(str(error.message)) from error
    show([asdict(counts)], as_json=as_json)


@mail.command("test")
@company_option
def test(company: str | None) -> None:
    """Connect to the mailbox, and read nothing."""
    with ready():
        from tuttava.foundation.errors import DomainError
        from tuttava.foundation.schemas import in_schema
        from tuttava.mailbox.actions import validate

        with in_schema(find_company(company).schema):
            try:
                validate()
            except DomainError as error:
                raise click.ClickException(str(error.message)) from error
    tell("The mailbox answered.")


COMMANDS = (mail,)
