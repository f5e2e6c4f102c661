"""The dialog from which a test mail of a segment goes to oneself."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tuttava.contacts.privacy import masked
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.interactions.confidential import own_address
from tuttava.segments import trying
from tuttava.segments.models import Segment, SegmentLine
from tuttava.segments.pages.finding import CARD, found, segment_url
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, add_action
from tuttava.ui.wizards import dialog

#: Lines that are offered; the test is the same for the others.
OFFERED = 50


def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """As whom to read it; a POST sends."""
    segment = found(pk)
    if request.method != "POST":
        return _form(request, segment)
    return respond(
        request,
        lambda: _send(request, segment),
        home=segment_url(segment),
        refused=lambda error: _form(request, segment, error),
    )


def _send(request: HttpRequest, segment: Segment) -> Answer:
    line = None
    with suppress(ValueError):
        line = SegmentLine.objects.filter(segment=segment, pk=uuid.UUID(request.POST.get("line", ""))).first()
    trying.send_test(segment, line)
    return Answer(close=True)


def _form(request: HttpRequest, segment: Segment, error: DomainError | None = None) -> HttpResponse:
    rows = SegmentLine.objects.filter(segment=segment, contact__isnull=False, contact__privacy_blocked=False)
    lines = rows.select_related("contact").order_by("line_no")[:OFFERED]
    context = {
        "segment": segment,
        "lines": [(line.pk, masked(line.contact).name or line.contact.no) for line in lines if line.contact],
        "line": request.POST.get("line", ""),
        "address": own_address(),
        "error": error,
        "home": segment_url(segment),
    }
    return dialog(request, "segments/test_mail.html", context, status=422 if error else 200)


def _may_test(segment: Segment) -> bool:
    return current().may("interaction_log.write", "interactionLogEntries") and bool(segment.interaction_template_code)


registry.add_route("segments/<uuid:pk>/test-mail", page, "segment-test-mail")
add_action(
    CARD,
    Action(
        "test-mail",
        gettext_lazy("Test mail to me"),
        lambda segment: reverse("segment-test-mail", kwargs={"pk": segment.pk}),
        "dialog",
        "envelope",
        _may_test,
    ),
)
