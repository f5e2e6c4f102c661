"""The content of segments by language in the CRM service (17.4, S-18 to S-25)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import Navigation, Property
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.segments.entities.common import LANGUAGES, attachment, of_segment, to_attachment, to_segment
from tuttava.segments.entities.lines import segment_named
from tuttava.segments.models import SegmentInteractionLanguage, SegmentLine


def _line_no() -> Combinable:
    """0: the content of the whole segment."""
    return Coalesce(F("line__line_no"), Value(0))


def _create(values: Mapping[str, Any], given: Mapping[str, Any]) -> SegmentInteractionLanguage:
    """A row of the segment, or with a line number of that line alone."""
    entered, owner = dict(values), dict(given)
    number = entered.pop("segment_line_no", None)
    segment = segment_named(entered, owner)
    if number and owner.get("line_id") is None:
        line = SegmentLine.objects.filter(segment=segment, line_no=number).first()
        if line is None:
            raise DomainError(
                "not_found",
                _("Segment %(no)s has no line %(line)s.") % {"no": segment.no, "line": number},
                field="segment_line_no",
            )
        owner["line_id"] = line.pk
    owner["segment_id"] = segment.pk
    return records.create(SegmentInteractionLanguage, entered, given=owner, in_order=True)


LANGUAGE_SET = crm_set(
    SegmentInteractionLanguage,
    LANGUAGES,
    "segmentInteractionLanguage",
    natural_key=("segmentNo", "segmentLineNo", "languageCode"),
    properties=properties_of(
        SegmentInteractionLanguage,
        "segmentInteractionLanguage",
        replace={
            "segment_id": of_segment(),
            "line_id": (
                Property("segmentLineNo", edm.BIG, expression=_line_no, write="segment_line_no", immutable=True),
            ),
            "attachment_id": attachment(),
        },
    ),
    navigations=(
        to_segment(LANGUAGES),
        Navigation("segmentLine", SegmentLine, many=False, ours="line_id", partner=LANGUAGES),
        to_attachment(),
    ),
    create=_create,
)
