"""What is started from a segment in rooms above: opportunities and tasks, one for each line (S-5, S-87).

Until a room of opportunities or tasks is there, :class:`tuttava.interactions.related.NotInstalled` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation.context import ask, current, require
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions import related
from tuttava.segments.errors import segment_empty
from tuttava.segments.models import Segment, SegmentLine

#: Lines read together.
_AT_ONCE = 2_000


def create_opportunities(segment: Segment) -> int:
    """An opportunity for each line with a contact; how many. Asks ``q_create_opportunities`` (S-5).

    Raises ``segment_empty``.
    """
    require("api.write", "opportunities")
    lines = _lines(segment)
    maker = related.maker("opportunity")
    question = _("Create an opportunity for each of the %(count)s lines of segment %(no)s?")
    if not ask("q_create_opportunities", question % {"count": lines.count(), "no": segment.no}, default=False):
        return 0
    with unit_of_work("create opportunities", _("segment %(no)s") % {"no": segment.no}):
        return sum(bool(maker.create(of_opportunity(line))) for line in _each(lines))


def create_opportunity(line: SegmentLine) -> str:
    """An opportunity for one line; its number."""
    require("api.write", "opportunities")
    maker = related.maker("opportunity")
    with unit_of_work("create opportunity", _("segment %(no)s") % {"no": line.segment.no}):
        return maker.create(of_opportunity(line))


def create_tasks(segment: Segment, values: Mapping[str, Any]) -> int:
    """A task for each line with a contact, with the line's date, contact and company; how many (S-87).

    ``values``: what all of them have. Raises ``segment_empty``.
    """
    require("api.write", "tasks")
    lines = _lines(segment)
    maker = related.maker("task")
    with unit_of_work("create tasks", _("segment %(no)s") % {"no": segment.no}):
        return sum(bool(maker.create({**_of_task(line), **values})) for line in _each(lines))


def of_opportunity(line: SegmentLine) -> dict[str, Any]:
    """What an opportunity takes from its line (S-5)."""
    return {
        **_shared(line),
        "segment_description": line.description,
        "creation_date": current().date,
        "salesperson_code": line.salesperson_code,
    }


def _of_task(line: SegmentLine) -> dict[str, Any]:
    return {**_shared(line), "date": line.date, "salesperson_code": line.salesperson_code}


def _shared(line: SegmentLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "campaign_no": related.known("campaign", line.campaign_no),
        "contact_id": line.contact_id,
        "contact_company_id": line.contact_company_id,
        "segment_no": line.segment.no,
    }


def _lines(segment: Segment) -> QuerySet[SegmentLine]:
    rows = SegmentLine.objects.filter(segment=segment, contact__isnull=False, contact__privacy_blocked=False)
    if not rows.exists():
        raise segment_empty()
    return rows.select_related("segment").order_by("line_no")


def _each(lines: QuerySet[SegmentLine]) -> Iterator[SegmentLine]:
    return lines.iterator(chunk_size=_AT_ONCE)
