"""Taking a merge back: from the notice, the card's history, or the list of merges (M-41)."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.foundation.context import current, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.merge_rules import MERGE_ACTION
from tuttava.merging import actions
from tuttava.merging.models import Merge
from tuttava.merging.undoing import UNDO_ACTION
from tuttava.ui import registry
from tuttava.ui.answers import Answer, back, respond
from tuttava.ui.notices import notify
from tuttava.ui.undo import register_undo


def undo_url(merge: Merge) -> str:
    """Where a click on Undo posts to."""
    return reverse("merge-undo", kwargs={"pk": merge.pk})


def log_url(merge: Merge) -> str:
    """What is known of a merge that was carried out."""
    return reverse("merge-log", kwargs={"pk": merge.pk})


def undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take one merge back, with those of the same step; what stays as it is is named on the page of the merge."""
    merge = Merge.objects.filter(pk=pk).first()
    if merge is None or request.method != "POST":
        raise Http404
    response = respond(
        request,
        lambda: _undone(request, merge),
        home=log_url(merge),
        refused=lambda error: _refused(request, merge, error),
    )
    return HttpResponse(status=204) if request.headers.get("X-Requested-With") == "fetch" else response


def _refused(request: HttpRequest, merge: Merge, error: DomainError) -> HttpResponse:
    notify(request, str(error), severity="error")
    return HttpResponseRedirect(back(request, log_url(merge)))


def _undone(request: HttpRequest, merge: Merge) -> Answer:
    done = actions.undo_merge(merge)
    context = current()
    context.messages[:] = [told for told in context.messages if told.code != "merge.undo_exception"]
    names = ", ".join(f"{each.duplicate_no} {each.duplicate_name}".strip() for each in done.merges)
    if not done.exceptions:
        tell("merge.undone", _("The merge was undone: %(records)s is back.") % {"records": names})
        return Answer(redirect=back(request, log_url(merge)))
    text = ngettext(
        "%(records)s is back. %(count)d value was changed since and stays as it is: see the list of merges.",
        "%(records)s is back. %(count)d values were changed since and stay as they are: see the list of merges.",
        len(done.exceptions),
    )
    tell("merge.undone", text % {"records": names, "count": len(done.exceptions)}, severity="warning")
    return Answer(redirect=log_url(merge))


def undo_unit(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """Undo of the unit of work that a merge wrote, from the history of a card."""
    merge = Merge.objects.filter(unit_id=unit).order_by("pk").first()
    if merge is None:
        raise Http404
    return undo(request, merge.pk)


registry.add_route("merges/<uuid:pk>/undo", undo, "merge-undo")
register_undo(MERGE_ACTION, undo_unit)
register_undo(UNDO_ACTION, None)
