"""Rules of what segments record of themselves: written by steps alone (S-30, S-32, S-55)."""

from __future__ import annotations

from tuttava.foundation.context import current
from tuttava.foundation.records import Edit, Rules, register
from tuttava.segments.models import (
    LoggedSegment,
    SavedSegmentCriteria,
    SavedSegmentCriteriaLine,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
)


@register
class SegmentCriteriaRules(Rules[SegmentCriteriaLine]):
    model = SegmentCriteriaLine
    set_name = "segmentCriteriaLines"


@register
class SegmentHistoryRules(Rules[SegmentHistoryEntry]):
    model = SegmentHistoryEntry
    set_name = "segmentHistoryEntries"


@register
class SavedCriteriaRules(Rules[SavedSegmentCriteria]):
    model = SavedSegmentCriteria
    set_name = "savedSegmentCriteria"

    def before_save(self, edit: Edit[SavedSegmentCriteria]) -> None:
        if edit.is_new:
            edit.put("user_id", current().user_name)

    def before_delete(self, record: SavedSegmentCriteria) -> None:
        """Segments that were built with them stay (S-58)."""
        lines = SavedSegmentCriteriaLine.objects.filter(saved=record)
        lines._raw_delete(lines.db)


@register
class SavedCriteriaLineRules(Rules[SavedSegmentCriteriaLine]):
    model = SavedSegmentCriteriaLine
    set_name = "savedSegmentCriteriaLines"


@register
class LoggedSegmentRules(Rules[LoggedSegment]):
    model = LoggedSegment
    set_name = "loggedSegments"
    delete_right = "logged_segments.delete"
