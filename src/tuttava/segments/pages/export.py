"""The contacts of a segment as a file: which columns, in which format (S-86)."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts import columns as of_contacts
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.segments.exporting import (
    LINE_COLUMNS,
    MEDIA_TYPES,
    OF_LINE,
    ExportFormat,
    columns_named,
    export_contacts,
    file_name,
)
from tuttava.segments.pages.actions import MENU
from tuttava.segments.pages.finding import CARD, found, segment_url
from tuttava.ui import registry
from tuttava.ui.cards import Action, add_action
from tuttava.ui.replies import refusal
from tuttava.ui.wizards import dialog

#: Columns that are ticked at first.
_USUAL = frozenset({"no", "name", "company_name", "address", "post_code", "city", "country_code", "email", "phone_no"})


def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask which columns, in which format."""
    segment = found(pk)
    of_lines = [f"{OF_LINE}{name}" for name in LINE_COLUMNS]
    context = {
        "title": _("Export contacts"),
        "home": segment_url(segment),
        "file_url": reverse("segment-export-file", kwargs={"pk": segment.pk}),
        "formats": ExportFormat.choices,
        "groups": [
            (_("Of the contact"), _offered([*of_contacts.COLUMNS, *of_contacts.MORE_COLUMNS])),
            (_("Of the line"), _offered(of_lines)),
        ],
    }
    return dialog(request, "segments/export.html", context)


def _offered(names: list[str]) -> list[tuple[str, str, bool]]:
    return [(name, column.heading, name in _USUAL) for name, column in zip(names, columns_named(names), strict=True)]


def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file, streamed; its address holds what was chosen."""
    segment = found(pk)
    wanted = request.GET.get("format", str(ExportFormat.CSV))
    try:
        blocks = export_contacts(segment, request.GET.getlist("column")[:200], wanted)
    except DomainError as error:
        return refusal(request, error)
    response = StreamingHttpResponse(blocks, content_type=MEDIA_TYPES[ExportFormat(wanted)])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name(segment, wanted))}"
    return response


def _may(_segment: Any) -> bool:
    return current().may("api.read", "contacts")


registry.add_route("segments/<uuid:pk>/export", page, "segment-export-columns")
registry.add_route("segments/<uuid:pk>/export/file", file, "segment-export-file")
add_action(
    CARD,
    Action(
        "export",
        gettext_lazy("Export contacts"),
        lambda segment: reverse("segment-export-columns", kwargs={"pk": segment.pk}),
        "dialog",
        "arrow-down-tray",
        _may,
        menu=MENU,
    ),
)
