"""The people of a segment as a file: a row for each line, with columns of the contact and of the line (S-86)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts import columns as of_contacts
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.spelling import snake
from tuttava.foundation.tables import csv_blocks, sheet_blocks
from tuttava.segments.models import Segment, SegmentLine

#: Lines read together.
_AT_ONCE = 2_000
#: Before the name of a column of the line, where a contact has one of the same name.
OF_LINE = "segmentLine/"
#: Columns of a line, by the name under which the service has them.
LINE_COLUMNS: Mapping[str, str] = {
    "segment_no": "segment_no",
    "line_no": "line_no",
    "description": "description",
    "date": "date",
    "time_of_interaction": "time_of_interaction",
    "campaign_no": "campaign_no",
    "salesperson_code": "salesperson_code",
    "correspondence_type": "correspondence_type",
    "interaction_template_code": "interaction_template_code",
    "interaction_group_code": "interaction_group_code",
    "language_code": "interaction_language_code",
    "subject": "subject",
    "cost": "cost_lcy",
    "duration": "duration_min",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "evaluation": "evaluation",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
    "contact_via": "contact_via",
    "word_template_code": "word_template_code",
}


class ExportFormat(TextChoices):
    CSV = "csv", gettext_lazy("CSV")
    XLSX = "xlsx", gettext_lazy("Excel")


MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading, and where its value comes from."""

    heading: str
    value: Callable[[SegmentLine], Any]


def columns_named(names: Sequence[str]) -> list[Column]:
    """The columns asked for, in either spelling; those of the standard export when none is.

    A plain name is one of the contact if it has such a column, else of the line; ``segmentLine/`` before it means the
    line. Raises ``field_unknown``.
    """
    return [_column(name) for name in names or of_contacts.COLUMNS]


def _column(name: str) -> Column:
    plain = snake(name.removeprefix(OF_LINE))
    if not name.startswith(OF_LINE) and plain in (*of_contacts.COLUMNS, *of_contacts.MORE_COLUMNS):
        return Column(of_contacts.label(plain), lambda line: _shown(line.contact, plain))
    source = LINE_COLUMNS.get(plain)
    if source is None:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": name[:60]}, field="columns")
    return Column(of_contacts.label(source, SegmentLine), lambda line: _shown(line, source))


def _shown(record: Model | None, name: str) -> str:
    return of_contacts.shown(record, name) if record is not None else ""


def export_contacts(
    segment: Segment, columns: Sequence[str] = (), format_name: str = ExportFormat.CSV
) -> Iterator[bytes]:
    """The file block by block. Lines without a contact, and those of blocked contacts, are left out (C-72).

    Texts that a spreadsheet would run as a formula are neutralised. Raises ``field_unknown`` and ``value_invalid``.
    """
    require("api.read", "segments")
    require("api.read", "contacts")
    if format_name not in ExportFormat.values:
        raise DomainError(
            "value_invalid",
            _("There is no format “%(name)s”. Choose csv or xlsx.") % {"name": format_name[:60]},
            field="format",
        )
    wanted = columns_named(columns)
    headings = [column.heading for column in wanted]
    rows = ([column.value(line) for column in wanted] for line in _lines(segment))
    if format_name == ExportFormat.CSV:
        return csv_blocks(headings, rows)
    return sheet_blocks(headings, rows, _("Contacts"))


def file_name(segment: Segment, format_name: str) -> str:
    """What the file is called where it arrives."""
    return f"{_('Segment')} {segment.no}.{format_name}"


def _lines(segment: Segment) -> Iterator[SegmentLine]:
    rows = SegmentLine.objects.filter(segment=segment, contact__isnull=False, contact__privacy_blocked=False)
    found = rows.select_related("contact").defer("contact__search_tokens", "contact__search_text")
    return found.order_by("line_no").iterator(chunk_size=_AT_ONCE)
