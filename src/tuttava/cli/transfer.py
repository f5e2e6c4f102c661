"""``tuttava import`` and ``tuttava export``: files in and out."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tuttava.cli.base import Command, find_company, json_option, progress_bar, ready, show, tell

if TYPE_CHECKING:
    from tuttava.transfer.models import ImportJob

KINDS = {
    "contacts": "contacts",
    "addresses": "alt_addresses",
    "business-relations": "contact_business_relations",
    "customers": "customers",
    "vendors": "vendors",
    "bank-accounts": "bank_accounts",
    "employees": "employees",
    "customer-ledger-entries": "customer_ledger_entries",
    "vendor-ledger-entries": "vendor_ledger_entries",
    "value-entries": "value_entries",
    "posted-documents": "posted_documents",
}
FORMATS = ("csv", "xlsx", "json", "vcard")
COUNTS = ("rows", "created", "updated", "skipped", "refused", "companies_created", "possible_duplicates")


@click.command("import", cls=Command)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--company", help="Company to import into (not needed when there is only one).")
@click.option("--kind", type=click.Choice(sorted(KINDS)), default="contacts", show_default=True, help="What it holds.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON file: {"columns": {"Heading or letter": "field or blank"}, "layout": {...}, "options": {...}}.',
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and store nothing.")
@click.option(
    "--on-duplicate",
    type=click.Choice(["ask", "skip", "update", "create"]),
    help="What happens to rows whose record exists; ask without a terminal refuses them. [default: ask]",
)
@click.option("--create-codes", is_flag=True, help="Create unknown groups, territories and levels.")
@click.option("--rejected", type=click.Path(dir_okay=False, path_type=Path), help="Where refused rows are written.")
@click.option("--undo", metavar="ID", help="Take back an earlier import.")
@click.option("--resume", metavar="ID", help="Go on with an import that was stopped.")
@json_option
def import_file(
    *,
    file: Path | None,
    company: str | None,
    kind: str,
    mapping: Path | None,
    dry_run: bool,
    on_duplicate: str | None,
    create_codes: bool,
    rejected: Path | None,
    undo: str | None,
    resume: str | None,
    as_json: bool,
) -> None:
    """Import contacts, customers and the like from a CSV, Excel, vCard or JSON FILE, or take an import back.

    Refused rows are written with their reasons beside FILE, in its own layout; repair and import them again.
    """
    if sum(bool(given) for given in (file, undo, resume)) != 1:
        raise click.UsageError("Name a FILE, or an import with --undo or --resume.")
    with ready():
        from tuttava.foundation.schemas import in_schema
        from tuttava.transfer import actions

        with in_schema(find_company(company).schema):
            if undo:
                _undo(undo, as_json=as_json)
                return
            if file is None:
                row = actions.find(str(resume))
                with _progress(row):
                    row = actions.resume(row, wait=True)
            else:
                row = _begin(file, KINDS[kind], mapping, on_duplicate or "ask", create_codes)
                row = _check(row, ask=on_duplicate in (None, "ask") and not as_json)
                row = row if dry_run else _start(row)
            _report(row, file or Path(row.file_name), rejected, dry_run=dry_run, as_json=as_json)
    if row.error:
        raise click.ClickException(row.error)


def _begin(file: Path, kind: str, mapping: Path | None, on_match: str, create_codes: bool) -> ImportJob:
    from django.core.files import File

    from tuttava.transfer import actions

    with file.open("rb") as handle:
        row = actions.begin(file.name, File(handle), kind=kind)
    wishes = _mapping_of(mapping)
    if wishes.get("layout"):
        row = actions.set_layout(row, **wishes["layout"])
    if wishes.get("columns"):
        row = actions.set_mapping_by_heading(row, wishes["columns"])
    options: dict[str, Any] = {"on_match": on_match, "create_codes": create_codes, **wishes.get("options", {})}
    row = actions.set_options(row, **options)
    layout = row.layout
    understood = f"{row.format}, {layout['encoding']}"
    understood += f", delimiter {layout['delimiter']!r}" if row.format == "csv" else ""
    used = ", ".join(f"{c['heading'] or c['index'] + 1} → {c['target']}" for c in row.mapping if c["target"])
    tell(f"Read as {understood}. {used}")
    return row


def _mapping_of(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict) or found.keys() - {"columns", "layout", "options"}:
        raise click.ClickException(f"{path} needs an object with columns, layout or options.")
    return found


def _check(row: ImportJob, *, ask: bool) -> ImportJob:
    """The dry run; at a terminal, ask once what happens to rows whose contact exists."""
    from tuttava.transfer import actions
    from tuttava.transfer.models import ImportRow

    with _progress(row):
        row = actions.check(row, wait=True)
    open_ones = ImportRow.objects.filter(job=row, planned="fail").exclude(matched_by="").count()
    if not (ask and open_ones and sys.stdin.isatty()):
        return row
    answer = click.prompt(
        f"{open_ones} rows name records that exist. What happens to them?",
        type=click.Choice(["update", "skip", "create", "ask"]),
        default="update",
        err=True,
    )
    row = actions.set_options(row, on_match=answer)
    with _progress(row):
        return actions.check(row, wait=True)


def _start(row: ImportJob) -> ImportJob:
    from tuttava.transfer import actions

    with _progress(row):
        return actions.start(row, wait=True)


@contextmanager
def _progress(row: ImportJob) -> Iterator[None]:
    """Show how far the import is while it runs, read over a connection of its own."""
    from django.db import connection

    from tuttava.foundation.schemas import current_schema, in_schema
    from tuttava.transfer.models import ImportJob

    schema, done = current_schema(), threading.Event()

    with progress_bar() as bar:
        task = bar.add_task(row.file_name, total=row.rows_total)

        def watch() -> None:
            with in_schema(schema):
                while not done.wait(0.5):
                    found = ImportJob.objects.only("position", "rows_total").filter(pk=row.pk).first()
                    if found:
                        bar.update(task, completed=found.position, total=found.rows_total)
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


def _report(row: ImportJob, file: Path, rejected: Path | None, *, dry_run: bool, as_json: bool) -> None:
    from tuttava.transfer.models import ImportRow
    from tuttava.transfer.running import summary

    counts = summary(row)
    figures = dict(zip(COUNTS, counts.values(), strict=True))
    answer: dict[str, Any] = {"import": str(row.pk), "status": str(row.status), **figures}
    if row.rows_failed:
        answer["rejected_file"] = str(_write_rejected(row, rejected or file.parent))
    if as_json:
        failed = ImportRow.objects.filter(job=row, cells__isnull=False).order_by("number")[:1000]
        answer["refused_rows"] = [{"row": f.number, "messages": f.messages} for f in failed]
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    show([answer], as_json=False, columns=["status", *COUNTS])
    if row.rows_failed:
        tell(f"Refused rows with their reasons: {answer['rejected_file']}")
    if dry_run:
        tell("Nothing was stored.")
    else:
        tell(f"To take it back: tuttava import --undo {row.pk}")


def _write_rejected(row: ImportJob, place: Path) -> Path:
    from tuttava.transfer.rejected import rejected

    name, _content_type, content = rejected(row)
    target = place / name if place.is_dir() else place
    with target.open("wb") as out:
        out.writelines(content)
    return target


def _undo(identity: str, *, as_json: bool) -> None:
    from tuttava.transfer import actions

    row = actions.take_back(actions.find(identity), wait=True)
    result = row.job.result if row.job and row.job.result else {}
    show([{"import": str(row.pk), **result}], as_json=as_json, columns=["removed", "restored", "put_back", "kept"])
    for kept in row.kept:
        tell(kept["text"])


@click.command("export", cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--company", help="Company to export from (not needed when there is only one).")
@click.option("--format", "format_name", type=click.Choice(FORMATS), help="Kind of file. [default: by its name]")
@click.option("--columns", help="Fields, separated by commas. [default: the 36 of the standard export]")
@click.option("--type", "contact_type", type=click.Choice(["company", "person"]), help="Only these.")
@click.option("--salesperson", help="Only contacts of this salesperson.")
@click.option("--territory", help="Only contacts in this territory.")
@click.option("--country", help="Only contacts in this country.")
@json_option
def export_file(
    *,
    file: Path,
    company: str | None,
    format_name: str | None,
    columns: str | None,
    contact_type: str | None,
    salesperson: str | None,
    territory: str | None,
    country: str | None,
    as_json: bool,
) -> None:
    """Export contacts to FILE as CSV, Excel, JSON or vCard. Contacts with locked personal data are left out."""
    suffix = file.suffix.lower().lstrip(".")
    chosen = format_name or {"vcf": "vcard"}.get(suffix, suffix)
    if chosen not in FORMATS:
        raise click.UsageError("Name the kind of file with --format.")
    filters = {
        "type": contact_type,
        "salesperson_code": salesperson,
        "territory_code": territory,
        "country_code": country,
    }
    with ready():
        from tuttava.foundation.schemas import in_schema
        from tuttava.transfer import exporting
        from tuttava.transfer.export_actions import selected

        with in_schema(find_company(company).schema):
            contacts, left_out = selected({name: value for name, value in filters.items() if value})
            names = [name.strip() for name in (columns or "").split(",") if name.strip()]
            blocks = exporting.write(contacts, chosen, names)
            total = contacts.count()
            with file.open("wb") as out:
                out.writelines(blocks)
    show([{"file": str(file), "contacts": total, "left_out": left_out}], as_json=as_json)


COMMANDS = (import_file, export_file)
