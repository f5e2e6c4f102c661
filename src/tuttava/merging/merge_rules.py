"""The merges themselves refer to nothing that could be merged: they keep what was (M-41)."""

from __future__ import annotations

from tuttava.foundation.merge_rules import points_elsewhere
from tuttava.merging.models import Merge, MergeConflict


def declare() -> None:
    """Name every column."""
    points_elsewhere(Merge, "current_id", "duplicate_id", "unit_id", "batch_id")
    points_elsewhere(MergeConflict, "current_row", "duplicate_row")
