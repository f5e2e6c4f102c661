"""Segments from where one looks at a contact (17.1)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from tuttava.api.declare import CRM, Navigation
from tuttava.segments.entities.common import LINES, SEGMENTS
from tuttava.segments.models import SegmentLine


def _first_line_only() -> Q:
    """A segment that has several lines about one contact is one segment of the contact."""
    earlier = SegmentLine.objects.filter(
        segment=OuterRef("pk"), contact=OuterRef("lines__contact"), line_no__lt=OuterRef("lines__line_no")
    )
    return ~Q(Exists(earlier))


CRM.extend(
    "contacts",
    navigations=[
        Navigation(SEGMENTS, SEGMENTS, theirs="lines__contact_id", where=_first_line_only()),
        Navigation(LINES, LINES, theirs="contact_id"),
    ],
)
