"""Files on a document: what a customer sent with an order, a drawing, a signed quote (A-86)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from tuttava.documents.models import Document
from tuttava.documents.names import title_of
from tuttava.documents.pages.actions import found
from tuttava.documents.pages.document_papers import POSTED
from tuttava.documents.pages.kinds import document_url, may_write
from tuttava.documents.rules.headers import attachment_parent
from tuttava.foundation import records
from tuttava.foundation.attachments import read_content, write_content
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import DocumentAttachment
from tuttava.trade.models import PostedDocument
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import FactBox, add_box, views_of
from tuttava.ui.undo import undo_address

SET = "documentAttachments"
#: Bytes that one file may have; files that one document shows.
MOST_BYTES, MOST_SHOWN = 25 * 1024 * 1024, 50


def _files(record: Any) -> list[DocumentAttachment]:
    """The files of a document; a posted invoice has those of its draft, whose id it keeps."""
    rows = DocumentAttachment.objects.filter(parent_id=record.pk, content_id__isnull=False)
    return list(rows.order_by("line_no")[:MOST_SHOWN])


def _writable(record: Any) -> bool:
    return isinstance(record, Document) and may_write(record) and current().may("api.write", SET)


def _box(record: Any) -> dict[str, Any]:
    writable = _writable(record)
    card = "document" if isinstance(record, Document) else "posted-document"
    rows = [
        {
            "name": file.file_name,
            "size": file.byte_size,
            "url": reverse(f"{card}-attachment-file", kwargs={"pk": record.pk, "file": file.pk}),
            "delete_url": reverse("document-attachment-delete", kwargs={"pk": record.pk, "file": file.pk})
            if writable
            else "",
        }
        for file in _files(record)
    ]
    return {"rows": rows, "upload": reverse("document-files-upload", kwargs={"pk": record.pk}) if writable else ""}


def _has_files(record: Any) -> bool:
    """Whether there is anything to show: posted documents get no new ones."""
    if not current().may("api.read", SET):
        return False
    return attachment_parent(record) is not None if isinstance(record, Document) else bool(_files(record))


def _renewed(request: HttpRequest, document: Document) -> Answer:
    views = views_of("document")
    return views.parts(request, views.load(document.pk), set(), ["files", "timeline"])


def upload(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach the files that were chosen."""
    document = found(pk)
    kind = attachment_parent(document)
    if request.method != "POST" or kind is None:
        raise Http404

    def work() -> Answer:
        require("api.write", f"{document.area}Documents")
        sent = request.FILES.getlist("files")
        if not sent:
            raise DomainError("create_canceled", _("No file was chosen. Nothing was changed."), field="files")
        large = next((file for file in sent if (file.size or 0) > MOST_BYTES), None)
        if large is not None:
            words = _("“%(name)s” has more than %(most)s MB. Attach a smaller file.")
            values = {"name": large.name, "most": MOST_BYTES // 1024 // 1024}
            raise DomainError("attachments_too_large", words % values, field="files")
        with unit_of_work("attach files", _("attach files to %(document)s") % {"document": title_of(document)}) as unit:
            for file in sent:
                given = {"parent_kind": kind, "parent_id": document.pk}
                made = records.create(DocumentAttachment, {"file_name": (file.name or "")[:250]}, given=given)
                write_content(made, file.read(), media_type=file.content_type or "")
        done = ngettext("%(count)d file is attached.", "%(count)d files are attached.", len(sent))
        tell("files.attached", done % {"count": len(sent)})
        answer = _renewed(request, document)
        answer.undo = undo_address(unit)
        return answer

    return respond(request, work, home=document_url(document))


def remove(request: HttpRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Take a file off; the notice offers to bring it back."""
    document = found(pk)
    attached = DocumentAttachment.objects.filter(pk=file, parent_id=document.pk).first()
    if request.method != "POST" or attached is None:
        raise Http404

    def work() -> Answer:
        require("api.write", f"{document.area}Documents")
        with unit_of_work("remove file", attached.file_name) as unit:
            records.delete(attached)
        tell("row.deleted", _("“%(row)s” was removed.") % {"row": attached.file_name})
        answer = _renewed(request, document)
        answer.undo = undo_address(unit)
        return answer

    return respond(request, work, home=document_url(document))


@require_GET
def of_document(request: HttpRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a document."""
    return _handed_out(found(pk), file)


@require_GET
def of_posted(request: HttpRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of a posted document."""
    posted: PostedDocument = POSTED.find(pk)
    return _handed_out(posted, file)


def _handed_out(record: Document | PostedDocument, file: uuid.UUID) -> HttpResponse:
    require("api.read", SET)
    attached = DocumentAttachment.objects.filter(pk=file, parent_id=record.pk).first()
    content = read_content(attached) if attached is not None else None
    if attached is None or content is None:
        raise Http404
    response = HttpResponse(content, content_type=attached.media_type or "application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, attached.file_name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


registry.add_route("documents/<uuid:pk>/files", upload, "document-files-upload")
registry.add_route("documents/<uuid:pk>/files/<uuid:file>", of_document, "document-attachment-file")
registry.add_route("documents/<uuid:pk>/files/<uuid:file>/delete", remove, "document-attachment-delete")
registry.add_route("documents/posted/<uuid:pk>/files/<uuid:file>", of_posted, "posted-document-attachment-file")
for _card in ("document", "posted-document"):
    add_box(_card, FactBox("files", gettext_lazy("Files"), "documents/files.html", _box, _has_files))
