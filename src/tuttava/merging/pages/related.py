"""What refers to the duplicates and moves along: counts, and every row on demand (M-10, M-12, M-40)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.merge_rules import Reference
from tuttava.foundation.records import Record
from tuttava.merging import actions
from tuttava.merging.actions import MovingRow, TableLine
from tuttava.merging.models import Merge
from tuttava.merging.pages.parties import url_of
from tuttava.merging.tables import reference_named
from tuttava.ui.answers import fragment, wants_json
from tuttava.ui.cards import card_of
from tuttava.ui.cards.history import shown_fields
from tuttava.ui.values import show

ROWS_SHOWN = 20
#: Characters of a value that are shown in a row.
LONGEST_WORDS = 80


@dataclass(frozen=True)
class Related:
    """Rows of one table that refer to the records by one field; ``url`` shows those that move."""

    key: str
    label: str
    detail: str
    current: int
    moving: int
    conflicts: int
    url: str

    @property
    def after(self) -> int:
        """Two rows of a conflict become one, as long as nobody decided otherwise."""
        return self.current + self.moving - self.conflicts

    @property
    def rows_id(self) -> str:
        return _rows_id(self.key)


@dataclass(frozen=True)
class Row:
    """A row that moves, as people know it."""

    title: str
    detail: str
    url: str


def _rows_id(key: str) -> str:
    return f"rows-{key}".replace(".", "-")


def related(merges: Sequence[Merge], address: str) -> list[Related]:
    """One line for each column in which a duplicate has rows, all duplicates counted together."""
    lines: dict[str, list[TableLine]] = {}
    for merge in merges:
        for line in actions.table_lines(merge):
            lines.setdefault(line.reference, []).append(line)
    labels = Counter(found[0].label for found in lines.values())
    return [_related(key, found, labels[found[0].label] > 1, merges, address) for key, found in lines.items()]


def _related(key: str, lines: Sequence[TableLine], doubled: bool, merges: Sequence[Merge], address: str) -> Related:
    first = lines[0]
    return Related(
        key,
        first.label,
        _column(reference_named(merges[0].table, key)) if doubled else "",
        first.current_count,
        sum(line.duplicate_count for line in lines),
        sum(line.conflicts for line in lines),
        f"{address}?rows={key}",
    )


def _column(reference: Reference) -> str:
    """The column in words."""
    return str(attribute(reference.model, reference.field).verbose_name)


def rows(request: HttpRequest, merges: Sequence[Merge], address: str) -> HttpResponse:
    """The rows of one line that move, a page at a time; ``hide`` folds them away again."""
    key = request.GET["rows"]
    if not merges:
        raise Http404
    reference = reference_named(merges[0].table, key)
    if "hide" in request.GET:
        return JsonResponse({"parts": {_rows_id(key): f'<tr id="{_rows_id(key)}" hidden></tr>'}})
    at = int(request.GET.get("at", "0")) if request.GET.get("at", "0").isdecimal() else 0
    found = _moving(merges, key, at, ROWS_SHOWN + 1)
    here = f"{address}?rows={key}"
    shown = found[:ROWS_SHOWN]
    context = {
        "page_title": str(reference.model._meta.verbose_name_plural).capitalize(),
        "home": address,
        "rows_id": _rows_id(key),
        "rows": _described(reference, shown),
        "earlier": f"{here}&at={max(at - ROWS_SHOWN, 0)}" if at else "",
        "later": f"{here}&at={at + ROWS_SHOWN}" if len(found) > ROWS_SHOWN else "",
        "hide": f"{here}&hide=1",
        "range": _("%(first)d to %(last)d") % {"first": at + 1, "last": at + len(shown)},
    }
    if wants_json(request):
        return JsonResponse({"parts": {_rows_id(key): fragment(request, "merging/rows_part.html", context)}})
    return render(request, "merging/rows_page.html", context)


def _moving(merges: Sequence[Merge], key: str, at: int, limit: int) -> list[MovingRow]:
    """Rows of all duplicates, one duplicate behind the other."""
    found: list[MovingRow] = []
    for merge in merges:
        count = next((line.duplicate_count for line in actions.table_lines(merge) if line.reference == key), 0)
        if at < count and len(found) < limit:
            found += actions.moving_rows(merge, key, limit=limit - len(found), offset=at)
        at = max(at - count, 0)
    return found


def _described(reference: Reference, found: Sequence[MovingRow]) -> list[Row]:
    """Rows with the way to their card; what this user may not see of a record is left out."""
    page = card_of(reference.model)
    ids = [row.id for row in found if row.id is not None]
    if page is not None:
        records: dict[uuid.UUID, Any] = page.model._default_manager.in_bulk(ids)
        return [
            Row(str(page.title(record)), str(getattr(record, "no", "")), url_of(page.name, record.pk))
            for pk in ids
            if (record := records.get(pk)) is not None
        ]
    if not issubclass(reference.model, Record):
        return [Row(row.text or row.key, row.key if row.text else "", "") for row in found]
    told = [stored for stored in shown_fields(reference.model) if stored.attname != reference.field]
    links = [stored.name for stored in told if isinstance(stored, models.ForeignKey)]
    stored_rows = reference.model._default_manager.select_related(*links).in_bulk(ids)
    return [_row(stored_rows[pk], told) for pk in ids if pk in stored_rows]


def _row(row: Any, told: Sequence[models.Field[Any, Any]]) -> Row:
    """The first two values of a row, then a few more below."""
    words = [text for stored in told if (text := _words(row, stored))]
    return Row(" · ".join(words[:2]) or str(row), " · ".join(words[2:6]), "")


def _words(row: Any, stored: models.Field[Any, Any]) -> str:
    if isinstance(stored, models.ForeignKey):
        other = getattr(row, stored.name)
        page = card_of(type(other)) if other is not None else None
        return str(page.title(other)) if page is not None else str(getattr(row, stored.attname) or "")
    words = getattr(row, f"get_{stored.attname}_display", None)
    value = words() if words else getattr(row, stored.attname)
    return "" if isinstance(value, bool) or not value else show(value)[:LONGEST_WORDS]
