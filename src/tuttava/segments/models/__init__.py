"""Models of segments."""

from tuttava.segments.models.criteria import (
    CriteriaFields,
    SavedSegmentCriteria,
    SavedSegmentCriteriaLine,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
)
from tuttava.segments.models.logged import LoggedSegment
from tuttava.segments.models.segments import Segment, SegmentInteractionLanguage, SegmentLine
from tuttava.segments.models.vocabulary import AttachmentState, CriteriaAction, CriteriaKind, HistoryAction

__all__ = [
    "AttachmentState",
    "CriteriaAction",
    "CriteriaFields",
    "CriteriaKind",
    "HistoryAction",
    "LoggedSegment",
    "SavedSegmentCriteria",
    "SavedSegmentCriteriaLine",
    "Segment",
    "SegmentCriteriaLine",
    "SegmentHistoryEntry",
    "SegmentInteractionLanguage",
    "SegmentLine",
]
