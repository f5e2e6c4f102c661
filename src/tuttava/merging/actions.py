"""Merging: the door through which browser, service and jobs go."""

from __future__ import annotations

from tuttava.merging.conflicts import find_conflicts, merge_first
from tuttava.merging.fields import FieldLine, field_lines, propose, set_override
from tuttava.merging.performing import contacts_to_merge, perform
from tuttava.merging.preparing import choose_duplicate, discard, start_from_pair, start_merge
from tuttava.merging.resolving import (
    KEEP_BOTH,
    KEEP_CURRENT,
    ConflictLine,
    conflict_lines,
    resolve_all,
    resolve_remove,
    resolve_rename,
    set_conflict_override,
    set_conflict_value,
)
from tuttava.merging.several import Several, merge_several, merge_together
from tuttava.merging.sources import Source
from tuttava.merging.survivors import survivor_of
from tuttava.merging.tables import MovingRow, TableLine, moving_rows, table_lines
from tuttava.merging.undoing import UndoException, Undone, undo_merge

__all__ = [
    "KEEP_BOTH",
    "KEEP_CURRENT",
    "ConflictLine",
    "FieldLine",
    "MovingRow",
    "Several",
    "Source",
    "TableLine",
    "UndoException",
    "Undone",
    "choose_duplicate",
    "conflict_lines",
    "contacts_to_merge",
    "discard",
    "field_lines",
    "find_conflicts",
    "merge_first",
    "merge_several",
    "merge_together",
    "moving_rows",
    "perform",
    "propose",
    "resolve_all",
    "resolve_remove",
    "resolve_rename",
    "set_conflict_override",
    "set_conflict_value",
    "set_override",
    "start_from_pair",
    "start_merge",
    "survivor_of",
    "table_lines",
    "undo_merge",
]
