"""The queue of duplicates: one pair after the other, decided by keyboard."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tuttava.contacts.models import ContactType
from tuttava.duplicates import smart
from tuttava.duplicates.models import DuplicateAnswer
from tuttava.duplicates.pages.words import BANDS, found_by
from tuttava.duplicates.queries import queue_pairs
from tuttava.foundation.context import current, require
from tuttava.merging.pages import queue_deciding as deciding
from tuttava.merging.pages import queue_searching as searching
from tuttava.merging.pages.queue_pair import shown_pair
from tuttava.merging.pages.queue_state import NAME, QueueState, place_of
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.lists.counts import cached_count

#: The right to merge (M-1).
MERGE = "merge_duplicates"
FOUND = (("classic", gettext_lazy("Search strings")), ("smart", gettext_lazy("Likeness")))


def queue(request: HttpRequest) -> HttpResponse:
    """The page, or the pair alone for a script."""
    require("api.read", "contacts")
    state = QueueState.read(request.GET.dict())
    if wants_json(request):
        return JsonResponse({"parts": part(request, state)})
    response = render(
        request, "merging/queue.html", {"page_title": _("Duplicates"), **searching.context(), **context(state)}
    )
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


def part(request: HttpRequest, state: QueueState) -> dict[str, str]:
    """The part of the page that changes with each decision."""
    return {"queue": fragment(request, "merging/queue_part.html", context(state))}


def context(state: QueueState) -> dict[str, Any]:
    """What the page shows for an address."""
    place = place_of(state)
    pair = shown_pair(place.pair, smart.group_of(place.pair)[2:]) if place.pair is not None else None
    return {
        "state": state,
        "place": place,
        "pair": pair,
        "address": state.query(pair=str(place.pair.pk)) if place.pair is not None else state.query(),
        "next": state.query(pair=str(place.next)) if place.next else "",
        "previous": state.query(pair=str(place.previous)) if place.previous else "",
        "may_merge": current().may(MERGE, "contacts"),
        "may_write": current().may("api.write", "contacts"),
        "found_by": found_by(place.pair) if place.pair is not None else "",
        "full_merge": deciding.full_merge_url(pair.staying.contact) if pair is not None else "",
        "kinds": _ways(
            state, "kind", [("", _("All")), (ContactType.COMPANY, _("Companies")), (ContactType.PERSON, _("Persons"))]
        ),
        "menus": [
            (_("Score"), _ways(state, "score", [("", _("Any score")), *_bands()])),
            (_("Found by"), _ways(state, "found", [("", _("Any search")), *FOUND])),
        ],
        "teach_address": state.query(teach=not state.teach),
        "done": decided_today(),
    }


def _bands() -> list[tuple[str, Any]]:
    return [(str(least), words) for least, words, _tone in BANDS]


def decided_today() -> int:
    """How many pairs the user decided today."""
    midnight = timezone.make_aware(dt.datetime.combine(current().today, dt.time()))
    rows = DuplicateAnswer.objects.filter(answered_at__gte=midnight, answered_by=current().user_name)
    return rows.count()


def decide(request: HttpRequest) -> HttpResponse:
    """A verdict on one pair; answers with the next pair."""
    require("api.write", "contacts")

    def work() -> Answer:
        state, answer = deciding.decide(request.POST.dict(), request.POST.getlist("also"))
        if answer.redirect:
            return answer
        if wants_json(request):
            answer.parts = part(request, state)
        else:
            answer.redirect = state.query(pair=state.pair)
        return answer

    return respond(request, work, home=reverse(NAME))


def undo(request: HttpRequest, unit: uuid.UUID, pair: uuid.UUID) -> HttpResponse:
    """Take a decision back and show its pair again."""
    require("api.write", "contacts")
    sent = QueueState.read(request.POST.dict())

    def work() -> Answer:
        state = replace(sent, pair=str(deciding.take_back(unit, pair)))
        return (
            Answer(parts=part(request, state)) if wants_json(request) else Answer(redirect=state.query(pair=str(pair)))
        )

    return respond(request, work, home=reverse(NAME))


def _ways(state: QueueState, name: str, choices: list[tuple[str, Any]]) -> list[tuple[str, Any, bool]]:
    """The addresses behind the choices of a filter, with the one in force marked."""
    return [(state.query(**{name: value}), words, getattr(state, name) == value) for value, words in choices]


registry.add_route("duplicates/", queue, NAME)
registry.add_route("duplicates/decide", require_POST(decide), "duplicates-decide")
registry.add_route("duplicates/undo/<uuid:unit>/<uuid:pair>", require_POST(undo), deciding.UNDO)
registry.add_nav(registry.Entry(NAME, gettext_lazy("Duplicates"), NAME, icon="document-duplicate", order=700))
registry.add_cue(
    registry.Cue(
        "duplicates",
        gettext_lazy("Duplicate contacts"),
        NAME,
        lambda: cached_count("duplicates.queue", queue_pairs()),
        icon="document-duplicate",
        order=45,
    )
)
