"""Rows of a list as HTML.

Hundreds of cells through the template engine cost more than reading the rows; a row of a list that is only read is put
together here. Editable lists, short by nature, have their template (``ui/lists/row.html``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from tuttava.ui.lists.shown import ShownRow


def rows_html(rows: Iterable[ShownRow], *, selectable: bool) -> SafeString:
    """All rows; with ``selectable`` each has a box to tick."""
    select = escape(_("Select"))
    return mark_safe("\n".join(_row(row, select if selectable else "") for row in rows))  # noqa: S308 - escaped below


def _row(row: ShownRow, select: str) -> str:
    record = row.row
    version = getattr(record, "version", None)
    parts = [f'<tr class="{escape(row.css)}" data-id="{escape(record.pk)}"']
    parts.append(f' data-version="{version}">' if version else ">")
    if select:
        box = f'<input type="checkbox" form="bulk" name="id" value="{escape(record.pk)}"'
        parts.append(f'<td class="pick">{box} aria-label="{select} {escape(record)}"></td>')
    parts += _cells(row)
    parts.append('<td class="rest"></td></tr>')
    return "".join(parts)


def _cells(row: ShownRow) -> Iterable[str]:
    for place, cell in enumerate(row.cells):
        shown: str = conditional_escape(cell.html)
        if place == 0 and row.href:
            shown = f'<a class="row-link" id="row-{escape(row.row.pk)}" href="{escape(row.href)}">{shown}</a>'
        css = f' class="{cell.column.css}"' if cell.column.css else ""
        yield f'<td data-label="{escape(cell.label)}"{css}>{shown}</td>'
