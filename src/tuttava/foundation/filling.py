"""Filling tables with rows that a program made up or brings along: through the rules, a whole batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.records import Edit, Record, blank, enter_all, rules_of, save_many

R = TypeVar("R", bound=Record)


def create_many(
    model: type[R], rows: Sequence[Mapping[str, Any]], *, memory: Mapping[str, Any] | None = None
) -> list[R]:
    """Enter and save ``rows`` (values by field name) through the rules of ``model`` as one batch.

    ``memory`` is what the rules of every row should know. Raises what the rules of a row refuse.
    """
    rules = rules_of(model)
    rules.prepare(rows)
    edits = [Edit(blank(model), rules, typed=[attribute(model, name).attname for name in row]) for row in rows]
    for edit, row in zip(edits, rows, strict=True):
        edit.memory.update(memory or {})
        enter_all(edit, row)
    save_many(edits)
    return [edit.record for edit in edits]
