"""The list of segments, and segments in the palette (1.5)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import as_code
from tuttava.interactions.models import InteractionTemplate
from tuttava.partners.models import Salesperson
from tuttava.segments.models import Segment, SegmentLine
from tuttava.segments.pages.finding import SET, segment_url
from tuttava.ui import registry
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list


def _name(segment: Any) -> str:
    words = segment.description or gettext("No description yet")
    return format_html('<span class="row-name"><span class="row-words">{}</span></span>', words)


def _prepare(rows: list[Any]) -> None:
    """How many lines each segment of a page has."""
    lines = SegmentLine.objects.filter(segment__in=rows).order_by().values("segment")
    found = dict(lines.annotate(count=Count("pk")).values_list("segment", "count"))
    for row in rows:
        row.lines_count = found.get(row.pk, 0)


def _of_contact(_operator: str, values: Sequence[str]) -> Q:
    """Segments that a contact is on."""
    lines = SegmentLine.objects.filter(contact__no__in=[as_code(value) for value in values])
    return Q(pk__in=lines.order_by().values("segment"))


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    """By the beginning of the number, or any part of the description; there are some thousands at most."""
    wanted = text.strip()
    if not wanted:
        return []
    fits = rows.filter(Q(no__startswith=as_code(wanted)) | Q(description__icontains=wanted))
    return list(fits.order_by("-no").values_list("pk", flat=True)[:limit])


LIST = register_list(
    ListPage(
        name="segments",
        path="segments",
        title=_("Segments"),
        model=Segment,
        columns=[
            Column("description", width=280, cell=_name),
            Column("no", width=120, sort="no"),
            Column("campaign_no", _("campaign"), 120),
            Column("salesperson_code", _("salesperson"), 130),
            Column("date", width=120, kind="date", sort="date"),
            Column("lines", _("lines"), 90, value=lambda row: row.lines_count, number=True),
            Column("interaction_template_code", _("interaction template"), 160),
            Column("correspondence_type_default", width=160, hidden=True),
        ],
        # Segments go away when they are logged, so the table stays small enough to be sorted by the date as it is.
        sorts=[Sort("no", ("no",), falls=True), Sort("date", ("date", "id"), nullable=True, falls=True)],
        filters=[
            Filter("salesperson", _("Salesperson"), "code", "salesperson_code", model=Salesperson, quick=True),
            Filter("dated", _("Date"), "date", "date", quick=True),
            Filter("contact", _("Contact number"), condition=_of_contact, operators=("is",), quick=True),
            Filter("campaign", _("Campaign"), "code", "campaign_no"),
            Filter("template", _("Template"), "code", "interaction_template_code", model=InteractionTemplate),
        ],
        search=_search,
        href=segment_url,
        prepare=_prepare,
        new="segment-new",
        new_label=_("New segment"),
        start=Start(
            _("No segments yet"),
            _("A segment is a list of contacts chosen by what you know of them, and one letter, mail or call for all."),
            _("New segment"),
            "segment-new",
            "funnel",
        ),
        set_name=SET,
    )
)


def _hits(text: str, limit: int) -> list[registry.Hit]:
    known = Segment.objects.in_bulk(_search(text, Segment.objects.all(), limit))
    return [registry.Hit(row.description or row.no, segment_url(row), row.no, "funnel") for row in known.values()]


registry.add_nav(registry.Entry("segments", _("Segments"), "segments", icon="funnel", order=30))
registry.add_search(registry.RecordSearch("segments", _("Segment"), _hits))
