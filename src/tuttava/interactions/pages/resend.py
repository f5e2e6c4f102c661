"""Sending interactions again: what will go where is looked over first (I-103, I-104)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.outgoing import NEEDED
from tuttava.interactions.pages.log import LOG
from tuttava.interactions.pages.print_files import print_file_url
from tuttava.interactions.preflight import look_over
from tuttava.interactions.resending import resend, resend_later, resendable
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, add_action
from tuttava.ui.lists.declare import BulkLink
from tuttava.ui.lists.mount import add_link
from tuttava.ui.lists.selected import rows_in_state, selected_query
from tuttava.ui.wizards import dialog

RIGHT = "interaction_log.write"
_LIST = LOG.name
MOST = 5000
#: Up to so many are sent while the user waits; more go as a job.
AT_ONCE = 10
#: So many are looked over before anything is made.
LOOKED_OVER = 200


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The rows ticked in the log."""
    return HttpResponseRedirect(f"{reverse('interactions-resend')}?{selected_query(request)}")


def page(request: HttpRequest) -> HttpResponse:
    """How to send them, and what is in the way; a POST sends."""
    require(RIGHT)
    asked = request.POST if request.method == "POST" else request.GET
    entries = _entries(asked.get("ids", ""), asked.get("state", ""))
    if request.method != "POST":
        return _form(request, entries)
    return respond(
        request,
        lambda: _sent(request, entries),
        home=_home(),
        refused=lambda error: _form(request, entries, error),
    )


def _home() -> str:
    return reverse("interactions")


def _entries(ids: str, state: str) -> list[InteractionLogEntry]:
    if state:
        rows: Any = rows_in_state(_LIST, state)
    else:
        wanted = []
        for text in ids.split(","):
            with suppress(ValueError):
                wanted.append(uuid.UUID(text))
        rows = InteractionLogEntry.objects.filter(pk__in=wanted)
    return list(rows.select_related(*NEEDED).order_by("entry_no")[:MOST])


def _sent(request: HttpRequest, entries: Sequence[InteractionLogEntry]) -> Answer:
    kind = request.POST.get("correspondence_type", "")
    update = request.POST.get("update") == "yes"
    if len(entries) > AT_ONCE:
        resend_later(entries, kind, update_merge_fields=update)
        tell("interactions.sending", _("The interactions are being sent."))
        return Answer(close=True, reload=True)
    outcome = resend(entries, kind, update_merge_fields=update)
    words = ngettext("%(count)s interaction is sent.", "%(count)s interactions are sent.", outcome.delivered)
    tell("interactions.sent", words % {"count": outcome.delivered})
    if outcome.failed:
        failed = ngettext(
            "%(count)s interaction could not be sent; its comment says why.",
            "%(count)s interactions could not be sent; their comments say why.",
            outcome.failed,
        )
        tell("interactions.not_sent", failed % {"count": outcome.failed}, severity="error")
    if outcome.print_file is not None:
        return Answer(redirect=print_file_url(outcome.print_file))
    return Answer(close=True, reload=True)


def _form(
    request: HttpRequest, entries: Sequence[InteractionLogEntry], error: DomainError | None = None
) -> HttpResponse:
    wanted = resendable(entries)
    context = {
        "ids": ",".join(str(entry.pk) for entry in entries),
        "count": len(wanted),
        "left_out": len(entries) - len(wanted),
        "findings": look_over(wanted[:LOOKED_OVER]),
        "kinds": [choice for choice in CorrespondenceType.choices if choice[0] != CorrespondenceType.NONE],
        "kind": request.POST.get("correspondence_type", ""),
        "update": request.POST.get("update") == "yes",
        "error": error,
        "home": _home(),
    }
    return dialog(request, "interactions/resend.html", context, status=422 if error else 200)


def _may_resend(entry: Any) -> bool:
    return current().may(RIGHT) and not entry.postponed and not entry.email_logged and entry.attachment_id is not None


registry.add_route("interactions/resend", page, "interactions-resend")
registry.add_route("interactions/resend-chosen", choose, "interactions-resend-chosen")
add_action(
    "interaction",
    Action(
        "resend",
        gettext_lazy("Resend"),
        lambda entry: f"{reverse('interactions-resend')}?ids={entry.pk}",
        "dialog",
        "paper-airplane",
        _may_resend,
    ),
)
add_link(
    _LIST,
    BulkLink("resend", gettext_lazy("Resend"), "interactions-resend-chosen", icon="paper-airplane", right=RIGHT),
)
