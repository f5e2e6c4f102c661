"""Personal data of one contact: who looked at it, handing it out, erasing it (C-72, C-74)."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tuttava.contacts.pages.actions import found, whole_card
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.personal_data import erase_personal_data, personal_data_file
from tuttava.contacts.privacy import RIGHT, accesses
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.replies import refusal as refusal_page
from tuttava.ui.wizards import dialog

SHOWN = 20


def personal_data(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The log of looks, exports and erasures, with the two actions."""
    contact = found(pk)
    require(RIGHT, "contacts")
    context = {"contact": contact, "log": accesses(contact.pk)[:SHOWN], "home": contact_url(contact)}
    return dialog(request, "contacts/personal_data.html", context)


def export(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything held about the contact, as a JSON file."""
    contact = found(pk)
    if request.method != "POST":
        raise Http404
    try:
        text = personal_data_file(contact, request.POST.get("reason", ""))
    except DomainError as error:
        return refusal_page(request, error)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(contact.no, safe='')}.json"
    response.headers["Cache-Control"] = "no-store"
    return response


def erase(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Erase the contact's personal data for good."""
    contact = found(pk)
    if request.method != "POST":
        raise Http404

    def work() -> Answer:
        erased = erase_personal_data(contact, request.POST.get("reason", ""))
        tell("contact.erased", _("The personal data of %(no)s was erased.") % {"no": erased.no})
        return whole_card(request, erased)

    return respond(request, work, home=contact_url(contact))


registry.add_route("contacts/<uuid:pk>/personal-data", personal_data, "contact-personal-data")
registry.add_route("contacts/<uuid:pk>/personal-data/export", export, "contact-personal-data-export")
registry.add_route("contacts/<uuid:pk>/personal-data/erase", erase, "contact-personal-data-erase")
