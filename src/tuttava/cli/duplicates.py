"""``tuttava duplicates``: the whole-base search from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tuttava.cli.base import Group, find_company, json_option, progress_bar, ready, show, tell

if TYPE_CHECKING:

    pass

company_option = click.option("--company", metavar="NAME", help="Which company; needed when there are several.")


@click.group(cls=Group)
def duplicates() -> None:
    """Find contacts that are the same party, in the whole base."""


@duplicates.command("run")
@company_option
@json_option
def run(company: str | None, as_json: bool) -> None:
    """Compare all contacts with each other, now."""
    with ready():
        from tuttava.duplicates import smart
        from tuttava.foundation.schemas import in_schema

        found = find_company(company)
        with in_schema(found.schema), progress_bar() as bar:
            task = bar.add_task("Comparing contacts", total=None)
            job = smart.search_all(wait=True)
            bar.update(task, total=job.total, completed=job.done)
    if job.error:
        raise click.ClickException(job.error)
    result = dict(job.result or {})
    text = result.pop("text", "")
    if as_json:
        show([result], as_json=True)
    else:
        tell(str(text))


@duplicates.command("status")
@company_option
@json_option
def status(company: str | None, as_json: bool) -> None:
    """What is known: open pairs, answers, and when the whole base was compared last."""
    with ready():
        from tuttava.duplicates.smart.figures import figures
        from tuttava.foundation.schemas import in_schema

        with in_schema(find_company(company).schema):
            found = figures()
    show([found], as_json=as_json)


COMMANDS = (duplicates,)
