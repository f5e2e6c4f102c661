"""The picture of a contact: shown, downloaded, uploaded or taken with a camera, deleted (C-97)."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tuttava.contacts.pages.actions import found, whole_card
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.pictures import LARGEST_FILE, delete_picture, picture_file, set_picture
from tuttava.foundation.errors import DomainError
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond

YEAR = 365 * 24 * 3600


def picture(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The picture; ``small`` the thumbnail, ``download`` as a file."""
    file = picture_file(found(pk), thumbnail="small" in request.GET)
    if file is None:
        raise Http404
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Cache-Control"] = f"private, max-age={YEAR if 'v' in request.GET else 0}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if "download" in request.GET:
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return response


def upload(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Set the picture from an uploaded file."""
    contact = found(pk)
    if request.method != "POST":
        raise Http404

    def work() -> Answer:
        file = request.FILES.get("picture")
        if file is None:
            raise DomainError("field_required", _("Choose a picture first."), field="picture")
        set_picture(contact, file.read(LARGEST_FILE + 1))
        return whole_card(request, contact)

    return respond(request, work, home=contact_url(contact))


def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Delete the picture."""
    contact = found(pk)
    if request.method != "POST":
        raise Http404

    def work() -> Answer:
        delete_picture(contact)
        return whole_card(request, contact)

    return respond(request, work, home=contact_url(contact))


registry.add_route("contacts/<uuid:pk>/picture", picture, "contact-picture")
registry.add_route("contacts/<uuid:pk>/picture/upload", upload, "contact-picture-upload")
registry.add_route("contacts/<uuid:pk>/picture/delete", delete, "contact-picture-delete")
