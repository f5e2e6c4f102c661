"""What merging tells: the signals live below, so that rooms under this one can listen (M-11, M-36)."""

from __future__ import annotations

from tuttava.foundation.merge_rules import merge_undone, records_merged

__all__ = ["merge_undone", "records_merged"]
