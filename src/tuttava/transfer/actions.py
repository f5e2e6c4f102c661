"""What a user does with an import: bring a file, say what its columns mean, try, run, take back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation import jobs
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job, JobStatus
from tuttava.transfer import mapping
from tuttava.transfer.kinds import Kind, kind_of
from tuttava.transfer.models import FileFormat, ImportJob, ImportKind, ImportRow, ImportStatus, Outcome
from tuttava.transfer.numbers import guess_decimal_sign
from tuttava.transfer.options import Options
from tuttava.transfer.readers import Layout, Understanding, understand
from tuttava.transfer.targets import Conversion
from tuttava.transfer.words import guess_date_order

OPEN = (ImportStatus.DRAFT, ImportStatus.CHECKED)
UNDOABLE = (ImportStatus.DONE, ImportStatus.CANCELED, ImportStatus.FAILED)
#: A job that wrote nothing for so long has lost its process.
SILENCE = dt.timedelta(minutes=1)
BUSY = (ImportStatus.CHECKING, ImportStatus.RUNNING)
#: The kind of job that takes an import back.
UNDO = "transfer.undo"


def begin(file_name: str, content: File[bytes] | None, *, kind: str = ImportKind.CONTACTS) -> ImportJob:
    """Take a file in and understand it. Raises ``import.file_unreadable``; nothing is kept then."""
    kind_of(kind).require()
    if content is None or not content.size:
        raise DomainError("import.file_unreadable", _("The file is empty."), field="file")
    name = Path(file_name.replace("\\", "/")).name[:250] or "file"
    row = ImportJob(kind=kind, file_name=name, user_name=current().user_name)
    row.file.save(f"{row.pk}", content, save=False)
    try:
        apply_understanding(row, understand(Path(row.file.path), name))
    except DomainError:
        row.file.delete(save=False)
        raise
    row.save()
    return row


def apply_understanding(row: ImportJob, understanding: Understanding, *, keep: bool = False) -> None:
    """Take over what was understood of the file; ``keep``: the user's choices for columns that are still there stay."""
    kind = kind_of(row.kind)
    row.layout = understanding.layout.as_json()
    row.format = FileFormat(understanding.layout.format)
    guessed = mapping.guess_mapping(kind, understanding)
    if keep:
        chosen = {c.index: c.target for c in mapping.columns_from_json(row.mapping) if c.source == "user"}
        guessed = mapping.choose(kind, guessed, {i: t for i, t in chosen.items() if i < len(guessed)})
    row.mapping = [column.as_json() for column in guessed]
    row.rows_total = None
    if not keep:
        row.options = _first_options(kind, guessed, understanding).as_json()


def _first_options(kind: Kind, columns: Sequence[mapping.Column], understanding: Understanding) -> Options:
    """All keys of the kind; dates and amounts as the first rows have them."""
    dates = _cells(kind, columns, understanding, Conversion.DATE)
    amounts = _cells(kind, columns, understanding, Conversion.AMOUNT)
    layout = understanding.layout
    usual = "," if layout.format == FileFormat.CSV and layout.delimiter == ";" else "."
    return Options(
        match_by=kind.matchers,
        date_order=guess_date_order(dates),
        decimal=guess_decimal_sign(amounts, usual),
    )


def _cells(
    kind: Kind, columns: Sequence[mapping.Column], understanding: Understanding, wanted: Conversion
) -> list[str]:
    """The first cells of the columns whose fields hold such values."""
    known = kind.targets
    places = [each.index for each in columns if each.target and known[each.target].conversion is wanted]
    return [row.cells[place] for row in understanding.samples for place in places if place < len(row.cells)]


def look(row: ImportJob) -> Understanding:
    """The headings and first rows of the file as it is understood now."""
    _check_file(row)
    return understand(Path(row.file.path), row.file_name, Layout.from_json(row.layout))


def _check_file(row: ImportJob) -> None:
    if not row.file:
        raise DomainError("import.no_file", _("The file of this import is not kept any more. Choose it again."))


def set_layout(row: ImportJob, **changes: Any) -> ImportJob:
    """Read the file another way: encoding, delimiter, heading row, sheet."""
    kind_of(row.kind).require()
    _check_open(row)
    _check_file(row)
    layout = Layout.from_json({**row.layout, **changes})
    if layout.format == "csv" and (len(layout.delimiter) != 1 or layout.delimiter in '\r\n"'):
        raise DomainError("value_invalid", _("A delimiter is one character."), field="delimiter")
    if not 0 <= layout.heading_row <= 1000:
        raise DomainError("value_invalid", _("The heading row is a number from 0 (none) to 1000."), field="heading_row")
    apply_understanding(row, understand(Path(row.file.path), row.file_name, layout), keep=True)
    return _reopen(row)


def set_mapping(row: ImportJob, chosen: dict[int, str]) -> ImportJob:
    """Choose fields for columns, by column index; a blank field leaves the column out."""
    kind_of(row.kind).require()
    _check_open(row)
    columns = mapping.choose(kind_of(row.kind), mapping.columns_from_json(row.mapping), chosen)
    row.mapping = [column.as_json() for column in columns]
    return _reopen(row)


def set_mapping_by_heading(row: ImportJob, chosen: dict[str, str]) -> ImportJob:
    """The same by heading or column letter, as a mapping file has it."""
    kind_of(row.kind).require()
    _check_open(row)
    columns = mapping.from_file(kind_of(row.kind), mapping.columns_from_json(row.mapping), chosen)
    row.mapping = [column.as_json() for column in columns]
    return _reopen(row)


def set_options(row: ImportJob, **changes: Any) -> ImportJob:
    """Change how rows are matched and what happens then; None leaves alone, unknown values are refused."""
    kind_of(row.kind).require()
    _check_open(row)
    sent = {name: value for name, value in changes.items() if value is not None}
    row.options = Options.from_json({**row.options, **sent}, kind_of(row.kind).matchers).as_json()
    return _reopen(row)


def set_kind(row: ImportJob, kind: str) -> ImportJob:
    """Import the file as something else; columns are guessed anew, and options begin anew."""
    kind_of(row.kind).require()
    kind_of(kind).require()
    _check_open(row)
    if kind != row.kind:
        row.kind = kind
        row.mapping = []
        apply_understanding(row, look(row))
    return _reopen(row)


def _check_open(row: ImportJob) -> None:
    if row.status not in OPEN:
        raise DomainError("import.not_open", _("“%(file)s” has been imported already.") % {"file": row.file_name})


def _reopen(row: ImportJob) -> ImportJob:
    """What the dry run said holds no longer."""
    ImportRow.objects.filter(job=row)._raw_delete("default")
    _reset_counts(row)
    row.status = ImportStatus.DRAFT
    row.save()
    return row


def _reset_counts(row: ImportJob) -> None:
    row.position = row.stage = row.rows_valid = row.rows_created = row.rows_updated = 0
    row.rows_skipped = row.rows_failed = row.companies_created = row.possible_duplicates = 0
    row.error = ""


def check(row: ImportJob, *, wait: bool = False) -> ImportJob:
    """Dry run: say for every row what would happen. ``wait``: here and now instead of in the background."""
    kind_of(row.kind).require()
    _check_open(row)
    _check_mapped(row)
    _reopen(row)
    row.status = ImportStatus.CHECKING
    return _start(row, "transfer.check", _("Check of %(file)s") % {"file": row.file_name}, wait)


def start(row: ImportJob, *, wait: bool = False) -> ImportJob:
    """Run the import. The mapping is learnt for the next file of the kind."""
    kind_of(row.kind).require()
    _check_open(row)
    _check_mapped(row)
    mapping.learn(kind_of(row.kind), mapping.columns_from_json(row.mapping))
    _reset_counts(row)
    row.status, row.started_at, row.finished_at = ImportStatus.RUNNING, timezone.now(), None
    return _start(row, "transfer.import", _("Import of %(file)s") % {"file": row.file_name}, wait)


def _check_mapped(row: ImportJob) -> None:
    if not any(column["target"] for column in row.mapping):
        raise DomainError(
            "import.nothing_mapped",
            _("No column has a field. Choose a field for at least one column."),
            field="mapping",
        )


def _start(row: ImportJob, kind: str, title: str, wait: bool) -> ImportJob:
    row.save()
    arguments = {"import": str(row.pk)}
    made: Job = jobs.run_now(kind, title, arguments) if wait else jobs.enqueue(kind, title, arguments)
    ImportJob.objects.filter(pk=row.pk).update(job=made)
    row.refresh_from_db()
    if wait and made.error and not row.error:
        raise DomainError("import.failed", made.error)
    return row


def decide(row: ImportJob, numbers: Iterable[int], decision: str) -> int:
    """The user's own decision for rows of a dry run: create, update, skip, or blank for what the options say."""
    kind_of(row.kind).require()
    _check_open(row)
    if decision not in ("", Outcome.CREATE, Outcome.UPDATE, Outcome.SKIP):
        raise DomainError("value_invalid", _("Choose create, update or skip."), field="decision")
    return ImportRow.objects.filter(job=row, number__in=list(numbers)).update(decision=decision)


def is_undoing(row: ImportJob) -> bool:
    """Whether the import is being taken back, or waits for it."""
    return row.job is not None and row.job.kind == UNDO and row.job.status in (JobStatus.QUEUED, JobStatus.RUNNING)


def is_busy(row: ImportJob) -> bool:
    """Whether something is being done with the import."""
    return row.status in BUSY or is_undoing(row)


def _check_idle(row: ImportJob) -> None:
    if is_busy(row):
        raise _at_work(row)


def _at_work(row: ImportJob) -> DomainError:
    return DomainError("import.running", _("“%(file)s” is being worked on. Cancel it first.") % {"file": row.file_name})


def cancel(row: ImportJob) -> None:
    """Stop after the chunk in hand; what is committed stays and can be undone or gone on with.

    An import that is being taken back stands as it did before.
    """
    kind_of(row.kind).require()
    if row.job is not None and is_undoing(row):
        jobs.cancel(row.job)
    if row.job is not None and row.status in BUSY:
        jobs.cancel(row.job)
        ImportJob.objects.filter(pk=row.pk, job__status="canceled", status__in=BUSY).update(
            status=ImportStatus.CANCELED, finished_at=timezone.now()
        )


def resume(row: ImportJob, *, wait: bool = False) -> ImportJob:
    """Go on with a canceled or failed import behind its last row."""
    kind_of(row.kind).require()
    if not (row.status in (ImportStatus.CANCELED, ImportStatus.FAILED) or is_stale(row)) or row.unit_id is None:
        raise DomainError("import.not_stopped", _("“%(file)s” has not stopped.") % {"file": row.file_name})
    if is_undoing(row):
        raise _at_work(row)
    _check_file(row)
    row.status, row.error = ImportStatus.RUNNING, ""
    return _start(row, "transfer.import", _("Import of %(file)s") % {"file": row.file_name}, wait)


def is_stale(row: ImportJob) -> bool:
    """Whether the process that worked on the import seems to be dead."""
    beat = row.job.beat_at if row.job else None
    return row.status == ImportStatus.RUNNING and beat is not None and timezone.now() - beat > SILENCE


def take_back(row: ImportJob, *, wait: bool = False) -> ImportJob:
    """Undo the whole import, updated values included. What was changed since is kept and listed."""
    kind_of(row.kind).require()
    if row.unit_id is None or row.status not in UNDOABLE:
        raise DomainError("import.nothing_to_undo", _("“%(file)s” has nothing to undo.") % {"file": row.file_name})
    _check_idle(row)
    return _start(row, UNDO, _("Undo: %(what)s") % {"what": row.file_name}, wait)


def remove(row: ImportJob) -> None:
    """Forget an import with its file and rows; the contacts stay."""
    kind_of(row.kind).require()
    _check_idle(row)
    if row.file:
        row.file.delete(save=False)
    ImportRow.objects.filter(job=row)._raw_delete("default")
    row.delete()


def find(identity: str | uuid.UUID) -> ImportJob:
    """The import with this id, also by the beginning of it. Raises ``not_found``."""
    text = str(identity).replace("-", "").lower()
    rows = [row for row in ImportJob.objects.all()[:1000] if row.pk.hex.startswith(text)] if text else []
    if len(rows) != 1:
        raise DomainError("not_found", _("There is no import “%(id)s”.") % {"id": identity})
    return rows[0]
