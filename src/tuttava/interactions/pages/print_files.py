"""What went to paper, for whoever printed it (I-164)."""

from __future__ import annotations

import tempfile
import uuid
from contextlib import ExitStack

from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse

from tuttava.foundation.attachments import content_blocks
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import PrintFile
from tuttava.interactions.printing import print_file
from tuttava.ui import registry


def file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """The file, of which memory holds a few blocks; gone for others, and after a day."""
    try:
        found = print_file(pk)
    except DomainError as error:
        raise Http404(str(error)) from error
    with ExitStack() as stack:
        content = stack.enter_context(tempfile.TemporaryFile())
        content.writelines(content_blocks(found.content_id))
        content.seek(0)
        response = FileResponse(content, as_attachment=True, filename=found.file_name, content_type=found.media_type)
        response["X-Content-Type-Options"] = "nosniff"
        stack.pop_all()  # the answer closes the file once it was sent
    return response


def print_file_url(found: PrintFile) -> str:
    """Its address in the browser."""
    return reverse("print-file", kwargs={"pk": found.pk})


registry.add_route("print-files/<uuid:pk>", file, "print-file")
