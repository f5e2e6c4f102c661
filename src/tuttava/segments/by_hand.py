"""Lines typed, changed and deleted by hand, each in one action; the rules of lines do the rest (S-26, S-31)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import require
from tuttava.foundation.journal import unit_of_work
from tuttava.segments.models import Segment, SegmentLine

SET = "segmentLines"


def add_line(segment: Segment, values: Mapping[str, Any], *, given: Mapping[str, Any] | None = None) -> SegmentLine:
    """A line typed by hand; with a contact it is a step that adds exactly this one (S-31).

    ``given``: what it has without rules.
    """
    with _changing("add segment line", segment) as held:
        return records.create(SegmentLine, dict(values), given={**(given or {}), "segment_id": held.pk}, in_order=True)


def change_line(line: SegmentLine, values: Mapping[str, Any], *, version: int | None = None) -> SegmentLine:
    """Change a line; another contact in it is a step that removes the one and a step that adds the other (S-31)."""
    with _changing("change segment line", line.segment):
        return records.change(line, dict(values), version=version)


def delete_line(line: SegmentLine, *, version: int | None = None) -> None:
    """A line deleted by hand is a step that removes exactly this one (S-26, S-31)."""
    with _changing("delete segment line", line.segment):
        records.delete(line, version=version)


@contextmanager
def _changing(action: str, segment: Segment) -> Iterator[Segment]:
    require("api.write", SET)
    with unit_of_work(action, _("segment %(no)s") % {"no": segment.no}):
        yield records.lock(segment)
