"""Merging all pairs that are certainly the same: what would happen, then the work in the background."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.merging.certain import (
    BATCH_ACTION,
    LEAST,
    MOST,
    PROPOSED,
    certain_pairs,
    merge_certain,
    plan,
    undo_certain,
)
from tuttava.merging.pages.lists import LIST
from tuttava.merging.preparing import RIGHT
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.lists.declare import PageLink
from tuttava.ui.lists.mount import add_page_link
from tuttava.ui.notices import notify
from tuttava.ui.undo import register_undo

NAME = "merge-certain"
#: Pairs of the dry run on one page, and those that are counted; more are "more than".
SHOWN, MOST_COUNTED = 20, 10_000


def certain(request: HttpRequest) -> HttpResponse:
    """The dry run; a POST begins the work and shows its progress among the background work."""
    require(RIGHT)
    least = _score(request.POST.get("score") or request.GET.get("score", ""))
    if request.method != "POST":
        return _show(request, least)

    def work() -> Answer:
        merge_certain(least)
        tell("merge.certain_begun", _("The pairs are being merged. You can go on working meanwhile."))
        return Answer(redirect=reverse("jobs"))

    return respond(request, work, home=reverse(NAME))


def _score(text: str) -> int:
    return max(LEAST, min(int(text), MOST)) if text.isdecimal() and len(text) < 4 else PROPOSED


def _show(request: HttpRequest, least: int) -> HttpResponse:
    at = request.GET.get("at", "")
    first = int(at) if at.isdecimal() and len(at) < 6 else 0
    pairs = certain_pairs(least)
    number = pairs.order_by()[: MOST_COUNTED + 1].count()
    rows = plan(list(pairs[first : first + SHOWN]))
    here = f"{reverse(NAME)}?score={least}"
    context = {
        "page_title": _("Merge certain duplicates"),
        "least": least,
        "lowest": LEAST,
        "most": MOST,
        "address": reverse(NAME),
        "number": min(number, MOST_COUNTED),
        "more_than": number > MOST_COUNTED,
        "rows": rows,
        "passed_over": sum(bool(row.skipped) for row in rows),
        "earlier": f"{here}&at={max(first - SHOWN, 0)}" if first else "",
        "later": f"{here}&at={first + SHOWN}" if number > first + SHOWN else "",
        "queue_url": reverse("duplicates") if registry.has_route("duplicates") else "",
    }
    return render(request, "merging/certain.html", context)


def undo_batch(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """Undo of all merges of one job."""
    try:
        undo_certain(unit)
        notify(request, _("The merges are being undone. Background work shows how far it is."))
    except DomainError as error:
        notify(request, str(error), severity="error")
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("jobs"))


register_undo(BATCH_ACTION, undo_batch)
registry.add_route("merges/certain", certain, NAME)
registry.add_command(
    registry.Command(
        NAME,
        gettext_lazy("Merge certain duplicates"),
        NAME,
        icon="arrows-pointing-in",
        order=75,
        right=RIGHT,
        description=gettext_lazy("Merge all pairs that are almost certainly the same, after seeing what would happen."),
        words=gettext_lazy("duplicates merge bulk all automatic"),
    )
)
for _list in ("duplicate-contacts", LIST):
    add_page_link(_list, PageLink(NAME, gettext_lazy("Merge certain pairs"), NAME, "arrows-pointing-in", right=RIGHT))
add_page_link("duplicate-contacts", PageLink(LIST, gettext_lazy("Merges"), LIST, "clock", right=RIGHT))
