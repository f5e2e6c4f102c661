"""Finding the segment that an address names, and what a button on its card answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from tuttava.foundation.context import current, require
from tuttava.segments.models import Segment
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import views_of

CARD = "segment"
SET = "segments"
LINES = "segmentLines"

Work = Callable[[HttpRequest, Segment], Answer]


def found(pk: uuid.UUID) -> Segment:
    """The segment, with the right to see it checked; 404 when there is none."""
    require("api.read", SET)
    segment = Segment.objects.filter(pk=pk).first()
    if segment is None:
        raise Http404
    return segment


def segment_url(segment: Segment) -> str:
    """The card of a segment."""
    return reverse(CARD, kwargs={"pk": segment.pk})


def title_of(segment: Segment) -> str:
    """Number and description."""
    return " · ".join(part for part in (segment.no, segment.description) if part)


def may_write(_segment: Segment | None = None) -> bool:
    """Whether the user may change segments."""
    return current().may("api.write", SET)


def may_write_lines(_segment: Segment | None = None) -> bool:
    """Whether the user may change lines."""
    return current().may("api.write", LINES)


def whole_card(request: HttpRequest, segment: Segment) -> Answer:
    """The card rendered anew."""
    views = views_of(CARD)
    fresh = views.load(segment.pk)
    return Answer(parts=views.whole(request, fresh), version=fresh.version)


def posts(work: Work) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    """A view of a button: only a POST does anything."""

    def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        segment = found(pk)
        if request.method != "POST":
            raise Http404
        return respond(request, lambda: work(request, segment), home=segment_url(segment))

    return view
