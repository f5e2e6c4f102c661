"""Lines of segments follow the contact that was merged away (M-32)."""

from __future__ import annotations

from tuttava.foundation.merge_rules import refers
from tuttava.segments.models import SegmentHistoryEntry, SegmentLine


def declare() -> None:
    """Name every column."""
    refers("contact", SegmentLine, "contact_id")
    refers("contact", SegmentLine, "contact_company_id")
    refers("contact", SegmentHistoryEntry, "contact_id")
