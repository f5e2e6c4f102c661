"""``tuttava duplicates``: the whole-base search from the command line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from tuttava.cli.base import Group, find_company, json_option, progress_bar, ready, show, tell

company_option = click.option("--company", metavar="NAME", help="Which company; needed when there are several.")


@click.group(cls=Group)
def duplicates() -> None:
    """Find contacts that are the same party, in the whole base."""


@duplicates.command("run")
@company_option
@json_option
def run(company: str | None, as_json: bool) -> None:
    """Compare all contacts of a company with each other, now."""
    with ready():
        from tuttava.duplicates import smart
        from tuttava.foundation.schemas import in_schema

        with in_schema(find_company(company).schema), _progress():
            job = smart.search_all(wait=True)
    if job.error:
        raise click.ClickException(job.error)
    result = dict(job.result or {})
    text = str(result.pop("text", ""))
    if as_json:
        show([result], as_json=True)
    else:
        tell(text)


@contextmanager
def _progress() -> Iterator[None]:
    """Show how far the search is while it runs, read over a connection of its own."""
    from django.db import connection

    from tuttava.duplicates.smart.jobs import under_way
    from tuttava.foundation.schemas import current_schema, in_schema

    schema, done = current_schema(), threading.Event()
    with progress_bar() as bar:
        task = bar.add_task("Comparing contacts", total=None)

        def watch() -> None:
            with in_schema(schema):
                while not done.wait(0.5):
                    job = under_way()
                    if job:
                        bar.update(task, completed=job.done, total=job.total)
            connection.close()

        watcher = threading.Thread(target=watch, daemon=True)
        if not bar.disable:
            watcher.start()
        try:
            yield
        finally:
            done.set()
            if watcher.is_alive():
                watcher.join()


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
