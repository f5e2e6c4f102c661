"""How many interactions a group or template has, what they cost and how long they took (I-112)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionGroup, InteractionLogEntry, InteractionTemplate, TotalKind
from tuttava.interactions.statistics import total
from tuttava.ui import registry
from tuttava.ui.values import parse, show
from tuttava.ui.wizards import dialog

_KINDS: dict[str, tuple[type[Any], TotalKind, str, str]] = {
    "group": (InteractionGroup, TotalKind.GROUP, "setup-interaction-groups", "group"),
    "template": (InteractionTemplate, TotalKind.TEMPLATE, "setup-interaction-templates", "template"),
}
NAME = "interaction-statistics"
LOG = "interactions"


def statistics_url(kind: str, pk: uuid.UUID) -> str:
    """The address of the statistics of a ``group`` or ``template``."""
    return reverse(NAME, kwargs={"kind": kind, "pk": pk})


def log_url(kind: str, code: str) -> str:
    """The log of one group or template; blank where the room's log list is not there."""
    return f"{reverse(LOG)}?f={_KINDS[kind][3]}:is:{quote(code)}" if registry.has_route(LOG) else ""


def statistics(request: HttpRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """The figures, within two dates if wanted."""
    require("interaction_log.read", "interactionLogEntries")
    model, total_kind, home, _filter = _KINDS.get(kind) or _missing()
    record = model._default_manager.filter(pk=pk).first() or _missing()
    typed_from, typed_to = request.GET.get("from", ""), request.GET.get("to", "")
    error, first, last = "", None, None
    try:
        first, last = _date(typed_from), _date(typed_to)
    except DomainError as refusal:
        error = str(refusal)
    found = total(total_kind, record.code, first, last)
    context = {
        "title": _("Statistics: %(record)s") % {"record": record.description or record.code},
        "figures": (
            (_("Interactions"), show(found.count, "integer")),
            (_("Cost"), show(found.cost_lcy, "decimal")),
            (_("Duration (min.)"), show(found.duration_min, "decimal")),
        ),
        "typed_from": typed_from,
        "typed_to": typed_to,
        "form_error": error,
        "log_url": log_url(kind, record.code),
        "home": reverse(home),
    }
    return dialog(request, "interactions/statistics.html", context)


def _date(text: str) -> dt.date | None:
    field = InteractionLogEntry._meta.get_field("date")
    found: dt.date | None = parse(text, field, "date") if text.strip() else None
    return found


def _missing() -> Any:
    raise Http404


registry.add_route("setup/interaction-statistics/<str:kind>/<uuid:pk>", statistics, NAME)
