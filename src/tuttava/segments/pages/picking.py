"""Contacts picked in the list of contacts are added to a segment: one that is there, or a new one (S-31, S-46)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.segments import steps
from tuttava.segments.models import Segment
from tuttava.segments.pages.finding import SET, segment_url, title_of
from tuttava.segments.steps import Added
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.lists.declare import BulkLink, Rows
from tuttava.ui.lists.mount import add_link
from tuttava.ui.lists.selected import selected_rows, selection_empty
from tuttava.ui.undo import undo_address
from tuttava.ui.values import show_number
from tuttava.ui.wizards import dialog

_LIST = "contacts"


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Ask for the segment and say what adding would do; then add."""
    require("api.write", SET)
    picked = selected_rows(request, _LIST)
    if request.POST.get("step") != "do":
        return _form(request, picked)
    return respond(
        request,
        lambda: _added(request, picked),
        home=_home(request),
        refused=lambda error: _form(request, picked, error),
    )


def _added(request: HttpRequest, picked: Rows) -> Answer:
    known, description = _named(request), request.POST.get("description", "").strip()
    if known is not None and description:
        raise DomainError(
            "segment.one_only", _("Choose a segment or describe a new one, not both."), field="description"
        )
    if known is None and not description:
        raise DomainError("field_required", _("Choose a segment, or describe a new one."), field="segment")
    with unit_of_work("add contacts", title_of(known) if known is not None else description) as unit:
        segment = known or records.create(Segment, {"description": description})
        counts = steps.add_picked(segment, picked)
        if not counts.selected:
            raise selection_empty()
    tell("segment.added", _told(segment, counts))
    if known is None:
        return Answer(redirect=segment_url(segment), undo=undo_address(unit))
    return Answer(close=True, reload=True, undo=undo_address(unit))


def _named(request: HttpRequest) -> Segment | None:
    """The segment that was chosen, if any. Raises ``not_found``."""
    typed = request.POST.get("segment", "").strip()
    if not typed:
        return None
    found = Segment.objects.filter(no=as_code(typed)).first()
    if found is None:
        words = _("There is no open segment “%(no)s”. Choose one that exists.")
        raise DomainError("not_found", words % {"no": typed[:40]}, field="segment")
    return found


def _told(segment: Segment, counts: Added) -> str:
    words = ngettext(
        "%(count)s contact is added to segment %(no)s.", "%(count)s contacts are added to segment %(no)s.", counts.added
    )
    told = [words % {"count": show_number(counts.added), "no": segment.no}]
    if counts.skipped_existing:
        words = ngettext("%(count)s was on it already.", "%(count)s were on it already.", counts.skipped_existing)
        told.append(words % {"count": show_number(counts.skipped_existing)})
    if counts.skipped_excluded:
        words = ngettext(
            "%(count)s was left out: not to be on segments.",
            "%(count)s were left out: not to be on segments.",
            counts.skipped_excluded,
        )
        told.append(words % {"count": show_number(counts.skipped_excluded)})
    return " ".join(told)


def _form(request: HttpRequest, picked: Rows, error: DomainError | None = None) -> HttpResponse:
    segment, counts = _counted(request, picked)
    context: dict[str, Any] = {
        "ids": request.POST.getlist("id"),
        "everything": request.POST.get("everything", ""),
        "state": request.POST.get("state", ""),
        "typed": request.POST,
        "chosen": title_of(segment),
        "counts": counts,
        "error": error,
        "home": _home(request),
    }
    return dialog(request, "segments/picking.html", context, status=422 if error else 200)


def _counted(request: HttpRequest, picked: Rows) -> tuple[Segment, Added]:
    """The segment, a blank one as long as none is chosen, and what adding to it would do."""
    segment = Segment()
    with suppress(DomainError):
        segment = _named(request) or segment
    counts = steps.add_picked(segment, picked, dry_run=True)
    if not counts.selected:
        raise selection_empty()
    return segment, counts


def _home(request: HttpRequest) -> str:
    """The list as it was."""
    state = request.POST.get("state", "").lstrip("?")
    return reverse(_LIST) + (f"?{state}" if state else "")


registry.add_route("contacts/add-to-segment", add, "contacts-add-to-segment")
add_link(
    _LIST,
    BulkLink(
        "segment",
        gettext_lazy("Add to segment"),
        "contacts-add-to-segment",
        icon="funnel",
        right="api.write",
        set_name=SET,
        dialog=True,
    ),
)
