"""Kinds of file that every list offers beside CSV: Excel and JSON; contacts also as vCards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.foundation.tables import json_blocks, sheet_blocks
from tuttava.transfer import exporting
from tuttava.transfer.models import FileFormat
from tuttava.ui.lists.export import Format, Sheet, register_format
from tuttava.ui.values import show

CONTACT_LISTS = frozenset({"contacts"})


def write_xlsx(sheet: Sheet) -> Iterator[bytes]:
    """The list as a workbook; numbers and dates stay what they are, texts can be no formula."""
    labels = [label for _column, label in sheet.columns]
    return sheet_blocks(labels, (_cells(values) for values in sheet.values()), str(sheet.page.title))


def _cells(values: Sequence[Any]) -> list[Any]:
    return [value if isinstance(value, int | float | Decimal | dt.date) else show(value) for value in values]


def write_json(sheet: Sheet) -> Iterator[bytes]:
    """The list as objects with the names of its columns."""
    names = [column.name for column, _label in sheet.columns]
    return json_blocks(dict(zip(names, values, strict=True)) for values in sheet.values())


def _contacts(sheet: Sheet) -> QuerySet[Contact]:
    """The contacts of a list without those whose data is locked (C-72)."""
    return cast("QuerySet[Contact]", sheet.rows).filter(privacy_blocked=False)


def _write_vcards(sheet: Sheet) -> Iterable[bytes]:
    return exporting.write(_contacts(sheet), FileFormat.VCARD)


register_format(Format("xlsx", _("Excel"), exporting.CONTENT_TYPES[FileFormat.XLSX], write_xlsx))
register_format(Format("json", _("JSON"), exporting.CONTENT_TYPES[FileFormat.JSON], write_json))
register_format(
    Format("vcf", _("vCard"), exporting.CONTENT_TYPES[FileFormat.VCARD], _write_vcards, lists=CONTACT_LISTS)
)
