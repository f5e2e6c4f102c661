"""What went to paper, for whoever printed it (I-164)."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from tuttava.foundation.attachments import content_bytes
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import PrintFile
from tuttava.interactions.printing import print_file
from tuttava.ui import registry


def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The file; gone for others, and after a day."""
    try:
        found = print_file(pk)
    except DomainError as error:
        raise Http404(str(error)) from error
    headers = {
        "Content-Disposition": content_disposition_header(True, found.file_name) or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content_bytes(found.content_id), content_type=found.media_type, headers=headers)


def print_file_url(found: PrintFile) -> str:
    """Its address in the browser."""
    return reverse("print-file", kwargs={"pk": found.pk})


registry.add_route("print-files/<uuid:pk>", file, "print-file")
