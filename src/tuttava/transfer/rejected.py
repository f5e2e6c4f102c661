"""The refused rows of an import as a file in the original layout with a column of reasons; import it after repair."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from tuttava.foundation.cells import neutral
from tuttava.foundation.context import require
from tuttava.foundation.tables import sheet_blocks
from tuttava.transfer.exporting import CONTENT_TYPES
from tuttava.transfer.kinds import kind_of
from tuttava.transfer.mapping import columns_from_json
from tuttava.transfer.models import FileFormat, ImportJob, ImportRow, Outcome
from tuttava.transfer.readers import Layout


def refused_rows(row: ImportJob) -> Iterator[ImportRow]:
    """The rows refused by the run, or by the dry run when nothing has run yet."""
    require("api.read", kind_of(row.kind).set_name)
    refused = Q(outcome=Outcome.FAIL) | Q(outcome="", planned=Outcome.FAIL)
    return ImportRow.objects.filter(refused, job=row).order_by("number").iterator(chunk_size=1000)


def headings(row: ImportJob) -> list[str]:
    """The headings of the original; where it had none, the names of the fields."""
    return [column.heading or column.target for column in columns_from_json(row.mapping)]


def rejected(row: ImportJob) -> tuple[str, str, Iterator[bytes]]:
    """File name, content type and content."""
    reason = _("Reason for refusal")
    stem = row.file_name.rsplit(".", 1)[0]
    if row.format == FileFormat.XLSX:
        sheet = sheet_blocks([*headings(row), reason], _filled(row), _("Refused rows"))
        return f"{stem}-rejected.xlsx", CONTENT_TYPES[FileFormat.XLSX], sheet
    if row.format == FileFormat.JSON:
        return f"{stem}-rejected.json", CONTENT_TYPES[FileFormat.JSON], _as_json(row, reason)
    layout = Layout.from_json(row.layout) if row.format == FileFormat.CSV else Layout()
    return f"{stem}-rejected.csv", f"text/csv; charset={layout.encoding}", _as_csv(row, layout, reason)


def _reasons(found: ImportRow) -> str:
    return " ".join(message["text"] for message in found.messages)


def _filled(row: ImportJob) -> Iterator[Sequence[str]]:
    """Each refused row as wide as the headings, with its reason."""
    width = len(row.mapping)
    for found in refused_rows(row):
        cells = list(found.cells or [])[:width]
        yield [*cells, *[""] * (width - len(cells)), _reasons(found)]


def _as_csv(row: ImportJob, layout: Layout, reason: str) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=layout.delimiter)
    encoding = layout.encoding
    for values in itertools.chain([[*headings(row), reason]], _filled(row)):
        writer.writerow([neutral(value) for value in values])
        yield out.getvalue().encode(encoding, "replace")
        out.seek(0)
        out.truncate()
        encoding = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def _as_json(row: ImportJob, reason: str) -> Iterator[bytes]:
    names = [*headings(row), reason]
    lead = "[\n"
    for values in _filled(row):
        filled = {name: value for name, value in zip(names, values, strict=True) if value}
        yield (lead + json.dumps(filled, ensure_ascii=False)).encode()
        lead = ",\n"
    yield b"[]\n" if lead == "[\n" else b"\n]\n"
