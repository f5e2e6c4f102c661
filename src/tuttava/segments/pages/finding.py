"""Finding what an address names - a segment, a logged one, saved criteria - and what a button on its card answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from tuttava.foundation.context import current, require
from tuttava.foundation.records import Record
from tuttava.segments.models import Segment
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import views_of

CARD = "segment"
SET = "segments"
LINES = "segmentLines"

Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True)
class Addressed(Generic[Row]):
    """The rows of a set as addresses name them; ``home`` is the page of one."""

    model: type[Row]
    set_name: str
    home: Callable[[Row], str]

    def found(self, pk: uuid.UUID) -> Row:
        """The row, with the right to see it checked; 404 when there is none."""
        require("api.read", self.set_name)
        row: Row | None = self.model._default_manager.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def posts(self, work: Callable[[HttpRequest, Row], Answer]) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
        """A view of a button: only a POST does anything."""

        def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
            row = self.found(pk)
            if request.method != "POST":
                raise Http404
            return respond(request, lambda: work(request, row), home=self.home(row))

        return view


def segment_url(segment: Segment) -> str:
    """The card of a segment."""
    return reverse(CARD, kwargs={"pk": segment.pk})


_segments = Addressed(Segment, SET, segment_url)
found, posts = _segments.found, _segments.posts


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
