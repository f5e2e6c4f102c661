"""Merging: the door through which browser, service and jobs go."""

from __future__ import annotations

from tuttava.merging.fields import FieldLine, field_lines, propose, set_override
from tuttava.merging.preparing import choose_duplicate, discard, start_from_pair, start_merge
from tuttava.merging.sources import Source
from tuttava.merging.survivors import survivor_of
from tuttava.merging.tables import MovingRow, TableLine, moving_rows, table_lines

__all__ = [
    "FieldLine",
    "MovingRow",
    "Source",
    "TableLine",
    "choose_duplicate",
    "discard",
    "field_lines",
    "moving_rows",
    "propose",
    "set_override",
    "start_from_pair",
    "start_merge",
    "survivor_of",
    "table_lines",
]
