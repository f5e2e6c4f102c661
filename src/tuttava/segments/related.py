"""Segments as interactions know them: by number."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tuttava.interactions import related
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments.models import LoggedSegment, Segment


class Segments:
    """What :class:`tuttava.interactions.related.RelatedKind` asks."""

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        """Of segments, and of those that were logged."""
        logged = LoggedSegment.objects.filter(segment_no__in=numbers).values_list("segment_no", "description")
        return {**dict(logged), **dict(Segment.objects.filter(no__in=numbers).values_list("no", "description"))}

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        """Nothing follows: logging a segment writes what it needs itself."""

    def choices(self, company_id: uuid.UUID | None, salesperson_code: str) -> Sequence[tuple[str, str]]:
        """Interactions are not put on a segment by hand."""
        return ()

    def create(self, values: Mapping[str, Any]) -> str:
        """None is made from an interaction."""
        raise related.NotInstalled("segment")


def connect() -> None:
    """Plug in."""
    related.provides("segment", Segments())
