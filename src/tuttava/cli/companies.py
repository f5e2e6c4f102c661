"""``tuttava company``: companies are sets of books of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from tuttava.cli.base import Group, find_company, json_option, ready, show, tell
from tuttava.cli.installation import LANGUAGES

if TYPE_CHECKING:
    from tuttava.foundation.directory.actions import SetupData


@click.group(cls=Group)
def company() -> None:
    """List, create, copy and delete companies."""


@company.command("list")
@json_option
def list_companies(as_json: bool) -> None:
    """List the companies."""
    with ready():
        from tuttava.foundation.directory.models import Company

        rows = [
            {"name": found.name, "address": f"/c/{found.slug}/", "created": found.created_at.date(), "id": found.pk}
            for found in Company.objects.filter(ready=True)
        ]
    show(rows, as_json=as_json)


@company.command("create")
@click.argument("name")
@click.option("--display-name", default="", help="What pages show instead of the name.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of its code tables.")
@click.option("--country", default="NO", show_default=True, help="Its country, two letters.")
@click.option(
    "--setup-data",
    type=click.Choice(["standard", "empty", "demo"]),
    default="standard",
    show_default=True,
    help="What it starts with.",
)
def create(*, name: str, display_name: str, language: str, country: str, setup_data: str) -> None:
    """Create a company."""
    with ready():
        from tuttava.foundation.directory.actions import create_company

        created = create_company(
            name=name,
            display_name=display_name,
            setup_data=cast("SetupData", setup_data),
            language=language,
            country=country.upper(),
        )
    tell(f"Company “{created.name}” is ready at /c/{created.slug}/.")


@company.command("copy")
@click.argument("source")
@click.argument("name")
def copy(source: str, name: str) -> None:
    """Copy the company SOURCE, with everything in it, to a new company NAME."""
    with ready():
        from tuttava.foundation.directory.actions import copy_company

        created = copy_company(find_company(source), name=name)
    tell(f"Company “{created.name}” is ready at /c/{created.slug}/.")


@company.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(name: str, yes: bool) -> None:
    """Delete a company and everything in it, for good."""
    with ready():
        from tuttava.foundation.directory.actions import delete_company

        found = find_company(name)
        if not yes:
            click.confirm(f"Delete “{found.name}” and everything in it, for good?", abort=True, err=True)
        delete_company(found)
    tell(f"Company “{found.name}” was deleted.")


COMMANDS = (company,)
