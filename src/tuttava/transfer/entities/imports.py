"""Imports in the CRM service (17.13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, EntitySet, File, Navigation, Property, Row, Stream, Wanted
from tuttava.foundation.models import Job
from tuttava.foundation.spelling import camel
from tuttava.transfer import actions, arriving
from tuttava.transfer.kinds import kind_of
from tuttava.transfer.models import FileFormat, ImportJob, ImportKind, ImportRow, ImportStatus, Outcome

FORMAT = edm.Type(
    edm.Kind.ENUM,
    enum=edm.EnumType(
        "fileFormat",
        tuple(
            edm.Member({"vcard": "VCard"}.get(stored, edm.crm_member(stored)), stored, words, number)
            for number, (stored, words) in enumerate(FileFormat.choices)
        ),
    ),
)
_KIND = edm.crm_enum("importJobKind", list(ImportKind.choices))
_STATUS = edm.crm_enum("importJobStatus", list(ImportStatus.choices))
_OUTCOME = edm.crm_enum("importRowOutcome", [("", " "), *Outcome.choices])
_COUNTS = ("rows_total", "rows_valid", "rows_created", "rows_updated", "rows_skipped", "rows_failed")


def _awaited(act: Callable[..., ImportJob]) -> Callable[..., ImportJob | Job | None]:
    """The import when it is done, or the job that does it for whoever does not wait (A-67)."""

    def run(row: ImportJob, *, wait: bool) -> ImportJob | Job | None:
        done = act(row, wait=wait)
        return done if wait else done.job

    return run


def _data(name: str, source: str, **options: Any) -> Property:
    return Property(name, edm.UNTYPED, source, filterable=False, sortable=False, **options)


def _words_of_rows(rows: Sequence[Row], wanted: Wanted) -> None:
    """What a row did, or would do: the run's outcome, else the dry run's."""
    for row in rows:
        row["outcome"] = row["outcome"] or row["planned"]


def _mapped(rows: Sequence[Row], wanted: Wanted) -> None:
    """The mapping as headings and fields, the options as they were asked for."""
    for row in rows:
        columns = [(column["heading"], column["target"]) for column in row.get("mapping") or [] if column["target"]]
        row["mapping"] = {heading: kind_of(row["kind"]).public_name(target) for heading, target in columns}
        options = {**(row.get("options") or {}), **(row["asked"].get("options") or {})}
        row["options"] = {camel(name): value for name, value in options.items()}


def _content(row: ImportJob) -> File | None:
    if not row.file:
        return None
    with row.file.open("rb") as stored:
        return File(stored.read(), "application/octet-stream", row.file_name)


def _rejected(row: ImportJob) -> File | None:
    found = arriving.refused_file(row)
    return File(found[2], found[1], found[0]) if found else None


def _remove(row: ImportJob, version: int | None) -> None:
    actions.remove(row)


CRM.register(
    EntitySet(
        name="importJobs",
        entity="importJob",
        model=ImportJob,
        properties=(
            Property("id", edm.GUID, "id", immutable=True),
            Property("kind", _KIND, "kind", immutable=True),
            Property("fileName", edm.text(250), "file_name", required=True, immutable=True),
            Property("format", FORMAT, "format", immutable=True),
            _data("mapping", "mapping", immutable=True),
            _data("options", "options", immutable=True),
            Property("status", _STATUS, "status", read_only=True),
            *(Property(camel(name), edm.BIG, name, read_only=True, nullable=True) for name in _COUNTS),
            Property("error", edm.text(), "error", read_only=True),
            Property("unitOfWork", edm.GUID, "unit_id", read_only=True, nullable=True),
            Property("userId", edm.text(150), "user_name", read_only=True),
            Property("systemCreatedAt", edm.INSTANT, "created_at", read_only=True),
            Property("startedAt", edm.INSTANT, "started_at", read_only=True, nullable=True),
            Property("finishedAt", edm.INSTANT, "finished_at", read_only=True, nullable=True),
        ),
        navigations=(Navigation("rows", "importRows", theirs="job_id", contained=True, partner="importJob"),),
        streams=(Stream("content", _content, arriving.receive),),
        actions=(
            Action("preview", lambda row: {"value": arriving.preview(row)}),
            Action("run", _awaited(arriving.run), returns="importJobs", long=True),
            Action("undo", _awaited(actions.take_back), returns="importJobs", long=True),
            Action("cancel", actions.cancel),
            Action("rejected", _rejected, function=True),
        ),
        create=arriving.announce,
        delete=_remove,
        finish=_mapped,
        always=("asked", "kind", "mapping", "options"),
        # What a kind writes decides who may import it; each action asks.
        write_right="",
        delete_right="",
        methods=frozenset({"GET", "POST", "DELETE"}),
    ),
    EntitySet(
        name="importRows",
        entity="importRow",
        model=ImportRow,
        properties=(
            Property("id", edm.BIG, "id", read_only=True),
            Property("importJobId", edm.GUID, "job_id", read_only=True),
            Property("number", edm.BIG, "number", read_only=True),
            Property("label", edm.text(150), "label", read_only=True),
            Property("outcome", _OUTCOME, "outcome", read_only=True),
            Property("entityId", edm.GUID, "entity_id", read_only=True, nullable=True),
            _data("messages", "messages", read_only=True),
        ),
        navigations=(Navigation("importJob", "importJobs", many=False, ours="job_id"),),
        finish=_words_of_rows,
        always=("planned", "outcome"),
        natural_key=("number",),
        needs_parent="api.import_job_required",
        version="",
        methods=frozenset({"GET"}),
    ),
)
