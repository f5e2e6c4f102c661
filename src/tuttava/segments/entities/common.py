"""What the sets of segments have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import CharField
from django.db.models.functions import Cast

from tuttava.api import edm
from tuttava.api.build import code_behind, existing, id_behind
from tuttava.api.declare import Navigation, Property
from tuttava.interactions.models import InteractionAttachment
from tuttava.segments.models import Segment

SEGMENTS = "segments"
LINES = "segmentLines"
LANGUAGES = "segmentInteractionLanguages"
CRITERIA = "segmentCriteriaLines"
HISTORY = "segmentHistoryEntries"
SAVED = "savedSegmentCriteria"
SAVED_LINES = "savedSegmentCriteriaLines"
LOGGED = "loggedSegments"


def code_and_id(name: str, stem: str, attribute: str, model: type[models.Model], length: int) -> Sequence[Property]:
    """A reference by code under a name of its own, with its id (A-111)."""
    column = attribute.removesuffix("_code")
    return (
        Property(name, edm.code(length), attribute, nullable=True),
        Property(f"{stem}Id", edm.GUID, f"{column}__id", write=attribute, convert=code_behind(model), nullable=True),
    )


def of_segment(*, read_only: bool = False) -> Sequence[Property]:
    """The segment that a row belongs to."""
    fixed: dict[str, Any] = {"read_only": True} if read_only else {"immutable": True}
    return (
        Property(
            "segmentNo", edm.code(20), "segment__no", write="" if read_only else "segment_id",
            convert=id_behind(Segment), **fixed,
        ),
        Property("segmentId", edm.GUID, "segment_id", convert=existing(Segment), **fixed),
    )  # fmt: skip


def attachment() -> Sequence[Property]:
    """The number and id of an attachment; attachments come by streams and actions."""
    return (
        Property("attachmentNo", edm.BIG, "attachment__no", read_only=True, nullable=True),
        Property("attachmentId", edm.GUID, "attachment_id", read_only=True, nullable=True),
    )


def to_attachment() -> Navigation:
    return Navigation("attachment", InteractionAttachment, many=False, ours="attachment_id")


def to_segment(partner: str) -> Navigation:
    return Navigation("segment", Segment, many=False, ours="segment_id", partner=partner)


def filter_property(*, read_only: bool = True, convert: Callable[[Any], Any] | None = None) -> Property:
    """The filter of a criteria line: the text of a filter object (A-114)."""
    return Property(
        "filter",
        edm.text(2048),
        expression=lambda: Cast("filters", CharField()),
        write="" if read_only else "filters",
        read_only=read_only,
        convert=convert,
    )
