"""Entering many cells of a document's lines at once: each row by its rules, all of them stored together."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from tuttava.documents.errors import released
from tuttava.documents.models import STEP, Document, DocumentLine, DocumentStatus
from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, rules_of
from tuttava.trade.models import LineType
from tuttava.ui import values
from tuttava.ui.cards.saving import as_seen
from tuttava.ui.sheets import Change, Result, SheetColumn, choice_of, line_gone, seen_by_somebody_else

#: What can be typed into a line.
ENTERED = frozenset(
    {
        *("line_type", "no", "description", "quantity", "unit_of_measure_code", "unit_price", "line_discount_pct"),
        *("vat_pct", "line_amount", "qty_to_ship_or_receive", "qty_to_invoice"),
    }
)
#: What the line is for.
TYPE = SheetColumn("line_type", gettext_lazy("Type"), "choice", choices=LineType.choices)
_COUNTED = ENTERED - {"line_type", "description"}


@dataclass
class Sheet:
    """The lines of one locked document."""

    document: Document
    lines: dict[uuid.UUID, DocumentLine] = field(default_factory=dict)

    def enter(self, changes: Sequence[Change]) -> list[Result]:
        """Enter and store; a row that a rule refuses is left out and says why.

        Raises ``document_released``, and whatever refuses the document as a whole.
        """
        if self.document.status != DocumentStatus.OPEN:
            raise released(self.document)
        rows = DocumentLine.objects.select_for_update(of=("self",)).filter(document=self.document)
        self.lines = {line.pk: line for line in rows.order_by("line_no")}
        numbers = self._numbers([change for change in changes if change.line is None])
        results, edits = [], []
        for change in changes:
            result = Result(change.key)
            results.append(result)
            try:
                edit = self._entered(change, numbers.get(change.key, 0), result)
            except DomainError as error:
                result.refused(change, error)
                continue
            result.id = str(edit.record.pk)
            edits.append(edit)
        records.save_many([edit for edit in edits if edit.is_new or edit.changed_fields()])
        return results

    def _entered(self, change: Change, line_no: int, result: Result) -> Edit[DocumentLine]:
        edit = self._edit(change, result)
        if edit.is_new and line_no:
            edit.put("line_no", line_no)
        typed = {name: _value(name, text) for name, text in change.values.items() if name in ENTERED}
        if edit.is_new and not typed.get("line_type"):
            counted = any(change.values.get(name, "").strip() for name in _COUNTED)
            typed = {**typed, "line_type": LineType.ITEM if counted else LineType.TEXT}
        records.enter_all(edit, {name: value for name, value in typed.items() if value is not None})
        return edit

    def _edit(self, change: Change, result: Result) -> Edit[DocumentLine]:
        rules = rules_of(DocumentLine)
        if change.line is None:
            edit = Edit(DocumentLine(document=self.document), rules, typed=change.values)
        else:
            line = self.lines.get(change.line)
            if line is None:
                raise line_gone()
            self._check_seen(line, change, result)
            edit = Edit(line, rules, typed=change.values)
        edit.memory["documents.header"] = self.document
        return edit

    def _check_seen(self, line: DocumentLine, change: Change, result: Result) -> None:
        """Refuse (``changed_meanwhile``) when somebody else changed the line since it was shown."""
        if change.version is None or as_seen(line, change.version) is line:
            return
        result.conflict = True
        raise seen_by_somebody_else()

    def _numbers(self, fresh: Sequence[Change]) -> dict[str, int]:
        """Line numbers of new rows: between their neighbours; at the end where there is no room or no place named."""
        order = [(line.pk, line.line_no) for line in self.lines.values()]
        last = order[-1][1] if order else 0
        found: dict[str, int] = {}
        groups: dict[uuid.UUID | None, list[Change]] = {}
        for change in fresh:
            groups.setdefault(change.after if change.after in self.lines else None, []).append(change)
        for after, group in groups.items():
            place = next((at for at, (pk, _no) in enumerate(order) if pk == after), len(order) - 1)
            first = order[place][1] if after else last
            room = order[place + 1][1] - first if after and place + 1 < len(order) else 0
            step = room // (len(group) + 1) if room else STEP
            if step < 1:
                first, step = last, STEP
            for change in group:
                first += step
                found[change.key] = first
            last = max(last, first)
        return found


def _value(name: str, text: str) -> Any:
    """The value that a cell's text means; a blank number is 0, a type may be written in words."""
    stored = attribute(DocumentLine, name)
    if name == "line_type":
        return choice_of(TYPE, text)
    value = values.parse(text, stored)
    return 0 if value is None and values.kind_of(stored) == "decimal" else value
