"""Segments in the CRM service (17.4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import Navigation, Property
from tuttava.api.provided import Provided
from tuttava.foundation import records
from tuttava.foundation.context import tell
from tuttava.foundation.models import Language
from tuttava.segments import figures
from tuttava.segments.entities.common import CRITERIA, HISTORY, LANGUAGES, LINES, SEGMENTS, code_and_id
from tuttava.segments.models import Segment

#: What campaigns tell of segments, once there are any.
OF_CAMPAIGN = Provided()


def _below(name: str) -> Navigation:
    return Navigation(name, name, theirs="segment_id", contained=True, partner="segment", fills=(("segment_id", "id"),))


def _change(segment: Segment, values: Mapping[str, Any], version: int | None) -> Segment:
    """A language that nobody wanted content in is told, as everything that is declined (A-41, S-20)."""
    changed = records.change(segment, values, version=version, in_order=True)
    wanted = values.get("language_default_code", changed.language_default_code)
    if (wanted or None) != changed.language_default_code:
        tell("declined", _("The language stays as it was."), target="q_create_language_row")
    return changed


HEADERS = crm_set(
    Segment,
    SEGMENTS,
    "segment",
    natural_key=("no",),
    properties=(
        *properties_of(
            Segment,
            "segment",
            exclude=Segment.bookkeeping,
            read_only=["interaction_group_code"],
            replace={
                "no_series_code": (
                    Property("noSeries", edm.code(20), "no_series_code", immutable=True, nullable=True),
                ),
                "language_default_code": code_and_id(
                    "languageCodeDefault", "languageDefault", "language_default_code", Language, 10
                ),
            },
        ),
        Property("attachmentNo", edm.BIG, expression=figures.attachment_no, read_only=True),
        Property(
            "modifiedWordTemplate",
            edm.BIG,
            expression=partial(figures.attachment_no, modified_template=True),
            read_only=True,
            caption=gettext_lazy("edited Word template"),
        ),
        Property(
            "noOfLines",
            edm.INT,
            expression=figures.no_of_lines,
            read_only=True,
            caption=gettext_lazy("number of lines"),
        ),
        Property("cost", edm.DECIMAL, expression=partial(figures.total, "cost_lcy"), read_only=True),
        Property("duration", edm.DECIMAL, expression=partial(figures.total, "duration_min"), read_only=True),
        Property(
            "noOfCriteriaActions",
            edm.INT,
            expression=figures.no_of_criteria_actions,
            read_only=True,
            caption=gettext_lazy("number of steps"),
        ),
        OF_CAMPAIGN.figure("campaign_description", edm.text(100), gettext_lazy("campaign description")),
    ),
    navigations=(
        *(_below(name) for name in (LINES, LANGUAGES, CRITERIA, HISTORY)),
        Navigation("languageDefault", Language, many=False, theirs="code", ours="language_default_code"),
    ),
    left_out=("no_series_code", "language_default_code"),
    change=_change,
    tracked=True,
    webhooks=True,
    touched_by=(("segments.segmentline", "segment_id"),),
)
