"""The details of a pair (D-23): its values side by side, in full."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.contacts.privacy import masked
from tuttava.duplicates.actions import pair_details
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.pages.comparing import difference
from tuttava.duplicates.pages.explaining import why_of
from tuttava.duplicates.pages.parties import queue_url
from tuttava.duplicates.pages.words import found_by, likelihood
from tuttava.foundation.context import require
from tuttava.ui import registry
from tuttava.ui.wizards import dialog


def find(pk: uuid.UUID) -> ContactDuplicate:
    """A pair by its id, for somebody who may see contacts."""
    require("api.read", "contacts")
    pair = ContactDuplicate.objects.select_related("contact", "duplicate").filter(pk=pk).first()
    if pair is None:
        raise Http404
    return pair


def details(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Both contacts as a dialog: the fields that are compared. Refused while none are (``duplicates.setup_empty``)."""
    pair = find(pk)
    context = {
        "page_title": _("Details of a pair"),
        "pair": pair,
        "left": masked(pair.contact),
        "right": masked(pair.duplicate),
        "lines": [(line.label, *difference(line.value, line.duplicate_value)) for line in pair_details(pair)],
        "why": why_of(pair),
        "likelihood": likelihood(pair.score),
        "found_by": found_by(pair),
        "queue_url": queue_url(pair.pk),
        "home": reverse("duplicate-contacts"),
    }
    return dialog(request, "duplicates/details.html", context)


def why(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The explanation alone, for a page that was opened before the search was ready to explain."""
    pair = find(pk)
    context = {"pair": pair, "why": why_of(pair), "likelihood": likelihood(pair.score), "found_by": found_by(pair)}
    return render(request, "duplicates/why.html", context)


registry.add_route("duplicates/pairs/<uuid:pk>/why", why, "duplicate-why")
registry.add_route("duplicates/pairs/<uuid:pk>", details, "duplicate-details")
