"""What an import keeps of its rows tells what was: merges do not change it."""

from __future__ import annotations

from tuttava.foundation.merge_rules import points_elsewhere
from tuttava.transfer.models import ImportJob, ImportRow


def declare() -> None:
    """Name every column."""
    points_elsewhere(ImportJob, "unit_id", "undo_unit_id")
    points_elsewhere(ImportRow, "entity_id")
