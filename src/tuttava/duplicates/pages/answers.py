"""What the search has learnt here: the answers people gave, what they taught, and taking any of it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tuttava.duplicates import smart
from tuttava.duplicates.models import DuplicateAnswer
from tuttava.duplicates.pages.explaining import Bar
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond

NAME, LEARN, ANSWER = "duplicate-answers", "duplicates-learn", "duplicates-answer"
RIGHT = "merge_duplicates"
PER_PAGE = 50
#: Weights within this distance of zero change nothing that one would notice.
SLIGHT, STRONG = 0.02, 0.5


@dataclass(frozen=True)
class Weight:
    """How a field counts here beside how it counts as shipped."""

    label: Text
    words: str
    bar: Bar


def _weights(found: list[tuple[Text, float]]) -> list[Weight]:
    told = [(label, weight) for label, weight in found if abs(weight) >= SLIGHT]
    longest = max((abs(weight) for _label, weight in told), default=1.0)
    return [Weight(label, _in_words(weight), Bar(round(100 * weight / longest), 100)) for label, weight in told]


def _in_words(weight: float) -> str:
    if abs(weight) >= STRONG:
        return _("counts much more here") if weight > 0 else _("counts much less here")
    return _("counts somewhat more here") if weight > 0 else _("counts somewhat less here")


def page(request: HttpRequest) -> HttpResponse:
    """The answers, latest first, and what they taught."""
    require("api.read", "contacts")
    known = smart.learnt()
    rows = DuplicateAnswer.objects.order_by("-answered_at", "-pk").defer("features")
    context = {
        "page_title": _("What the search for duplicates has learnt"),
        "learnt": known,
        "weights": _weights(list(known.weights)),
        "rows": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_manage": current().may(RIGHT, "contacts"),
    }
    return render(request, "duplicates/answers.html", context)


@require_POST
def learn(request: HttpRequest) -> HttpResponse:
    """Switch what was learnt on or off, or learn anew."""
    require(RIGHT, "contacts")
    verbs: dict[str, Callable[[], object]] = {
        "on": lambda: smart.use_answers(True),
        "off": lambda: smart.use_answers(False),
        "again": smart.learn,
    }
    told = {
        "on": _("The search judges by your answers again."),
        "off": _("The search judges as it was shipped. The answers are kept."),
        "again": _("Learnt anew from all answers that count."),
    }
    what = request.POST.get("do", "")
    if what not in verbs:
        raise Http404

    def work() -> Answer:
        verbs[what]()
        tell("duplicates.learnt", told[what])
        return Answer(redirect=reverse(NAME))

    return respond(request, work, home=reverse(NAME))


@require_POST
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Leave one answer out, count it again, or forget it."""
    require(RIGHT, "contacts")

    def work() -> Answer:
        given = DuplicateAnswer.objects.filter(pk=pk).first()
        if given is None:
            raise DomainError("not_found", _("This answer was taken back meanwhile."))
        if request.POST.get("do") == "forget":
            smart.forget(given)
            tell("duplicates.forgotten", _("The answer is forgotten."))
        else:
            changed = smart.ignore(given, not given.ignored)
            told = _("The answer is left out of learning.") if changed.ignored else _("The answer counts again.")
            tell("duplicates.ignored", told)
        return Answer(redirect=reverse(NAME))

    return respond(request, work, home=reverse(NAME))


registry.add_route("setup/duplicate-answers", page, NAME)
registry.add_route("setup/duplicate-answers/learn", learn, LEARN)
registry.add_route("setup/duplicate-answers/<uuid:pk>", answer, ANSWER)
registry.add_setup(
    registry.SetupEntry(
        NAME,
        gettext_lazy("Answers about duplicates"),
        NAME,
        icon="academic-cap",
        order=60,
        group=gettext_lazy("Organisation"),
        description=gettext_lazy("What the search for duplicates has learnt from your answers, and taking it back."),
    )
)
