"""Contacts as files: the 36 columns of the standard export, as CSV, JSON, Excel or vCard; memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.columns import checked_columns, label, shown
from tuttava.contacts.models import Contact
from tuttava.foundation.errors import DomainError
from tuttava.foundation.tables import csv_blocks, json_blocks, sheet_blocks
from tuttava.transfer.models import FileFormat
from tuttava.transfer.vcard_writer import write_cards

BATCH = 2000


def _stream(contacts: QuerySet[Contact]) -> Iterator[Contact]:
    return contacts.select_related("country").defer("search_tokens", "search_text").iterator(chunk_size=BATCH)


def _rows(contacts: QuerySet[Contact], columns: Sequence[str]) -> Iterator[list[str]]:
    return ([shown(contact, name) for name in columns] for contact in _stream(contacts))


def write_csv(contacts: QuerySet[Contact], columns: Sequence[str]) -> Iterator[bytes]:
    """Delimited text with the fields' labels and their values in words."""
    return csv_blocks([label(name) for name in columns], _rows(contacts, columns))


def write_json(contacts: QuerySet[Contact], columns: Sequence[str]) -> Iterator[bytes]:
    """A list of objects with the names of the fields and their plain values."""
    return json_blocks({name: _plain(getattr(contact, name)) for name in columns} for contact in _stream(contacts))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _write_xlsx(contacts: QuerySet[Contact], columns: Sequence[str]) -> Iterator[bytes]:
    return sheet_blocks([label(name) for name in columns], _rows(contacts, columns), _("Contacts"))


def _write_vcards(contacts: QuerySet[Contact], columns: Sequence[str]) -> Iterator[bytes]:
    return write_cards(_stream(contacts))


Writer = Callable[[QuerySet[Contact], Sequence[str]], Iterator[bytes]]
WRITERS: dict[str, Writer] = {
    FileFormat.CSV: write_csv,
    FileFormat.XLSX: _write_xlsx,
    FileFormat.JSON: write_json,
    FileFormat.VCARD: _write_vcards,
}
SUFFIXES = {FileFormat.CSV: "csv", FileFormat.XLSX: "xlsx", FileFormat.JSON: "json", FileFormat.VCARD: "vcf"}
CONTENT_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.JSON: "application/json",
    FileFormat.VCARD: "text/vcard; charset=utf-8",
}


def write(contacts: QuerySet[Contact], format_name: str, columns: Sequence[str] = ()) -> Iterator[bytes]:
    """The file in blocks. Refuses an unknown format or column."""
    if format_name not in WRITERS:
        raise DomainError(
            "value_invalid",
            _("There is no format “%(name)s”. Choose csv, xlsx, json or vcard.") % {"name": format_name},
            field="format",
        )
    return WRITERS[format_name](contacts, checked_columns(columns))
