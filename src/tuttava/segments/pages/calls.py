"""Calling a contact from a line of a segment (S-29, I-55)."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import is_hidden
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.interactions.drafting import RIGHT, SET_NAME
from tuttava.interactions.pages.wizard import show_step
from tuttava.segments.calls import start_call
from tuttava.segments.models import SegmentLine
from tuttava.segments.pages.finding import found, segment_url
from tuttava.ui import registry
from tuttava.ui.wizards import dialog


def call(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    """Open the call, which takes campaign and description from the line."""
    segment = found(pk)
    require(RIGHT, SET_NAME)
    row = SegmentLine.objects.select_related("contact__company", "contact_alt_address")
    called = row.filter(segment=segment, pk=line).first()
    if called is None:
        raise Http404
    try:
        return show_step(request, start_call(called))
    except DomainError as error:
        return dialog(request, "interactions/cannot.html", {"error": error, "home": segment_url(segment)})


def call_url(line: SegmentLine) -> str:
    """The call of a line."""
    return reverse("segment-line-call", kwargs={"pk": line.segment_id, "line": line.pk})


def may_call(contact: Contact) -> bool:
    """Whether there is a number, and somebody who may dial it."""
    number = contact.phone_no or contact.mobile_phone_no
    return bool(number) and current().may(RIGHT) and not contact.privacy_blocked and not is_hidden(contact)


registry.add_route("segments/<uuid:pk>/lines/<uuid:line>/call", call, "segment-line-call")
