"""Documents and lines that a program enters many of at once, through all rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuttava.documents.marks import ITEMS
from tuttava.documents.models import Area, Document, DocumentLine, DocumentType
from tuttava.documents.rules.lines import items_by_no
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, enter_all, rules_of, save_many

Values = Mapping[str, Any]


def enter_documents(rows: Sequence[tuple[Area, DocumentType, Values]]) -> list[Document]:
    """New open documents, numbered in their order; all or none."""
    rules = rules_of(Document)
    edits = []
    for area, kind, values in rows:
        typed = [attribute(Document, name).attname for name in values]
        edit = Edit(Document(area=area, document_type=kind), rules, typed=typed)
        enter_all(edit, values)
        edits.append(edit)
    with unit_of_work("enter documents"):
        save_many(edits)
    return [edit.record for edit in edits]


def enter_lines(rows: Sequence[tuple[Document, Values]]) -> list[DocumentLine]:
    """New lines at the end of open documents; all or none."""
    rules = rules_of(DocumentLine)
    items = items_by_no(str(values.get("no") or "") for _document, values in rows)
    edits = []
    for document, values in rows:
        typed = [attribute(DocumentLine, name).attname for name in values]
        edit = Edit(DocumentLine(document=document), rules, typed=typed)
        edit.memory[ITEMS] = items
        enter_all(edit, values)
        edits.append(edit)
    with unit_of_work("enter lines"):
        save_many(edits)
    return [edit.record for edit in edits]
