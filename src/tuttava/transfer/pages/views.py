"""What pages show of an import: its columns with samples, its progress, its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job
from tuttava.transfer import actions
from tuttava.transfer.kinds import allowed_kinds, kind_of
from tuttava.transfer.mapping import Column, column_letter, columns_from_json
from tuttava.transfer.models import FileFormat, ImportJob, ImportRow, ImportStatus, OnMatch, Outcome
from tuttava.transfer.options import CONTACT_TYPES, MATCHERS
from tuttava.transfer.readers import Understanding
from tuttava.transfer.readers.guess import ENCODINGS
from tuttava.transfer.targets import Conversion

SAMPLES = 3
PAGE = 100
DELIMITERS = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}


@dataclass(frozen=True)
class ColumnView:
    """A column of the file as the mapping table shows it."""

    column: Column
    place: str
    samples: tuple[str, ...]
    chosen: str
    error: str


@dataclass(frozen=True)
class Progress:
    """How far a job is: ``share`` in percent, ``rate`` in rows a second, ``left`` in seconds (None: not known yet)."""

    done: int
    total: int
    share: int
    rate: int
    left: int | None

    @property
    def left_words(self) -> str:
        if self.left is None:
            return ""
        minutes, seconds = divmod(self.left, 60)
        if minutes:
            return _("%(minutes)d min %(seconds)d s left") % {"minutes": minutes, "seconds": seconds}
        return _("%(seconds)d s left") % {"seconds": seconds}


def progress_of(job: Job | None) -> Progress:
    if job is None or not job.total or job.started_at is None:
        return Progress(0, (job.total if job else 0) or 0, 0, 0, None)
    seconds = max((timezone.now() - job.started_at).total_seconds(), 0.001)
    rate = job.done / seconds
    left = round((job.total - job.done) / rate) if rate else None
    return Progress(job.done, job.total, min(100, job.done * 100 // job.total), round(rate), left)


def column_views(
    row: ImportJob, understanding: Understanding, typed: Mapping[int, str], error: DomainError | None
) -> list[ColumnView]:
    """The columns with their first values; ``typed`` is what was chosen and refused with ``error``."""
    found = []
    for column in columns_from_json(row.mapping):
        values = (sample.cells[column.index] for sample in understanding.samples if column.index < len(sample.cells))
        samples = tuple(dict.fromkeys(value[:60] for value in values if value))[:SAMPLES]
        wrong = str(error) if error is not None and error.field == f"column-{column.index}" else ""
        chosen = typed.get(column.index, column.target)
        found.append(ColumnView(column, column_letter(column.index), samples, chosen, wrong))
    return found


def mapping_context(
    row: ImportJob, typed: Mapping[int, str] | None = None, error: DomainError | None = None
) -> dict[str, Any]:
    """What the page *what we understood* shows."""
    kind, understanding = kind_of(row.kind), actions.look(row)
    used = {kind.targets[column["target"]].conversion for column in row.mapping if column["target"]}
    layout = row.layout
    return {
        "row": row,
        "layout": layout,
        "columns": column_views(row, understanding, typed or {}, error),
        "fields": list(kind.targets.values()),
        "unreadable": [sample for sample in understanding.samples if sample.problem][:5],
        "encodings": list(dict.fromkeys([layout["encoding"], *ENCODINGS])),
        "delimiters": list(({layout["delimiter"]: layout["delimiter"]} | DELIMITERS).items()),
        "sheets": understanding.sheets,
        "is_text": row.format == FileFormat.CSV,
        "has_rows": row.format in (FileFormat.CSV, FileFormat.XLSX),
        "has_encoding": row.format in (FileFormat.CSV, FileFormat.VCARD),
        "kinds": [(each.name, each.label) for each in allowed_kinds()],
        "types": kind.types,
        "creates_codes": any(target.table and target.table.creatable for target in kind.fields),
        "on_match": OnMatch.choices,
        "contact_types": list(CONTACT_TYPES.items()),
        "matchers": [(name, MATCHERS[name], name in row.options["match_by"]) for name in kind.matchers],
        "date_orders": [("dmy", _("day, month, year")), ("mdy", _("month, day, year")), ("ymd", _("year, month, day"))],
        "has_dates": Conversion.DATE in used,
        "decimals": [(",", _("comma")), (".", _("point"))],
        "has_amounts": Conversion.AMOUNT in used,
        "error": error,
    }


def rows_context(row: ImportJob, wanted: Mapping[str, str]) -> dict[str, Any]:
    """A page of the rows of a dry run or of a result, narrowed by outcome."""
    field = "planned" if row.status == ImportStatus.CHECKED else "outcome"
    rows = ImportRow.objects.filter(job=row).exclude(**{field: ""})
    figures = dict(rows.values_list(field).annotate(count=Count("pk")).values_list(field, "count"))
    chosen = wanted.get("show", "")
    if chosen not in Outcome.values:
        chosen = Outcome.FAIL if figures.get(Outcome.FAIL) and field == "outcome" else ""
    shown = rows.filter(**{field: chosen}) if chosen else rows
    page = _page(shown, wanted)
    return {
        "row": row,
        "rows": page,
        "field": field,
        "chosen": chosen,
        "tabs": [("", _("All"), sum(figures.values()))]
        + [(value, words, figures.get(value, 0)) for value, words in Outcome.choices],
        "first": page[0].number if page else 0,
        "last": page[-1].number if page else 0,
        "earlier": bool(page) and shown.filter(number__lt=page[0].number).exists(),
        "later": bool(page) and shown.filter(number__gt=page[-1].number).exists(),
        "decisions": [
            ("", _("As planned")),
            (Outcome.CREATE, _("Create another one")),
            (Outcome.UPDATE, _("Update")),
            (Outcome.SKIP, _("Skip")),
        ],
    }


def _page(rows: QuerySet[ImportRow], wanted: Mapping[str, str]) -> Sequence[ImportRow]:
    def number(name: str) -> int:
        text = wanted.get(name, "")
        return int(text) if text.isdigit() and len(text) < 18 else 0

    if number("before"):
        return list(rows.filter(number__lt=number("before")).order_by("-number")[:PAGE])[::-1]
    return list(rows.filter(number__gt=number("after")).order_by("number")[:PAGE])
